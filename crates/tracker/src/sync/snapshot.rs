//! The rows as they are now, in short reads: each ends with a cursor, and the next one may begin whenever somebody has time for it.

use aileron_db::{self as db, Expr, ExprTrait as _, FromRow, Order, Select, Tx, WorkspaceScope};
use aileron_kernel::{Refusal, Time, Uuid};
use serde::Serialize;

use super::{
    SCHEMA,
    collections::{Cycles, Modules},
    items,
    people::{self, Members, ProjectMembers},
    project_rows::Projects,
    rows::{Kind, Row},
    settings::{Labels, States, Types},
    view::View,
};

/// How many rows one read takes.
pub const PAGE: usize = 1_000;

/// A noun whose rows are read in the order of their ids.
pub(super) trait Noun {
    /// What one row is read as.
    type Stored: FromRow;
    /// The column that holds the row's id.
    fn key() -> Expr;
    /// The rows that the caller sees.
    fn select(tx: &Tx<'_, WorkspaceScope>, view: &View) -> Select;
    /// The row as it is sent.
    fn row(stored: Self::Stored, view: &View) -> Row;

    /// The rows that the caller sees and for which this holds.
    fn rows(tx: &mut Tx<'_, WorkspaceScope>, view: &View, select: impl FnOnce(Select) -> Select) -> db::Result<Vec<Row>> {
        let select = select(Self::select(tx, view));
        Ok(tx.all::<Self::Stored>(&select)?.into_iter().map(|stored| Self::row(stored, view)).collect())
    }

    /// The rows that come after this one.
    fn page(tx: &mut Tx<'_, WorkspaceScope>, view: &View, after: Option<Uuid>, limit: i64) -> db::Result<Vec<Row>> {
        Self::rows(tx, view, |select| {
            select.filter_some(after.map(|last| Self::key().gt(last))).order(Self::key(), Order::Asc).limit(limit)
        })
    }
}

/// The nouns that are sent at once, in this order; items are sent by project.
const COLLECTIONS: [Kind; 9] = [
    Kind::Workspace,
    Kind::Member,
    Kind::Project,
    Kind::ProjectMember,
    Kind::State,
    Kind::Label,
    Kind::WorkItemType,
    Kind::Cycle,
    Kind::Module,
];

fn page_of(tx: &mut Tx<'_, WorkspaceScope>, view: &View, kind: Kind, after: Option<Uuid>, limit: i64) -> db::Result<Vec<Row>> {
    match kind {
        Kind::Workspace => Ok(vec![people::workspace(tx, view)?]),
        Kind::Member => Members::page(tx, view, after, limit),
        Kind::Project => Projects::page(tx, view, after, limit),
        Kind::ProjectMember => ProjectMembers::page(tx, view, after, limit),
        Kind::State => States::page(tx, view, after, limit),
        Kind::Label => Labels::page(tx, view, after, limit),
        Kind::Cycle => Cycles::page(tx, view, after, limit),
        Kind::Module => Modules::page(tx, view, after, limit),
        Kind::WorkItemType => Types::page(tx, view, after, limit),
        Kind::WorkItem => Ok(Vec::new()),
    }
}

/// What is sent, and from where on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// All nouns but items: the place in their order, and the last row of that noun.
    Workspace(usize, Option<Uuid>),
    /// The items of a project, and the last one.
    Items(Uuid, Option<(Time, Uuid)>),
}

/// What one read found: lines of JSON.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// The lines.
    pub text: Vec<u8>,
    /// How many rows they are.
    pub rows: usize,
    /// Where to go on; none: that was all.
    pub next: Option<Cursor>,
}

/// The first line.
#[derive(Serialize)]
struct Head {
    schema: i64,
    workspace: Uuid,
    user: Uuid,
    seq: i64,
    at: Time,
}

/// One row on a line.
#[derive(Serialize)]
struct Line<'a> {
    entity: &'static str,
    row: &'a Row,
}

/// The first line and the first rows.
pub fn start(tx: &mut Tx<'_, WorkspaceScope>, from: Cursor) -> db::Result<Chunk> {
    let head = Head { schema: SCHEMA, workspace: tx.workspace_id(), user: tx.user_id(), seq: tx.scope().seq(), at: tx.now() };
    let mut chunk = Chunk::default();
    line(&mut chunk.text, &head)?;
    read(tx, from, chunk)
}

/// The rows from this place on.
pub fn go_on(tx: &mut Tx<'_, WorkspaceScope>, from: Cursor) -> db::Result<Chunk> {
    read(tx, from, Chunk::default())
}

fn read(tx: &mut Tx<'_, WorkspaceScope>, from: Cursor, chunk: Chunk) -> db::Result<Chunk> {
    let view = View::load(tx)?;
    match from {
        Cursor::Workspace(place, after) => collections(tx, &view, (place, after), chunk),
        Cursor::Items(project, after) => items_of(tx, &view, (project, after), chunk),
    }
}

fn collections(
    tx: &mut Tx<'_, WorkspaceScope>,
    view: &View,
    (mut place, mut after): (usize, Option<Uuid>),
    mut chunk: Chunk,
) -> db::Result<Chunk> {
    while let Some(kind) = COLLECTIONS.get(place) {
        let room = PAGE.saturating_sub(chunk.rows);
        if room == 0 {
            chunk.next = Some(Cursor::Workspace(place, after));
            break;
        }
        let rows = page_of(tx, view, *kind, after, i64::try_from(room).unwrap_or(i64::MAX))?;
        after = rows.last().map(Row::id).filter(|_| rows.len() == room);
        place += usize::from(after.is_none());
        chunk.add(&rows)?;
    }
    Ok(chunk)
}

fn items_of(
    tx: &mut Tx<'_, WorkspaceScope>,
    view: &View,
    (project, after): (Uuid, Option<(Time, Uuid)>),
    mut chunk: Chunk,
) -> db::Result<Chunk> {
    let shown = view.project(project).ok_or_else(Refusal::not_found)?;
    let found = items::page(tx, shown, after, i64::try_from(PAGE).unwrap_or(i64::MAX))?;
    let last = found.last().filter(|_| found.len() == PAGE).map(|item| (item.created_at, item.id));
    chunk.next = last.map(|last| Cursor::Items(project, Some(last)));
    let rows = items::rows(tx, view, found)?;
    chunk.add(&rows)?;
    Ok(chunk)
}

impl Chunk {
    fn add(&mut self, rows: &[Row]) -> db::Result<()> {
        self.rows += rows.len();
        rows.iter().try_for_each(|row| line(&mut self.text, &Line { entity: row.kind().as_str(), row }))
    }
}

fn line(text: &mut Vec<u8>, value: &impl Serialize) -> db::Result<()> {
    serde_json::to_writer(&mut *text, value).map_err(|error| db::Error::Inconsistent(error.to_string()))?;
    text.push(b'\n');
    Ok(())
}
