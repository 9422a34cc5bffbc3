import { useEffect, useId, useState } from "react";
import { useFetched } from "../../app/fetched.ts";
import { useSubmit } from "../../app/submit.ts";
import { Button } from "../../ui/button.tsx";
import { CheckLine } from "../../ui/check-line.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { FormError } from "../auth/frame.tsx";
import { countRange, instantOf, isSendable, localInput, type Range, rangeWords } from "./range.ts";
import { readDeliveries, sendRangeAgain } from "./remote.ts";
import type { Webhook } from "./webhook.ts";

const DAY = 86_400_000;
/** Who types a time is not asked after each digit. */
const TYPING = 250;
/** The most that the server gives at once. */
const AT_ONCE = 1000;

export interface AgainDialogProps {
  slug: string;
  webhook: Webhook;
  onClose: () => void;
  onSent: () => void;
}

/** Sends once more what was made in a range of time, and says before how much that is. */
export function AgainDialog({ slug, webhook, onClose, onSent }: AgainDialogProps) {
  const form = useId();
  const at = { slug, id: webhook.id };
  const [from, setFrom] = useState(() => localInput(new Date(Date.now() - DAY)));
  const [to, setTo] = useState("");
  const [isAll, setAll] = useState(false);
  const after = instantOf(from);
  const before = to ? instantOf(to) : null;
  const range = after && after < (before ?? new Date().toISOString()) ? { after, before, isAll } : null;
  const counting = useCount(at, range);
  const { errors, pending, onSubmit } = useSubmit(["after", "before"], async () => {
    if (!range) return;
    const until = range.before ? { before: range.before } : {};
    const count = await sendRangeAgain(at, { after: range.after, ...until, include_delivered: isAll });
    toast(count === 1 ? "1 delivery is sent again" : `${count} deliveries are sent again`);
    onClose();
    onSent();
  });
  const isSome = counting.data !== undefined && isSendable(counting.data);
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Send deliveries again"
      footer={
        <Button type="submit" form={form} variant="primary" size="lg" disabled={pending || !range || !isSome}>
          Send again
        </Button>
      }
    >
      <form id={form} onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label="From" error={errors.after}>
            <Input type="datetime-local" value={from} onChange={(event) => setFrom(event.currentTarget.value)} />
          </Field>
          <Field label="To" aside="now if empty" error={errors.before}>
            <Input type="datetime-local" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
          </Field>
        </div>
        <CheckLine checked={isAll} onChange={setAll}>
          What was delivered too, not only what failed
        </CheckLine>
        <p aria-live="polite" className="min-h-10 rounded-control bg-sunken px-3 py-2 text-13 text-muted">
          {range === null && "Choose a time that ends after it begins."}
          {range && counting.error && `How many these are could not be read. ${counting.error.message}`}
          {range && !counting.error && !counting.data && <span className="late">Counting…</span>}
          {range && !counting.error && counting.data && rangeWords(counting.data, isAll)}
        </p>
      </form>
    </Dialog>
  );
}

function useCount(at: { slug: string; id: string }, range: Range | null) {
  const key = range ? `${range.after} ${range.before} ${range.isAll}` : "";
  const [settled, setSettled] = useState(key);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(key), TYPING);
    return () => clearTimeout(timer);
  }, [key]);
  const { data, error } = useFetched(settled, async () => {
    if (!range) return { key, count: 0, isMore: false };
    const counted = await countRange(range, (page) => readDeliveries(at, range.isAll ? null : "failed", page, AT_ONCE));
    return { key, ...counted };
  });
  // Of another range nothing is said.
  return { data: data?.key === key ? data : undefined, error };
}
