import { KeyRound } from "lucide-react";
import { useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import { useFetched } from "../../../app/fetched.ts";
import { dayLabel, exactTime, relativeTime, toDay } from "../../../lib/dates.ts";
import { Button } from "../../../ui/button.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { tip } from "../../../ui/tooltip.tsx";
import { Once } from "../once.tsx";
import { Lines, Section } from "../parts.tsx";
import { mayWords } from "./scopes.ts";
import { TokenDialog } from "./token-dialog.tsx";

type Token = Schemas["ApiToken"];

export default function Tokens() {
  const load = async () => (await answer(api.GET("/api/v1/users/me/tokens/"))).results;
  const { data, error, reload, set } = useFetched("own", load);
  const [creating, setCreating] = useState(false);
  const [fresh, setFresh] = useState<Token>();
  const [leaving, setLeaving] = useState<Token>();
  const revoke = async (token: Token) => {
    try {
      await answer(api.DELETE("/api/v1/users/me/tokens/{token_id}/", { params: { path: { token_id: token.id } } }));
      if (fresh?.id === token.id) setFresh(undefined);
      await reload();
    } catch (failed) {
      toast("The token was not revoked", { tone: "danger", detail: inWords(failed).message });
    }
  };
  return (
    <Section
      lead="A token acts for you in scripts and other programs."
      action={
        <Button variant="primary" onClick={() => setCreating(true)}>
          Create token
        </Button>
      }
    >
      {fresh?.token && (
        <Once sentence={`Copy “${fresh.label}” now. It is not shown again.`} secrets={[["Token", fresh.token]]} />
      )}
      {error && <ErrorState {...error} retry={() => void reload()} />}
      {!data && !error && <Waiting />}
      {data?.length === 0 && <p className="text-13 text-muted">You have no tokens yet.</p>}
      {data && data.length > 0 && (
        <Lines label="Tokens">
          {data.map((token) => (
            <Line key={token.id} token={token} onRevoke={() => setLeaving(token)} />
          ))}
        </Lines>
      )}
      <TokenDialog
        open={creating}
        onOpenChange={setCreating}
        onCreated={(token) => {
          setFresh(token);
          set((tokens) => [{ ...token, token: null }, ...tokens]);
        }}
      />
      <Confirm
        open={leaving !== undefined}
        onOpenChange={() => setLeaving(undefined)}
        title="Revoke token"
        action="Revoke token"
        onConfirm={() => leaving && void revoke(leaving)}
      >
        Programs that use “{leaving?.label}” stop working at once. So do tokens that were made with it.
      </Confirm>
    </Section>
  );
}

function Line({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  return (
    <li className="flex items-center gap-3 px-3 py-2.5">
      <KeyRound aria-hidden="true" className="text-muted" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-13">
          {token.label} <span className="font-mono text-12 text-muted">{token.prefix}…</span>
        </p>
        <p className="truncate text-12 text-muted">
          {mayWords(token.scopes)} · {used(token)} · {ends(token)}
        </p>
      </div>
      <Button size="sm" aria-label={`Revoke ${token.label}`} {...tip("Revoke")} onClick={onRevoke}>
        Revoke
      </Button>
    </li>
  );
}

function used(token: Token): string {
  return token.last_used_at ? `used ${relativeTime(token.last_used_at)}` : `made ${relativeTime(token.created_at)}`;
}

function ends(token: Token): string {
  if (!token.expires_at) return "does not expire";
  const at = new Date(token.expires_at);
  return at < new Date() ? `expired ${exactTime(token.expires_at)}` : `until ${dayLabel(toDay(at))}`;
}
