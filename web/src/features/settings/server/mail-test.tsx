import { useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import { Button } from "../../../ui/button.tsx";
import { Row, Section } from "../parts.tsx";

type Outcome = Pick<Schemas["MailTest"], "is_taken" | "answer"> & { readonly to?: string };

/** Shows whether mail works by sending one. */
export function MailTest({ mail }: { mail: Schemas["InstanceMail"] }) {
  const [outcome, setOutcome] = useState<Outcome>();
  const [pending, setPending] = useState(false);
  const send = async () => {
    setPending(true);
    setOutcome(undefined);
    try {
      setOutcome(await answer(api.POST("/api/v1/instance/mail/test/")));
    } catch (error) {
      setOutcome({ is_taken: false, answer: inWords(error).message });
    }
    setPending(false);
  };
  return (
    <Section title="Mail">
      <Row
        label="Outgoing mail"
        help={
          mail.is_configured
            ? `Comes from ${mail.from}.`
            : "This server sends no mail: its settings name no SMTP server (AILERON_SMTP_HOST)."
        }
      >
        <Button disabled={pending || !mail.is_configured} onClick={() => void send()}>
          {pending ? "Sending…" : "Send me a test mail"}
        </Button>
      </Row>
      {outcome && (
        <p role="status" className={outcome.is_taken ? "text-13 text-success" : "text-13 text-danger"}>
          {outcome.is_taken ? `The mail server took it for ${outcome.to}: ` : "The mail was not taken: "}
          <span className="break-words font-mono text-12">{outcome.answer}</span>
        </p>
      )}
    </Section>
  );
}
