//! Texts that were replaced: kept with who replaced them when, and never changed. Events name them by id.

use aileron_db::{self as db, ExprTrait as _, InWorkspace, Order, Select, Tx, WriteTx, schema::TEXT_VERSIONS};
use aileron_kernel::{Page, PageRequest, Time, Uuid};
use serde_json::Value;

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

/// One page of the texts that a row had, the last one first. Whether the caller sees the row is for its noun to say.
pub fn list<S: InWorkspace>(tx: &mut Tx<'_, S>, entity: &'static str, of: Uuid, page: PageRequest) -> db::Result<Page<Replaced>> {
    let kept = kept(tx, entity, of);
    let total = tx.count(kept.clone())?;
    let select = kept
        .columns::<Replaced>(TEXT_VERSIONS)
        .order(TEXT_VERSIONS.col("created_at"), Order::Desc)
        .order(TEXT_VERSIONS.col("id"), Order::Desc)
        .page(page.per_page, page.offset());
    let rows = tx.all(&select)?;
    Ok(page.answer(rows, total))
}

/// One of them. Refuses with 404 where there is none.
pub fn one<S: InWorkspace>(tx: &mut Tx<'_, S>, entity: &'static str, of: Uuid, id: Uuid) -> db::Result<(Replaced, Kept)> {
    let select = kept(tx, entity, of).filter(TEXT_VERSIONS.col("id").eq(id));
    let replaced = tx.one(&select.clone().columns::<Replaced>(TEXT_VERSIONS))?;
    let text = ["html", "document", "editor_state"].into_iter().fold(select, |select, column| select.expr(TEXT_VERSIONS.col(column)));
    let (html, document, editor_state) = tx.one::<(String, Option<Value>, Option<Vec<u8>>)>(&text)?;
    Ok((replaced, Kept { html, document, editor_state }))
}

fn kept<S: InWorkspace>(tx: &Tx<'_, S>, entity: &'static str, of: Uuid) -> Select {
    tx.from(TEXT_VERSIONS).filter(TEXT_VERSIONS.col("entity").eq(entity).and(TEXT_VERSIONS.col("entity_id").eq(of)))
}
