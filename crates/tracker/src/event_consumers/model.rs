//! Consumers and events put aside, as shown.

use aileron_kernel::{Time, Uuid};
use serde::Serialize;
use utoipa::ToSchema;

/// A consumer of the log on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = EventConsumer)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ConsumerView {
    #[schema(example = "notifications")]
    pub name: String,
    /// The last event that it is done with.
    pub seq: i64,
    /// The events that it has before it.
    pub events_ahead: i64,
    /// How often it failed at the next one.
    pub attempts: i64,
    /// When it tries that again.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retry_at: Option<Time>,
    pub last_error: Option<String>,
    /// How many events it could not bear.
    pub dead_letters: i64,
}

/// An event put aside, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = DeadLetter)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct DeadLetterView {
    pub id: Uuid,
    /// When it was put aside.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    /// Who could not bear it.
    #[schema(example = "notifications")]
    pub consumer: String,
    /// The event in the log.
    pub event: Uuid,
    pub seq: i64,
    #[schema(example = "work_item")]
    pub entity: String,
    #[schema(example = "updated")]
    pub verb: String,
    pub attempts: i64,
    pub last_error: String,
    /// Set while it waits to be tried once more.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retry_at: Option<Time>,
}
