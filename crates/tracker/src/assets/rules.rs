//! Names of files.

/// The name of a file without the folders before it and without what is there to deceive: control characters and those that turn the
/// direction of writing. Nothing if nothing is left. Names are for people; no path is ever made of one.
pub fn file_name(sent: &str) -> Option<String> {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let name = shown.trim().trim_start_matches('.').trim_end_matches(['.', ' ']).trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// Characters that nobody sees and that change what one reads: `exe.txt` for `txt.exe`.
const fn turns(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{061c}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn folders_and_tricks_are_left_out() {
        for (sent, name) in [
            ("notes.txt", "notes.txt"),
            ("../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("C:\\Windows\\win.ini", "win.ini"),
            ("..\\..\\x", "x"),
            (".htaccess", "htaccess"),
            ("...a..txt. ", "a..txt"),
            ("a\r\nb\t.txt", "ab.txt"),
            ("gpj.\u{202e}exe", "gpj.exe"),
            ("Größe 1 ½.pdf", "Größe 1 ½.pdf"),
        ] {
            assert_eq!(file_name(sent).as_deref(), Some(name), "{sent:?}");
        }
        for sent in ["", "..", ".", "/", "a/", "...", " ", "\u{202e}", "..\\"] {
            assert_eq!(file_name(sent), None, "{sent:?}");
        }
    }

    proptest! {
        #[test]
        fn no_name_leads_anywhere(sent in any::<String>()) {
            if let Some(name) = file_name(&sent) {
                prop_assert!(!name.contains(['/', '\\', '\0', '\n']) && !name.starts_with('.') && !name.is_empty());
                prop_assert_eq!(file_name(&name), Some(name));
            }
        }
    }
}
