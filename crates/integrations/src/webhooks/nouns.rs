//! What webhooks can be told of: the nouns and verbs of the log, as patterns name them, and which of that is told to whom.
//!
//! What members keep for themselves (notes, favourites, drafts, subscriptions, how they want things shown) is no webhook's business and
//! not in the table, and neither are steps on the way to something, as an upload that is asked for.

use aileron_db::events::Logged;

use super::model::FLAGS;

/// What of a noun happens.
#[derive(Clone, Copy, Debug)]
pub struct Noun {
    /// The word of the log.
    pub entity: &'static str,
    /// The verbs.
    pub verbs: &'static [&'static str],
    /// Whether it is told only to those who are in its project, where that is secret. Settings of projects are seen by all admins.
    pub is_content: bool,
}

const fn content(entity: &'static str, verbs: &'static [&'static str]) -> Noun {
    Noun { entity, verbs, is_content: true }
}

const fn setting(entity: &'static str, verbs: &'static [&'static str]) -> Noun {
    Noun { entity, verbs, is_content: false }
}

const WHOLE: &[&str] = &["created", "updated", "deleted", "restored"];
const SHELVED: &[&str] = &["created", "updated", "deleted", "restored", "archived", "unarchived"];
const CYCLE: &[&str] = &["created", "updated", "deleted", "restored", "archived", "unarchived", "transferred", "completed"];
const ITEM: &[&str] = &["created", "updated", "deleted", "restored", "moved"];
const PAGE: &[&str] = &["created", "updated", "deleted", "restored", "archived", "unarchived", "moved"];
const LISTED: &[&str] = &["created", "updated", "deleted"];
const LINKED: &[&str] = &["created", "deleted"];
const LINK: &[&str] = &["created", "updated", "deleted", "previewed"];
const MADE: &[&str] = &["created"];
const ASKED: &[&str] = &["created", "updated", "deleted", "restored", "accepted", "declined", "snoozed", "reopened", "marked_duplicate"];

/// All of them.
pub const NOUNS: &[Noun] = &[
    setting("workspace", &["created", "updated"]),
    setting("workspace_member", &["created", "updated", "deleted", "imported", "profile_updated"]),
    setting("invitation", &["created", "updated", "deleted", "accepted"]),
    setting("project", SHELVED),
    setting("project_member", LISTED),
    setting("state", LISTED),
    setting("label", LISTED),
    setting("estimate", LISTED),
    setting("estimate_point", LISTED),
    setting("work_item_type", &["created", "enabled"]),
    setting("intake", MADE),
    setting("cycle_settings", &["updated"]),
    setting("webhook", &["created", "updated", "deleted", "secret_rotated", "disabled"]),
    content("work_item", ITEM),
    content("comment", WHOLE),
    content("cycle", CYCLE),
    content("cycle_item", LISTED),
    content("module", SHELVED),
    content("module_item", LINKED),
    content("module_link", LISTED),
    content("link", LINK),
    content("attachment", LINKED),
    content("relation", LINKED),
    content("reaction", LINKED),
    content("vote", LISTED),
    content("intake_item", ASKED),
    content("view", LISTED),
    content("automation", &["created", "updated", "deleted", "paused"]),
    content("page", PAGE),
];

/// The nouns of the flags, in the order of [`FLAGS`].
const FLAGGED: [&str; FLAGS.len()] = ["project", "work_item", "module", "cycle", "comment"];

/// The noun of an event, if webhooks can be told of it.
pub(super) fn of(event: &Logged) -> Option<&'static Noun> {
    let noun = NOUNS.iter().find(|noun| noun.entity == event.entity)?;
    // Where somebody wants a project among his is his own business.
    let is_own =
        event.entity == "project_member" && event.changes.iter().all(|change| change.field == "sort_order") && !event.changes.is_empty();
    (noun.verbs.contains(&event.verb.as_str()) && !is_own).then_some(noun)
}

/// The word of the compatible API for a noun.
pub(super) fn word(entity: &str) -> &str {
    match entity {
        "work_item" => "issue",
        "comment" => "issue_comment",
        other => other,
    }
}

/// Whether one of these flags asks for a noun.
pub(super) fn is_flagged(flags: [bool; FLAGS.len()], entity: &str) -> bool {
    FLAGGED.iter().zip(flags).any(|(noun, is_set)| is_set && *noun == entity)
}

/// Whether a pattern asks for an event.
pub(super) fn matches(pattern: &str, event: &Logged) -> bool {
    let is = |asked: &str, word: &str| asked == "*" || asked == word;
    match pattern.split_once('.') {
        Some((noun, verb)) => is(noun, &event.entity) && is(verb, &event.verb),
        None => pattern == "*",
    }
}

/// Reads a pattern; what is wrong with it.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    let shown = |word: &str| aileron_kernel::text::shortened(word, 80);
    if pattern == "*" {
        return Ok(());
    }
    let Some((entity, verb)) = pattern.split_once('.') else {
        return Err(format!("\"{}\" is no noun and verb such as cycle.archived or work_item.*.", shown(pattern)));
    };
    let nouns = || NOUNS.iter().filter(|noun| entity == "*" || noun.entity == entity);
    if nouns().next().is_none() {
        return Err(format!("\"{}\" is no noun that webhooks are told of.", shown(entity)));
    }
    if verb != "*" && !nouns().any(|noun| noun.verbs.contains(&verb)) {
        return Err(format!("\"{}\" is nothing that happens to \"{entity}\".", shown(verb)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_of_nouns_and_verbs_that_there_are() {
        for good in ["*", "*.*", "cycle.archived", "work_item.*", "*.deleted", "webhook.disabled"] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, named) in [
            ("", "\"\""),
            ("cycle", "\"cycle\""),
            (".", "\"\""),
            ("cycle.", "\"\""),
            (".archived", "\"\""),
            ("Cycle.archived", "\"Cycle\""),
            ("cycle.ended", "\"ended\""),
            ("sticky.created", "\"sticky\""),
            ("*.eaten", "\"eaten\""),
            ("cycle.archived ", "\"archived \""),
            ("w*.x", "\"w*\""),
            ("a.b.c", "\"a\""),
            ("**", "\"**\""),
        ] {
            assert!(check(bad).unwrap_err().contains(named), "{bad}");
        }
        assert!(check(&"x.".repeat(5_000)).unwrap_err().len() < 300, "what was sent is named in few words");
    }

    #[test]
    fn nouns_stand_there_once_and_flags_name_some_of_them() {
        for noun in NOUNS {
            assert_eq!(NOUNS.iter().filter(|other| other.entity == noun.entity).count(), 1, "{}", noun.entity);
        }
        assert!(FLAGGED.iter().all(|flagged| NOUNS.iter().any(|noun| noun.entity == *flagged)));
        assert_eq!(FLAGGED.map(word), FLAGS);
    }
}
