//! What Aileron stands on besides its databases: configuration, secrets at rest, rich text, telemetry, rate limits, proxies, requests to
//! other servers, mail, jobs, consumers of the log, files, hints between tasks, and an orderly end. Nothing here knows a noun of the product.

pub mod blobs;
pub mod config;
pub mod consumers;
pub mod digest;
pub mod files;
pub mod html;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod media;
pub mod metrics;
pub mod networks;
pub mod outgoing;
pub mod pictures;
pub mod proxies;
pub mod pubsub;
pub mod sealed;
pub mod shutdown;
pub mod telemetry;
pub mod tls;
pub mod web;
