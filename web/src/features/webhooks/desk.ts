/** What can be done with webhooks from the page, by button, menu or key. */

import { useState } from "react";
import { inWords } from "../../app/error.ts";
import type { Fetched } from "../../app/fetched.ts";
import { useHere } from "../../app/here.ts";
import { toast } from "../../ui/toast.tsx";
import type { Place } from "../settings/shown.ts";
import type { Asked } from "./asking.tsx";
import type { Desk } from "./commands.ts";
import type { Shown } from "./place.ts";
import { changeWebhook, deleteWebhook, sendTest } from "./remote.ts";
import type { Webhook } from "./webhook.ts";

export interface DeskWork {
  readonly desk: Desk;
  /** Shows how a webhook is by now. */
  readonly put: (webhook: Webhook) => void;
  readonly remove: (webhook: Webhook) => Promise<void>;
  /** Grows with what was sent from here, so that the log looks. */
  readonly sent: number;
  readonly onSent: () => void;
}

export interface DeskOptions {
  slug: string;
  /** The webhook that the commands are about. */
  current: Webhook | null;
  set: Fetched<readonly Webhook[]>["set"];
  place: Place<Shown>;
  /** Asks before it is done. */
  ask: (asked: Asked) => void;
}

export function useDesk({ slug, current, set, place: { shown, go }, ask }: DeskOptions): DeskWork {
  const [sent, setSent] = useState(0);
  const isHere = useHere();
  const onSent = () => setSent((count) => count + 1);
  const put = (webhook: Webhook) => set((held) => held.map((other) => (other.id === webhook.id ? webhook : other)));
  const toggle = (webhook: Webhook) => {
    const is_active = !webhook.is_active;
    put({ ...webhook, is_active, ...(is_active ? { disabled_at: null, failing_since: null } : {}) });
    return attempt(`The webhook was not switched ${is_active ? "on" : "off"}`, async () => {
      try {
        put(await changeWebhook({ slug, id: webhook.id }, { is_active }));
        onSent();
      } catch (failed) {
        put(webhook);
        throw failed;
      }
    });
  };
  const remove = (webhook: Webhook) =>
    attempt("The webhook was not deleted", async () => {
      await deleteWebhook({ slug, id: webhook.id });
      set((held) => held.filter(({ id }) => id !== webhook.id));
      toast("Webhook deleted");
      if (shown.hook === webhook.id && isHere()) go({});
    });
  const test = (webhook: Webhook) =>
    attempt("The test was not sent", async () => {
      const from = location.href;
      const { id } = await sendTest({ slug, id: webhook.id });
      onSent();
      // Who has gone elsewhere meanwhile is not fetched back.
      if (location.href === from) go({ hook: webhook.id, delivery: id }, shown.hook === webhook.id);
    });
  const desk: Desk = {
    webhook: current,
    create: () => go({ edit: "new" }),
    open: ({ id }) => go({ hook: id }),
    edit: ({ id }) => go({ edit: id }),
    test: (webhook) => void test(webhook),
    toggle: (webhook) => void toggle(webhook),
    rotate: (webhook) => ask({ what: "rotate", webhook }),
    again: (webhook) => ask({ what: "again", webhook }),
    remove: (webhook) => ask({ what: "delete", webhook }),
  };
  return { desk, put, remove, sent, onSent };
}

async function attempt(failure: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (failed) {
    toast(failure, { tone: "danger", detail: inWords(failed).message });
  }
}
