import { answer, api, type Schemas } from "../../../api/client.ts";
import { inWords } from "../../../app/error.ts";
import { useFetched } from "../../../app/fetched.ts";
import { exactTime, relativeTime } from "../../../lib/dates.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { toast } from "../../../ui/toast.tsx";
import { Lines, Section } from "../parts.tsx";

type Job = Schemas["FailedJob"];

/** What the server gave up, to be tried once more when its cause is mended. */
export function FailedJobs() {
  const { data, error, reload } = useFetched("failed jobs", () => answer(api.GET("/api/v1/instance/failed-jobs/")));
  const retry = async (job: Job | null) => {
    try {
      if (job) {
        const path = { job_id: job.id };
        await answer(api.POST("/api/v1/instance/failed-jobs/{job_id}/retry/", { params: { path } }));
      } else {
        await answer(api.POST("/api/v1/instance/failed-jobs/retry/"));
      }
      toast(job ? "The job is tried once more" : "All failed jobs are tried once more");
    } catch (failed) {
      toast("Nothing was tried", { tone: "danger", detail: inWords(failed).message });
    }
    await reload();
  };
  const others = data ? data.total_count - data.results.length : 0;
  return (
    <Section
      title="Failed jobs"
      lead="What the server tried several times and gave up. Mend the cause, then retry."
      action={data && data.total_count > 1 ? <Button onClick={() => void retry(null)}>Retry all</Button> : undefined}
    >
      {error && <ErrorState {...error} retry={() => void reload()} />}
      {!data && !error && <Waiting />}
      {data?.results.length === 0 && <p className="text-13 text-muted">No job has failed.</p>}
      {data && data.results.length > 0 && (
        <Lines label="Failed jobs">
          {data.results.map((job) => (
            <Line key={job.id} job={job} onRetry={() => void retry(job)} />
          ))}
        </Lines>
      )}
      {others > 0 && <p className="tabular text-12 text-muted">and {others.toLocaleString("en")} older ones</p>}
    </Section>
  );
}

function Line({ job, onRetry }: { job: Job; onRetry: () => void }) {
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
      <Button size="sm" aria-label={`Retry ${job.kind}`} onClick={onRetry}>
        Retry
      </Button>
    </li>
  );
}
