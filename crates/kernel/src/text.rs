//! Keys by which text is compared: the same on every database.

use caseless::Caseless as _;
use unicode_normalization::UnicodeNormalization as _;

/// The key under which a text is unique, sorted and matched: trimmed, NFKC, case-folded.
pub fn key(text: &str) -> String {
    if text.is_ascii() {
        // For ASCII the rules below come to this, a hundred times faster.
        return text.trim().to_ascii_lowercase();
    }
    text.trim().nfkc().default_case_fold().nfkc().collect()
}

/// The text with everything removed that no database and no reader wants: NUL characters.
pub fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

/// Whether a name looks like an address, which mail programs would turn into a link.
pub fn holds_address(name: &str) -> bool {
    let is_host = |word: &str| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let Some((host, end)) = bare.rsplit_once('.') else { return false };
        !host.is_empty() && end.chars().count() >= 2 && end.chars().all(char::is_alphabetic)
    };
    name.contains("://") || name.to_lowercase().contains("www.") || name.split_whitespace().any(is_host)
}

/// At most `limit` characters of a text, with an ellipsis where something was cut.
pub fn shortened(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    text.chars().take(limit.saturating_sub(1)).chain(['\u{2026}']).collect()
}

/// The first `limit` characters of a text.
pub fn beginning(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).and_then(|(end, _)| text.get(..end)).unwrap_or(text)
}

/// Whether an address can stand where a picture is shown: one of the web, or of this site, and nothing that runs.
pub fn is_inert_address(address: &str) -> bool {
    let is_clean = !address.contains(|character: char| character.is_whitespace() || character.is_control());
    let is_of_the_web = address.starts_with("https://") || address.starts_with("http://");
    let is_of_here = !address.contains(':') && !address.starts_with("//") && !address.starts_with("/\\") && !address.starts_with('\\');
    is_clean && (is_of_the_web || is_of_here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_no_address() {
        for bad in ["Win at https://x.test", "visit evil.example now", "www.evil", "(evil.com)"] {
            assert!(holds_address(bad), "{bad}");
        }
        for good in ["Acme Inc.", "Team 2.0", "St. John", "R&D", "a...b"] {
            assert!(!holds_address(good), "{good}");
        }
    }

    #[test]
    fn ascii_is_folded_by_the_same_rule() {
        let all: String = (0_u8..128).map(char::from).collect();
        assert_eq!(key(&all), all.trim().nfkc().default_case_fold().nfkc().collect::<String>());
    }

    #[test]
    fn a_beginning_is_cut_between_characters() {
        assert_eq!([beginning("äöü", 2), beginning("äöü", 3), beginning("äöü", 9), beginning("", 0)], ["äö", "äöü", "äöü", ""]);
    }

    #[test]
    fn an_inert_address_is_of_the_web_or_of_here() {
        for good in ["", "https://pictures.test/a.png", "http://pictures.test/", "/static/a.png", "image_1"] {
            assert!(is_inert_address(good), "{good}");
        }
        for bad in ["javascript:1", "data:image/svg+xml,x", "//evil.test/a", "/\\evil.test", "\\\\evil.test", "https://a b", "https://a\tb"]
        {
            assert!(!is_inert_address(bad), "{bad}");
        }
    }

    #[test]
    fn keys_fold_case_width_and_ligatures() {
        assert_eq!(key(" Straße "), key("STRASSE"));
        assert_eq!(key("ＡＢＣ"), key("abc"));
        assert_eq!(key("ﬁne"), key("FINE"));
        assert_ne!(key("a"), key("b"));
    }
}
