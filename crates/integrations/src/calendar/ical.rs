//! Calendars as text: the part of RFC 5545 that days need.

use std::fmt::Write as _;

use aileron_kernel::Time;
use jiff::civil::Date;

/// The longest line, in bytes, its end left out.
const LONGEST_LINE: usize = 75;

/// Something that takes whole days.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name in all calendars of the world. It never changes.
    pub uid: String,
    /// When it was last changed.
    pub changed_at: Time,
    /// Its first day.
    pub first: Date,
    /// Its last day; not before the first.
    pub last: Date,
    /// What people see.
    pub summary: String,
    /// What they see when they look closer.
    pub description: String,
    /// Where it can be seen whole, if that is known.
    pub url: Option<String>,
    /// Of which kind it is.
    pub category: &'static str,
}

/// A calendar of this name.
pub fn calendar<'a>(name: &str, entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Aileron//Aileron//EN");
    line(&mut out, "CALSCALE:GREGORIAN");
    line(&mut out, "METHOD:PUBLISH");
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(name)));
    line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    for entry in entries {
        write(&mut out, entry);
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn write(out: &mut String, entry: &Entry) {
    // The end is the first day that is not part of it.
    let end = entry.last.tomorrow().unwrap_or(entry.last);
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}", escaped(&entry.uid)));
    line(out, &format!("DTSTAMP:{}", entry.changed_at.timestamp().strftime("%Y%m%dT%H%M%SZ")));
    line(out, &format!("DTSTART;VALUE=DATE:{}", entry.first.strftime("%Y%m%d")));
    line(out, &format!("DTEND;VALUE=DATE:{}", end.strftime("%Y%m%d")));
    line(out, &format!("SUMMARY:{}", escaped(&entry.summary)));
    line(out, &format!("DESCRIPTION:{}", escaped(&entry.description)));
    line(out, &format!("CATEGORIES:{}", escaped(entry.category)));
    if let Some(url) = &entry.url {
        line(out, &format!("URL:{}", url.replace(char::is_control, "")));
    }
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// A text as a value: what separates values is escaped, and nothing in it ends a line.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = text.replace("\r\n", "\n");
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(letter);
            }
            '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' => out.push_str("\\n"),
            letter if letter.is_control() && letter != '\t' => {}
            letter => out.push(letter),
        }
    }
    out
}

/// Writes one line, folded so that none is longer than [`LONGEST_LINE`] and no character is torn apart.
fn line(out: &mut String, text: &str) {
    let mut used = 0;
    for letter in text.chars() {
        if used + letter.len_utf8() > LONGEST_LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        // Writing to a String cannot fail.
        let _ = out.write_char(letter);
        used += letter.len_utf8();
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(summary: &str) -> Entry {
        Entry {
            uid: "work-item-1@aileron".to_owned(),
            changed_at: Time::parse("2026-01-05T08:09:10Z").unwrap(),
            first: Date::constant(2026, 2, 27),
            last: Date::constant(2026, 2, 28),
            summary: summary.to_owned(),
            description: "State: Todo\nPriority: high".to_owned(),
            url: Some("https://a.test/acme/item/ENG-1".to_owned()),
            category: "Work item",
        }
    }

    #[test]
    fn a_day_is_written_as_calendars_read_it() {
        let text = calendar("Acme, all", [&entry("ENG-1 Fix; the \\ thing")]);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(
            lines,
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Aileron//Aileron//EN",
                "CALSCALE:GREGORIAN",
                "METHOD:PUBLISH",
                "X-WR-CALNAME:Acme\\, all",
                "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
                "BEGIN:VEVENT",
                "UID:work-item-1@aileron",
                "DTSTAMP:20260105T080910Z",
                "DTSTART;VALUE=DATE:20260227",
                "DTEND;VALUE=DATE:20260301",
                "SUMMARY:ENG-1 Fix\\; the \\\\ thing",
                "DESCRIPTION:State: Todo\\nPriority: high",
                "CATEGORIES:Work item",
                "URL:https://a.test/acme/item/ENG-1",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            ]
        );
    }

    /// The lines as a reader has them: unfolded.
    fn unfolded(text: &str) -> Vec<String> {
        text.replace("\r\n ", "").split("\r\n").map(ToOwned::to_owned).collect()
    }

    fn read(value: &str) -> String {
        let mut out = String::new();
        let mut letters = value.chars();
        while let Some(letter) = letters.next() {
            match (letter, if letter == '\\' { letters.next() } else { None }) {
                ('\\', Some('n')) => out.push('\n'),
                ('\\', Some(next)) => out.push(next),
                _ => out.push(letter),
            }
        }
        out
    }

    proptest! {
        /// No text makes a line too long, adds a line, or is read otherwise than it was written.
        #[test]
        fn every_text_is_one_value(summary in any::<String>()) {
            let text = calendar("x", [&entry(&summary)]);
            prop_assert!(text.split("\r\n").all(|line| line.len() <= LONGEST_LINE && !line.contains(['\r', '\n'])));
            let lines = unfolded(&text);
            prop_assert_eq!(lines.len(), 20);
            let found = lines.iter().find_map(|line| line.strip_prefix("SUMMARY:")).unwrap();
            let breaks = ['\r', '\u{2028}', '\u{2029}', '\u{85}'];
            let wanted = summary.replace("\r\n", "\n").replace(breaks, "\n");
            let wanted = wanted.replace(|letter: char| letter.is_control() && !matches!(letter, '\n' | '\t'), "");
            prop_assert_eq!(read(found), wanted);
        }
    }
}
