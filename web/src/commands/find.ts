/** What the palette finds: commands that fit, and items held here. */

import { addressOf, keyOf } from "../features/properties/address.ts";
import { fold, matcher, score } from "../lib/match.ts";
import type { Engine } from "../sync/contract.ts";
import type { Project, WorkItem } from "../sync/rows.ts";
import { type Command, type CommandContext, fits, type Section, titleOf } from "./registry.ts";

export interface CommandHit {
  readonly kind: "command";
  readonly id: string;
  readonly title: string;
  readonly command: Command;
}

export interface ItemHit {
  readonly kind: "item";
  readonly id: string;
  readonly key: string;
  readonly address: string;
  readonly item: WorkItem;
  readonly project: Project;
}

/** An item that only the server found, by its text or comments. */
export interface RemoteHit {
  readonly kind: "remote";
  readonly id: string;
  readonly key: string;
  readonly title: string;
}

export interface ProjectHit {
  readonly kind: "project";
  readonly id: string;
  readonly project: Project;
}

export type Hit = CommandHit | ItemHit | RemoteHit | ProjectHit;

/** First what acts on the selection, then where to go, then everything. */
const ORDER: readonly Section[] = ["Selection", "Go to", "Create", "Edit", "View", "Workspace", "Account", "Help"];

export function commandHits(commands: readonly Command[], context: CommandContext): CommandHit[] {
  return commands
    .filter((command) => command.id !== "palette.open" && fits(command, context))
    .map((command) => ({ kind: "command" as const, id: command.id, title: titleOf(command, context), command }))
    .sort((a, b) => ORDER.indexOf(a.command.section) - ORDER.indexOf(b.command.section));
}

/** The hits that match, the best first; among equals what acts on the selection, then where to go. */
export function matching(hits: readonly CommandHit[], query: string): CommandHit[] {
  const words = fold(query.trim());
  return hits
    .map((hit) => ({ hit, rank: rankOf(hit, words) }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank)
    .map(({ hit }) => hit);
}

function rankOf({ title, command }: CommandHit, words: string): number {
  const own = score(fold(title), words);
  if (own > 0) return own;
  return score(fold([title, command.section, ...(command.keywords ?? [])].join(" ")), words) / 3;
}

export function projectHits(engine: Engine, query: string): ProjectHit[] {
  const words = fold(query.trim());
  return [...engine.table("project").all()]
    .filter((project) => project.member_role !== null && !project.archived_at)
    .map((project) => ({
      project,
      rank: Math.max(score(fold(project.name), words), score(fold(project.identifier), words)),
    }))
    .filter(({ rank }) => rank > 0)
    .sort((a, b) => b.rank - a.rank || a.project.name.localeCompare(b.project.name))
    .map(({ project }) => ({ kind: "project", id: project.id, project }));
}

/** Folding ten thousand titles on each key would show; a row never changes, a changed item is another row. */
const folded = new WeakMap<WorkItem, string>();

function titleWords(item: WorkItem): string {
  const known = folded.get(item);
  if (known !== undefined) return known;
  const made = fold(item.name);
  folded.set(item, made);
  return made;
}

/** Items by key (`eng-12`, `12`) and by title; open ones and newer ones first. */
export function itemHits(engine: Engine, query: string, most: number): ItemHit[] {
  const words = fold(query.trim());
  if (words === "") return [];
  const projects = engine.table("project");
  const number = /^(?:([a-z0-9]+)-)?(\d+)$/.exec(words);
  const worth = matcher(words);
  let found: Found[] = [];
  for (const item of engine.table("work_item").all()) {
    const rank = number ? keyRank(item, number, projects.get(item.project)) : 0;
    const best = rank || worth(titleWords(item));
    if (best > 0) found.push({ item, rank: best - (item.completed_at ? 5 : 0) });
    // One letter finds nearly all of them: only the best are sorted to the end.
    if (found.length > most * 20) found = found.sort(better).slice(0, most);
  }
  return found
    .sort(better)
    .slice(0, most)
    .flatMap(({ item }) => {
      const project = projects.get(item.project);
      if (!project) return [];
      const names = { key: keyOf(project, item), address: addressOf(project, item) };
      return [{ kind: "item", id: item.id, ...names, item, project } as const];
    });
}

interface Found {
  readonly item: WorkItem;
  readonly rank: number;
}

function better(a: Found, b: Found): number {
  if (a.rank !== b.rank) return b.rank - a.rank;
  if (a.item.updated_at === b.item.updated_at) return 0;
  return a.item.updated_at < b.item.updated_at ? 1 : -1;
}

function keyRank(item: WorkItem, [, letters, digits]: RegExpExecArray, project: Project | undefined): number {
  // Without a number it is found by its title only.
  if (item.sequence_id === 0 || (letters && project?.identifier.toLowerCase() !== letters)) return 0;
  const number = String(item.sequence_id);
  if (number === digits) return letters ? 200 : 120;
  return letters && number.startsWith(digits ?? "") ? 90 : 0;
}
