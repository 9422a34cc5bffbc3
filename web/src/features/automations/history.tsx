import { Check, CircleSlash, Minus, Undo2, X } from "lucide-react";
import { useState } from "react";
import { Refused } from "../../api/asked.ts";
import { inWords } from "../../app/error.ts";
import { useFetched } from "../../app/fetched.ts";
import { dayLabel, exactTime, relativeTime } from "../../lib/dates.ts";
import type { Project } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { ErrorState, Waiting } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { Back } from "../settings/parts.tsx";
import { useWorkspaceRow } from "../workspaces/row.ts";
import { ItemName } from "./item-name.tsx";
import { type Mentioned, useMentioned, useNames } from "./names.ts";
import { type Conflict, conflictWords, effectsWords, OUTCOME_WORDS } from "./outcomes.ts";
import { type Runs, readRuns, takeBack } from "./remote.ts";
import type { Rule, Run } from "./rule.ts";
import { type Names, sentence } from "./words.ts";

/** What a rule did, the newest first, and why not. */
export function History({ project, rule, onLeave }: { project: Project; rule: Rule; onLeave: () => void }) {
  const { slug } = useEngine();
  const at = { slug, project: project.id };
  const names = useNames(project);
  const isAdmin = useWorkspaceRow()?.role === 20;
  const { data, error, reload, set } = useFetched<Runs>(rule.id, () => readRuns(at, rule.id, null));
  const [busy, setBusy] = useState(false);
  const itemOf = useMentioned(project, data?.runs.map(({ issue }) => issue) ?? []);
  const more = async () => {
    if (!data?.next) return;
    setBusy(true);
    try {
      const page = await readRuns(at, rule.id, data.next);
      set((before) => ({ ...page, runs: [...before.runs, ...page.runs] }));
    } catch (failed) {
      toast("Older ones could not be read", { tone: "danger", detail: inWords(failed).message });
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Back to="All automations" onLeave={onLeave} />
      <h2 className="text-15 font-semibold wrap-anywhere">What “{rule.name}” did</h2>
      <p className="mt-1 mb-5 text-13 text-muted wrap-anywhere">{sentence(rule, names)}. The last 60 days are kept.</p>
      {error && <ErrorState {...error} retry={() => void reload()} />}
      {!data && !error && <Waiting />}
      {data?.runs.length === 0 && <p className="text-13 text-muted">It has not acted yet.</p>}
      {data && data.runs.length > 0 && (
        <ul aria-label="Runs" className="divide-y divide-line rounded-panel border border-line">
          {data.runs.map((run) => (
            <Line key={run.id} run={run} item={itemOf(run.issue)} names={names} mayTakeBack={isAdmin} />
          ))}
        </ul>
      )}
      {data?.next && (
        <Button className="mt-3" disabled={busy} onClick={() => void more()}>
          Show more
        </Button>
      )}
    </>
  );
}

const ICONS = { done: Check, nothing: Minus, failed: X, stopped: CircleSlash };
const TONES: Readonly<Record<string, string>> = {
  done: "text-success",
  failed: "text-danger",
  stopped: "text-warning",
};

interface LineProps {
  run: Run;
  item: Mentioned | null | undefined;
  names: Names;
  mayTakeBack: boolean;
}

function Line({ run, item, names, mayTakeBack }: LineProps) {
  const { slug } = useEngine();
  const [state, setState] = useState<"there" | "going" | "gone">("there");
  const [trouble, setTrouble] = useState<string>();
  const Icon = ICONS[run.outcome as keyof typeof ICONS] ?? Minus;
  const undo = async () => {
    setState("going");
    setTrouble(undefined);
    try {
      await takeBack(slug, run.id);
      setState("gone");
      toast("Taken back");
    } catch (failed) {
      setState("there");
      setTrouble(refusedWords(failed, names));
    }
  };
  const effects = effectsWords(run.effects, names);
  return (
    <li className="flex items-start gap-3 px-3 py-2.5">
      <Icon aria-hidden="true" className={`mt-0.5 shrink-0 ${TONES[run.outcome] ?? "text-muted"}`} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-3">
          <ItemName item={item} />
          <time dateTime={run.created_at} {...tip(exactTime(run.created_at))} className="shrink-0 text-12 text-muted">
            {relativeTime(run.created_at)}
          </time>
        </div>
        <p className="mt-0.5 text-12 text-muted wrap-anywhere">
          {state === "gone" ? "Taken back" : (OUTCOME_WORDS[run.outcome] ?? run.outcome)}
          {run.day && ` for ${dayLabel(run.day)}`}
          {effects && `: ${effects}`}
        </p>
        {run.error && <p className="mt-0.5 text-12 wrap-anywhere">{run.error}</p>}
        {trouble && (
          <p role="alert" className="mt-1 text-12 text-danger">
            {trouble}
          </p>
        )}
      </div>
      {mayTakeBack && run.outcome === "done" && state !== "gone" && (
        <Button
          size="sm"
          icon={<Undo2 aria-hidden="true" />}
          disabled={state === "going"}
          aria-label={`Take back what was done with ${item?.key ?? "this item"}`}
          onClick={() => void undo()}
        >
          <span className="max-sm:hidden">Take back</span>
        </Button>
      )}
    </li>
  );
}

function refusedWords(failed: unknown, names: Names): string {
  const body = failed instanceof Refused ? (failed.body as { conflicts?: readonly Conflict[] } | null) : null;
  if (!body?.conflicts?.length) return `Not taken back. ${inWords(failed).message}`;
  return `Not taken back: since then somebody changed ${conflictWords(body.conflicts, names)}.`;
}
