//! The place of a connection among those that there is room for.

use std::{any::Any, fmt, sync::Arc};

/// What a connection takes of the room for all: free again when the last copy is dropped. Whoever takes a connection over, as sockets
/// do, keeps one.
#[derive(Clone)]
pub struct Held(Arc<dyn Any + Send + Sync>);

impl Held {
    /// Keeps this for as long as the connection lasts.
    pub fn new(what: impl Any + Send + Sync) -> Self {
        Self(Arc::new(what))
    }
}

impl fmt::Debug for Held {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Held").field(&self.0.type_id()).finish()
    }
}
