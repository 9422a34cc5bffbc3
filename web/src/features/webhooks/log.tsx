import { RefreshCw } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { inWords } from "../../app/error.ts";
import { useCommands } from "../../commands/use.ts";
import { IconButton } from "../../ui/button.tsx";
import { Segments } from "../../ui/segments.tsx";
import { ErrorState, Waiting } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { LastSeen, Section } from "../settings/parts.tsx";
import { useShown } from "../settings/shown.ts";
import { readingCommands } from "./commands.ts";
import { type LineActs, Lone, Row } from "./delivery.tsx";
import { Pager } from "./pager.tsx";
import { place } from "./place.ts";
import { useLog } from "./reading.ts";
import { sendAgain } from "./remote.ts";
import type { Delivery, Status, Webhook } from "./webhook.ts";

const FILTERS: readonly (readonly [Status | "all", string])[] = [
  ["all", "All"],
  ["failed", "Failed"],
  ["waiting", "Waiting"],
  ["delivered", "Delivered"],
];
const NONE: Readonly<Record<Status | "all", string>> = {
  all: "Nothing was sent in the last 30 days. Send a test, or change something that it is told of.",
  failed: "Nothing failed in the last 30 days.",
  waiting: "Nothing waits to be sent.",
  delivered: "Nothing was delivered in the last 30 days.",
};

const TOTALS: Readonly<Record<Status | "all", string>> = {
  all: "in the last 30 days",
  failed: "failed in the last 30 days",
  waiting: "waiting to be sent",
  delivered: "delivered in the last 30 days",
};

export interface LogProps {
  slug: string;
  webhook: Webhook;
  /** Grows with what was sent from elsewhere on the page. */
  sent: number;
  /** How the webhook is by now, which changes with its deliveries. */
  onSeen: (webhook: Webhook) => void;
}

/** What was sent to a webhook and what waits for it, the newest first. */
export function Log({ slug, webhook, sent, onSeen }: LogProps) {
  const { shown, go } = useShown(place);
  const { status = null, page = 1 } = shown;
  const at = { slug, id: webhook.id };
  const [focused, setFocused] = useState(shown.delivery);
  const { data, error, isOld, look } = useLog(at, status, page, onSeen);
  const [lone, setLone] = useState<Delivery>();
  const [looked, setLooked] = useState(sent);
  const top = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was sent is looked for
  useEffect(() => {
    if (sent !== looked) void look().then(() => setLooked(sent));
  }, [sent]);
  useEffect(() => {
    if (shown.delivery) setFocused(shown.delivery);
  }, [shown.delivery]);
  const open = (delivery: string | undefined) => go({ ...shown, delivery }, true);
  const again = async (delivery: Delivery) => {
    try {
      const { id } = await sendAgain(at, delivery.id);
      toast("It is sent again", { action: { label: "Show", run: () => go({ hook: webhook.id, delivery: id }) } });
      void look();
    } catch (failed) {
      toast("It was not sent again", { tone: "danger", detail: inWords(failed).message });
    }
  };
  const acts: LineActs = { at, isActive: webhook.is_active, open, again: (delivery) => void again(delivery) };
  const isEmpty = data?.deliveries.length === 0;
  const current = [...(data?.deliveries ?? []), ...(lone ? [lone] : [])].find(({ id }) => id === focused);
  useCommands(
    {
      delivery: current && current.status !== "waiting" ? current : null,
      again: acts.again,
      refresh: () => void look(),
    },
    readingCommands,
  );
  // What was sent just now is in the list as soon as that is read.
  const isElsewhere =
    data && !isOld && looked === sent && shown.delivery && !data.deliveries.some(({ id }) => id === shown.delivery);
  return (
    <Section
      title="Deliveries"
      lead={data ? `${data.total.toLocaleString("en-GB")} ${TOTALS[data.status ?? "all"]}.` : "\u00a0"}
      action={
        <IconButton label="Refresh deliveries" keys="Shift+r" onClick={() => void look()}>
          <RefreshCw aria-hidden="true" />
        </IconButton>
      }
    >
      <div ref={top}>
        <Segments
          bare
          title="Show"
          value={status ?? "all"}
          options={FILTERS}
          onChange={(chosen) => go({ hook: webhook.id, ...(chosen === "all" ? {} : { status: chosen }) }, true)}
        />
      </div>
      {error && !data && <ErrorState {...error} retry={() => void look()} />}
      {error && data && <LastSeen message={error.message} onRetry={() => void look()} />}
      {!data && !error && <Waiting />}
      {isElsewhere && shown.delivery && <Lone key={shown.delivery} id={shown.delivery} acts={acts} onRead={setLone} />}
      {data && isEmpty && data.page === 1 && !isElsewhere && (
        <p className="text-13 text-muted">{NONE[data.status ?? "all"]}</p>
      )}
      {data && !isEmpty && (
        <ul aria-label="Deliveries" aria-busy={isOld} className="divide-y divide-line rounded-panel border border-line">
          {data.deliveries.map((delivery) => (
            <Row
              key={delivery.id}
              delivery={delivery}
              isOpen={shown.delivery === delivery.id}
              acts={acts}
              onFocus={() => setFocused(delivery.id)}
            />
          ))}
        </ul>
      )}
      {data && (data.page > 1 || !data.isLast) && (
        <Pager
          data={data}
          onPage={(next) => {
            go({ ...shown, delivery: undefined, page: next });
            top.current?.scrollIntoView({ block: "nearest" });
          }}
        />
      )}
    </Section>
  );
}
