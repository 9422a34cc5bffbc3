/** Walking, choosing and moving in the list or board on the screen. */

import type { Command, CommandContext } from "../../commands/registry.ts";
import { openFilter } from "../filters/store.ts";
import { picking } from "../properties/picking.ts";
import { openDisplay } from "../views/store.ts";
import { setCollapsed } from "./collapsed.ts";
import { focusList, hasList, listHasKeys } from "./focus.ts";
import { moveInColumn, moveToGroup, moveToLane, stepColumn } from "./keyboard.ts";
import { currentStage, type Stage } from "./scene.ts";
import { selection } from "./selection.ts";

type Run = (stage: Stage, context: CommandContext) => void;
type Fits = (stage: Stage) => boolean;

/** Of what is shown: fits while there are items on the screen. */
function command(id: string, title: string, keys: readonly string[], run: Run, fits: Fits = () => true): Command {
  return ofScreen(id, title, keys, run, (stage) => hasList() && fits(stage));
}

/** Of how it is shown: fits as well where the filter has left nothing. */
function ofScreen(id: string, title: string, keys: readonly string[], run: Run, fits: Fits = () => true): Command {
  return {
    id: `list.${id}`,
    title,
    section: "View",
    keys,
    when: () => {
      const stage = currentStage();
      return stage !== null && picking() === null && fits(stage);
    },
    run: (context) => {
      const stage = currentStage();
      if (stage) run(stage, context);
    },
  };
}

/** Keys that other controls use too: only while none of them has the focus. */
const ownKeys = () => listHasKeys();
const onFocus = () => selection.get().focus !== null;
const isBoard = (stage: Stage) => listHasKeys() && stage.settings.layout === "board";
const hasLanes = (stage: Stage) => onFocus() && stage.settings.sub !== null;
const isList = (stage: Stage) => listHasKeys() && onFocus() && stage.settings.layout === "list";

function walk(by: number): () => void {
  return () => {
    selection.move(by);
    focusList();
  };
}

function jump(to: "first" | "last"): () => void {
  return () => {
    selection.jump(to);
    focusList();
  };
}

function extend(by: number): () => void {
  return () => {
    selection.extend(by);
    focusList();
  };
}

const walking: readonly Command[] = [
  command("next", "Next item", ["j"], walk(1)),
  command("previous", "Previous item", ["k"], walk(-1)),
  command("down", "Down", ["ArrowDown"], walk(1), ownKeys),
  command("up", "Up", ["ArrowUp"], walk(-1), ownKeys),
  command("page-down", "Page down", ["PageDown"], walk(15), ownKeys),
  command("page-up", "Page up", ["PageUp"], walk(-15), ownKeys),
  command("first", "First item", ["Home"], jump("first"), ownKeys),
  command("last", "Last item", ["End"], jump("last"), ownKeys),
  command("column-right", "Next column", ["ArrowRight"], () => stepColumn(1), isBoard),
  command("column-left", "Previous column", ["ArrowLeft"], () => stepColumn(-1), isBoard),
  command("fold", "Fold group", ["ArrowLeft"], (stage) => fold(stage, true), isList),
  command("unfold", "Unfold group", ["ArrowRight"], (stage) => fold(stage, false), isList),
];

const choosing: readonly Command[] = [
  command("choose-next", "Choose down", ["Shift+j", "Shift+ArrowDown"], extend(1)),
  command("choose-previous", "Choose up", ["Shift+k", "Shift+ArrowUp"], extend(-1)),
  command(
    "choose",
    "Choose item",
    ["x"],
    () => selection.toggle(),
    () => selection.get().focus !== null,
  ),
  command("choose-all", "Choose all", ["$mod+a"], () => selection.chooseAll()),
  command("clear", "Clear", ["Escape"], clear, (stage) => {
    const { focus, chosen } = selection.get();
    return chosen.size > 0 || focus !== null || stage.peek !== null;
  }),
];

const opening: readonly Command[] = [
  command("open", "Open beside the list", ["Enter"], open, onFocus),
  command("preview", "Preview", ["Space"], (stage) => (stage.peek === null ? open(stage) : stage.closePeek()), onFocus),
];

const moving: readonly Command[] = [
  command("move-up", "Move up", ["Alt+Shift+ArrowUp"], (stage, context) => moveInColumn(stage, context, -1), onFocus),
  command(
    "move-down",
    "Move down",
    ["Alt+Shift+ArrowDown"],
    (stage, context) => moveInColumn(stage, context, 1),
    onFocus,
  ),
  command(
    "move-left",
    "Move to the group before",
    ["Alt+Shift+ArrowLeft"],
    (stage, context) => moveToGroup(stage, context, -1),
    onFocus,
  ),
  command(
    "move-right",
    "Move to the next group",
    ["Alt+Shift+ArrowRight"],
    (stage, context) => moveToGroup(stage, context, 1),
    onFocus,
  ),
  command(
    "move-lane-up",
    "Move to the lane above",
    ["Alt+Shift+PageUp"],
    (stage, context) => moveToLane(stage, context, -1),
    hasLanes,
  ),
  command(
    "move-lane-down",
    "Move to the lane below",
    ["Alt+Shift+PageDown"],
    (stage, context) => moveToLane(stage, context, 1),
    hasLanes,
  ),
];

const viewing: readonly Command[] = [
  ofScreen("filter", "Add filter", ["f"], () => openFilter("add")),
  ofScreen("filter-text", "Type a filter", ["Shift+l"], () => openFilter("text")),
  ofScreen(
    "clear-filters",
    "Clear filters",
    ["Shift+f"],
    (stage) => stage.change({ query: "" }),
    (stage) => stage.settings.query !== "",
  ),
  ofScreen("find", "Find in list", ["$mod+f"], () => openFilter("find")),
  ofScreen("group", "Group and display", ["Shift+g"], () => openDisplay()),
  ofScreen("layout-list", "Show as list", ["v 1"], (stage) => stage.change({ layout: "list" })),
  ofScreen("layout-board", "Show as board", ["v 2"], (stage) => stage.change({ layout: "board" })),
];

export const listCommands: readonly Command[] = [...walking, ...choosing, ...opening, ...moving, ...viewing];

function open({ scene }: Stage): void {
  const { focus } = selection.get();
  if (focus) scene.open(focus.id);
}

function clear(stage: Stage): void {
  if (selection.get().chosen.size > 0) selection.clear();
  else if (stage.peek !== null) stage.closePeek();
  else selection.clear();
}

function fold({ scene, settings }: Stage, closed: boolean): void {
  const { focus } = selection.get();
  if (focus && settings.group !== null) setCollapsed(scene.scope, settings, focus.group, closed);
}
