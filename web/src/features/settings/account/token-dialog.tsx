import { useId, useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { useSubmit } from "../../../app/submit.ts";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Field, Input, Select } from "../../../ui/field.tsx";
import { FormError } from "../../auth/frame.tsx";
import { READ_ONLY } from "./scopes.ts";

const DAYS = [
  [30, "30 days"],
  [90, "90 days"],
  [365, "A year"],
  [0, "Does not expire"],
] as const;

export interface TokenDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onCreated: (token: Schemas["ApiToken"]) => void;
}

export function TokenDialog({ open, onOpenChange, onCreated }: TokenDialogProps) {
  const form = useId();
  const [scope, setScope] = useState("all");
  const [days, setDays] = useState(90);
  const { errors, pending, onSubmit } = useSubmit(["label", "scopes", "expires_at"], async (values) => {
    const body: Schemas["TokenBody"] = {
      label: (values.label ?? "").trim(),
      ...(days > 0 ? { expires_at: new Date(Date.now() + days * 86_400_000).toISOString() } : {}),
      ...(scope === "read" ? { scopes: [...READ_ONLY] } : {}),
    };
    onCreated(await answer(api.POST("/api/v1/users/me/tokens/", { body })));
    onOpenChange(false);
  });
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Create token"
      footer={
        <Button type="submit" form={form} variant="primary" size="lg" disabled={pending}>
          Create token
        </Button>
      }
    >
      <form id={form} onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <FormError>{errors[""]}</FormError>
        <Field label="Name" help="Where it is used, so that you know it again." error={errors.label}>
          <Input name="label" autoFocus maxLength={255} placeholder="Nightly report" />
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label="May" error={errors.scopes}>
            <Select value={scope} onChange={(event) => setScope(event.currentTarget.value)} className="w-full">
              <option value="all">Do everything you may</option>
              <option value="read">Read only</option>
            </Select>
          </Field>
          <Field label="Expires" error={errors.expires_at}>
            <Select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))} className="w-full">
              {DAYS.map(([count, name]) => (
                <option key={count} value={count}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        </div>
      </form>
    </Dialog>
  );
}
