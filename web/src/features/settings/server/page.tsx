import { answer, api } from "../../../api/client.ts";
import { useFetched } from "../../../app/fetched.ts";
import { ErrorState, Waiting } from "../../../ui/states.tsx";
import { Section } from "../parts.tsx";
import { FailedJobs } from "./failed-jobs.tsx";
import { MailTest } from "./mail-test.tsx";

/** The server itself, for those who keep it. */
export default function Server() {
  const { data, error, reload } = useFetched("instance", () => answer(api.GET("/api/v1/instance/")));
  if (error) return <ErrorState {...error} retry={() => void reload()} />;
  if (!data) return <Waiting />;
  return (
    <>
      <Section>
        <p className="tabular text-13 text-muted">
          Aileron {data.version} on {data.database === "postgres" ? "PostgreSQL" : "SQLite"}
        </p>
      </Section>
      <MailTest mail={data.mail} />
      <FailedJobs />
    </>
  );
}
