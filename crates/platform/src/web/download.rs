//! Sending files that people uploaded, so that no browser runs anything of them.

use std::ops::Range;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::blobs::{BlobError, BlobKey, Blobs};

/// What RFC 5987 lets stand as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A stored file and how it is sent.
#[derive(Clone, Debug)]
pub struct Download {
    /// Where it is.
    pub key: BlobKey,
    /// Its length in bytes.
    pub size: u64,
    /// Its name for people.
    pub name: String,
    /// Its type.
    pub content_type: String,
    /// For how long the caller may keep it, in seconds.
    pub cached: u32,
}

impl Download {
    /// The file, or the part of it that the request asks for.
    pub async fn send(self, blobs: &Blobs, request: &HeaderMap) -> Result<Response, BlobError> {
        let asked = request.get(header::RANGE).and_then(|value| value.to_str().ok());
        let part = match asked.map(|asked| part(asked, self.size)) {
            None | Some(Asked::Everything) => None,
            Some(Asked::Part(part)) => Some(part),
            Some(Asked::Nothing) => {
                let size = format!("bytes */{}", self.size);
                return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, size)]).into_response());
            }
        };
        let blob = blobs.get(self.key, part.clone()).await?;
        let mut response = Response::new(Body::from_stream(blob.content));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(blob.length));
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        for (name, text) in [
            (header::CONTENT_TYPE, self.content_type),
            (header::CONTENT_DISPOSITION, disposition(&self.name)),
            (header::CACHE_CONTROL, format!("private, max-age={}", self.cached)),
        ] {
            if let Ok(value) = HeaderValue::try_from(text) {
                headers.insert(name, value);
            }
        }
        if let Some(part) = part {
            let range = format!("bytes {}-{}/{}", part.start, part.end - 1, self.size);
            headers.insert(header::CONTENT_RANGE, HeaderValue::try_from(range).unwrap_or(HeaderValue::from_static("bytes */*")));
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        }
        Ok(response)
    }
}

/// `Content-Disposition` of a file to be saved and not shown, its name in both ways of writing it.
pub fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';') || c == ' ' { c } else { '_' }).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", utf8_percent_encode(name, PLAIN))
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    /// All: no range, several, or one that makes no sense.
    Everything,
    /// A part that is not empty and inside.
    Part(Range<u64>),
    /// A part behind the end.
    Nothing,
}

fn part(header: &str, size: u64) -> Asked {
    let Some((first, last)) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-')) else { return Asked::Everything };
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (first.is_empty(), number(first), last.is_empty(), number(last)) {
        (true, _, false, Some(count)) if count > 0 && size > 0 => Asked::Part(size.saturating_sub(count)..size),
        (true, _, false, Some(_)) => Asked::Nothing,
        (false, Some(start), true, _) if start < size => Asked::Part(start..size),
        (false, Some(start), false, Some(end)) if start <= end && start < size => Asked::Part(start..end.saturating_add(1).min(size)),
        (false, Some(start), _, end) if start >= size && end.is_none_or(|end| start <= end) => Asked::Nothing,
        _ => Asked::Everything,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_range_is_understood() {
        for (header, asked) in [
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=2-", Asked::Part(2..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-30", Asked::Part(0..10)),
            ("bytes=8-99", Asked::Part(8..10)),
            ("bytes=10-", Asked::Nothing),
            ("bytes=10-12", Asked::Nothing),
            ("bytes=-0", Asked::Nothing),
            ("bytes=5-2", Asked::Everything),
            ("bytes=0-1,4-5", Asked::Everything),
            ("bytes=a-b", Asked::Everything),
            ("bytes=-", Asked::Everything),
            ("bytes=+1-2", Asked::Everything),
            ("lines=0-1", Asked::Everything),
            ("", Asked::Everything),
        ] {
            assert_eq!(part(header, 10), asked, "{header}");
        }
        assert_eq!(part("bytes=-1", 0), Asked::Nothing);
    }

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(disposition("a b.txt"), "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt");
        assert_eq!(disposition("é\".txt"), "attachment; filename=\"__.txt\"; filename*=UTF-8''%C3%A9%22.txt");
        assert_eq!(disposition("a\r\nX: y"), "attachment; filename=\"a__X: y\"; filename*=UTF-8''a%0D%0AX%3A%20y");
    }

    proptest! {
        #[test]
        fn a_part_is_inside_and_not_empty(header in "bytes=[0-9]{0,3}-[0-9]{0,3}", size in 0_u64..200) {
            if let Asked::Part(part) = part(&header, size) {
                prop_assert!(part.start < part.end && part.end <= size);
            }
        }

        #[test]
        fn every_name_makes_a_header(name in any::<String>()) {
            prop_assert!(HeaderValue::try_from(disposition(&name)).is_ok());
        }
    }
}
