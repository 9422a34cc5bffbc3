//! What the databases promise beneath the API.

mod fences;
mod log;
mod opening;
mod queues;
mod schema;
