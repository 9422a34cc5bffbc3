/** Files on their way to an item: they go on while the panel is closed. */

import { inWords } from "../../app/error.ts";
import { newId } from "../../lib/ids.ts";
import { store } from "../../lib/store.ts";
import type { Parts } from "../detail/parts.ts";
import { attachFile } from "../detail/upload.ts";

export interface Sending {
  readonly id: string;
  readonly file: File;
  readonly fraction: number;
  /** Why it stopped. */
  readonly failure: string | null;
}

interface Job extends Sending {
  readonly abort: AbortController;
}

const none: readonly Sending[] = [];
const jobs = store<ReadonlyMap<string, readonly Job[]>>(new Map());

/** What is on its way to this item. */
export const useSendingTo = (item: string): readonly Sending[] => jobs.use((all) => all.get(item) ?? none);

function set(item: string, change: (jobs: readonly Job[]) => readonly Job[]): void {
  jobs.set(new Map(jobs.get()).set(item, change(jobs.get().get(item) ?? [])));
}

export function attach(parts: Parts, files: readonly File[]): void {
  for (const file of files) start(parts, file, newId());
}

export function tryAgain(parts: Parts, id: string): void {
  const job = jobs
    .get()
    .get(parts.at.item)
    ?.find((each) => each.id === id);
  cancel(parts, id);
  if (job) start(parts, job.file, id);
}

export function cancel(parts: Parts, id: string): void {
  set(parts.at.item, (all) => {
    for (const job of all) if (job.id === id) job.abort.abort();
    return all.filter((job) => job.id !== id);
  });
}

function start(parts: Parts, file: File, id: string): void {
  const { item } = parts.at;
  const abort = new AbortController();
  set(item, (all) => [...all, { id, file, fraction: 0, failure: null, abort }]);
  const update = (change: Partial<Sending>) =>
    set(item, (all) => all.map((job) => (job.id === id ? { ...job, ...change } : job)));
  attachFile(parts.at, file, (fraction) => update({ fraction }), abort.signal).then(
    async () => {
      await parts.attachments.load();
      set(item, (all) => all.filter((job) => job.id !== id));
      parts.activities.stale();
    },
    (error: unknown) => {
      if (!abort.signal.aborted) update({ failure: inWords(error).message });
    },
  );
}
