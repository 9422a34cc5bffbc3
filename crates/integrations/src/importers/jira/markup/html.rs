//! Writing text into HTML.

/// Adds text to content so that it means itself.
pub(super) fn escape(text: &str, out: &mut String) {
    escape_signs(text, &['&', '<', '>'], out);
}

/// Adds text to the value of an attribute so that it means itself.
pub(super) fn attribute(text: &str, out: &mut String) {
    escape_signs(text, &['&', '<', '>', '"'], out);
}

fn escape_signs(text: &str, signs: &[char], out: &mut String) {
    let mut rest = text;
    while let Some((plain, special)) = rest.find(signs).and_then(|at| rest.split_at_checked(at)) {
        out.push_str(plain);
        let mut chars = special.chars();
        out.push_str(match chars.next() {
            Some('&') => "&amp;",
            Some('<') => "&lt;",
            Some('>') => "&gt;",
            _ => "&quot;",
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
        attribute(url, out);
        out.push_str("\">");
        escape(text, out);
        out.push_str("</a>");
    } else {
        escape(text, out);
    }
}
