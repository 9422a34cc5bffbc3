//! What Aileron stands on besides its databases: configuration, secrets at rest, rich text, telemetry, rate limits, files, hints
//! between tasks, and an orderly end. Nothing here knows a noun of the product.

pub mod html;
