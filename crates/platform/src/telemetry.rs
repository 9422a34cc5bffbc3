//! Logs to standard error, traces to an OpenTelemetry collector.

use std::io::IsTerminal as _;

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{ExporterBuildError, Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_subscriber::{EnvFilter, Layer as _, Registry, filter::ParseError, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::config::{Config, LogFormat};

/// Why telemetry could not be started.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The setting `log` is not understood.
    #[error("the setting `log` is not understood: {0}; write a level or a list such as `info,aileron=debug`")]
    Filter(#[from] ParseError),
    /// The setting `otlp_endpoint` is of no use.
    #[error("the setting `otlp_endpoint` cannot be used: {0}")]
    Exporter(#[from] ExporterBuildError),
    /// Something else in this process writes the logs already.
    #[error("logging was started twice")]
    Twice(#[from] tracing_subscriber::util::TryInitError),
}

/// Keeps telemetry alive; dropped, it sends the traces that wait (for at most five seconds).
#[must_use = "traces are lost when this is dropped early"]
#[derive(Debug)]
pub struct Guard {
    provider: Option<SdkTracerProvider>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(Err(error)) = self.provider.take().map(|provider| provider.shutdown()) {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Starts logs, and traces if there is an `otlp_endpoint`. Once per process, after the TLS provider is installed.
pub fn start(config: &Config) -> Result<Guard, TelemetryError> {
    let filter = EnvFilter::try_new(&config.log)?;
    let provider = config.otlp_endpoint.as_deref().map(provider).transpose()?;
    let traces = provider.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("aileron")));
    let lines = match config.log_format {
        LogFormat::Pretty => {
            tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr).boxed()
        }
        LogFormat::Json => {
            tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(true).with_writer(std::io::stderr).boxed()
        }
    };
    let layers: Vec<Box<dyn tracing_subscriber::Layer<Registry> + Send + Sync>> = vec![lines];
    tracing_subscriber::registry().with(layers).with(filter).with(traces).try_init()?;
    Ok(Guard { provider })
}

fn provider(endpoint: &str) -> Result<SdkTracerProvider, ExporterBuildError> {
    let address = format!("{}/v1/traces", endpoint.trim_end_matches('/').trim_end_matches("/v1/traces"));
    let exporter = SpanExporter::builder().with_http().with_protocol(Protocol::HttpBinary).with_endpoint(address).build()?;
    let resource = Resource::builder().with_service_name("aileron").build();
    Ok(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
    };

    use opentelemetry::trace::{Span as _, Tracer as _};

    use super::*;

    /// The exporter sends from a thread of its own: with an asynchronous client it would find no runtime there.
    #[tokio::test]
    async fn the_last_traces_arrive_when_the_guard_is_dropped() {
        crate::tls::choose_cryptography();
        let collector = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}/", collector.local_addr().unwrap());
        let received = std::thread::spawn(move || {
            let (mut stream, _) = collector.accept().unwrap();
            let mut head = [0; 64];
            stream.read_exact(&mut head).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
            String::from_utf8_lossy(&head).into_owned()
        });
        let guard = Guard { provider: Some(provider(&endpoint).unwrap()) };
        guard.provider.as_ref().unwrap().tracer("test").start("work").end();
        tokio::task::spawn_blocking(move || drop(guard)).await.unwrap();
        let head = received.join().unwrap();
        assert!(head.starts_with("POST /v1/traces "), "{head}");
    }

    #[test]
    fn a_filter_that_is_not_understood_is_refused_with_the_settings_name() {
        let config = Config { log: "info,aileron=loud".to_owned(), ..Config::default() };
        assert!(start(&config).unwrap_err().to_string().contains("`log`"));
    }
}
