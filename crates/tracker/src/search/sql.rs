//! The statements of the search that are written by hand: the two databases keep full text in their own ways.
//!
//! Tokens are letters, digits, marks and hyphens (see `kernel::search`), so nothing in them has a meaning in a query; they are
//! quoted all the same.

use std::fmt::Write as _;

use aileron_db::{self as db, Dialect, Expr, InWorkspace, Tx, Value, WorkspaceScope, WriteTx, id_in, schema::SEARCH_DOCUMENTS};
use aileron_kernel::{Uuid, search::Term};
use serde_json::json;

use super::index::{self, Document};
use crate::work_items::visibility::Shown;

/// A document that holds all words of a query: item, name, number, project.
pub(super) type Candidate = (Uuid, String, i64, Uuid);

/// Writes documents anew.
pub(super) fn write<S: InWorkspace>(tx: &mut WriteTx<'_, S>, documents: &[Document]) -> db::Result<()> {
    if documents.is_empty() {
        return Ok(());
    }
    match tx.dialect() {
        Dialect::Sqlite => write_sqlite(tx, documents),
        Dialect::Postgres => write_postgres(tx, documents),
    }
}

/// Takes the tokens of items out of the index, before their rows of `search_documents` go.
pub(super) fn forget<S: InWorkspace>(tx: &mut WriteTx<'_, S>, items: &[Uuid]) -> db::Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        for (document, _) in known(tx, items)? {
            tx.execute_sql("DELETE FROM search_index WHERE rowid = $1", vec![document.into()])?;
        }
    }
    Ok(())
}

/// The newest documents that hold all the terms, of projects and items that the caller may see.
pub(super) fn candidates(
    tx: &mut Tx<'_, WorkspaceScope>,
    terms: &[Term],
    mark: &str,
    shown: &[Shown],
    most: i64,
) -> db::Result<Vec<Candidate>> {
    match tx.dialect() {
        Dialect::Sqlite => candidates_sqlite(tx, terms, mark, shown, most),
        Dialect::Postgres => candidates_postgres(tx, terms, mark, shown, most),
    }
}

fn known<S: InWorkspace>(tx: &mut WriteTx<'_, S>, items: &[Uuid]) -> db::Result<Vec<(i64, Uuid)>> {
    let select = tx
        .from(SEARCH_DOCUMENTS)
        .filter(id_in(SEARCH_DOCUMENTS, "item_id", items))
        .expr(SEARCH_DOCUMENTS.col("doc_id"))
        .expr(SEARCH_DOCUMENTS.col("item_id"));
    tx.all(&select)
}

fn write_sqlite<S: InWorkspace>(tx: &mut WriteTx<'_, S>, documents: &[Document]) -> db::Result<()> {
    let workspace = tx.workspace_id();
    for document in documents {
        let values = vec![workspace.into(), document.item.into()];
        tx.execute_sql("INSERT INTO search_documents (workspace_id, item_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", values)?;
        // FTS5 writes a segment for each savepoint that it sees, so it is told at the end, once for all commands of a commit.
        tx.execute_sql_at_commit(
            "INSERT OR REPLACE INTO search_index (rowid, tokens) \
             SELECT doc_id, $1 FROM search_documents WHERE workspace_id = $2 AND item_id = $3",
            vec![document.tokens.join(" ").into(), workspace.into(), document.item.into()],
        );
    }
    Ok(())
}

fn write_postgres<S: InWorkspace>(tx: &mut WriteTx<'_, S>, documents: &[Document]) -> db::Result<()> {
    let documents: Vec<_> = documents.iter().map(|document| json!({ "item": document.item, "tokens": document.tokens })).collect();
    let values = vec![tx.workspace_id().into(), json!(documents).into()];
    tx.execute_sql(
        "INSERT INTO search_documents (workspace_id, item_id, tokens) \
         SELECT $1, (d ->> 'item')::uuid, array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(d -> 'tokens'))) \
         FROM jsonb_array_elements($2) d \
         ON CONFLICT (workspace_id, item_id) DO UPDATE SET tokens = excluded.tokens",
        values,
    )
    .map(|_| ())
}

/// The condition that a work item of the project, or of the workspace, holds all the terms.
pub(crate) fn holds<S: InWorkspace>(tx: &Tx<'_, S>, terms: &[Term]) -> Expr {
    let mark = index::mark(tx.workspace_id());
    match tx.dialect() {
        Dialect::Sqlite => Expr::cust_with_values(
            "work_items.id IN (SELECT d.item_id FROM search_index CROSS JOIN search_documents d ON d.doc_id = search_index.rowid \
             WHERE search_index MATCH ? AND d.workspace_id = ?)",
            [Value::from(query_sqlite(terms, &mark)), tx.workspace_id().into()],
        ),
        Dialect::Postgres => {
            let query = Value::from(query_postgres(terms, &mark));
            match tx.scope().only_project() {
                Some(project) => Expr::cust_with_values(
                    "work_items.id IN (SELECT item_id FROM search_candidates($1, $2, $3, $4))",
                    [query, json!([project]).into(), json!([]).into(), i64::MAX.into()],
                ),
                // Who sees what of it is asked beside.
                None => Expr::cust_with_values(
                    "work_items.id IN (SELECT item_id FROM search_candidates($1, (SELECT coalesce(jsonb_agg(p.id), '[]'::jsonb) \
                     FROM projects p WHERE p.workspace_id = $2), $3, $4))",
                    [query, tx.workspace_id().into(), json!([]).into(), i64::MAX.into()],
                ),
            }
        }
    }
}

fn query_sqlite(terms: &[Term], mark: &str) -> String {
    let quoted = |term: &Term| format!("\"{mark}{}\"{}", term.text.replace('"', "\"\""), if term.prefix { " *" } else { "" });
    terms.iter().map(quoted).collect::<Vec<_>>().join(" AND ")
}

fn query_postgres(terms: &[Term], mark: &str) -> String {
    let quoted =
        |term: &Term| format!("'{mark}{}'{}", term.text.replace('\\', "\\\\").replace('\'', "''"), if term.prefix { ":*" } else { "" });
    terms.iter().map(quoted).collect::<Vec<_>>().join(" & ")
}

/// CROSS JOIN keeps the order of the tables: the index first, from its newest row on, so that the limit ends the walk.
fn candidates_sqlite(
    tx: &mut Tx<'_, WorkspaceScope>,
    terms: &[Term],
    mark: &str,
    shown: &[Shown],
    most: i64,
) -> db::Result<Vec<Candidate>> {
    let query = query_sqlite(terms, mark);
    let mut values: Vec<Value> = vec![query.into(), tx.workspace_id().into()];
    let whole = placeholders(&mut values, shown, true);
    let own = placeholders(&mut values, shown, false);
    values.push(tx.user_id().into());
    let me = values.len();
    values.push(most.into());
    // Somebody who sees only his own items has few: their documents are picked from the walk before any table is asked.
    let picked = if whole.is_empty() {
        format!(
            "AND +search_index.rowid IN (SELECT o.doc_id FROM work_items m JOIN search_documents o \
             ON o.workspace_id = m.workspace_id AND o.item_id = m.id \
             WHERE m.workspace_id = $2 AND m.created_by = ${me} AND m.deleted_at IS NULL)"
        )
    } else {
        String::new()
    };
    let sql = format!(
        "SELECT i.id, i.name, i.sequence_id, i.project_id FROM search_index \
         CROSS JOIN search_documents d ON d.doc_id = search_index.rowid \
         CROSS JOIN work_items i ON i.workspace_id = d.workspace_id AND i.id = d.item_id \
         WHERE search_index MATCH $1 AND d.workspace_id = $2 AND i.deleted_at IS NULL AND i.hidden IS NULL \
         AND (i.project_id IN ({whole}) OR i.project_id IN ({own}) AND i.created_by = ${me}) {picked} \
         ORDER BY search_index.rowid DESC LIMIT ${}",
        me + 1
    );
    tx.query_sql(&sql, values)
}

/// Adds the ids of the projects of one sort to the values; their places in the statement.
fn placeholders(values: &mut Vec<Value>, shown: &[Shown], is_whole: bool) -> String {
    let mut list = String::new();
    for project in shown.iter().filter(|project| project.is_whole == is_whole) {
        values.push(project.id.into());
        let separator = if list.is_empty() { "" } else { ", " };
        let _ = write!(list, "{separator}${}", values.len());
    }
    list
}

/// Row-level security would keep the planner from the index: the function looks past it and holds the conditions itself.
fn candidates_postgres(
    tx: &mut Tx<'_, WorkspaceScope>,
    terms: &[Term],
    mark: &str,
    shown: &[Shown],
    most: i64,
) -> db::Result<Vec<Candidate>> {
    let query = query_postgres(terms, mark);
    let ids =
        |is_whole: bool| json!(shown.iter().filter(|project| project.is_whole == is_whole).map(|project| project.id).collect::<Vec<_>>());
    let values = vec![query.into(), ids(true).into(), ids(false).into(), most.into()];
    tx.query_sql("SELECT item_id, name, sequence_id, project_id FROM search_candidates($1, $2, $3, $4)", values)
}
