//! What archived projects refuse, and what names, identifiers and pictures of projects may be.

use aileron_db::ProjectScope;
use aileron_kernel::{
    Refusal,
    random::{Random, bytes},
};
use serde_json::{Value, json};

/// The longest identifier, in characters.
pub const IDENTIFIER: usize = aileron_kernel::limits::PROJECT_IDENTIFIER.most;

/// What neither names nor identifiers contain: they stand in addresses, file names and item keys.
const SPECIAL: &str = "&+,:;$^}{*=?@#|'<>.()%!-";

/// The pictures that new projects get one of.
const ICONS: [&str; 12] =
    ["bolt", "mood", "apps", "key", "star", "rocket_launch", "eco", "anchor", "brush", "science", "home", "lightbulb"];

/// The colours of these pictures.
const COLORS: [&str; 8] = ["#5e6ad2", "#02b55c", "#e57a00", "#f2be02", "#6d7b8a", "#f38e82", "#4fb0ae", "#b668c4"];

/// Refuses changes in an archived project. To be called first by every command that changes something in one.
pub fn check_writable(project: &ProjectScope) -> Result<(), Refusal> {
    match project.archived_at() {
        Some(_) => Err(Refusal::error("Archived project cannot be updated")),
        None => Ok(()),
    }
}

/// Whether a name or identifier holds a character that it may not.
pub fn has_special_character(text: &str) -> bool {
    text.chars().any(|character| SPECIAL.contains(character) || character.is_control())
}

/// An identifier as it is stored.
pub fn identifier(text: &str) -> String {
    text.trim().to_uppercase()
}

/// The letters as they would be stored. Refuses, by the name of the parameter, what no project can have.
pub fn checked_identifier(name: &str) -> Result<String, Refusal> {
    let wrong = |message: &str| Err(Refusal::field("name", message));
    let identifier = identifier(name);
    match identifier.chars().count() {
        0 => wrong("This field may not be blank."),
        count if count > IDENTIFIER => wrong("Ensure this field has no more than 12 characters."),
        _ if has_special_character(&identifier) => wrong("Project identifier cannot contain special characters."),
        _ => Ok(identifier),
    }
}

/// Whether the time zone database knows this name.
pub fn is_timezone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}

/// A picture for a new project.
pub fn picture(random: &dyn Random) -> Value {
    let [icon, color] = bytes::<2>(random);
    let pick = |list: &[&'static str], at: u8| list.get(usize::from(at) % list.len().max(1)).copied().unwrap_or_default();
    json!({ "in_use": "icon", "icon": { "name": pick(&ICONS, icon), "color": pick(&COLORS, color) } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_separators_are_special_letters_of_any_script_are_not() {
        for bad in ["A-B", "a.b", "a b!", "x<y", "a\u{0}b", "a\nb"] {
            assert!(has_special_character(bad), "{bad:?}");
        }
        for good in ["ENG", "Größe 2", "日本", "under_score"] {
            assert!(!has_special_character(good), "{good:?}");
        }
    }

    #[test]
    fn identifiers_are_checked_as_they_are_stored() {
        assert_eq!(checked_identifier(" eng ").unwrap(), "ENG");
        for bad in ["", "  ", "A-B", "a\u{0}b", "ABCDEFGHIJKLM"] {
            assert!(checked_identifier(bad).unwrap_err().body["name"][0].is_string(), "{bad:?}");
        }
    }

    #[test]
    fn time_zones_are_those_of_the_database() {
        assert!(is_timezone("UTC"));
        assert!(is_timezone("Europe/Berlin"));
        assert!(!is_timezone("Mars/Phobos"));
        assert!(!is_timezone(""));
    }

    #[test]
    fn every_random_byte_gives_a_picture() {
        struct Fixed(u8);
        impl Random for Fixed {
            fn fill(&self, buffer: &mut [u8]) {
                buffer.fill(self.0);
            }
        }
        for byte in 0..=255 {
            let picture = picture(&Fixed(byte));
            assert!(!picture["icon"]["name"].as_str().unwrap().is_empty());
            assert!(picture["icon"]["color"].as_str().unwrap().starts_with('#'));
        }
    }
}
