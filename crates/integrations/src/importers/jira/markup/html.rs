//! Writing text into HTML.

/// Adds text so that it means itself, in content and in attributes alike.
pub(super) fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (plain, special) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = special.chars();
        out.push_str(match chars.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            Some('"') => "&quot;",
            _ => "&#39;",
        });
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// Whether an address may be a link.
pub(super) fn is_safe(url: &str) -> bool {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let known = matches!(scheme.as_deref(), Some("http" | "https" | "ftp" | "mailto"));
    known && url.len() <= 2_000 && !url.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
}

/// A link, or only its text where the address is none.
pub(super) fn link(url: &str, text: &str, out: &mut String) {
    if is_safe(url) {
        out.push_str("<a href=\"");
        escape(url, out);
        out.push_str("\">");
        escape(text, out);
        out.push_str("</a>");
    } else {
        escape(text, out);
    }
}
