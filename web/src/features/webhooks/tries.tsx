import { Check, Copy, X } from "lucide-react";
import { useId } from "react";
import { clockTime, exactTime } from "../../lib/dates.ts";
import { IconButton } from "../../ui/button.tsx";
import { copyText } from "../../ui/copy.ts";
import { tip } from "../../ui/tooltip.tsx";
import type { Headers, Try } from "./webhook.ts";
import { durationWords, isCut, isTaken, outcomeWords } from "./words.ts";

/** How each try went, the newest first and open. */
export function Tries({ tries }: { tries: readonly Try[] }) {
  return (
    <section aria-label="Tries">
      <h3 className="mb-1.5 text-12 font-medium">Tries</h3>
      {tries.toReversed().map((each, index) => (
        <OneTry key={each.number} tried={each} isOpen={index === 0} />
      ))}
    </section>
  );
}

function OneTry({ tried, isOpen }: { tried: Try; isOpen: boolean }) {
  const { response_body: answer } = tried;
  const Icon = isTaken(tried) ? Check : X;
  return (
    <details open={isOpen} className="border-t border-line py-1.5">
      <summary className="flex cursor-default flex-wrap items-baseline gap-x-3 gap-y-0.5 rounded-control py-0.5 text-12 pointer-coarse:min-h-11 pointer-coarse:items-center">
        <Icon
          aria-hidden="true"
          className={`size-3.5! shrink-0 self-center ${isTaken(tried) ? "text-success" : "text-danger"}`}
        />
        <span className="font-medium wrap-anywhere">{outcomeWords(tried)}</span>
        <span className="tabular text-muted">
          Try {tried.number}
          {" · "}
          <time dateTime={tried.started_at} {...tip(exactTime(tried.started_at))}>
            {clockTime(tried.started_at)}
          </time>
          {" · "}
          {durationWords(tried.millis)}
        </span>
      </summary>
      <div className="flex flex-col gap-3 pt-2 pb-1.5">
        <HeaderList title="Headers sent" headers={tried.request_headers} note="The signatures are left out." />
        {tried.response_status !== null && (
          <>
            <HeaderList title="Headers of the answer" headers={tried.response_headers} />
            {answer === "" ? (
              <p className="text-12 text-muted">The answer had no body.</p>
            ) : (
              <Code title="Answer" text={answer} note={isCut(answer) ? "Only its first 16 kB were kept." : undefined} />
            )}
          </>
        )}
      </div>
    </details>
  );
}

function HeaderList({ title, headers, note }: { title: string; headers: Headers; note?: string }) {
  const entries = Object.entries(headers);
  if (entries.length === 0) return null;
  return (
    <div>
      <h4 className="text-12 text-muted">{title}</h4>
      <dl className="mt-1 grid gap-x-4 gap-y-0.5 font-mono text-11 sm:grid-cols-[minmax(8rem,auto)_minmax(0,1fr)]">
        {entries.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="wrap-anywhere max-sm:mb-1">{String(value)}</dd>
          </div>
        ))}
      </dl>
      {note && <p className="mt-1 text-12 text-muted">{note}</p>}
    </div>
  );
}

/** More than this is not drawn: copied it is whole. */
const MOST_DRAWN = 50_000;

/** Text of elsewhere, as text. */
export function Code({ title, text, note }: { title: string; text: string; note?: string | undefined }) {
  const name = useId();
  return (
    <div>
      <div className="flex items-center justify-between gap-2">
        <h4 id={name} className="text-12 text-muted">
          {title}
        </h4>
        <IconButton
          size="sm"
          label={`Copy ${title.toLowerCase()}`}
          onClick={() => void copyText(text, `${title} copied`)}
        >
          <Copy aria-hidden="true" />
        </IconButton>
      </div>
      <section
        aria-labelledby={name}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and does so by keys
        tabIndex={0}
        className="max-h-80 overflow-auto rounded-control border border-line bg-raised"
      >
        <pre className="px-2.5 py-2 font-mono text-11 whitespace-pre-wrap wrap-anywhere">
          {text.slice(0, MOST_DRAWN)}
        </pre>
      </section>
      {text.length > MOST_DRAWN && <p className="mt-1 text-12 text-muted">It is longer: copy it to see all.</p>}
      {note && <p className="mt-1 text-12 text-muted">{note}</p>}
    </div>
  );
}
