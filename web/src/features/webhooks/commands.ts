/** What keys and palette do on the page of webhooks. */

import type { Command } from "../../commands/registry.ts";
import type { Delivery, Webhook } from "./webhook.ts";

export interface Desk {
  /** The one that is open, or had the focus last. */
  readonly webhook: Webhook | null;
  readonly create: () => void;
  readonly open: (webhook: Webhook) => void;
  readonly edit: (webhook: Webhook) => void;
  readonly test: (webhook: Webhook) => void;
  readonly toggle: (webhook: Webhook) => void;
  readonly rotate: (webhook: Webhook) => void;
  readonly again: (webhook: Webhook) => void;
  readonly remove: (webhook: Webhook) => void;
}

export function deskCommands(desk: () => Desk): readonly Command[] {
  const of = (
    id: string,
    title: string | ((webhook: Webhook) => string),
    run: (desk: Desk, webhook: Webhook) => void,
    keys: readonly string[] = [],
  ): Command => ({
    id: `webhook.${id}`,
    title: () => {
      const { webhook } = desk();
      return typeof title === "string" ? title : webhook ? title(webhook) : "Switch webhook on or off";
    },
    section: "Selection",
    keywords: ["webhook", "hook", "delivery"],
    ...(keys.length > 0 ? { keys } : {}),
    when: () => desk().webhook !== null,
    run: () => {
      const now = desk();
      if (now.webhook) run(now, now.webhook);
    },
  });
  return [
    {
      id: "webhook.create",
      title: "Create webhook",
      section: "Create",
      keys: ["n"],
      keywords: ["hook", "integration"],
      when: () => true,
      run: () => desk().create(),
    },
    of("open", "Deliveries of the webhook", (now, webhook) => now.open(webhook), ["h"]),
    of("edit", "Edit webhook", (now, webhook) => now.edit(webhook), ["e"]),
    of("test", "Send a test to the webhook", (now, webhook) => now.test(webhook), ["t"]),
    of(
      "toggle",
      ({ is_active }) => `Switch webhook ${is_active ? "off" : "on"}`,
      (now, webhook) => now.toggle(webhook),
    ),
    of("rotate", "New secret for the webhook…", (now, webhook) => now.rotate(webhook)),
    of("again", "Send deliveries again…", (now, webhook) => now.again(webhook)),
    of("delete", "Delete webhook…", (now, webhook) => now.remove(webhook), ["#", "Shift+#"]),
  ];
}

/** The log of one, while it is open. */
export interface Reading {
  /** The delivery that had the focus last, if it can be sent again. */
  readonly delivery: Delivery | null;
  readonly again: (delivery: Delivery) => void;
  readonly refresh: () => void;
}

export function readingCommands(reading: () => Reading): readonly Command[] {
  return [
    {
      id: "webhook.delivery-again",
      title: "Send this delivery again",
      section: "Selection",
      keys: ["r"],
      keywords: ["redeliver", "retry", "webhook"],
      when: () => reading().delivery !== null,
      run: () => {
        const { delivery, again } = reading();
        if (delivery) again(delivery);
      },
    },
    {
      id: "webhook.refresh",
      title: "Refresh deliveries",
      section: "View",
      keys: ["Shift+r"],
      keywords: ["reload", "webhook", "log"],
      when: () => true,
      run: () => reading().refresh(),
    },
  ];
}

/** The editor, while it is open. */
export interface Writing {
  readonly save: () => void;
}

export function writingCommands(writing: () => Writing): readonly Command[] {
  return [
    {
      id: "webhook.save",
      title: "Save webhook",
      section: "Edit",
      keys: ["$mod+Enter"],
      whileTyping: true,
      when: () => true,
      run: () => writing().save(),
    },
  ];
}
