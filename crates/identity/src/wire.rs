//! What the documentation of routes shares, of this crate and of those above it.

use utoipa::{IntoParams, IntoResponses, ToSchema};

/// Which page of a list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "documentation only")]
pub struct PageQuery {
    /// Rows a page, 1 to 1000.
    #[param(minimum = 1, maximum = 1000, default = 1000)]
    per_page: Option<i64>,
    /// `value:page:is_prev` as given by the page before, for instance `100:1:0`.
    #[param(example = "100:1:0")]
    cursor: Option<String>,
}

/// One page of a list.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub struct PageOf<T> {
    grouped_by: Option<String>,
    sub_grouped_by: Option<String>,
    total_count: i64,
    next_cursor: String,
    prev_cursor: String,
    next_page_results: bool,
    prev_page_results: bool,
    count: i64,
    total_pages: i64,
    total_results: i64,
    extra_stats: Option<String>,
    results: Vec<T>,
}

/// A refusal: either fields with their messages, or `error` or `detail` with one message.
#[derive(ToSchema)]
#[allow(dead_code, reason = "documentation only")]
pub struct Refused {
    /// What is wrong.
    error: Option<String>,
    /// What is wrong.
    detail: Option<String>,
}

/// What a request about accounts may be refused with.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "documentation only")]
pub(crate) enum Errors {
    /// A field or parameter is not valid; each wrong one is named.
    #[response(status = 400)]
    Invalid(#[to_schema] Refused),
    /// No credentials, or wrong ones.
    #[response(status = 401)]
    Unauthenticated(#[to_schema] Refused),
    /// Not allowed.
    #[response(status = 403)]
    Forbidden(#[to_schema] Refused),
    /// Not there.
    #[response(status = 404)]
    NotFound(#[to_schema] Refused),
    /// The body did not arrive in time.
    #[response(status = 408)]
    TimedOut(#[to_schema] Refused),
    /// The body is over the limit.
    #[response(status = 413)]
    TooLarge(#[to_schema] Refused),
    /// Not JSON.
    #[response(status = 415)]
    UnsupportedMediaType(#[to_schema] Refused),
    /// The idempotency key was used for another request.
    #[response(status = 422)]
    KeyReused(#[to_schema] Refused),
    /// Over the rate limit, or too many wrong guesses.
    #[response(status = 429)]
    Limited(#[to_schema] Refused),
    /// The database cannot be reached or is full, or too much is waiting.
    #[response(status = 503)]
    Unavailable(#[to_schema] Refused),
}
