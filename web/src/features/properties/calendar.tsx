import { DayPicker } from "react-day-picker";
import { fromDay, toDay } from "../../lib/dates.ts";
import "./calendar.css";

export default function Calendar({ value, onChange }: { value: string | null; onChange: (day: string) => void }) {
  const selected = value === null ? undefined : fromDay(value);
  return (
    <DayPicker
      mode="single"
      required
      weekStartsOn={1}
      showOutsideDays
      fixedWeeks
      className="calendar"
      selected={selected}
      {...(selected ? { defaultMonth: selected } : {})}
      onSelect={(day) => onChange(toDay(day))}
    />
  );
}
