import { useId, useRef, useState } from "react";
import { Refused } from "../../api/asked.ts";
import { ApiError } from "../../api/client.ts";
import { inWords } from "../../app/error.ts";
import { useHere } from "../../app/here.ts";
import { useSubmit } from "../../app/submit.ts";
import { useCommands } from "../../commands/use.ts";
import { useEngine } from "../../sync-react/index.tsx";
import { Button } from "../../ui/button.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Segments } from "../../ui/segments.tsx";
import { toast } from "../../ui/toast.tsx";
import { Switch } from "../../ui/toggle.tsx";
import { FormError } from "../auth/frame.tsx";
import { Back, ReadOnly, Row } from "../settings/parts.tsx";
import { writingCommands } from "./commands.ts";
import { type Begun, changedOf, type Draft, draftOf, isTyped, resumed } from "./draft.ts";
import { changeWebhook, createWebhook, type Made } from "./remote.ts";
import { Told } from "./told.tsx";
import type { Webhook } from "./webhook.ts";
import { MODE_HELP, MODES } from "./words.ts";

export interface EditWebhookProps {
  slug: string;
  webhook: Webhook | undefined;
  isNew: boolean;
  onChanged: (webhook: Webhook) => void;
  onMade: (made: Made) => void;
  /** With the id of the one that it goes on to. */
  onLeave: (id?: string) => void;
  /** Goes on writing one that is saved. */
  onGoOn: (id: string) => void;
  /** Goes to the one that has the address already. */
  onOther: (id: string) => void;
}

export function EditWebhook(props: EditWebhookProps) {
  const { webhook, isNew, onLeave } = props;
  const isThere = isNew || webhook !== undefined;
  return (
    <>
      <Back to={webhook ? "Deliveries" : "All webhooks"} onLeave={() => onLeave(webhook?.id)} />
      {isThere ? <Editor {...props} /> : <ReadOnly>This webhook is not there. It may have been deleted.</ReadOnly>}
    </>
  );
}

/** What somebody has typed and not saved: it is there again when he comes back, until he saves it or throws it away. */
const kept = new Map<string, Begun>();

const FIELDS = ["url", "events", "delivery_mode"] as const;

function Editor({ slug, webhook, onChanged, onMade, onLeave, onGoOn, onOther }: EditWebhookProps) {
  const { userId } = useEngine();
  const keyOf = (id: string | undefined) => `${userId} ${slug} ${id ?? "new"}`;
  const keptAs = keyOf(webhook?.id);
  const [before] = useState(() => beginning(kept.get(keptAs), webhook));
  const [start, setStart] = useState(before.start);
  const [draft, setDraft] = useState(before.draft);
  const [isOld, setOld] = useState(isTyped(before));
  const [other, setOther] = useState<string>();
  const form = useRef<HTMLFormElement>(null);
  const title = useId();
  const isHere = useHere();
  const change = (part: Partial<Draft>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    kept.set(keptAs, { start, draft: next });
  };
  const cancel = () => {
    kept.delete(keptAs);
    onLeave(webhook?.id);
  };
  const throwAway = () => {
    kept.delete(keptAs);
    setDraft(start);
    setOld(false);
  };
  const leave = (saved: Webhook) => {
    const typed = kept.get(keptAs)?.draft;
    kept.delete(keptAs);
    const isMore = typed !== undefined && isTyped({ start: draft, draft: typed });
    const next = draftOf(saved);
    if (isMore) kept.set(keyOf(saved.id), { start: next, draft: typed });
    toast(
      webhook ? "Webhook saved" : "Webhook created",
      isMore ? { detail: "What you typed since is not saved yet." } : {},
    );
    setStart(next);
    setOld(false);
    // Whoever has left already stays where he is.
    if (isHere()) (isMore ? onGoOn : onLeave)(saved.id);
  };
  const { errors, pending, onSubmit } = useSubmit(FIELDS, async () => {
    setOther(undefined);
    try {
      if (webhook) {
        const saved = await changeWebhook({ slug, id: webhook.id }, changedOf(start, draft));
        onChanged(saved);
        return leave(saved);
      }
      const made = await createWebhook(slug, { ...draft, url: draft.url.trim(), events: [...draft.events] });
      onMade(made);
      leave(made.webhook);
      if (!isHere()) toast("The secret of the new webhook was not shown", { detail: "Make a new one for it.", ms: 0 });
    } catch (failed) {
      if (failed instanceof Refused && failed.status === 409) setOther(idOf(failed.body));
      // What was typed is kept for when he comes back.
      if (!isHere()) toast("The webhook was not saved", { tone: "danger", detail: inWords(failed).message });
      throw atUrl(failed);
    }
  });
  useCommands({ save: () => form.current?.requestSubmit() }, writingCommands);
  return (
    <>
      <h2 id={title} className="mb-5 text-15 font-semibold">
        {webhook ? "Edit webhook" : "New webhook"}
      </h2>
      <form ref={form} aria-labelledby={title} noValidate onSubmit={onSubmit} className="flex flex-col gap-6">
        <FormError>{errors[""]}</FormError>
        {isOld && <FromBefore onThrowAway={throwAway} />}
        <Field
          label="Address"
          help="An address of http or https that this server can reach. It is sent JSON by POST."
          error={
            errors.url && (
              <>
                {errors.url}{" "}
                {other && (
                  <button type="button" className="underline" onClick={() => onOther(other)}>
                    Show it
                  </button>
                )}
              </>
            )
          }
        >
          <Input
            value={draft.url}
            inputMode="url"
            spellCheck={false}
            autoFocus={!webhook}
            maxLength={1024}
            placeholder="https://hooks.example.com/aileron"
            onChange={(event) => change({ url: event.currentTarget.value })}
          />
        </Field>
        <Told draft={draft} error={errors.events} onChange={change} />
        <div>
          <Segments
            title="Deliveries"
            value={draft.delivery_mode}
            options={MODES}
            onChange={(delivery_mode) => change({ delivery_mode })}
          />
          <p className="mt-1.5 text-12 text-muted">{MODE_HELP[draft.delivery_mode]}</p>
          {errors.delivery_mode && (
            <p role="alert" className="mt-1 text-12 text-danger">
              {errors.delivery_mode}
            </p>
          )}
        </div>
        <Row label="Switched on" help="Of what happens while it is off it is not told.">
          <Switch label="Switched on" checked={draft.is_active} onChange={(is_active) => change({ is_active })} />
        </Row>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" size="lg" disabled={pending}>
            {webhook ? "Save webhook" : "Create webhook"}
            <Kbd keys="$mod+Enter" />
          </Button>
          <Button size="lg" onClick={cancel}>
            Cancel
          </Button>
        </div>
      </form>
    </>
  );
}

function beginning(typed: Begun | undefined, webhook: Webhook | undefined): Begun {
  const now = draftOf(webhook ?? null);
  return typed ? resumed(typed, now) : { start: now, draft: now };
}

/** Above a form that does not show how it is. */
function FromBefore({ onThrowAway }: { onThrowAway: () => void }) {
  return (
    <div role="status" className="flex items-center gap-3 rounded-control bg-sunken py-2 pr-2 pl-3 text-13 text-muted">
      <p className="min-w-0 flex-1">This has what you typed here before and did not save.</p>
      <Button onClick={onThrowAway}>Throw it away</Button>
    </div>
  );
}

/** Another webhook of the same address is a matter of the address. */
function atUrl(failed: unknown): unknown {
  if (!(failed instanceof Refused) || failed.status !== 409) return failed;
  const message = "Another webhook of this workspace has this address.";
  return new ApiError(message, failed.status, failed.requestId, { url: message });
}

function idOf(body: unknown): string | undefined {
  const id = (body as { id?: unknown } | null)?.id;
  return typeof id === "string" ? id : undefined;
}
