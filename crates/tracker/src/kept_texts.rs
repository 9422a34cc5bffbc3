//! Texts that were replaced: kept with who replaced them when, and never changed. Events name them by id.

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Order, Select, Tx, WriteTx, id_in, schema::TEXT_VERSIONS};
use aileron_kernel::{Page, PageRequest, Time, Uuid};
use serde_json::Value;

/// How many texts too many one change throws away.
const AT_ONCE: i64 = 500;

/// A text as it was, with what an editor kept beside it.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// The markup, clean.
    pub html: String,
    /// An editor's document.
    pub document: Option<Value>,
    /// The same in bytes.
    pub editor_state: Option<Vec<u8>>,
}

aileron_db::row! {
    /// When a text was replaced, and by whom.
    #[derive(Clone, Debug)]
    pub struct Replaced {
        /// Its id.
        pub id: Uuid,
        /// When.
        pub created_at: Time,
        /// By whom.
        pub created_by: Option<Uuid>,
    }
}

/// Keeps the text that a row of this kind had, and answers the id of the version.
pub fn keep<S: InWorkspace>(tx: &mut WriteTx<'_, S>, entity: &'static str, of: Uuid, text: Kept) -> db::Result<Uuid> {
    let (id, now, me) = (tx.new_id(), tx.now().micros(), tx.user_id());
    tx.insert_row(
        TEXT_VERSIONS,
        vec![
            ("id", id.into()),
            ("entity", entity.into()),
            ("entity_id", of.into()),
            ("html", text.html.into()),
            ("document", text.document.into()),
            ("editor_state", text.editor_state.into()),
            ("created_at", now.into()),
            ("created_by", Some(me).into()),
        ],
    )?;
    Ok(id)
}

/// The text that a row of this kind had last, if it was kept.
pub fn last<S: InWorkspace>(tx: &mut Tx<'_, S>, entity: &'static str, of: Uuid) -> db::Result<Option<Replaced>> {
    let select = newest_first(kept(tx, &[entity], of)).columns::<Replaced>(TEXT_VERSIONS).limit(1);
    tx.optional(&select)
}

/// Throws away the oldest of too many texts of a row, however they are kept: so many stay.
pub fn trim<S: InWorkspace>(tx: &mut WriteTx<'_, S>, entities: &[&'static str], of: Uuid, most: i64) -> db::Result<()> {
    let too_many = newest_first(kept(tx, entities, of)).expr(TEXT_VERSIONS.col("id")).page(AT_ONCE, most);
    let old: Vec<Uuid> = tx.all::<(Uuid,)>(&too_many)?.into_iter().map(|row| row.0).collect();
    if !old.is_empty() {
        tx.remove_where(TEXT_VERSIONS, id_in(TEXT_VERSIONS, "id", &old))?;
    }
    Ok(())
}

/// One page of the texts that a row had, the last one first. Whether the caller sees the row, and those that are kept as each of these, is for
/// its noun to say.
pub fn list<S: InWorkspace>(tx: &mut Tx<'_, S>, entities: &[&'static str], of: Uuid, page: PageRequest) -> db::Result<Page<Replaced>> {
    let kept = kept(tx, entities, of);
    let total = tx.count(kept.clone())?;
    let select = newest_first(kept).columns::<Replaced>(TEXT_VERSIONS).page(page.per_page, page.offset());
    let rows = tx.all(&select)?;
    Ok(page.answer(rows, total))
}

/// One of them. Refuses with 404 where there is none.
pub fn one<S: InWorkspace>(tx: &mut Tx<'_, S>, entities: &[&'static str], of: Uuid, id: Uuid) -> db::Result<(Replaced, Kept)> {
    let select = kept(tx, entities, of).filter(TEXT_VERSIONS.col("id").eq(id));
    let replaced = tx.one(&select.clone().columns::<Replaced>(TEXT_VERSIONS))?;
    let text = ["html", "document", "editor_state"].into_iter().fold(select, |select, column| select.expr(TEXT_VERSIONS.col(column)));
    let (html, document, editor_state) = tx.one::<(String, Option<Value>, Option<Vec<u8>>)>(&text)?;
    Ok((replaced, Kept { html, document, editor_state }))
}

fn kept<S: InWorkspace>(tx: &Tx<'_, S>, entities: &[&'static str], of: Uuid) -> Select {
    let kind = TEXT_VERSIONS.col("entity").is_in(entities.iter().copied());
    tx.from(TEXT_VERSIONS).filter(TEXT_VERSIONS.col("entity_id").eq(of).and(kind))
}

fn newest_first(kept: Select) -> Select {
    kept.order(TEXT_VERSIONS.col("created_at"), Order::Desc).order(TEXT_VERSIONS.col("id"), Order::Desc)
}
