//! Moving an instance to another database: the rows of one are written into the other while they are read. Files stay where they are.

use std::{
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use aileron_db::{
    self as db, Settings,
    dump::{Cell, Loading, Snapshot},
};

use super::{BackupError, search_anew};

/// Rows that travel together, and how many such parts wait.
const PART: usize = 500;
const WAITING: usize = 4;

/// What was moved.
#[derive(Debug)]
pub struct Moved {
    /// The tables, with how many rows each had and has.
    pub tables: Vec<(String, u64)>,
    /// For how many work items the search was made anew.
    pub found_by_search: u64,
}

/// What comes from the reading side: rows, or how many of a table there were.
enum Part {
    Rows(Vec<Vec<Cell>>),
    End(u64),
}

/// Copies all rows of a database into an empty one, in which nothing is until all of it is there. The other one stays as it is, and nobody
/// may write to it meanwhile: that is noticed, and then nothing is moved.
pub fn move_to(from: &Settings, to: &Settings) -> Result<Moved, BackupError> {
    let mut snapshot = Snapshot::open(from)?;
    snapshot.applied().check()?;
    let schema = snapshot.applied().version();
    let (heads, shapes) = (snapshot.heads()?, snapshot.tables());
    let mut loading = Loading::begin(to, schema)?;
    if loading.tables() != shapes {
        return Err(BackupError::Refused(format!("the tables of the database are not those of schema {schema} as this program knows it")));
    }
    let names: Vec<String> = shapes.into_iter().map(|shape| shape.name).collect();
    let (send, receive) = sync_channel::<db::Result<Part>>(WAITING);
    let tables = thread::scope(|scope| {
        let reading = &names;
        scope.spawn(move || {
            if let Err(error) = reading.iter().try_for_each(|table| read(&mut snapshot, table, &send)) {
                let _ = send.send(Err(error));
            }
        });
        // Where this ends early, the other side finds nobody and ends too.
        let receive = receive;
        names
            .iter()
            .map(|table| Ok((table.clone(), write(&mut loading, table, &|| receive.recv().ok())?)))
            .collect::<Result<Vec<_>, BackupError>>()
    })?;
    loading.complete()?;
    let found_by_search = search_anew(&mut loading)?;
    if Snapshot::open(from)?.heads()? != heads {
        let message = "somebody wrote to the database while it was moved, so nothing was: stop all servers and try again";
        return Err(BackupError::Refused(message.to_owned()));
    }
    loading.commit()?;
    Ok(Moved { tables, found_by_search })
}

/// Sends the rows of a table.
fn read(snapshot: &mut Snapshot, table: &str, send: &SyncSender<db::Result<Part>>) -> db::Result<()> {
    let gone = || db::Error::Unavailable("the other side has ended".to_owned());
    let mut part = Vec::with_capacity(PART);
    let count = snapshot.rows(table, |cells| {
        part.push(cells);
        if part.len() < PART {
            return Ok(());
        }
        send.send(Ok(Part::Rows(std::mem::replace(&mut part, Vec::with_capacity(PART))))).map_err(|_| gone())
    })?;
    send.send(Ok(Part::Rows(part))).and_then(|()| send.send(Ok(Part::End(count)))).map_err(|_| gone())
}

/// Writes the rows of a table; how many there are then, which must be as many as were read.
fn write(loading: &mut Loading, table: &str, next: &dyn Fn() -> Option<db::Result<Part>>) -> Result<u64, BackupError> {
    let mut waiting = Vec::new().into_iter();
    let mut sent = None;
    let count = loading.load(table, || {
        loop {
            if let Some(cells) = waiting.next() {
                return Ok(Some(cells));
            }
            match next() {
                Some(Ok(Part::Rows(rows))) => waiting = rows.into_iter(),
                Some(Ok(Part::End(count))) => {
                    sent = Some(count);
                    return Ok::<_, BackupError>(None);
                }
                Some(Err(error)) => return Err(error.into()),
                None => return Err(BackupError::Unwritten("the reading side has ended".to_owned())),
            }
        }
    })?;
    match sent {
        Some(sent) if sent == count => Ok(count),
        _ => Err(BackupError::Unwritten(format!("{count} rows of the table {table} arrived, and others were sent"))),
    }
}
