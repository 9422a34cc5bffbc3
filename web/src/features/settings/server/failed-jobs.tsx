import { useState } from "react";
import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import { useFetched } from "../../../app/fetched.ts";
import { useCommands } from "../../../commands/use.ts";
import { exactTime, relativeTime } from "../../../lib/dates.ts";
import { Button } from "../../../ui/button.tsx";
import { Confirm } from "../../../ui/dialog.tsx";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { tip } from "../../../ui/tooltip.tsx";
import { Lines, Section } from "../parts.tsx";
import { failedCommands } from "./commands.ts";

type Job = Schemas["FailedJob"];

/** What the server gave up, to be tried once more when its cause is mended. */
export function FailedJobs() {
  const { data, error, reload } = useFetched("failed jobs", () => answer(api.GET("/api/v1/instance/failed-jobs/")));
  const [asking, setAsking] = useState(false);
  const act = async (done: string, run: () => Promise<unknown>) => {
    try {
      await run();
      toast(done);
    } catch (failed) {
      toast("Nothing was done", { tone: "danger", detail: inWords(failed).message });
    }
    await reload();
  };
  const all = "/api/v1/instance/failed-jobs/retry/";
  const count = data?.total_count ?? 0;
  const retryAll = () => act("All failed jobs are tried once more", () => answer(api.POST(all)));
  useCommands({ retryAll: count > 0 ? () => setAsking(true) : null }, failedCommands);
  const others = data ? data.total_count - data.results.length : 0;
  return (
    <Section
      title="Failed jobs"
      lead="What the server tried several times and gave up. Mend the cause, then retry."
      action={count > 1 ? <Button onClick={() => setAsking(true)}>Retry all…</Button> : undefined}
    >
      {error && <ErrorState {...error} retry={() => void reload()} />}
      {!data && !error && <Waiting />}
      {data?.results.length === 0 && <p className="text-13 text-muted">No job has failed.</p>}
      {data && data.results.length > 0 && (
        <Lines label="Failed jobs">
          {data.results.map((job) => (
            <Line key={job.id} job={job} act={act} />
          ))}
        </Lines>
      )}
      {others > 0 && <p className="tabular text-12 text-muted">and {others.toLocaleString("en")} older ones</p>}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={count === 1 ? "Retry the failed job" : `Retry all ${count.toLocaleString("en")} failed jobs`}
        action="Retry"
        onConfirm={() => void retryAll()}
      >
        Each is done as if it were new, however old it is. Mails among them are sent.
      </Confirm>
    </Section>
  );
}

interface LineProps {
  job: Job;
  act: (done: string, run: () => Promise<unknown>) => Promise<void>;
}

function Line({ job, act }: LineProps) {
  const params = { path: { job_id: job.id } };
  const retry = () => answer(api.POST("/api/v1/instance/failed-jobs/{job_id}/retry/", { params }));
  const discard = () => answer(api.DELETE("/api/v1/instance/failed-jobs/{job_id}/", { params }));
  return (
    <li className="flex items-start gap-3 px-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="truncate text-13">
          <span className="font-mono text-12">{job.kind}</span>
          {job.workspace && <span className="text-muted"> in {job.workspace}</span>}
        </p>
        {job.error && <p className="mt-0.5 line-clamp-3 break-words text-12">{job.error}</p>}
        <p className="mt-0.5 text-12 text-muted">
          <time dateTime={job.failed_at} title={exactTime(job.failed_at)}>
            {relativeTime(job.failed_at)}
          </time>
          {job.attempts > 1 && ` · tried ${job.attempts} times`}
        </p>
      </div>
      <div className="flex shrink-0 gap-2">
        <Button
          size="sm"
          aria-label={`Discard ${job.kind}`}
          {...tip("It is not done, and not shown any more")}
          onClick={() => void act("The job is discarded", discard)}
        >
          Discard
        </Button>
        <Button
          size="sm"
          aria-label={`Retry ${job.kind}`}
          onClick={() => void act("The job is tried once more", retry)}
        >
          Retry
        </Button>
      </div>
    </li>
  );
}
