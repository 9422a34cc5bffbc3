import { CalendarDays } from "lucide-react";
import { useMemo, useState } from "react";
import { today } from "../../lib/dates.ts";
import { PickerList } from "../../ui/picker.tsx";
import { parseDay } from "../properties/day.ts";
import { dateWords } from "./date-words.ts";
import { readDate } from "./words.ts";

const usual = ["0d", "+1d", "+7d", "+30d", "-1d", "-7d", "-30d", "-3m"];

export interface DateValuesProps {
  value: string | null;
  onChange: (value: string) => void;
  onDone: () => void;
}

/** A day of a filter: counted from today, so that the view stays right tomorrow, or a certain one. */
export function DateValues({ value, onChange, onDone }: DateValuesProps) {
  const [query, setQuery] = useState("");
  const options = useMemo(() => {
    const typed = readDate(query.trim()) ?? parseDay(query, today());
    const values =
      query.trim() === ""
        ? usual
        : [...(typed ? [typed] : []), ...usual.filter((day) => dateWords(day).includes(query.trim().toLowerCase()))];
    return [...new Set(values)].map((day) => ({
      id: day,
      label: dateWords(day),
      icon: <CalendarDays aria-hidden="true" className="text-muted" />,
    }));
  }, [query]);
  return (
    <PickerList
      label="Day"
      options={options}
      value={value === null ? [] : [value]}
      onQuery={setQuery}
      onChange={([id]) => id && onChange(id)}
      onDone={onDone}
      empty="No such day. Try “friday”, “7d” or “12 dec”"
    />
  );
}
