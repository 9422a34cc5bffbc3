//! The web app: files that `web/` was built to, embedded in this binary. Every address that is no file of it and none of the API is the
//! app's own, and answered with its page.

use std::{borrow::Cow, io::Read as _};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::read::GzDecoder;
use rust_embed::{EmbeddedFile, RustEmbed};

/// Scripts, styles and data from this server only, none of them inside the page. Pictures also from elsewhere: descriptions show them,
/// and a bucket's addresses are not ours.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: https:; font-src 'self'; \
     connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// Names below this folder carry a hash of their content and never change.
const IMMUTABLE: &str = "assets/";

/// Addresses that belong to no page of the app, whatever follows.
const NOT_PAGES: [&str; 2] = ["api/", "assets/"];

/// Scripts and styles are here in their compressed forms only: hardly anybody wants another, and they are most of what is embedded.
#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[exclude = "assets/*.js"]
#[exclude = "assets/*.css"]
struct App;

/// The answer to a request that no route of the API wanted; `None` where the app does not want it either.
pub(crate) fn answer(request: &Request) -> Option<Response> {
    let path = request.uri().path().trim_start_matches('/');
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    if let Some(found) = file(path, request.headers()) {
        return Some(found);
    }
    if path == "api" || NOT_PAGES.iter().any(|start| path.starts_with(start)) {
        return None;
    }
    Some(file("index.html", request.headers()).unwrap_or_else(not_built))
}

/// A file in the smallest form that the browser takes: the build left compressed copies beside it.
fn file(name: &str, headers: &HeaderMap) -> Option<Response> {
    if name.is_empty() || name.starts_with('.') {
        return None;
    }
    let (content, encoding) = [("br", "br"), ("gz", "gzip")]
        .into_iter()
        .filter(|(_, encoding)| accepts(headers, encoding))
        .find_map(|(ending, encoding)| Some((App::get(&format!("{name}.{ending}"))?, Some(encoding))))
        .or_else(|| Some((App::get(name).or_else(|| unpacked(name))?, None)))?;
    Some(respond(name, content, encoding, headers))
}

/// A file that is embedded in its compressed forms only.
fn unpacked(name: &str) -> Option<EmbeddedFile> {
    let packed = App::get(&format!("{name}.gz"))?;
    let mut data = Vec::new();
    GzDecoder::new(&*packed.data).read_to_end(&mut data).ok()?;
    Some(EmbeddedFile { data: Cow::Owned(data), metadata: packed.metadata })
}

fn respond(name: &str, content: EmbeddedFile, encoding: Option<&'static str>, headers: &HeaderMap) -> Response {
    let tag = tag(&content);
    let unchanged = headers.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == tag.as_bytes());
    let mut response = if unchanged { StatusCode::NOT_MODIFIED.into_response() } else { body(content.data).into_response() };
    let kept = if name.starts_with(IMMUTABLE) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind(name)));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    fields.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    fields.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Some(encoding) = encoding {
        fields.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        fields.insert(header::ETAG, tag);
    }
    response
}

fn body(data: Cow<'static, [u8]>) -> Body {
    match data {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    }
}

/// The beginning of the content's hash is enough to tell two builds apart.
fn tag(content: &EmbeddedFile) -> String {
    use std::fmt::Write as _;
    let mut tag = String::from("\"");
    for byte in content.metadata.sha256_hash().iter().take(12) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    tag
}

/// Whether the browser takes this encoding: named, and not with a weight of nothing.
pub(crate) fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let sent = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    sent.split(',').any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        name.trim().eq_ignore_ascii_case(encoding) && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn not_built() -> Response {
    let text = "The API is at /api/v1/. This build has no web app: `cargo xtask serve` builds one.\n";
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_by_name_unless_they_weigh_nothing() {
        let headers = |value: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        assert!(accepts(&headers("gzip, deflate, br, zstd"), "br"));
        assert!(accepts(&headers("BR;q=0.5"), "br"));
        assert!(!accepts(&headers("gzip, br;q=0"), "br"));
        assert!(!accepts(&headers("brotli"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
