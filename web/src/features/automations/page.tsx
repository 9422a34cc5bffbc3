import { useState } from "react";
import { inWords } from "../../app/error.ts";
import type { Project } from "../../sync/rows.ts";
import { useEngine, useStatus } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { EmptyState, ErrorState, Waiting } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { useResource } from "../detail/resource.ts";
import { useCurrentProject } from "../projects/list.ts";
import { useProjectAdmin } from "../projects/rights.ts";
import { useCatalog } from "../properties/catalog.ts";
import { LastSeen, ReadOnly, Section } from "../settings/parts.tsx";
import { useShown } from "../settings/shown.ts";
import { useWorkers } from "./action-fields.tsx";
import { type Desk, useDeskCommands } from "./commands.ts";
import { blankDraft, type Draft, draftOf } from "./draft.ts";
import { EditRule, NewRule } from "./editor.tsx";
import { History } from "./history.tsx";
import { RuleList } from "./list.tsx";
import { useNames } from "./names.ts";
import { place } from "./place.ts";
import { changeRule, changeSetting, deleteRule, type Rules, rulesOf } from "./remote.ts";
import type { Rule } from "./rule.ts";
import { templates } from "./templates.ts";
import { Terms } from "./terms.tsx";

const GUESTS = "Guests do not see the automations of a project.";
const MEMBER = 15;

export default function Automations() {
  const project = useCurrentProject();
  const isAdmin = useProjectAdmin(project);
  if (!project) return <Waiting />;
  if (!isAdmin && (project.member_role ?? 0) < MEMBER) return <EmptyState sentence={GUESTS} />;
  return <Loaded project={project} mayChange={isAdmin && !project.archived_at} />;
}

interface Props {
  project: Project;
  mayChange: boolean;
}

function Loaded({ project, mayChange }: Props) {
  const resource = rulesOf(useEngine(), project.id);
  const { value, error } = useResource(resource);
  const { online } = useStatus();
  if (error?.status === 403) return <EmptyState sentence={GUESTS} />;
  if (value) {
    return (
      <>
        {error && <LastSeen message={error.message} onRetry={() => void resource.load()} />}
        {!online && mayChange && (
          <div className="mb-6">
            <ReadOnly>Automations are changed on the server: other than items, they wait for a connection.</ReadOnly>
          </div>
        )}
        <Screen project={project} mayChange={mayChange} value={value} />
      </>
    );
  }
  if (!error) return <Waiting />;
  return (
    <ErrorState
      message={error.message}
      detail="Automations are on the server only. They show when it answers."
      requestId={error.requestId}
      retry={() => void resource.load()}
    />
  );
}

function Screen({ project, mayChange, value }: Props & { value: Rules }) {
  const engine = useEngine();
  const { shown, go } = useShown(place);
  const resource = rulesOf(engine, project.id);
  const start = useStart(project, value.rules);
  const leave = () => go({});
  const did = value.rules.find(({ id }) => id === shown.did);
  if (did) return <History key={did.id} project={project} rule={did} onLeave={leave} />;
  if (!mayChange || !shown.edit) return <Overview project={project} mayChange={mayChange} value={value} />;
  const common = {
    project,
    onSaved: () => void resource.load(),
    onGoOn: ({ id }: Rule) => go({ edit: id }, true),
    onLeave: leave,
  };
  if (shown.edit === "new") {
    const like = shown.like ?? "";
    return <NewRule key={like} {...common} like={like} start={() => start(like)} />;
  }
  return <EditRule key={shown.edit} {...common} id={shown.edit} start={draftOf} />;
}

/** What a new rule begins as: a template, another rule, or nothing. */
function useStart(project: Project, rules: readonly Rule[]): (like: string) => Draft {
  const catalog = useCatalog();
  const people = useWorkers(project.id);
  return (like) => {
    const template = templates.find(({ id }) => id === like);
    if (template) {
      return template.draft({ states: catalog.states(project.id), labels: catalog.labels(project.id), people });
    }
    const rule = rules.find(({ id }) => id === like);
    return rule ? { ...draftOf(rule), name: `${rule.name} (copy)`.slice(0, 255) } : blankDraft();
  };
}

function Overview({ project, mayChange, value }: Props & { value: Rules }) {
  const engine = useEngine();
  const { go } = useShown(place);
  const at = { slug: engine.slug, project: project.id };
  const resource = rulesOf(engine, project.id);
  const names = useNames(project);
  const [focused, setFocused] = useState<string>();
  const [leaving, setLeaving] = useState<Rule>();
  const rules = value.rules.filter(({ setting }) => !setting);
  const put = (rule: Rule) =>
    resource.set(
      (held) => held && { ...held, rules: held.rules.map((other) => (other.id === rule.id ? rule : other)) },
    );
  const toggle = async (rule: Rule) => {
    const is_enabled = !rule.is_enabled;
    put({ ...rule, is_enabled });
    try {
      put(await changeRule(at, rule.id, { is_enabled }));
    } catch (failed) {
      put(rule);
      const what = `“${rule.name}” was not switched ${is_enabled ? "on" : "off"}`;
      toast(what, { tone: "danger", detail: inWords(failed).message });
    }
  };
  const remove = async (rule: Rule) => {
    try {
      await deleteRule(at, rule.id);
      resource.set((held) => held && { ...held, rules: held.rules.filter(({ id }) => id !== rule.id) });
      toast(`Deleted “${rule.name}”`);
    } catch (failed) {
      toast(`“${rule.name}” was not deleted`, { tone: "danger", detail: inWords(failed).message });
    }
  };
  const desk: Desk = {
    rule: rules.find(({ id }) => id === focused) ?? null,
    mayChange,
    create: () => go({ edit: "new" }),
    edit: (rule) => go({ edit: rule.id }),
    history: (rule) => go({ did: rule.id }),
    duplicate: (rule) => go({ edit: "new", like: rule.id }),
    toggle: (rule) => void toggle(rule),
    remove: setLeaving,
  };
  useDeskCommands(desk);
  return (
    <>
      {!mayChange && (
        <div className="mb-6">
          <ReadOnly>
            {project.archived_at ? "The project is archived." : "Admins of the project change these."}
          </ReadOnly>
        </div>
      )}
      <Terms
        project={project}
        settings={value.settings}
        rules={value.rules}
        mayChange={mayChange}
        onChange={async (setting, months) => {
          await changeSetting(at, setting, months);
          await resource.load();
        }}
        onHistory={desk.history}
      />
      <Section
        title="Rules"
        lead={rules.length > 1 ? "They act in this order." : "What is done by itself, and when."}
        action={
          mayChange && (
            <Button variant="primary" onClick={desk.create}>
              Create automation
              <Kbd keys="n" />
            </Button>
          )
        }
      >
        {rules.length > 0 && (
          <RuleList rules={rules} names={names} desk={desk} onFocus={(rule) => setFocused(rule.id)} />
        )}
        {rules.length === 0 && !mayChange && <p className="text-13 text-muted">There are no automations yet.</p>}
        {rules.length === 0 && mayChange && <Starts onStart={(like) => go({ edit: "new", like })} />}
      </Section>
      <Confirm
        open={leaving !== undefined}
        onOpenChange={() => setLeaving(undefined)}
        title="Delete automation"
        action="Delete automation"
        onConfirm={() => leaving && void remove(leaving)}
      >
        <span className="wrap-anywhere">“{leaving?.name}”</span> does nothing any more. What it did stays, but can no
        longer be looked up here.
      </Confirm>
    </>
  );
}

/** Rules to start from, while there are none. */
function Starts({ onStart }: { onStart: (template: string) => void }) {
  return (
    <div>
      <p className="mb-3 text-13 text-muted">There are no automations yet. Start with one of these, or from nothing.</p>
      <ul aria-label="Templates" className="grid gap-2 sm:grid-cols-2">
        {templates.map(({ id, title, help }) => (
          <li key={id}>
            <button
              type="button"
              onClick={() => onStart(id)}
              className="flex h-full w-full flex-col rounded-panel border border-line p-3 text-left hover:border-line-strong hover:bg-hover"
            >
              <span className="block text-13 font-medium">{title}</span>
              <span className="mt-0.5 block text-12 text-muted">{help}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
