-- What failed for good is few among what is done, and is looked for by those who keep the server.
CREATE INDEX jobs_dead ON jobs (dead_at, id) WHERE dead_at IS NOT NULL AND finished_at IS NULL;
