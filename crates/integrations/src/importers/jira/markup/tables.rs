//! Rows of tables: `||heading||heading||` and `|cell|cell|`.

use super::{Names, inline::inline};

/// The most cells of a row; what follows stands in the last one.
const MAX_CELLS: usize = 60;

/// Adds a row. The line begins with a bar.
pub(super) fn row(line: &str, names: Names<'_>, out: &mut String) {
    out.push_str("<tr>");
    let mut rest = line;
    for count in 1.. {
        let Some(after) = rest.strip_prefix('|') else { break };
        let (heading, cell) = after.strip_prefix('|').map_or((false, after), |cell| (true, cell));
        // The bar that ends the row begins no cell.
        if cell.trim().is_empty() {
            break;
        }
        let end = if count == MAX_CELLS { cell.len() } else { cell_end(cell) };
        let (text, tail) = cell.split_at_checked(end).unwrap_or((cell, ""));
        out.push_str(if heading { "<th><p>" } else { "<td><p>" });
        inline(text.trim(), names, out);
        out.push_str(if heading { "</p></th>" } else { "</p></td>" });
        rest = tail;
    }
    out.push_str("</tr>");
}

/// Where the next bar is that stands in no link, image or monospaced text.
fn cell_end(cell: &str) -> usize {
    let mut link = false;
    let mut mono = false;
    let mut previous = ' ';
    let mut bar_in_link = None;
    for (at, c) in cell.char_indices() {
        match c {
            '[' if previous != '\\' => link = true,
            ']' => {
                link = false;
                bar_in_link = None;
            }
            '{' if previous == '{' => mono = true,
            '}' if previous == '}' => mono = false,
            '|' if previous == '\\' => {}
            '|' if mono || link => {
                bar_in_link.get_or_insert(at);
            }
            '|' => return at,
            _ => {}
        }
        previous = c;
    }
    // A bracket that is never closed hides no bar.
    bar_in_link.unwrap_or(cell.len())
}
