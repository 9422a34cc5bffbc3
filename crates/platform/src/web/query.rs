//! Query strings: names with all their values, read one by one.

use std::convert::Infallible;

use aileron_kernel::{PageRequest, Refusal, limits::SEARCH};
use axum::{extract::FromRequestParts, http::request::Parts};

use super::Shape;

/// The parameters of a query string. Unknown ones are left alone, as the compatible API does.
#[derive(Clone, Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query string.
    pub fn parse(text: &str) -> Self {
        Self(pairs(text))
    }

    /// The last value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// A parameter's value, if there is one and it is not empty.
    pub fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// The words that rows are searched for, if there are any.
    pub fn words(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let words = self.filled(name);
        if words.is_some_and(|words| words.contains('\0')) {
            return Err(Refusal::field(name, "Null characters are not allowed."));
        }
        if words.is_some_and(|words| words.chars().count() > SEARCH.most) {
            return Err(Refusal::field(name, format!("Ensure this field has no more than {} characters.", SEARCH.most)));
        }
        Ok(words)
    }

    /// All parameters in the order sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Which page is wanted. `default` is the page size where none was sent.
    pub fn page(&self, default: i64) -> Result<PageRequest, Refusal> {
        PageRequest::parse(self.get("per_page"), self.get("cursor"), default)
    }

    /// Which fields are wanted, and which ids replaced by objects.
    pub fn shape(&self) -> Shape {
        Shape::parse(self.get("fields"), self.get("expand"))
    }

    /// Refuses NUL characters, which no database can look for.
    pub fn checked(self) -> Result<Self, Refusal> {
        match self.0.iter().find(|(name, value)| name.contains('\0') || value.contains('\0')) {
            Some((name, _)) => Err(Refusal::field(&name.replace('\0', ""), "Null characters are not allowed.")),
            None => Ok(self),
        }
    }
}

/// The pairs of a query string or form.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}
