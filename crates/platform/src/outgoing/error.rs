//! Why a request was not sent or not answered.

use std::io;

/// Why there is no answer. The texts name no address that a name resolved to: whoever reads them must not learn the inner network.
#[derive(Debug, thiserror::Error)]
pub enum OutgoingError {
    /// The text is no URL.
    #[error("this is not a URL")]
    NoUrl,
    /// Neither http nor https.
    #[error("only http and https are spoken")]
    Scheme,
    /// A user name or password in the URL.
    #[error("a URL with a user name or password is not used")]
    UserInfo,
    /// The name, address or port is one that this server does not talk to.
    #[error("this address is not a public one, or none of a web server")]
    Forbidden,
    /// The name has no address.
    #[error("the name cannot be resolved")]
    NoSuchName(#[source] io::Error),
    /// No address answered, or TLS failed.
    #[error("no connection")]
    Unreachable(#[source] io::Error),
    /// Some time limit is over.
    #[error("the answer took too long")]
    TooSlow,
    /// The answer is no HTTP, or has too many headers.
    #[error("the answer cannot be read")]
    Unreadable(#[source] hyper::Error),
    /// The request cannot be written.
    #[error("the request cannot be sent")]
    Unwritable(#[from] axum::http::Error),
    /// The answer has another media type than the one that is wanted.
    #[error("the answer is of another type")]
    MediaType,
}

impl OutgoingError {
    /// Whether the same request may succeed later.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::NoSuchName(_) | Self::Unreachable(_) | Self::TooSlow | Self::Unreadable(_))
    }
}
