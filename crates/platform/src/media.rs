//! Media types of uploaded files: which may be attached, and whether a file is what it is said to be.

/// What is served when nothing better is sure.
pub const UNKNOWN: &str = "application/octet-stream";

/// How many bytes of the beginning are enough to tell what a file is.
pub const TELLING: usize = 8 << 10;

/// Types that may be attached. Programs are not among them.
const ATTACHABLE: &[&str] = &[
    "application/epub+zip",
    "application/gzip",
    "application/json",
    "application/msword",
    "application/octet-stream",
    "application/ogg",
    "application/pdf",
    "application/postscript",
    "application/rtf",
    "application/sql",
    "application/toml",
    "application/vnd.ms-excel",
    "application/vnd.ms-outlook",
    "application/vnd.ms-powerpoint",
    "application/vnd.ms-project",
    "application/vnd.oasis.opendocument.graphics",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.rar",
    "application/vnd.visio",
    "application/x-7z-compressed",
    "application/x-bzip2",
    "application/x-gzip",
    "application/x-ndjson",
    "application/x-rar-compressed",
    "application/x-sql",
    "application/x-tar",
    "application/x-xz",
    "application/x-yaml",
    "application/x-zip-compressed",
    "application/xml",
    "application/yaml",
    "application/zip",
    "application/zstd",
    "audio/aac",
    "audio/flac",
    "audio/m4a",
    "audio/midi",
    "audio/mp3",
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "audio/opus",
    "audio/wav",
    "audio/webm",
    "audio/x-m4a",
    "audio/x-wav",
    "font/otf",
    "font/ttf",
    "font/woff",
    "font/woff2",
    "image/avif",
    "image/bmp",
    "image/gif",
    "image/heic",
    "image/heif",
    "image/jpeg",
    "image/jpg",
    "image/png",
    "image/svg+xml",
    "image/tiff",
    "image/vnd.adobe.photoshop",
    "image/webp",
    "image/x-icon",
    "message/rfc822",
    "model/gltf+json",
    "model/gltf-binary",
    "model/obj",
    "model/stl",
    "text/calendar",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/markdown",
    "text/plain",
    "text/rtf",
    "text/tab-separated-values",
    "text/vcard",
    "text/x-diff",
    "text/x-log",
    "text/xml",
    "text/yaml",
    "video/3gpp",
    "video/mp4",
    "video/mpeg",
    "video/ogg",
    "video/quicktime",
    "video/webm",
    "video/x-m4v",
    "video/x-matroska",
    "video/x-ms-wmv",
    "video/x-msvideo",
];

/// The type without its parameters, in small letters.
pub fn essence(sent: &str) -> String {
    sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether files of this type may be attached.
pub fn is_attachable(essence: &str) -> bool {
    ATTACHABLE.contains(&essence)
}

/// The type under which a file is served: what it is said to be, or [`UNKNOWN`] where its beginning tells otherwise.
pub fn served<'a>(said: &'a str, beginning: &[u8]) -> &'a str {
    let agrees = match infer::get(beginning) {
        Some(found) => family(found.mime_type()) == family(said),
        // A picture or an archive would have been known; a text has no marks.
        None => !infer::is_mime_supported(said) || is_text(said),
    };
    if agrees { said } else { UNKNOWN }
}

fn is_text(essence: &str) -> bool {
    essence.starts_with("text/") || matches!(family(essence), "xml" | "text/plain")
}

/// Types whose files begin alike, or that are one type under several names.
fn family(essence: &str) -> &str {
    match essence {
        "image/jpg" => "image/jpeg",
        "application/x-zip-compressed" | "application/zip" | "application/epub+zip" => "zip",
        "application/vnd.ms-excel"
        | "application/vnd.ms-powerpoint"
        | "application/vnd.ms-outlook"
        | "application/vnd.ms-project"
        | "application/vnd.visio"
        | "application/msword"
        | "application/x-ole-storage" => "ole",
        "audio/wav" | "audio/wave" | "audio/x-wav" => "wav",
        "audio/mp3" | "audio/mpeg" => "mp3",
        "audio/mp4" | "audio/m4a" | "audio/x-m4a" | "video/mp4" | "video/x-m4v" | "video/quicktime" | "video/3gpp" => "mp4",
        "image/heic" | "image/heif" | "image/avif" => "heif",
        "audio/webm" | "video/webm" | "video/x-matroska" => "matroska",
        "audio/ogg" | "audio/opus" | "video/ogg" | "application/ogg" => "ogg",
        "application/gzip" | "application/x-gzip" => "gzip",
        "application/vnd.rar" | "application/x-rar-compressed" => "rar",
        "application/rtf" | "text/rtf" => "rtf",
        "application/xml" | "text/xml" | "image/svg+xml" => "xml",
        _ if essence.starts_with("application/vnd.openxmlformats-") || essence.starts_with("application/vnd.oasis.opendocument.") => "zip",
        "font/ttf" | "font/otf" | "application/font-sfnt" => "sfnt",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_on_the_list_may_be_attached() {
        for good in ["text/plain", "image/svg+xml", "application/pdf", "application/octet-stream"] {
            assert!(is_attachable(good), "{good}");
        }
        for bad in
            ["", "x/y", "application/x-msdownload", "application/x-sh", "text/plain\r\nx: y", "TEXT/PLAIN", "application/x-httpd-php"]
        {
            assert!(!is_attachable(bad), "{bad}");
        }
        assert_eq!(essence(" Text/Plain; charset=utf-8"), "text/plain");
    }

    #[test]
    fn the_list_is_sorted_and_has_everything_once() {
        assert!(ATTACHABLE.windows(2).all(|two| two[0] < two[1]), "{ATTACHABLE:?}");
    }

    #[test]
    fn a_file_is_served_as_what_it_is_or_as_unknown() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        for (said, beginning) in [
            ("text/plain", b"hello".as_slice()),
            ("image/png", png),
            ("application/json", b"{}"),
            ("application/pdf", b"%PDF-1.7"),
            (docx, b"PK\x03\x04"),
            ("image/svg+xml", b"<?xml version=\"1.0\"?><svg/>"),
            ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
            ("text/html", b"<!DOCTYPE html><html>"),
            ("text/plain", b""),
        ] {
            assert_eq!(served(said, beginning), said, "{}", String::from_utf8_lossy(beginning));
        }
        for (said, beginning) in [
            ("image/png", b"<html><script>".as_slice()),
            ("image/png", b"hello"),
            ("image/jpeg", png),
            ("text/plain", png),
            ("text/csv", b"<!DOCTYPE html><html>"),
            ("application/pdf", b"MZ\x90\0"),
            ("application/zip", b"not a zip"),
        ] {
            assert_eq!(served(said, beginning), UNKNOWN, "{said} {}", String::from_utf8_lossy(beginning));
        }
    }
}
