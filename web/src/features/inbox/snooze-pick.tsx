/** Until when: one of the usual times, a time typed in words, or a day and time of one's own. */

import { CalendarClock, Clock, Inbox } from "lucide-react";
import { type FormEvent, useMemo, useState } from "react";
import { addDays, toDay } from "../../lib/dates.ts";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { PickerList, type PickerOption } from "../../ui/picker.tsx";
import { at, fieldValue, momentLabel, parseMoment, snoozeTimes } from "./snooze.ts";

interface Props {
  /** It is put off already. */
  readonly isSnoozed: boolean;
  /** null: it is back now. */
  readonly onPick: (till: Date | null) => void;
}

const BACK = "back";
const OWN = "own";

export function SnoozePick({ isSnoozed, onPick }: Props) {
  const [query, setQuery] = useState("");
  const [own, setOwn] = useState(false);
  const [now] = useState(() => new Date());
  const options = useMemo(() => optionsFor(query, now, isSnoozed), [query, now, isSnoozed]);
  if (own) return <Own now={now} onPick={onPick} />;
  const choose = (id: string | undefined) => {
    if (id === OWN) setOwn(true);
    else if (id === BACK) onPick(null);
    else if (id) onPick(new Date(id));
  };
  return (
    <PickerList
      label="Snooze until"
      options={options}
      value={[]}
      onQuery={setQuery}
      onChange={([id]) => choose(id)}
      empty="No such time to come. Try “friday”, “3d” or “12 dec 15:00”"
    />
  );
}

function optionsFor(query: string, now: Date, isSnoozed: boolean): readonly PickerOption[] {
  const clock = <Clock aria-hidden="true" className="text-muted" />;
  if (query.trim() !== "") {
    const till = parseMoment(query, now);
    return till ? [{ id: till.toISOString(), label: momentLabel(till, now), icon: clock }] : [];
  }
  const back = { id: BACK, label: "Back to the inbox", icon: <Inbox aria-hidden="true" className="text-muted" /> };
  return [
    ...(isSnoozed ? [back] : []),
    ...snoozeTimes(now).map(({ label, till }) => ({
      id: till.toISOString(),
      label,
      icon: clock,
      hint: momentLabel(till, now).replace(/^(Today|Tomorrow), /, ""),
    })),
    {
      id: OWN,
      label: "Pick a day and time…",
      icon: <CalendarClock aria-hidden="true" className="text-muted" />,
    },
  ];
}

function Own({ now, onPick }: { now: Date; onPick: (till: Date) => void }) {
  const [text, setText] = useState(() => fieldValue(at(addDays(toDay(now), 1), 9)));
  const till = new Date(text);
  // Looked at anew: the form may stand open for a while.
  const isToCome = till.getTime() > Date.now();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isToCome) onPick(till);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 p-3">
      <Field label="Day and time" error={isToCome ? undefined : "Pick a time to come."}>
        <Input
          type="datetime-local"
          autoFocus
          value={text}
          min={fieldValue(now)}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </Field>
      <Button type="submit" variant="primary" disabled={!isToCome} className="self-end">
        Snooze
      </Button>
    </form>
  );
}
