//! What every route needs: bodies, ids in paths, query strings, answers and errors in the shapes of the API.

mod answer;
mod body;
mod download;
mod error;
mod held;
mod path;
mod query;
mod shape;

pub use answer::{Json, created, no_content, ok};
pub use body::Body;
pub use download::{Download, disposition};
pub use error::ApiError;
pub use held::Held;
pub use path::PathOf;
pub use query::Query;
pub use shape::Shape;
