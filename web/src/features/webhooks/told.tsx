import { Plus, X } from "lucide-react";
import { useId } from "react";
import { Button, IconButton } from "../../ui/button.tsx";
import { CheckLine } from "../../ui/check-line.tsx";
import { Picker } from "../../ui/picker.tsx";
import { tip } from "../../ui/tooltip.tsx";
import type { Draft } from "./draft.ts";
import { eventOptions, isLikePattern, patternWords } from "./events.ts";
import { FLAGS } from "./webhook.ts";
import { FLAG_WORDS, FLAGS_HELP } from "./words.ts";

const OPTIONS = eventOptions();

export interface ToldProps {
  draft: Draft;
  /** What the server says against the events. */
  error: string | undefined;
  onChange: (part: Partial<Draft>) => void;
}

/** What it is told of: the nouns that have a flag, and further events. */
export function Told({ draft, error, onChange }: ToldProps) {
  const { events } = draft;
  const errorId = useId();
  const set = (chosen: readonly string[]) => onChange({ events: chosen });
  const own = events.filter((pattern) => !OPTIONS.some(({ id }) => id === pattern));
  const options = [...own.map((pattern) => ({ id: pattern, label: pattern, group: "Typed" })), ...OPTIONS];
  return (
    <>
      <fieldset>
        <legend className="mb-1.5 text-13 font-medium">Told of</legend>
        <div className="grid gap-x-4 gap-y-2 sm:grid-cols-2 pointer-coarse:gap-y-0">
          {FLAGS.map((flag) => (
            <CheckLine key={flag} checked={draft[flag]} onChange={(checked) => onChange({ [flag]: checked })}>
              {FLAG_WORDS[flag]}
            </CheckLine>
          ))}
        </div>
        <p className="mt-2 text-12 text-muted">
          {FLAGS_HELP[draft.delivery_mode]} Of secret projects it is told while you are in them.
        </p>
      </fieldset>
      <fieldset aria-describedby={error ? errorId : undefined}>
        <legend className="mb-1.5 text-13 font-medium">Further events</legend>
        {events.length > 0 && (
          <ul aria-label="Further events" className="mb-2 flex flex-wrap gap-1.5">
            {events.map((pattern) => (
              <li
                key={pattern}
                {...tip(pattern)}
                className="flex max-w-full items-center rounded-control border border-line bg-raised pl-2 text-12"
              >
                <span className="min-w-0 truncate">{patternWords(pattern)}</span>
                <IconButton
                  size="sm"
                  label={`Remove ${patternWords(pattern)}`}
                  onClick={() => set(events.filter((each) => each !== pattern))}
                >
                  <X aria-hidden="true" className="size-3.5!" />
                </IconButton>
              </li>
            ))}
          </ul>
        )}
        <Picker
          multiple
          label="Find an event"
          options={options}
          value={events}
          onChange={set}
          create={{
            label: (query) => `Use the pattern ${query}`,
            fits: isLikePattern,
            run: (query) => events.includes(query) || set([...events, query]),
          }}
          className="w-80"
          trigger={
            <Button icon={<Plus aria-hidden="true" />} data-invalid={error ? "" : undefined}>
              Add event
            </Button>
          }
        />
        {error && (
          <p id={errorId} role="alert" className="mt-1.5 text-12 text-danger wrap-anywhere">
            {error}
          </p>
        )}
        <p className="mt-1.5 text-12 text-muted">
          One by one, or as a pattern such as cycle.archived, work_item.* or *.deleted.
        </p>
      </fieldset>
    </>
  );
}
