//! Whom a text mentions.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::scan::{Scanner, Token};

/// As many people of one text are mentioned.
const MOST: usize = 200;

/// The people whom cleaned markup mentions: the first so many of them.
pub fn mentions(cleaned: &str) -> BTreeSet<Uuid> {
    let mut people = BTreeSet::new();
    if !cleaned.contains("<mention-component") {
        return people;
    }
    for token in Scanner::new(cleaned) {
        let Token::Start(name, attributes) = token else { continue };
        if name != "mention-component" || people.len() >= MOST {
            continue;
        }
        let value = |name: &str| attributes.iter().find(|attribute| attribute.name == name).map(|attribute| attribute.value);
        if value("entity_name") == Some("user_mention") {
            people.extend(value("entity_identifier").and_then(|id| Uuid::try_parse(id).ok()));
        }
    }
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(kind: &str, id: &str) -> String {
        format!("<mention-component entity_identifier=\"{id}\" entity_name=\"{kind}\" label=\"x\"></mention-component>")
    }

    #[test]
    fn people_are_found_once_and_nothing_else() {
        let [one, two] = [1, 2].map(Uuid::from_u128);
        let text = format!(
            "<p>{} and {}, {}</p><p>{} {}</p>",
            mention("user_mention", &one.to_string()),
            mention("user_mention", &two.to_string().to_uppercase()),
            mention("issue_mention", "00000000-0000-0000-0000-000000000003"),
            mention("user_mention", &one.to_string()),
            mention("user_mention", "nobody"),
        );
        assert_eq!(mentions(&super::super::clean(&text).html), BTreeSet::from([one, two]));
        assert_eq!(mentions("<p>&lt;mention-component entity_name=\"user_mention\"</p>"), BTreeSet::new());
    }

    #[test]
    fn there_is_an_end() {
        let text: String = (0..MOST as u128 + 10).map(|number| mention("user_mention", &Uuid::from_u128(number).to_string())).collect();
        assert_eq!(mentions(&text).len(), MOST);
    }
}
