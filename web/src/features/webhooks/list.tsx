import { CirclePause, Ellipsis, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { exactTime } from "../../lib/dates.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import { Kbd } from "../../ui/kbd.tsx";
import { EmptyState } from "../../ui/states.tsx";
import { Switch } from "../../ui/toggle.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { Lines, ReadOnly, Section } from "../settings/parts.tsx";
import type { Desk } from "./commands.ts";
import { HookMenu } from "./menu.tsx";
import { PATIENCE_DAYS, type Webhook } from "./webhook.ts";
import { momentInSentence, toldWords } from "./words.ts";

export interface OverviewProps {
  webhooks: readonly Webhook[];
  /** Whether one was asked for that is not among them. */
  isGone: boolean;
  desk: Desk;
  onFocus: (id: string) => void;
}

export function Overview({ webhooks, isGone, desk, onFocus }: OverviewProps) {
  const gone = isGone && <ReadOnly>This webhook is not there. It may have been deleted.</ReadOnly>;
  if (webhooks.length === 0) {
    return (
      <>
        {gone}
        <EmptyState
          sentence="A webhook tells another program what happens in this workspace. There are none yet."
          action={{ label: "Create webhook", keys: "n", run: desk.create }}
        />
      </>
    );
  }
  return (
    <Section
      lead="Other programs that are told what happens in this workspace."
      action={
        <Button variant="primary" onClick={desk.create}>
          Create webhook
          <Kbd keys="n" />
        </Button>
      }
    >
      {gone}
      <Lines label="Webhooks">
        {webhooks.map((webhook) => (
          <Line key={webhook.id} webhook={webhook} desk={desk} onFocus={() => onFocus(webhook.id)} />
        ))}
      </Lines>
    </Section>
  );
}

interface LineProps {
  webhook: Webhook;
  desk: Desk;
  onFocus: () => void;
}

function Line({ webhook, desk, onFocus }: LineProps) {
  return (
    <li onFocus={onFocus} className="py-2.5 pr-2 pl-3">
      <div className="flex items-start gap-3">
        <button
          type="button"
          onClick={() => desk.open(webhook)}
          className={cx(
            "min-w-0 flex-1 rounded-control text-left text-13 font-medium hover:underline pointer-coarse:py-2.5",
            !webhook.is_active && "text-muted",
          )}
        >
          <span className="line-clamp-2 wrap-anywhere">{webhook.url}</span>
        </button>
        <Switch
          label={`Webhook ${webhook.url}`}
          checked={webhook.is_active}
          onChange={() => desk.toggle(webhook)}
          className="-my-0.5 pointer-coarse:my-2.5"
        />
        <HookMenu
          webhook={webhook}
          desk={desk}
          trigger={
            <IconButton label={`More about ${webhook.url}`} className="-my-1 pointer-coarse:my-0">
              <Ellipsis aria-hidden="true" />
            </IconButton>
          }
        />
      </div>
      <div className="pr-1 sm:pr-20">
        <p className="text-12 text-muted wrap-anywhere">{toldWords(webhook)}</p>
        <Health webhook={webhook} onSwitchOn={() => desk.toggle(webhook)} />
      </div>
    </li>
  );
}

/** Says what is wrong with it, if something is, and what helps. */
export function Health({ webhook, onSwitchOn }: { webhook: Webhook; onSwitchOn: () => void }) {
  const { is_active, disabled_at: given_up, failing_since: failing } = webhook;
  if (!is_active && given_up) {
    return (
      <Trouble icon={<CirclePause aria-hidden="true" className="size-3.5! text-danger" />}>
        <span>
          <span className="font-medium">Given up</span> <At iso={given_up} />: nothing got through for {PATIENCE_DAYS}{" "}
          days.
        </span>
        <Button size="sm" onClick={onSwitchOn}>
          Switch on again
        </Button>
      </Trouble>
    );
  }
  if (!is_active || !failing) return null;
  return (
    <Trouble icon={<TriangleAlert aria-hidden="true" className="size-3.5! text-warning" />}>
      <span>
        <span className="font-medium">Failing</span> since <At iso={failing} />. After {PATIENCE_DAYS} days it is
        switched off.
      </span>
    </Trouble>
  );
}

function Trouble({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <div className="mt-1.5 flex items-start gap-1.5 text-12">
      <span className="mt-px flex h-4 shrink-0 items-center">{icon}</span>
      <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">{children}</div>
    </div>
  );
}

function At({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} {...tip(exactTime(iso))}>
      {momentInSentence(iso)}
    </time>
  );
}
