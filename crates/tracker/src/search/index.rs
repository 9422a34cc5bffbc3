//! The documents of the index: one a work item, in step with it.

use std::collections::HashMap;

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, Order, Principal, Session, Unscoped, WriteTx, id_in,
    schema::{COMMENTS, SEARCH_DOCUMENTS, WORK_ITEMS, WORKSPACES},
};
use aileron_kernel::{Uuid, search};

use super::sql;

/// Items a statement.
const BATCH: usize = 200;
/// Items whose texts are read at once.
const READ: usize = 20;
/// The most comments of one item that are looked at, the newest ones.
const MOST_COMMENTS: i64 = 200;
/// The most bytes of one document. A tsvector holds 1 MB.
const MOST_BYTES: usize = 500_000;

/// A document: an item and the tokens by which it is found.
#[derive(Debug)]
pub(super) struct Document {
    /// The work item.
    pub(super) item: Uuid,
    /// Its tokens, each with the mark of the workspace.
    pub(super) tokens: Vec<String>,
}

/// Writes the document of an item anew; removes it where the item is gone. To be called in the transaction that makes, changes
/// or deletes the item or one of its comments, after the change. It reads only texts that are stored as such, and bounded many bytes:
/// all other writes wait for it.
pub fn update<S: InWorkspace>(tx: &mut WriteTx<'_, S>, item: Uuid) -> db::Result<()> {
    update_many(tx, &[item])
}

/// The same for many items, in few statements.
pub fn update_many<S: InWorkspace>(tx: &mut WriteTx<'_, S>, items: &[Uuid]) -> db::Result<()> {
    for batch in items.chunks(READ) {
        let documents = documents(tx, batch)?;
        let gone: Vec<Uuid> = batch.iter().copied().filter(|item| !documents.iter().any(|document| document.item == *item)).collect();
        remove(tx, &gone)?;
        sql::write(tx, &documents)?;
    }
    Ok(())
}

/// Writes the documents of items whose texts are at hand, as [`tokens`] made them, instead of reading them again.
pub fn put<S: InWorkspace>(tx: &mut WriteTx<'_, S>, documents: Vec<(Uuid, Vec<String>)>) -> db::Result<()> {
    let documents: Vec<Document> = documents.into_iter().map(|(item, tokens)| Document { item, tokens }).collect();
    documents.chunks(BATCH).try_for_each(|batch| sql::write(tx, batch))
}

/// The tokens of an item by its number, for [`put`]. `below`: its description as plain text, then its comments, the newest first.
pub fn tokens<'a>(workspace: Uuid, number: i64, name: &str, below: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut text = format!("{number}\n{name}");
    for part in below {
        if text.len() >= MOST_BYTES {
            break;
        }
        text.push('\n');
        text.push_str(part);
    }
    marked(&mark(workspace), &text)
}

/// How far the index of an instance has been made anew.
#[derive(Debug, Default)]
pub struct Anew {
    /// The workspaces that are still to come, the next one last; none: nobody has looked yet.
    workspaces: Option<Vec<Uuid>>,
    after: Uuid,
    /// How many documents were written.
    pub count: u64,
}

impl Anew {
    /// Writes the documents of some more items, the older ones first, as the search wants it; whether there are more. For an instance whose
    /// rows came from elsewhere.
    pub fn next(&mut self, session: &mut Session, principal: &Principal) -> db::Result<bool> {
        if self.workspaces.is_none() {
            let mut tx = session.unscoped(Unscoped::Operator)?;
            let select = tx.from(WORKSPACES).expr(WORKSPACES.col("id"));
            self.workspaces = Some(tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect());
        }
        let Some(workspace) = self.workspaces.as_ref().and_then(|left| left.last().copied()) else { return Ok(false) };
        let mut tx = session.workspace_as_operator(principal, workspace)?;
        let (id, size) = (WORK_ITEMS.col("id"), i64::try_from(BATCH).unwrap_or(i64::MAX));
        let select = tx.from(WORK_ITEMS).filter(id.clone().gt(self.after)).expr(id.clone()).order(id, Order::Asc).limit(size);
        let items: Vec<Uuid> = tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect();
        update_many(&mut tx, &items)?;
        self.count += items.len() as u64;
        if let Some(last) = items.last() {
            self.after = *last;
        } else {
            self.after = Uuid::nil();
            self.workspaces.as_mut().map(Vec::pop);
        }
        Ok(true)
    }
}

/// Removes the documents of items.
pub fn remove<S: InWorkspace>(tx: &mut WriteTx<'_, S>, items: &[Uuid]) -> db::Result<()> {
    for batch in items.chunks(BATCH) {
        sql::forget(tx, batch)?;
        tx.remove_where(SEARCH_DOCUMENTS, id_in(SEARCH_DOCUMENTS, "item_id", batch))?;
    }
    Ok(())
}

/// What every token of a workspace begins with, so that the words of one tenant are no longer list for another: the last eight
/// hexadecimal digits of its id. (The prefix index of `search_index` counts on the length.)
pub(super) fn mark(workspace: Uuid) -> String {
    let [.., a, b, c, d] = *workspace.as_bytes();
    format!("{a:02x}{b:02x}{c:02x}{d:02x}")
}

fn documents<S: InWorkspace>(tx: &mut WriteTx<'_, S>, items: &[Uuid]) -> db::Result<Vec<Document>> {
    let select = tx
        .from(WORK_ITEMS)
        .filter(id_in(WORK_ITEMS, "id", items))
        .expr(WORK_ITEMS.col("id"))
        .expr(WORK_ITEMS.col("sequence_id"))
        .expr(WORK_ITEMS.col("name"))
        .expr(WORK_ITEMS.col("description_text"));
    let found = tx.all::<(Uuid, i64, String, String)>(&select)?;
    let mut comments = comments(tx, items)?;
    let mark = mark(tx.workspace_id());
    let document = |(item, number, name, below): (Uuid, i64, String, String)| {
        let said = comments.remove(&item).unwrap_or_default();
        // Names first and comments last: of a very long document the end is not found.
        // No identifier: the project may get another one, and whole keys are looked up by number.
        let text = format!("{number}\n{name}\n{below}\n{said}");
        Document { item, tokens: marked(&mark, &text) }
    };
    Ok(found.into_iter().map(document).collect())
}

/// The texts of the comments of each item, the newest first.
fn comments<S: InWorkspace>(tx: &mut WriteTx<'_, S>, items: &[Uuid]) -> db::Result<HashMap<Uuid, String>> {
    let each = i64::try_from(items.len()).unwrap_or(1);
    let select = tx
        .from(COMMENTS)
        .filter(id_in(COMMENTS, "item_id", items))
        .expr(COMMENTS.col("item_id"))
        .expr(COMMENTS.col("comment_text"))
        .order(COMMENTS.col("created_at"), Order::Desc)
        .limit(MOST_COMMENTS.saturating_mul(each));
    let mut texts: HashMap<Uuid, String> = HashMap::new();
    for (item, comment) in tx.all::<(Uuid, String)>(&select)? {
        let text = texts.entry(item).or_default();
        if text.len() < MOST_BYTES {
            text.push('\n');
            text.push_str(&comment);
        }
    }
    Ok(texts)
}

fn marked(mark: &str, text: &str) -> Vec<String> {
    let mut room = MOST_BYTES;
    search::tokens(text)
        .into_iter()
        .map(|token| format!("{mark}{token}"))
        .take_while(|token| {
            room = room.saturating_sub(token.len() + 1);
            room > 0
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_carry_the_end_of_the_workspace_id() {
        let workspace = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_dead_beef);
        assert_eq!(mark(workspace), "deadbeef");
        assert_eq!(marked("deadbeef", "ENG-1 Größe"), ["deadbeefeng", "deadbeef1", "deadbeefeng-1", "deadbeefgrösse"]);
    }

    #[test]
    fn a_document_has_an_end() {
        let words: Vec<String> = (0..4_000).map(|n| format!("{}{n}", "\u{1F150}".repeat(60))).collect();
        let long = words.join(" ");
        let tokens = marked("deadbeef", &long);
        let bytes: usize = tokens.iter().map(|token| token.len() + 1).sum();
        assert!(bytes <= MOST_BYTES && bytes > MOST_BYTES - 1_000, "{bytes}");
    }
}
