import { Check, ChevronDown, ChevronRight, Clock, RotateCcw, X } from "lucide-react";
import { useEffect, useId } from "react";
import { useFetched } from "../../app/fetched.ts";
import { exactTime, relativeTime } from "../../lib/dates.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { cx } from "../../ui/classes.ts";
import { Kbd } from "../../ui/kbd.tsx";
import { ErrorState, Waiting } from "../../ui/states.tsx";
import { tip } from "../../ui/tooltip.tsx";
import { eventWords } from "./events.ts";
import { type At, readDelivery } from "./remote.ts";
import { Code, Tries } from "./tries.tsx";
import type { Delivery, WholeDelivery } from "./webhook.ts";
import { readable, stateWords, subjectOf } from "./words.ts";

/** What can be done with a delivery. */
export interface LineActs {
  readonly at: At;
  readonly isActive: boolean;
  /** undefined: shuts the one that is open. */
  readonly open: (delivery: string | undefined) => void;
  readonly again: (delivery: Delivery) => void;
}

const ICONS: Readonly<Record<string, typeof Check>> = { delivered: Check, failed: X, waiting: Clock };
const TONES: Readonly<Record<string, string>> = { delivered: "text-success", failed: "text-danger" };

export interface RowProps {
  delivery: Delivery;
  isOpen: boolean;
  acts: LineActs;
  onFocus: () => void;
}

/** A delivery, which opens to all that there is to know about it. */
export function Row({ delivery, isOpen, acts, onFocus }: RowProps) {
  const inside = useId();
  const words = eventWords(delivery.event, delivery.action);
  const Icon = ICONS[delivery.status] ?? Clock;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <li onFocus={onFocus}>
      <div className="flex items-start gap-1 pr-2 hover:bg-hover">
        <button
          type="button"
          aria-expanded={isOpen}
          aria-controls={isOpen ? inside : undefined}
          onClick={() => acts.open(isOpen ? undefined : delivery.id)}
          className="flex min-w-0 flex-1 items-start gap-2.5 rounded-control py-2 pl-2 text-left pointer-coarse:py-3"
        >
          <Chevron aria-hidden="true" className="mt-0.5 -mr-1 shrink-0 text-muted" />
          <Icon aria-hidden="true" className={cx("mt-0.5 shrink-0", TONES[delivery.status] ?? "text-muted")} />
          <span className="min-w-0 flex-1">
            <span className="flex items-baseline gap-3 text-13">
              <span className="min-w-0 flex-1 truncate">{words}</span>
              <time
                dateTime={delivery.created_at}
                {...tip(exactTime(delivery.created_at))}
                className="shrink-0 text-12 text-muted"
              >
                {relativeTime(delivery.created_at)}
              </time>
            </span>
            <span className="block text-12 text-muted">
              {stateWords(delivery, acts.isActive, Date.now())}
              {delivery.redelivery_of && " · sent again"}
            </span>
          </span>
        </button>
        {delivery.status === "failed" && !isOpen ? (
          <IconButton label={`Send again: ${words}`} keys="r" className="mt-1.5" onClick={() => acts.again(delivery)}>
            <RotateCcw aria-hidden="true" />
          </IconButton>
        ) : (
          <span className="w-7 shrink-0 max-sm:w-1" />
        )}
      </div>
      {isOpen && (
        <div id={inside} className="border-t border-line bg-sunken">
          <Inside delivery={delivery} acts={acts} />
        </div>
      )}
    </li>
  );
}

/** What there is to know of one that stands in the list; read again when another try was made. */
function Inside({ delivery, acts }: { delivery: Delivery; acts: LineActs }) {
  const { id, status, attempts } = delivery;
  const { data, error, reload } = useFetched(`${id} ${status} ${attempts}`, () => readDelivery(acts.at, id));
  if (data) return <Whole delivery={data} acts={acts} />;
  if (error) return <ErrorState {...error} retry={() => void reload()} className="py-8" />;
  return <Waiting className="py-8" />;
}

/** One that was asked for by its address and is not on this page of the log. */
export function Lone({ id, acts, onRead }: { id: string; acts: LineActs; onRead: (delivery: Delivery) => void }) {
  const { data, error, reload } = useFetched(id, () => readDelivery(acts.at, id));
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is told once
  useEffect(() => {
    if (data) onRead(data);
  }, [data]);
  if (error && !data) return <ErrorState {...error} retry={() => void reload()} className="py-8" />;
  if (!data) return null;
  return (
    <ul aria-label="Open delivery" className="rounded-panel border border-line">
      <Row isOpen delivery={data} acts={acts} onFocus={() => undefined} />
    </ul>
  );
}

function Whole({ delivery, acts }: { delivery: WholeDelivery; acts: LineActs }) {
  const { redelivery_of: first } = delivery;
  const isOver = delivery.status !== "waiting";
  const subject = subjectOf(delivery.request_body);
  return (
    <div className="flex flex-col gap-4 px-3 py-3">
      <div className="flex items-start justify-between gap-3 max-sm:flex-col">
        <div className="min-w-0">
          {subject && <p className="text-13 font-medium wrap-anywhere">{subject}</p>}
          <p className="tabular text-12 text-muted wrap-anywhere">
            {exactTime(delivery.created_at)}, message {delivery.message_id}
          </p>
        </div>
        {(first || isOver) && (
          <div className="flex shrink-0 gap-2">
            {first && <Button onClick={() => acts.open(first)}>Show the first</Button>}
            {isOver && (
              <Button icon={<RotateCcw aria-hidden="true" />} onClick={() => acts.again(delivery)}>
                Send again
                <Kbd keys="r" />
              </Button>
            )}
          </div>
        )}
      </div>
      {delivery.tries.length > 0 && <Tries tries={delivery.tries} />}
      <Code title="Body sent" text={readable(delivery.request_body)} />
    </div>
  );
}
