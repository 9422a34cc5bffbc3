/** What can be done with an open item besides changing its properties. */

import type { Engine } from "../../sync/contract.ts";
import type { WorkItem } from "../../sync/rows.ts";
import { toast } from "../../ui/toast.tsx";
import { catalogOf } from "../properties/index.ts";

export function linkOf(engine: Engine, item: WorkItem): string {
  return `${location.origin}/${engine.slug}/item/${catalogOf(engine).key(item)}`;
}

export function copyLink(engine: Engine, item: WorkItem): void {
  void copy(linkOf(engine, item), "Copied the link");
}

export function copyTitleAndLink(engine: Engine, item: WorkItem): void {
  void copy(`${item.name} ${linkOf(engine, item)}`, "Copied title and link");
}

export function copyKey(engine: Engine, item: WorkItem): void {
  const key = catalogOf(engine).key(item);
  void copy(key, `Copied ${key}`);
}

export function copyBranch(engine: Engine, item: WorkItem): void {
  const name = branchName(catalogOf(engine).key(item), item.name);
  void copy(name, `Copied ${name}`);
}

/** A name that Git takes and people can read: `eng-42-fix-the-lift`. */
export function branchName(key: string, title: string): string {
  const words = title
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 50)
    .replace(/^-+|-+$/g, "");
  return words ? `${key.toLowerCase()}-${words}` : key.toLowerCase();
}

async function copy(text: string, said: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(said);
  } catch {
    toast("The browser did not allow copying", { tone: "danger", detail: text });
  }
}

/** Gone at once; the toast takes it back. */
export function deleteItem(engine: Engine, item: WorkItem): void {
  const key = catalogOf(engine).key(item);
  const mutation = { kind: "delete" as const, entity: "work_item" as const, id: item.id };
  engine.mutate(mutation, { label: `Deleted ${key}` }).sent.catch(() => undefined);
}
