/** What can be done with items, wherever they are: commands on the chosen, the focused or the open ones. */

import type { Command, CommandContext } from "../../commands/registry.ts";
import { today } from "../../lib/dates.ts";
import type { Engine } from "../../sync/contract.ts";
import type { Id, WorkItem } from "../../sync/rows.ts";
import { PRIORITIES, priorityName } from "../../ui/priority-icon.tsx";
import { toast } from "../../ui/toast.tsx";
import { duplicateItems } from "../create/make.ts";
import { openCreate } from "../create/store.ts";
import { catalogOf } from "../properties/catalog.ts";
import { editable } from "../properties/definitions.ts";
import { change, changeValues, type EditableProperty, itemsOf, namesOf, send, setValue } from "../properties/edit.ts";
import { maySet } from "../properties/offers.ts";
import { pick, picking } from "../properties/picking.ts";
import { mayArchive, mayDelete, mayEdit, mayLink, mayMake, type Who } from "../properties/rights.ts";
import { rename } from "./renaming.ts";
import { selection } from "./selection.ts";

type Acting = CommandContext & { readonly engine: Engine };

/** Letters typed while a picker is about to take the focus are meant for it. */
const free = () => picking() === null;
const some = ({ engine, items }: CommandContext) => engine !== null && items.length > 0 && free();
const one = ({ engine, items }: CommandContext) => engine !== null && items.length === 1 && free();

function isAllowed({ engine, items: ids }: CommandContext, { may, numbered, fits }: Given): boolean {
  if (!engine) return false;
  const who = catalogOf(engine);
  const items = itemsOf(engine, ids);
  if (fits && !fits(engine, items)) return false;
  return items.every((item) => (!may || may(who, item)) && (!numbered || item.sequence_id > 0));
}

interface Given {
  readonly id: string;
  readonly title: string;
  readonly keys?: readonly string[];
  readonly keywords?: readonly string[];
  readonly single?: boolean;
  /** Only for items that have a number by now. */
  readonly numbered?: boolean;
  /** What one must be allowed to do with each of the items. */
  readonly may?: (who: Who, item: WorkItem) => boolean;
  readonly fits?: (engine: Engine, items: readonly WorkItem[]) => boolean;
  /** The screen on which its keys mean something else. */
  readonly notOn?: string;
  readonly run: (items: readonly WorkItem[], context: Acting) => void | Promise<void>;
}

function command(given: Given): Command {
  const { id, title, keys, keywords, single = false, run } = given;
  return {
    id: `item.${id}`,
    title,
    section: "Selection",
    ...(keys ? { keys } : {}),
    ...(keywords ? { keywords } : {}),
    when: (context) =>
      (single ? one(context) : some(context)) && context.screen !== given.notOn && isAllowed(context, given),
    run: (context) => {
      const { engine } = context;
      if (engine) return run(itemsOf(engine, context.items), { ...context, engine });
    },
  };
}

const setting: readonly Command[] = editable.map(({ id, title, key }) =>
  command({
    id: `set-${id}`,
    title: `Set ${title.toLowerCase()}`,
    ...(key ? { keys: [key] } : {}),
    fits: (engine, items) => maySet(engine, id as EditableProperty, items),
    run: (_, { items }) => pick(id as EditableProperty, items),
  }),
);

const priorities: readonly Command[] = PRIORITIES.map((priority) =>
  command({
    id: `priority-${priority}`,
    title: `Priority: ${priorityName(priority)}`,
    keywords: ["set", priority],
    may: mayEdit,
    run: (_, { engine, items }) => setValue(engine, items, "priority", priority),
  }),
);

const acting: readonly Command[] = [
  command({
    id: "assign-me",
    title: "Assign to me",
    keys: ["i"],
    keywords: ["take", "self"],
    may: mayEdit,
    run: (items, { engine }) => {
      const mine = items.every(({ assignees }) => assignees.includes(engine.userId));
      const me = [engine.userId];
      changeValues(engine, items.map(idOf), "assignee", mine ? [] : me, mine ? me : []);
    },
  }),
  command({
    id: "rename",
    title: "Rename",
    keys: ["e"],
    single: true,
    notOn: "inbox",
    may: mayEdit,
    run: ([item]) => rename(item?.id ?? null),
  }),
  command({
    id: "open-page",
    title: "Open full page",
    keys: ["o"],
    single: true,
    run: ([item], { engine, navigate }) => {
      if (item) navigate(`/${engine.slug}/item/${catalogOf(engine).address(item)}`);
    },
  }),
  command({
    id: "create-sub-item",
    title: "Add sub-item",
    keys: ["Shift+s"],
    single: true,
    may: mayLink,
    run: ([item]) => item && openCreate({ project: item.project, parent: item.id }),
  }),
  command({
    id: "duplicate",
    title: "Duplicate",
    keys: ["$mod+d"],
    keywords: ["copy"],
    may: (who, { project }) => mayMake(who, project),
    run: async (items, { engine }) => {
      const missing = await duplicateItems(engine, items);
      if (missing > 0) {
        const detail = "The text could not be fetched. Write it into the copy, or duplicate again later.";
        toast(missing === 1 ? "The copy has no text" : `${missing} copies have no text`, { tone: "danger", detail });
      }
    },
  }),
  command({
    id: "archive",
    title: "Archive",
    keys: ["Shift+Delete"],
    may: (who, item) => mayArchive(who, item) && item.archived_at === null,
    run: (items, { engine }) => archive(engine, items),
  }),
  command({
    id: "delete",
    title: "Delete",
    keys: ["#", "Shift+#"],
    keywords: ["remove"],
    may: mayDelete,
    run: (items, { engine }) => remove(engine, items),
  }),
];

const copying: readonly Command[] = [
  command({
    id: "copy-link",
    title: "Copy title and link",
    keys: ["$mod+c"],
    keywords: ["url", "address"],
    run: (items, { engine }) => {
      const catalog = catalogOf(engine);
      const lines = items.map((item) => {
        const link = `${location.origin}/${engine.slug}/item/${catalog.address(item)}`;
        return `${catalog.key(item)} ${item.name} ${link}`;
      });
      return copy(lines.join("\n"), "Title and link copied");
    },
  }),
  command({
    id: "copy-key",
    title: "Copy key",
    keys: ["$mod+Shift+.", "$mod+Shift+>"],
    keywords: ["id", "identifier"],
    numbered: true,
    run: (items, { engine }) => copy(items.map((item) => catalogOf(engine).key(item)).join(" "), "Key copied"),
  }),
  command({
    id: "copy-branch",
    title: "Copy branch name",
    keys: ["$mod+Shift+,", "$mod+Shift+<"],
    keywords: ["git"],
    single: true,
    numbered: true,
    run: ([item], { engine }) => {
      if (item) return copy(branchName(catalogOf(engine).key(item), item.name), "Branch name copied");
    },
  }),
];

const creating: Command = {
  id: "item.create",
  title: "New item",
  section: "Create",
  keys: ["c"],
  keywords: ["issue", "task", "work item", "add"],
  when: ({ engine, project }) => engine !== null && free() && mayCreate(engine, project),
  run: ({ project }) => openCreate({ project }),
};

/** In this project; null: in any. */
function mayCreate(engine: Engine, project: Id | null): boolean {
  const catalog = catalogOf(engine);
  return project === null
    ? catalog.projects().length === 0 || catalog.projects().some(({ id }) => mayMake(catalog, id))
    : mayMake(catalog, project);
}

/** Copying what somebody has marked on the page stays the browser's. */
const careful = copying.map((given) =>
  given.id === "item.copy-link"
    ? { ...given, when: (context: CommandContext) => some(context) && (getSelection()?.isCollapsed ?? true) }
    : given,
);

export const itemCommands: readonly Command[] = [creating, ...setting, ...priorities, ...acting, ...careful];

function idOf({ id }: WorkItem): Id {
  return id;
}

function archive(engine: Engine, items: readonly WorkItem[]): void {
  const catalog = catalogOf(engine);
  const over = items.filter(({ state }) => ["completed", "cancelled"].includes(catalog.state(state)?.group ?? ""));
  if (over.length < items.length) {
    toast("Only completed and cancelled items can be archived", { key: "archive" });
    return;
  }
  const day = today();
  change(
    engine,
    over,
    () => ({ archived_at: day }),
    (names) => `Archived ${names}`,
  );
}

function remove(engine: Engine, items: readonly WorkItem[]): void {
  const names = namesOf(catalogOf(engine), items);
  send(
    engine,
    items.map(({ id }) => ({ kind: "delete" as const, entity: "work_item" as const, id })),
    `Deleted ${names}`,
  );
  selection.choose([]);
}

/** `ail-12-fix-the-lift`. */
export function branchName(key: string, title: string): string {
  const words = title
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return `${key.toLowerCase()}-${words}`.slice(0, 60).replace(/-+$/, "");
}

async function copy(text: string, said: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  toast(said, { key: "copied" });
}
