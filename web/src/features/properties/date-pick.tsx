import { CalendarDays, CalendarOff } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { addDays, dayLabel, fullDay, today } from "../../lib/dates.ts";
import { PickerList, type PickerOption } from "../../ui/picker.tsx";
import { nextWeekday, parseDay } from "./day.ts";

const Calendar = lazy(() => import("./calendar.tsx"));

export interface DatePickProps {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
  onDone: () => void;
}

const REMOVE = "remove";

/** A day: typed in words, one of the usual ones, or from the calendar. */
export function DatePick({ label, value, onChange, onDone }: DatePickProps) {
  const [query, setQuery] = useState("");
  const options = useMemo(() => suggestions(query, value), [query, value]);
  const choose = (id: string | undefined) => {
    if (id) onChange(id === REMOVE ? null : id);
  };
  return (
    <>
      <PickerList
        label={label}
        options={options}
        value={value === null ? [] : [value]}
        onQuery={setQuery}
        onChange={(ids) => choose(ids[0])}
        onDone={onDone}
        empty="No such day. Try “friday”, “3d” or “12 dec”"
      />
      <div className="h-64 border-t border-line p-2">
        <Suspense>
          <Calendar
            value={value}
            onChange={(day) => {
              onChange(day);
              onDone();
            }}
          />
        </Suspense>
      </div>
    </>
  );
}

function suggestions(query: string, value: string | null): PickerOption[] {
  const now = today();
  const option = (day: string, label: string): PickerOption => ({
    id: day,
    label,
    icon: <CalendarDays aria-hidden="true" className="text-muted" />,
    hint: dayLabel(day, now) === label ? undefined : dayLabel(day, now),
  });
  if (query.trim() !== "") {
    const day = parseDay(query, now);
    return day ? [option(day, fullDay(day))] : [];
  }
  const usual = [option(now, "Today"), option(addDays(now, 1), "Tomorrow"), option(nextWeekday(now, 1), "Next Monday")];
  if (value === null) return usual;
  return [{ id: REMOVE, label: "No date", icon: <CalendarOff aria-hidden="true" className="text-muted" /> }, ...usual];
}
