import { type FormEvent, useLayoutEffect, useRef, useState } from "react";
import { inWords } from "../../app/error.ts";
import { useFetched } from "../../app/fetched.ts";
import { useHere } from "../../app/here.ts";
import { INVALID } from "../../app/submit.ts";
import type { Project } from "../../sync/rows.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { ErrorState, Waiting } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { Back } from "../settings/parts.tsx";
import { Actions } from "./actions.tsx";
import { useWritingCommands } from "./commands.ts";
import { Conditions } from "./conditions.tsx";
import { type Draft, partsOf } from "./draft.ts";
import { draftKeyOf, dropDraft, keepDraft, keptDraft } from "./drafts.ts";
import { useNames } from "./names.ts";
import { Refusal, type Trouble, troubleOf, VALUES_MISSING } from "./refusal.tsx";
import { readRule } from "./remote.ts";
import type { Rule } from "./rule.ts";
import { type Saved, saveDraft } from "./saving.ts";
import { isWhole } from "./tree.ts";
import { type Tried, TryOut } from "./try-out.tsx";
import { When } from "./when.tsx";
import { sentence } from "./words.ts";

interface Common {
  project: Project;
  onSaved: () => void;
  /** Goes on writing a rule that was new until now. */
  onGoOn: (rule: Rule) => void;
  onLeave: () => void;
}

/** A rule that is there already, as it is now and with its version. */
export function EditRule({ id, start, ...common }: Common & { id: string; start: (rule: Rule) => Draft }) {
  const { slug } = useEngine();
  const at = { slug, project: common.project.id };
  const { data, error, reload, set } = useFetched(id, () => readRule(at, id));
  const [again, setAgain] = useState(0);
  if (error && !data) return <ErrorState {...error} retry={() => void reload()} />;
  if (!data) return <Waiting />;
  const readAgain = async () => {
    const theirs = await readRule(at, id);
    dropDraft(draftKeyOf(at, id));
    set(() => theirs);
    setAgain((count) => count + 1);
  };
  return (
    <Editor
      key={again}
      {...common}
      rule={data.rule}
      etag={data.etag}
      draftKey={draftKeyOf(at, id)}
      start={() => start(data.rule)}
      onReadAgain={readAgain}
    />
  );
}

/** A new rule. `like`: what it was begun from. */
export function NewRule({ like, start, ...common }: Common & { like: string; start: () => Draft }) {
  const { slug } = useEngine();
  const draftKey = draftKeyOf({ slug, project: common.project.id }, `new ${like}`);
  return <Editor {...common} rule={null} etag={null} draftKey={draftKey} start={start} />;
}

interface EditorProps extends Common {
  /** null: a new one. */
  rule: Rule | null;
  etag: string | null;
  draftKey: string;
  start: () => Draft;
  /** Begins anew from how it is now; fails, and drops nothing, where that cannot be read. */
  onReadAgain?: () => Promise<void>;
}

function Editor({ project, rule, etag, draftKey, start, onSaved, onGoOn, onLeave, onReadAgain }: EditorProps) {
  const { slug } = useEngine();
  const at = { slug, project: project.id };
  const names = useNames(project);
  const [before] = useState(() => keptDraft(draftKey));
  const [draft, setDraft] = useState(() => before?.draft ?? start());
  const [version, setVersion] = useState(before?.etag ?? etag);
  const [trouble, setTrouble] = useState<Trouble>();
  const [pending, setPending] = useState(false);
  const [tried, setTried] = useState<Tried>();
  const form = useRef<HTMLFormElement>(null);
  const isHere = useHere();
  const change = (next: Draft) => {
    const isMoved = next.actions.map(({ key }) => key).join() !== draft.actions.map(({ key }) => key).join();
    // What was refused stood at a place that is another one now.
    if (isMoved && trouble) setTrouble(undefined);
    setDraft(next);
    keepDraft(draftKey, next, version);
  };
  const refuse = (failed: unknown) => setTrouble(troubleOf(failed));
  const isWritten = () => {
    const written = draft.conditions.every(isWhole);
    if (!written) setTrouble(VALUES_MISSING);
    return written;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: each refusal marks its fields anew
  useLayoutEffect(() => {
    form.current?.querySelector<HTMLElement>(INVALID)?.focus();
  }, [trouble]);
  const save = async (tag: string | null) => {
    if (pending || !isWritten()) return;
    setPending(true);
    try {
      const saved = await saveDraft({ at, rule, draftKey, draft, tag });
      told(saved);
    } catch (failed) {
      if (isHere()) refuse(failed);
      else toast(`“${draft.name}” was not saved`, { tone: "danger", detail: inWords(failed).message });
    } finally {
      setPending(false);
    }
  };
  const told = ({ rule: saved, typed }: Saved) => {
    const more = typed ? { detail: "What you typed since is not saved yet." } : {};
    toast(`${rule ? "Saved" : "Created"} “${saved.name}”`, more);
    onSaved();
    // Whoever has left is somewhere else by now, and stays there.
    if (!isHere()) return;
    if (!typed) return onLeave();
    if (!rule) return onGoOn(saved);
    setVersion(typed.etag ?? version);
    setTrouble(undefined);
  };
  const takeTheirs = async () => {
    setPending(true);
    try {
      await onReadAgain?.();
    } catch (failed) {
      setTrouble((before) => before && { ...before, unread: inWords(failed).message });
    } finally {
      setPending(false);
    }
  };
  const leave = () => {
    dropDraft(draftKey);
    onLeave();
  };
  const tryOut = () => {
    if (isWritten()) setTried({ draft, asked: (tried?.asked ?? 0) + 1 });
  };
  useWritingCommands({ save: () => void save(version), tryOut });
  const error = (path: string) => trouble?.fields[path];
  return (
    <>
      <Back to="All automations" onLeave={onLeave} />
      <h2 className="mb-5 text-15 font-semibold">{rule ? "Edit automation" : "New automation"}</h2>
      <form
        ref={form}
        aria-label={rule ? "Edit automation" : "New automation"}
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void save(version);
        }}
        className="flex flex-col gap-6"
      >
        <Field label="Name" error={error("name")}>
          <Input
            value={draft.name}
            maxLength={255}
            onChange={(event) => change({ ...draft, name: event.currentTarget.value })}
          />
        </Field>
        <When
          project={project}
          trigger={draft.trigger}
          error={error}
          onChange={(part) => change({ ...draft, trigger: { ...draft.trigger, ...part } })}
        />
        <Conditions
          project={project}
          names={names}
          parts={draft.conditions}
          error={error("filters")}
          onChange={(conditions) => change({ ...draft, conditions })}
        />
        <Actions project={project} draft={draft} error={error} onChange={change} />
        <p aria-live="polite" className="rounded-control bg-sunken px-3 py-2 text-13 text-muted wrap-anywhere">
          {sentence(partsOf(draft), names)}.
        </p>
        {trouble && (
          <Refusal
            trouble={trouble}
            pending={pending}
            onSaveAnyway={() => void save(null)}
            onTakeTheirs={() => void takeTheirs()}
          />
        )}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" size="lg" disabled={pending}>
            {rule ? "Save automation" : "Create automation"}
            <Kbd keys="$mod+Enter" />
          </Button>
          <Button size="lg" onClick={leave}>
            Cancel
          </Button>
          <span className="flex-1" />
          <Button size="lg" onClick={tryOut}>
            Try it out
          </Button>
        </div>
      </form>
      {tried && (
        <TryOut
          key={tried.asked}
          project={project}
          rule={rule}
          tried={tried}
          names={names}
          now={draft}
          onRefused={refuse}
        />
      )}
    </>
  );
}
