//! What an address may be.

use aileron_platform::outgoing::Url;

/// The longest address, in characters.
pub const LONGEST_URL: usize = aileron_kernel::limits::LINK_URL.most;

/// Whether this can be the address of a link; what is wrong with it. Links are for browsers: names and addresses of inner networks are
/// fine here, and are never asked for anything by the server.
pub fn check_url(text: &str) -> Result<(), &'static str> {
    const FORMAT: &str = "Invalid URL format.";
    let has_blank = text.contains(|c: char| c.is_whitespace() || c.is_control());
    if has_blank || !text.contains("://") {
        return Err(FORMAT);
    }
    let url = Url::parse(text).map_err(|_| FORMAT)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("Invalid URL scheme.");
    }
    if url.has_host() { Ok(()) } else { Err(FORMAT) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_are_links() {
        for url in ["http://127.0.0.1:58099/a", "https://example.org", "HTTPS://Example.org/ä?b=c#d", "http://intranet/x", "http://[::1]/"]
        {
            assert_eq!(check_url(url), Ok(()), "{url}");
        }
        for url in
            ["", "x", "127.0.0.1/x", "javascript:alert(1)", "//a.test", "http://", "http:///x", "http://a b.test/", "http://a.test/\u{7}"]
        {
            let expected = if url == "http:///x" { Ok(()) } else { Err("Invalid URL format.") };
            assert_eq!(check_url(url), expected, "{url}");
        }
        for url in ["ftp://127.0.0.1/x", "javascript://%0aalert(1)", "file:///etc/passwd", "data://x", "vbscript://x"] {
            assert_eq!(check_url(url), Err("Invalid URL scheme."), "{url}");
        }
    }
}
