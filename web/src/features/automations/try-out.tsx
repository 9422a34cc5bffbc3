import { useState } from "react";
import { ApiError } from "../../api/client.ts";
import { useFetched } from "../../app/fetched.ts";
import { exactTime } from "../../lib/dates.ts";
import type { Project } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Select } from "../../ui/field.tsx";
import { ErrorState, Waiting } from "../../ui/states.tsx";
import { bodyOf, type Draft } from "./draft.ts";
import { ItemName } from "./item-name.tsx";
import { useMentioned } from "./names.ts";
import { effectsWords, OUTCOME_WORDS } from "./outcomes.ts";
import { tryOut } from "./remote.ts";
import type { DryRun, Rule } from "./rule.ts";
import { counted, type Names } from "./words.ts";

/** A rule as it was when somebody wanted to try it. */
export interface Tried {
  readonly draft: Draft;
  readonly asked: number;
}

export interface TryOutProps {
  project: Project;
  rule: Rule | null;
  tried: Tried;
  /** The rule as it is written by now. */
  now: Draft;
  names: Names;
  /** A rule that cannot be tried is one that cannot be saved. */
  onRefused: (error: unknown) => void;
}

const SPANS = [7, 31] as const;
const FIRST = 10;

/** What the rule would have done; nothing is written. */
export function TryOut({ project, rule, tried, now, names, onRefused }: TryOutProps) {
  const [days, setDays] = useState<number>(SPANS[0]);
  const [isRefused, setRefused] = useState(false);
  if (isRefused) return null;
  const refuse = (error: unknown) => {
    setRefused(true);
    onRefused(error);
  };
  return (
    <section aria-label="Try it out" className="mt-6 border-t border-line pt-6">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-15 font-semibold">What it would have done</h3>
        <Select aria-label="Within" value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          {SPANS.map((span) => (
            <option key={span} value={span}>
              Last {span} days
            </option>
          ))}
        </Select>
      </div>
      {tried.draft !== now && (
        <p className="mb-3 text-12 text-muted">You have changed the automation since. Try it out again to see that.</p>
      )}
      {/* The key: what was found in one span is never shown as that of another. */}
      <Within key={days} project={project} rule={rule} tried={tried} days={days} names={names} onRefused={refuse} />
    </section>
  );
}

function Within({ project, rule, tried, days, names, onRefused }: Omit<TryOutProps, "now"> & { days: number }) {
  const { slug } = useEngine();
  const at = { slug, project: project.id };
  const load = async () => {
    try {
      return await tryOut(at, bodyOf(tried.draft), rule?.id ?? null, days);
    } catch (error) {
      if (error instanceof ApiError && error.status === 400) onRefused(error);
      throw error;
    }
  };
  const { data, error, reload } = useFetched(String(days), load);
  if (error) return <ErrorState {...error} retry={() => void reload()} className="py-8" />;
  if (!data) return <Waiting className="py-8">Going through the last {days} days…</Waiting>;
  return <Found project={project} found={data} days={days} names={names} />;
}

function Found({ project, found, days, names }: { project: Project; found: DryRun; days: number; names: Names }) {
  const [count, setCount] = useState(FIRST);
  const matches = found.matches.slice(0, count);
  const itemOf = useMentioned(
    project,
    matches.map(({ issue }) => issue),
  );
  return (
    <div className="flex flex-col gap-3">
      <p role="status" className="text-13">
        {found.matches_count === 0
          ? `Nothing: there was no occasion in the last ${days} days.`
          : `It would have acted ${counted(found.matches_count, "time")} in the last ${days} days.`}
        {!found.is_complete && ` Only what happened until ${exactTime(found.to)} was looked at.`}
      </p>
      {matches.length > 0 && (
        <ul aria-label="Occasions" className="divide-y divide-line rounded-panel border border-line">
          {matches.map((match, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: occasions have no name of their own, and stay where they are
            <li key={at} className="flex flex-col gap-0.5 px-3 py-2">
              <div className="flex items-baseline gap-3">
                <ItemName item={itemOf(match.issue)} />
                <time dateTime={match.at} className="tabular shrink-0 text-12 text-muted">
                  {exactTime(match.at)}
                </time>
              </div>
              <p className="text-12 text-muted wrap-anywhere">
                {effectsWords(match.effects, names) || OUTCOME_WORDS[match.outcome]}
              </p>
            </li>
          ))}
        </ul>
      )}
      {found.matches.length > count && (
        <div>
          <Button onClick={() => setCount((shown) => shown + 50)}>Show more</Button>
        </div>
      )}
      {found.unknown.length > 0 && (
        <details className="text-12 text-muted">
          <summary className="w-fit cursor-default rounded-control py-1 hover:text-text pointer-coarse:py-3">
            What this cannot tell
          </summary>
          <ul className="mt-1 flex list-disc flex-col gap-1 pl-5">
            {found.unknown.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
