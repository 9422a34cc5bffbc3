import { Ellipsis, Pencil, Send } from "lucide-react";
import { exactTime } from "../../lib/dates.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Switch } from "../../ui/toggle.tsx";
import { Once } from "../settings/once.tsx";
import { Back } from "../settings/parts.tsx";
import type { Desk } from "./commands.ts";
import { Health } from "./list.tsx";
import { Log } from "./log.tsx";
import { HookMenu } from "./menu.tsx";
import type { Secret, Webhook } from "./webhook.ts";
import { toldWords } from "./words.ts";

export interface HookProps {
  slug: string;
  webhook: Webhook;
  desk: Desk;
  /** Said just now; undefined: nobody knows it any more. */
  secret: Secret | undefined;
  sent: number;
  onSeen: (webhook: Webhook) => void;
  onLeave: () => void;
}

/** One webhook: what it is, what can be done with it, and what became of its deliveries. */
export function Hook({ slug, webhook, desk, secret, sent, onSeen, onLeave }: HookProps) {
  const { previous_secret_until: until } = webhook;
  const isOverlap = !secret && until && Date.parse(until) > Date.now();
  return (
    <>
      <Back to="All webhooks" onLeave={onLeave} />
      <div className="flex items-start justify-between gap-4">
        <h2 className="min-w-0 text-15 font-semibold wrap-anywhere">{webhook.url}</h2>
        <Switch label={`Webhook ${webhook.url}`} checked={webhook.is_active} onChange={() => desk.toggle(webhook)} />
      </div>
      <p className="mt-0.5 text-13 text-muted wrap-anywhere">
        {toldWords(webhook)}, {webhook.delivery_mode === "change" ? "once per change" : "once per changed field"}.
        {isOverlap && ` The secret before this one is good until ${exactTime(until)}.`}
      </p>
      <Health webhook={webhook} onSwitchOn={() => desk.toggle(webhook)} />
      <div className="mt-4 mb-6 flex flex-wrap gap-2">
        <Button icon={<Send aria-hidden="true" />} onClick={() => desk.test(webhook)}>
          Send a test
          <Kbd keys="t" />
        </Button>
        <Button icon={<Pencil aria-hidden="true" />} onClick={() => desk.edit(webhook)}>
          Edit
          <Kbd keys="e" />
        </Button>
        <HookMenu
          isOpen
          webhook={webhook}
          desk={desk}
          trigger={
            <IconButton label={`More about ${webhook.url}`}>
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        />
      </div>
      {secret && (
        <div className="mb-6">
          <Fresh secret={secret} />
        </div>
      )}
      <Log slug={slug} webhook={webhook} sent={sent} onSeen={onSeen} />
    </>
  );
}

function Fresh({ secret }: { secret: Secret }) {
  return (
    <Once
      sentence="Copy the secret now. It is not shown again."
      secrets={[
        ["Secret", secret.key],
        ["The same for libraries of Standard Webhooks", secret.signing],
      ]}
    >
      Each delivery is signed with it, so that the receiver knows where it is from.
      {secret.until && ` The secret before it is good too until ${exactTime(secret.until)}.`}
    </Once>
  );
}
