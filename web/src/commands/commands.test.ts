import { afterAll, describe, expect, it } from "vitest";
import { type Session, setSession } from "../api/session.ts";
import { type Desk, deskCommands, writingCommands } from "../features/automations/commands.ts";
import { detailCommands, type Now, pageCommands } from "../features/detail/commands.ts";
import { type Desk as InboxDesk, inboxCommands } from "../features/inbox/commands.ts";
import { everything } from "../features/inbox/filter.ts";
import { groupsOf } from "../features/inbox/groups.ts";
import { notification } from "../features/inbox/testing.ts";
import { setListElement } from "../features/items/focus.ts";
import { setStage } from "../features/items/scene.ts";
import { selection } from "../features/items/selection.ts";
import { scaleOf } from "../features/properties/scales.ts";
import { usual } from "../features/views/search.ts";
import * as hooks from "../features/webhooks/commands.ts";
import { switchCommands } from "../features/workspaces/commands.ts";
import type { Engine } from "../sync/contract.ts";
import { NoDisk } from "../sync/disk.ts";
import { createEngine } from "../sync/engine.ts";
import { Alone } from "../sync/tabs.ts";
import { blankItem, fill, ModelServer } from "../sync/testing.ts";
import { appCommands } from "./app-commands.ts";
import { commandHits, matching } from "./find.ts";
import { clashes, clashesIn, isSingle } from "./keys.ts";
import { all, type Command, type CommandContext, fits, register, titleOf } from "./registry.ts";

/** What the features bring: every module called `commands` exports lists of them. */
const modules = import.meta.glob<Record<string, unknown>>(["../features/**/*commands*.{ts,tsx}", "!../**/*.test.*"], {
  eager: true,
});
const ofFeatures = Object.values(modules).flatMap((module) => Object.values(module).flatMap(listed));
const switching = switchCommands([{ slug: "second", name: "Second floor" }], "acme");
const commands: readonly Command[] = [...appCommands, ...ofFeatures, ...switching];

/** Somewhere, with nothing chosen. */
const nowhere: CommandContext = { engine: null, items: [], project: null, screen: "", navigate: () => undefined };

/** What would change nothing as things are is not offered. */
const CHANGES_NOTHING = new Set(["view.theme-system"]);

const engines: Engine[] = [];
afterAll(async () => {
  for (const engine of engines) await engine.close();
});

/** A workspace with items of a project, as an admin of it. */
async function workspace(): Promise<Engine> {
  const server = new ModelServer();
  fill(server, { items: 30 });
  server.put("work_item", { ...blankItem("done", "p1", 31), state: "p1-s3", created_by: "u1" });
  const plans = { cycle_view: true, module_view: true };
  server.put("workspace", { id: "acme", slug: "acme", name: "Acme", role: 20 });
  server.put("project", { id: "p1", name: "Project", identifier: "P1", member_role: 20, archived_at: null, ...plans });
  server.put("cycle", { id: "c1", project: "p1", name: "Spring", end_date: null, archived_at: null });
  server.put("module", { id: "m1", project: "p1", name: "Wheel", sort_order: 1, archived_at: null });
  const transport = server.transport("u1");
  const engine = createEngine({ slug: "acme", userId: "u1", transport, disk: new NoDisk(), tabs: new Alone() });
  engines.push(engine);
  await engine.load("p1");
  scaleOf(engine, "p1").set(() => ({ types: ["t1"], points: [{ id: "e1", value: "5" }] }));
  return engine;
}

const scene = { canEdit: true, canLink: true, canAttach: true, canComment: true, layout: "page" } as const;
const now: Now = () => ({
  item: blankItem("done", "p1", 31),
  scene: { ...scene, add: () => undefined, attach: () => undefined, comment: () => undefined },
});
const opened = detailCommands(now);

const none = () => undefined;
const acts = { create: none, edit: none, history: none, duplicate: none, toggle: none, remove: none };
const desk = { rule: { id: "r", name: "Rule", is_enabled: true } as Desk["rule"], mayChange: true, ...acts };
const ofDesk = deskCommands(() => desk);
const ofEditor = writingCommands(() => ({ save: none, tryOut: none }));

const [entry = null] = groupsOf([notification("done", 1, { entity: "comment", verb: "created" })]);
const inbox: InboxDesk = {
  group: entry,
  filter: everything,
  isOpen: true,
  isEmpty: false,
  ...{ walk: none, open: none, close: none, read: none, archive: none, snooze: none, unfollow: none, readAll: none },
};
const ofInbox = inboxCommands(() => inbox);
const hook = { id: "w", url: "https://hooks.test", is_active: true } as hooks.Desk["webhook"];
const hookActs = {
  create: none,
  open: none,
  edit: none,
  test: none,
  toggle: none,
  rotate: none,
  again: none,
  remove: none,
};
const ofHooks = hooks.deskCommands(() => ({ webhook: hook, ...hookActs }));
const delivery = { id: "d", status: "failed" } as hooks.Reading["delivery"];
const ofLog = hooks.readingCommands(() => ({ delivery, again: none, refresh: none }));
const ofHookEditor = hooks.writingCommands(() => ({ save: none }));

interface Situation {
  readonly name: string;
  /** The commands that are registered there; of several with one id the last counts. */
  readonly there: readonly Command[];
  readonly context: CommandContext;
  /** Sets the screen up; answers how to leave it. */
  readonly enter: () => () => void;
}

async function situations(): Promise<readonly Situation[]> {
  const engine = await workspace();
  const of = (part: Partial<CommandContext>): CommandContext => ({ ...nowhere, engine, project: "p1", ...part });
  const stay = () => () => undefined;
  const onPage = [
    ...commands,
    ...opened,
    ...pageCommands(
      () => undefined,
      () => undefined,
    ),
  ];
  const list = (layout: "list" | "board", choose: readonly string[], peek: string | null) => () => {
    const settings = { ...usual, layout, query: "is:open", sub: "priority" as const };
    const spec = { project: "p1", filter: null, group: "state", subgroup: null, order: usual.order } as const;
    const view = engine.view({ ...spec, subItems: true, archived: false, emptyGroups: true }).get();
    const base = { scope: "p1", title: "Items", project: "p1", base: "/acme", canCreate: true, open: () => undefined };
    setStage({ scene: base, view, settings, change: () => undefined, peek, closePeek: () => undefined });
    setListElement(document.createElement("div"));
    selection.setPlaces(view.groups.flatMap(({ key, ids }) => ids.map((id) => ({ id, group: key }))));
    selection.focus({ id: "done", group: "p1-s3" });
    selection.choose(choose);
    return () => {
      selection.reset();
      setListElement(null);
      setStage(null);
    };
  };
  const some = ["done", "p1-i1"];
  return [
    { name: "nowhere", there: commands, context: nowhere, enter: stay },
    { name: "in a workspace", there: commands, context: of({ project: null }), enter: stay },
    {
      name: "keeping the server",
      there: commands,
      context: nowhere,
      enter: () => {
        setSession({ user: { is_instance_admin: true } } as Session);
        return () => void setSession(null);
      },
    },
    { name: "in a list", there: commands, context: of({ items: ["done"] }), enter: list("list", [], null) },
    { name: "on a board", there: commands, context: of({ items: ["done"] }), enter: list("board", [], null) },
    { name: "with several chosen", there: commands, context: of({ items: some }), enter: list("list", some, null) },
    {
      name: "beside a list",
      there: latest([...commands, ...opened]),
      context: of({ items: ["done"] }),
      enter: list("list", [], "P1-31"),
    },
    { name: "among automations", there: latest([...commands, ...ofDesk]), context: of({}), enter: stay },
    { name: "writing an automation", there: latest([...commands, ...ofEditor]), context: of({}), enter: stay },
    {
      name: "in the inbox",
      there: latest([...commands, ...opened, ...ofInbox]),
      context: of({ items: ["done"], screen: "inbox" }),
      enter: () => {
        setListElement(document.createElement("div"));
        return () => setListElement(null);
      },
    },
    { name: "among webhooks", there: latest([...commands, ...ofHooks, ...ofLog]), context: of({}), enter: stay },
    { name: "writing a webhook", there: latest([...commands, ...ofHookEditor]), context: of({}), enter: stay },
    { name: "on the page of an item", there: latest(onPage), context: of({ items: ["done"] }), enter: stay },
  ];
}

function latest(given: readonly Command[]): readonly Command[] {
  return [...new Map(given.map((command) => [command.id, command])).values()];
}

function listed(exported: unknown): Command[] {
  return Array.isArray(exported) && exported.every((entry) => isCommand(entry)) ? exported : [];
}

function isCommand(entry: unknown): entry is Command {
  return typeof entry === "object" && entry !== null && "id" in entry && "run" in entry && "section" in entry;
}

function made(id: string, keys: readonly string[], when?: Command["when"]): Command {
  return { id, title: id, section: "View", keys, run: () => undefined, ...(when ? { when } : {}) };
}

describe("all commands", () => {
  it("have an id of their own and a title", () => {
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
    for (const command of commands) {
      expect(command.id).toMatch(/^[a-z]+(\.[a-z0-9_-]+)+$/);
      expect(titleOf(command, nowhere), command.id).toMatch(/^\p{Lu}/u);
    }
  });

  it("do not get in each other's way by their keys", () => {
    expect(
      clashes([
        ...commands,
        ...opened,
        ...ofInbox,
        ...pageCommands(
          () => undefined,
          () => undefined,
        ),
      ]),
    ).toEqual([]);
  });

  it("are each found in the palette by their own title, somewhere", async () => {
    const reached = new Set(["palette.open"]);
    for (const { there, context, enter } of await situations()) {
      const leave = enter();
      for (const command of there.filter((each) => each.id !== "palette.open" && fits(each, context))) {
        const found = matching(commandHits(there, context), titleOf(command, context));
        expect(found.map(({ id }) => id)).toContain(command.id);
        reached.add(command.id);
      }
      leave();
    }
    const all = [...commands, ...opened, ...ofInbox, ...pageCommands(null, () => undefined)].map(({ id }) => id);
    expect(all.filter((id) => !reached.has(id) && !CHANGES_NOTHING.has(id))).toEqual([]);
  });

  it("have each key for one thing, wherever somebody is", async () => {
    for (const { name, there, context, enter } of await situations()) {
      const leave = enter();
      expect(clashesIn(there, context), name).toEqual([]);
      leave();
    }
  });
});

describe("the test for clashes", () => {
  it("sees the same key twice, however it is written", () => {
    expect(clashes([made("a", ["$mod+Shift+k"]), made("b", ["Shift+$mod+K"])])).toHaveLength(1);
  });

  it("lets keys be shared by commands that say when they fit", () => {
    const when = () => true;
    expect(clashes([made("a", ["e"], when), made("b", ["e"], when)])).toEqual([]);
    expect(clashes([made("a", ["e"], when), made("b", ["e"])])).toHaveLength(1);
  });

  it("sees a key that also begins a sequence", () => {
    expect(clashes([made("a", ["g"]), made("b", ["g i"])])).toHaveLength(1);
    expect(clashes([made("a", ["Shift+g"]), made("b", ["g i"])])).toEqual([]);
  });
});

it("knows single keys from those with a modifier", () => {
  const keys = ["c", "Shift+e", "g i", "[", "?", "$mod+k", "Alt+Shift+ArrowUp", "Escape", "Shift+Delete", "$mod+."];
  expect(keys.filter(isSingle)).toEqual(["c", "Shift+e", "g i", "[", "?"]);
});

describe("the registry", () => {
  const held = () => all().filter(({ id }) => id === "test.x");

  it("gives back what a command replaced", () => {
    const [first, second] = [made("test.x", []), made("test.x", ["x"])];
    const removeFirst = register([first]);
    const removeSecond = register([second]);
    expect(held()).toEqual([second]);
    removeSecond();
    expect(held()).toEqual([first]);
    removeFirst();
    expect(held()).toEqual([]);
  });

  it("keeps a command that somebody else has added as well", () => {
    const shared = made("test.x", []);
    const removeFirst = register([shared]);
    const removeSecond = register([shared]);
    removeFirst();
    expect(held()).toEqual([shared]);
    removeSecond();
    expect(held()).toEqual([]);
  });

  it("does not bring back what was removed meanwhile", () => {
    const removeFirst = register([made("test.x", [])]);
    const removeSecond = register([made("test.x", ["x"])]);
    removeFirst();
    removeSecond();
    expect(held()).toEqual([]);
  });
});
