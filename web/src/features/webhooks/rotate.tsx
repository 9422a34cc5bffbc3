import { useId } from "react";
import { inWords } from "../../app/error.ts";
import { useHere } from "../../app/here.ts";
import { useSubmit } from "../../app/submit.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Field, Input } from "../../ui/field.tsx";
import { toast } from "../../ui/toast.tsx";
import { FormError } from "../auth/frame.tsx";
import { hoursOf, MOST_HOURS, USUAL_HOURS } from "./overlap.ts";
import { type Made, rotateSecret } from "./remote.ts";
import type { Webhook } from "./webhook.ts";

export interface RotateDialogProps {
  slug: string;
  webhook: Webhook;
  onClose: () => void;
  /** `isWaited`: he has waited for it here. */
  onRotated: (made: Made, isWaited: boolean) => void;
}

export function RotateDialog({ slug, webhook, onClose, onRotated }: RotateDialogProps) {
  const form = useId();
  const isHere = useHere();
  const { errors, pending, onSubmit } = useSubmit(["overlap_hours"], async ({ hours = "" }) => {
    const overlap = hoursOf(hours);
    try {
      const made = await rotateSecret({ slug, id: webhook.id }, overlap);
      const isWaited = isHere();
      if (isWaited) onClose();
      onRotated(made, isWaited);
    } catch (failed) {
      if (!isHere()) toast("No new secret was made", { tone: "danger", detail: inWords(failed).message });
      throw failed;
    }
  });
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="New secret"
      footer={
        <Button type="submit" form={form} variant="primary" size="lg" disabled={pending}>
          Make new secret
        </Button>
      }
    >
      <form id={form} onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <p className="text-13 text-muted">
          Deliveries to <span className="wrap-anywhere">{webhook.url}</span> are signed with a new secret from now on.
          It is shown once.
        </p>
        <Field
          label="Hours for which the old secret is good too"
          error={errors.overlap_hours}
          help={`Until then both sign in the header webhook-signature; X-Plane-Signature has the new one at once. 0 where the old one has become known to others, ${MOST_HOURS} at most.`}
        >
          <Input
            name="hours"
            type="number"
            min={0}
            max={MOST_HOURS}
            defaultValue={USUAL_HOURS}
            autoFocus
            className="tabular max-w-28"
          />
        </Field>
      </form>
    </Dialog>
  );
}
