import { useState } from "react";
import { type Fetched, useFetched } from "../../app/fetched.ts";
import { useHere } from "../../app/here.ts";
import { useCommands } from "../../commands/use.ts";
import { useEngine, useStatus } from "../../sync-react/index.tsx";
import { EmptyState, ErrorState, Waiting } from "../../ui/states.tsx";
import { toast } from "../../ui/toast.tsx";
import { LastSeen, ReadOnly } from "../settings/parts.tsx";
import { useShown } from "../settings/shown.ts";
import { useWorkspaceRow } from "../workspaces/row.ts";
import { type Asked, Asking } from "./asking.tsx";
import { type Desk, deskCommands } from "./commands.ts";
import { useDesk } from "./desk.ts";
import { EditWebhook } from "./editor.tsx";
import { Hook } from "./hook.tsx";
import { Overview } from "./list.tsx";
import { useLooks } from "./pace.ts";
import { place } from "./place.ts";
import { type Made, readWebhooks } from "./remote.ts";
import type { Secret, Webhook } from "./webhook.ts";

const ADMIN = 20;

export default function Webhooks() {
  const workspace = useWorkspaceRow();
  if (!workspace) return <Waiting />;
  if (workspace.role !== ADMIN) return <EmptyState sentence="Webhooks are for admins of the workspace." />;
  return <Loaded key={workspace.id} />;
}

/** The list is read again when somebody comes back to it, not while he looks at it. */
const never = () => null;

function Loaded() {
  const { slug } = useEngine();
  const fetched = useFetched(slug, () => readWebhooks(slug));
  const { data, error, reload } = fetched;
  const { online } = useStatus();
  useLooks(never, () => void reload(), data, error);
  if (!data) {
    if (!error) return <Waiting />;
    const detail = "Webhooks are on the server only. They show when it answers.";
    return <ErrorState {...error} detail={detail} retry={() => void reload()} />;
  }
  return (
    <>
      {error && <LastSeen message={error.message} onRetry={() => void reload()} />}
      {!online && (
        <div className="mb-6">
          <ReadOnly>Webhooks are changed on the server: other than items, they wait for a connection.</ReadOnly>
        </div>
      )}
      <Screen webhooks={data} fetched={fetched} />
    </>
  );
}

interface ScreenProps {
  webhooks: readonly Webhook[];
  fetched: Fetched<readonly Webhook[]>;
}

function Screen({ webhooks, fetched: { set, reload } }: ScreenProps) {
  const { slug } = useEngine();
  const where = useShown(place);
  const { shown, go } = where;
  const [focused, setFocused] = useState<string>();
  const [asked, setAsked] = useState<Asked>();
  const [secret, setSecret] = useState<Secret>();
  const isHere = useHere();
  const of = (id: string | undefined) => webhooks.find((webhook) => webhook.id === id);
  const hook = of(shown.hook);
  const current = hook ?? of(focused) ?? null;
  const { desk, put, remove, sent, onSent } = useDesk({ slug, current, set, place: where, ask: setAsked });
  const onRotated = ({ webhook, secret: made }: Made, isWaited: boolean) => {
    if (!isHere()) {
      toast(`The new secret of ${webhook.url} was not shown`, { detail: "Make another one for it.", ms: 0 });
      return;
    }
    put(webhook);
    setSecret(made);
    // Whoever has gone on meanwhile is not fetched back.
    if (isWaited) go({ ...shown, hook: webhook.id });
    else toast("There is a new secret", { detail: `It is shown once, with ${webhook.url}.`, ms: 0 });
  };
  const editor = shown.edit && (
    <EditWebhook
      key={shown.edit}
      slug={slug}
      webhook={of(shown.edit)}
      isNew={shown.edit === "new"}
      onChanged={put}
      onMade={(made) => {
        set((held) => [made.webhook, ...held]);
        setSecret(made.secret);
      }}
      onLeave={(id) => go(id ? { hook: id } : {})}
      onGoOn={(id) => go({ edit: id }, true)}
      onOther={(id) => {
        void reload();
        go({ hook: id });
      }}
    />
  );
  const opened = hook && (
    <Hook
      key={hook.id}
      slug={slug}
      webhook={hook}
      desk={desk}
      secret={secret?.webhook === hook.id ? secret : undefined}
      sent={sent}
      onSeen={put}
      onLeave={() => go({})}
    />
  );
  return (
    <>
      {!editor && <Keys desk={desk} />}
      {editor || opened || (
        <Overview webhooks={webhooks} isGone={shown.hook !== undefined} desk={desk} onFocus={setFocused} />
      )}
      <Asking
        slug={slug}
        asked={asked}
        onClose={() => setAsked(undefined)}
        onDelete={(webhook) => void remove(webhook)}
        onRotated={onRotated}
        onSent={onSent}
      />
    </>
  );
}

/** The commands, while no form is open that has keys of its own. */
function Keys({ desk }: { desk: Desk }) {
  useCommands(desk, deskCommands);
  return null;
}
