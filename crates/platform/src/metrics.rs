//! Numbers for Prometheus. Labels are bounded: the route's pattern, never the path.

use prometheus::{
    Encoder as _, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry, TextEncoder,
};

/// The numbers of this process.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
    /// Answered requests by method, route and status.
    pub http_requests: IntCounterVec,
    /// Seconds per answered request by method and route.
    pub http_seconds: HistogramVec,
    /// Requests being answered.
    pub http_in_flight: IntGauge,
    /// Transactions waiting for a thread of the database.
    pub db_waiting: IntGauge,
    /// Age of the oldest event that a consumer has before it, in seconds.
    pub consumer_lag: IntGaugeVec,
    /// Events that a consumer has before it.
    pub consumer_ahead: IntGaugeVec,
    /// Events by consumer and what became of them: `done`, `failed` (to be tried again), `dead`.
    pub consumed: IntCounterVec,
    /// Jobs by kind and what became of them: `done`, `failed` (to be tried again), `dead`.
    pub jobs: IntCounterVec,
    /// Tries to send a mail, by what became of them: `sent`, `failed` (to be tried again), `refused`.
    pub mails: IntCounterVec,
    /// Mails that wait to be sent.
    pub mails_waiting: IntGauge,
    /// Runs of automations, by what became of them: `done`, `nothing`, `failed`, `stopped`.
    pub automation_runs: IntCounterVec,
    /// Automations that acted too often and were paused.
    pub automation_pauses: IntCounter,
    /// Files and their rows that were thrown away, by why: `unconfirmed`, `deleted`, `expired`, `orphan`.
    pub files_removed: IntCounterVec,
    /// Old rows that were thrown away, by what they were: `work_item`, `cycle`, `module`, `description_version`, `webhook_delivery`, `automation_run`,
    /// `idempotency_key`, `session`, `job`, `mailed_code`, `notification_mail`.
    pub rows_removed: IntCounterVec,
    /// Jobs being run.
    pub jobs_running: IntGauge,
    /// Whether other processes are told what is new, and tell it: 1 or 0.
    pub hints_connected: IntGauge,
    /// Messages to other processes and from them: `told`, `heard`.
    pub hints: IntCounterVec,
}

impl Metrics {
    /// All numbers at zero.
    ///
    /// Fails only if two of them had the same name.
    pub fn new() -> Result<Self, prometheus::Error> {
        let seconds = vec![0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
        let histogram = |name: &str, help: &str, buckets: &[f64]| HistogramOpts::new(name, help).buckets(buckets.to_vec());
        let metrics = Self {
            registry: Registry::new(),
            http_requests: IntCounterVec::new(
                Opts::new("aileron_http_requests_total", "Answered requests."),
                &["method", "route", "status"],
            )?,
            http_seconds: HistogramVec::new(
                histogram("aileron_http_request_seconds", "Seconds per answered request.", &seconds),
                &["method", "route"],
            )?,
            http_in_flight: IntGauge::new("aileron_http_in_flight", "Requests being answered.")?,
            db_waiting: IntGauge::new("aileron_db_waiting", "Transactions waiting for a thread of the database.")?,
            consumer_lag: IntGaugeVec::new(
                Opts::new("aileron_consumer_lag_seconds", "Age of the oldest event that a consumer has before it."),
                &["consumer"],
            )?,
            consumer_ahead: IntGaugeVec::new(
                Opts::new("aileron_consumer_events_ahead", "Events that a consumer has before it."),
                &["consumer"],
            )?,
            consumed: IntCounterVec::new(
                Opts::new("aileron_consumer_events_total", "Events that consumers were given, by outcome."),
                &["consumer", "outcome"],
            )?,
            jobs: IntCounterVec::new(Opts::new("aileron_jobs_total", "Jobs that were run, by kind and outcome."), &["kind", "outcome"])?,
            mails: IntCounterVec::new(Opts::new("aileron_mails_total", "Tries to send a mail, by outcome."), &["outcome"])?,
            mails_waiting: IntGauge::new("aileron_mails_waiting", "Mails that wait to be sent.")?,
            automation_runs: IntCounterVec::new(
                Opts::new("aileron_automation_runs_total", "Runs of automations, by outcome."),
                &["outcome"],
            )?,
            automation_pauses: IntCounter::new("aileron_automation_pauses_total", "Automations that acted too often and were paused.")?,
            files_removed: IntCounterVec::new(Opts::new("aileron_files_removed_total", "Files that were thrown away, by why."), &["why"])?,
            rows_removed: IntCounterVec::new(
                Opts::new("aileron_rows_removed_total", "Old rows that were thrown away, by what."),
                &["what"],
            )?,
            jobs_running: IntGauge::new("aileron_jobs_running", "Jobs being run.")?,
            hints_connected: IntGauge::new("aileron_hints_connected", "Whether other processes are told what is new, and tell it.")?,
            hints: IntCounterVec::new(Opts::new("aileron_hints_total", "Messages to other processes and from them."), &["way"])?,
        };
        metrics.register()?;
        Ok(metrics)
    }

    fn register(&self) -> Result<(), prometheus::Error> {
        let all: [Box<dyn prometheus::core::Collector>; 17] = [
            Box::new(self.http_requests.clone()),
            Box::new(self.http_seconds.clone()),
            Box::new(self.http_in_flight.clone()),
            Box::new(self.db_waiting.clone()),
            Box::new(self.consumer_lag.clone()),
            Box::new(self.consumer_ahead.clone()),
            Box::new(self.consumed.clone()),
            Box::new(self.jobs.clone()),
            Box::new(self.mails.clone()),
            Box::new(self.mails_waiting.clone()),
            Box::new(self.automation_runs.clone()),
            Box::new(self.automation_pauses.clone()),
            Box::new(self.files_removed.clone()),
            Box::new(self.rows_removed.clone()),
            Box::new(self.jobs_running.clone()),
            Box::new(self.hints_connected.clone()),
            Box::new(self.hints.clone()),
        ];
        all.into_iter().try_for_each(|collector| self.registry.register(collector))
    }

    /// Counts one answered request. `route` is the pattern that matched.
    pub fn answered(&self, method: &str, route: &str, status: u16, seconds: f64) {
        self.http_requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.http_seconds.with_label_values(&[method, route]).observe(seconds);
    }

    /// Everything in the text format of Prometheus.
    pub fn render(&self) -> String {
        let mut out = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut out) {
            tracing::error!(%error, "metrics cannot be written");
        }
        String::from_utf8(out).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_happened_is_rendered() {
        let metrics = Metrics::new().unwrap();
        metrics.answered("GET", "/api/v1/users/me/", 200, 0.003);
        metrics.answered("GET", "/api/v1/users/me/", 200, 0.3);
        metrics.db_waiting.set(3);
        let text = metrics.render();
        for line in [
            "aileron_http_requests_total{method=\"GET\",route=\"/api/v1/users/me/\",status=\"200\"} 2",
            "aileron_http_request_seconds_bucket{method=\"GET\",route=\"/api/v1/users/me/\",le=\"0.005\"} 1",
            "aileron_db_waiting 3",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
    }
}
