//! Searching.

use std::collections::HashSet;

use aileron_db::{self as db, ExprTrait as _, Tx, WorkspaceScope, schema::WORK_ITEMS};
use aileron_kernel::{Refusal, Uuid, search::Ranker, text};
use aileron_platform::web::Query;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    index,
    sql::{self, Candidate},
};
use crate::work_items::{
    self,
    visibility::{self, Shown},
};

/// The most documents that are looked at, the newest ones.
pub const MOST_CANDIDATES: i64 = 500;
/// How many items are answered where no number is asked for.
const USUAL: usize = 10;

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Words, a number or an identifier.
    pub text: String,
    /// How many items at most.
    pub limit: usize,
    /// Only in this project.
    pub project: Option<Uuid>,
}

impl Search {
    /// Reads the parameters `search`, `limit`, `project_id` and `workspace_search`.
    pub fn read(query: &Query) -> Result<Self, Refusal> {
        let limit = match query.filled("limit") {
            None => USUAL,
            Some(text) => text.trim().parse().map_err(|_| Refusal::field("limit", "A valid integer of 0 or more is required."))?,
        };
        let project = match query.filled("project_id") {
            None => None,
            Some(text) => Some(Uuid::try_parse(text).map_err(|_| Refusal::error("Please provide valid detail"))?),
        };
        let everywhere = query.get("workspace_search").is_some_and(|word| matches!(word, "true" | "True" | "1"));
        let text = query.words("search")?.unwrap_or_default().trim().to_owned();
        Ok(Self { text, limit, project: project.filter(|_| !everywhere) })
    }
}

/// What was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SearchResult)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct Found {
    pub issues: Vec<FoundItem>,
}

/// An item that was found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SearchedWorkItem)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct FoundItem {
    pub name: String,
    pub id: Uuid,
    pub sequence_id: i64,
    #[serde(rename = "project__identifier")]
    pub project_identifier: String,
    pub project_id: Uuid,
    #[serde(rename = "workspace__slug")]
    pub workspace_slug: String,
}

/// Finds items, the best fit first, the newer one first among equals.
pub fn find(tx: &mut Tx<'_, WorkspaceScope>, search: &Search) -> db::Result<Found> {
    let mut shown = visibility::projects(tx)?;
    shown.retain(|project| search.project.is_none_or(|wanted| wanted == project.id));
    let limit = search.limit.min(usize::try_from(MOST_CANDIDATES).unwrap_or(usize::MAX));
    if shown.is_empty() || limit == 0 || search.text.is_empty() {
        return Ok(Found { issues: Vec::new() });
    }
    let ranker = Ranker::new(&search.text);
    let mut candidates = numbered(tx, &search.text, &shown)?;
    let former: HashSet<Uuid> = match number(&search.text) {
        Some((Some(letters), number)) => formerly(tx, (&letters, number), &mut candidates, &shown)?.into_iter().collect(),
        _ => HashSet::new(),
    };
    let mut terms = ranker.terms().to_vec();
    if search.text.contains('-') && !candidates.is_empty() {
        // The identifier of an item is whole: ENG-2 is not the beginning of ENG-20.
        for term in &mut terms {
            term.prefix = false;
        }
    }
    if !terms.is_empty() {
        let mark = index::mark(tx.workspace_id());
        candidates.extend(sql::candidates(tx, &terms, &mark, &shown, MOST_CANDIDATES)?);
    }
    let slug = tx.workspace().slug().to_owned();
    let mut known = HashSet::new();
    candidates.retain(|(id, ..)| known.insert(*id));
    let mut ranked: Vec<(u32, Candidate, &Shown)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let project = shown.iter().find(|project| project.id == candidate.3)?;
            // What was looked for by the key that it once had fits as well as by the one that it has.
            let key = if former.contains(&candidate.0) { search.text.clone() } else { format!("{}-{}", project.identifier, candidate.2) };
            Some((ranker.score(&key, &text::key(&candidate.1)), candidate, project))
        })
        .collect();
    ranked.sort_by_key(|(score, ..)| std::cmp::Reverse(*score));
    let best = ranked.into_iter().take(limit);
    Ok(Found { issues: best.map(|(_, candidate, project)| shown_item(candidate, project, &slug)).collect() })
}

fn shown_item((id, name, sequence_id, project_id): Candidate, project: &Shown, slug: &str) -> FoundItem {
    FoundItem { name, id, sequence_id, project_identifier: project.identifier.clone(), project_id, workspace_slug: slug.to_owned() }
}

/// The items of exactly this number or identifier: they are found however old they are.
fn numbered(tx: &mut Tx<'_, WorkspaceScope>, query: &str, shown: &[Shown]) -> db::Result<Vec<Candidate>> {
    let Some((identifier, number)) = number(query) else { return Ok(Vec::new()) };
    let fits = |project: &&Shown| identifier.as_ref().is_none_or(|identifier| *identifier == text::key(&project.identifier));
    let fitting: Vec<Shown> = shown.iter().filter(fits).cloned().collect();
    let select = tx
        .from(WORK_ITEMS)
        .filter(WORK_ITEMS.col("sequence_id").eq(number))
        .filter(WORK_ITEMS.col("hidden").is_null())
        .filter(visibility::items_of(&fitting, tx.user_id()))
        .expr(WORK_ITEMS.col("id"))
        .expr(WORK_ITEMS.col("name"))
        .expr(WORK_ITEMS.col("sequence_id"))
        .expr(WORK_ITEMS.col("project_id"))
        .order(WORK_ITEMS.col("created_at"), db::Order::Desc)
        .limit(MOST_CANDIDATES);
    tx.all(&select)
}

/// Adds the item that once was called this in another project.
fn formerly(
    tx: &mut Tx<'_, WorkspaceScope>,
    name: (&str, i64),
    candidates: &mut Vec<Candidate>,
    shown: &[Shown],
) -> db::Result<Option<Uuid>> {
    let Some((item, project)) = work_items::queries::formerly(tx, name.0, name.1)? else { return Ok(None) };
    let Some(shown) = shown.iter().find(|shown| shown.id == project) else { return Ok(None) };
    let seen = shown.items(tx.user_id()).and(WORK_ITEMS.col("hidden").is_null()).and(WORK_ITEMS.col("id").eq(item));
    let of = |column| WORK_ITEMS.col(column);
    let select = tx.from(WORK_ITEMS).filter(seen).expr(of("id")).expr(of("name")).expr(of("sequence_id")).expr(of("project_id"));
    let found = tx.optional::<Candidate>(&select)?;
    let id = found.as_ref().map(|candidate| candidate.0);
    candidates.extend(found);
    Ok(id)
}

/// Reads `42` and `ENG-42`.
fn number(query: &str) -> Option<(Option<String>, i64)> {
    let number = |text: &str| text.parse::<i64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    match query.rsplit_once('-') {
        None => Some((None, number(query)?)),
        Some((identifier, digits)) => Some((Some(text::key(identifier)), number(digits)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_identifiers_are_told_from_words() {
        assert_eq!(number("42"), Some((None, 42)));
        assert_eq!(number("Eng-42"), Some((Some("eng".to_owned()), 42)));
        for words in ["x", "+4", "-", "ENG-", "ENG-x", "99999999999999999999", "4 2", ""] {
            assert_eq!(number(words), None, "{words}");
        }
    }
}
