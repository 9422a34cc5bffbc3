//! Tables for spreadsheets, which take a cell of text for a formula when it begins like one.

use std::borrow::Cow;

/// The cell as a spreadsheet shows it and never computes it: an apostrophe before what would begin a formula, also behind blanks
/// and in the wide letters of East Asia. Plain numbers stay what they are.
pub fn neutralised(cell: &str) -> Cow<'_, str> {
    let is_tab_or_break = cell.starts_with(['\t', '\r', '\n']);
    let begins = cell.trim_start_matches(|letter: char| letter.is_whitespace() || letter.is_control() || is_invisible(letter));
    let is_formula = begins.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    if is_tab_or_break || (is_formula && !is_number(cell)) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

/// One line of a CSV file (RFC 4180), each cell neutralised, its end included.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        let cell = neutralised(cell);
        if cell.contains([',', '"', '\n', '\r']) {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&cell);
        }
    }
    line.push_str("\r\n");
    line
}

/// Characters that have no width, so that what follows them looks like the beginning.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn is_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['-', '+']).unwrap_or(cell);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && digits.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_a_formula_is_text() {
        for cell in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "\u{200b}@A1",
            "\u{ff1d}1+1",
            "\tplain",
            "--1",
            "-",
            "+1-2",
        ] {
            assert_eq!(neutralised(cell), format!("'{cell}"), "{cell:?}");
        }
    }

    #[test]
    fn all_else_stays_as_it_is() {
        for cell in ["", "plain", "a=b", "1-2", "-5", "+3.25", "0", "'quoted", " blank", "2026-01-05", "\u{e9}t\u{e9}"] {
            assert_eq!(neutralised(cell), cell);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(line(["a", "b c", ""]), "a,b c,\r\n");
        assert_eq!(line(["a,b", "say \"hi\"", "two\nlines", "=1,2"]), "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"'=1,2\"\r\n");
    }

    proptest! {
        /// Neither the cell nor its line ever begins a formula, and nothing of the text is lost.
        #[test]
        fn nothing_is_computed_and_nothing_lost(cell in any::<String>()) {
            let shown = neutralised(&cell);
            prop_assert!(is_number(&cell) || !shown.trim_start().starts_with(['=', '+', '-', '@']));
            prop_assert!(shown.ends_with(&cell));
            prop_assert_eq!(neutralised(&shown), shown.as_ref());
        }
    }
}
