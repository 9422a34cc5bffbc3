//! Consumers of the event log: how far each has got in the log of each workspace, and the events that it could not bear.
//!
//! A position moves in the transaction that writes what follows from the events, so that in the database each event has its
//! consequences exactly once. A consumer that is new is put at the ends of the logs that there are; where it has no position, the
//! workspace is younger than it, and it begins at the beginning.

use aileron_kernel::{Time, text};
use sea_query::{Condition, Expr, ExprTrait as _, Order};
use uuid::Uuid;

use crate::{
    Principal, Result, Select, Tx, Unscoped, WorkspaceScope, WriteTx,
    events::Logged,
    row,
    schema::{CONSUMER_POSITIONS as POSITIONS, CONSUMERS, DEAD_LETTERS, EVENTS, WORKSPACES},
    session::Session,
    sql,
};

/// How much of an error is kept.
const ERROR: usize = 2_000;

row! {
    /// How far a consumer has got in the log of a workspace.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Position {
        /// The last event that it is done with.
        pub seq: i64,
        /// How often it failed at the next one.
        pub attempts: i64,
    }
}

/// How far a consumer is behind the logs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// The events that it has before it.
    pub events: i64,
    /// When the oldest of them was recorded; none: there is none.
    pub since: Option<Time>,
}

impl WriteTx<'_, Unscoped> {
    /// Enters a consumer, if it is new: at the ends of the logs that there are, or at their beginnings. Whether it was.
    pub fn register_consumer(&mut self, name: &str, from_beginning: bool) -> Result<bool> {
        let now = self.now().micros();
        let mut statement = sea_query::Query::insert();
        statement
            .into_table(CONSUMERS.iden())
            .columns(["name", "registered_at"])
            .values_panic([name.into(), now.into()])
            .on_conflict(sea_query::OnConflict::new().do_nothing().to_owned());
        let is_new = self.session().change(&statement)? == 1;
        if is_new && !from_beginning {
            self.session().execute(sql::START_AT_ENDS, vec![name.into(), now.into()])?;
        }
        Ok(is_new)
    }
}

impl Tx<'_, Unscoped> {
    /// Workspaces in which the consumer has events before it and does not wait for another try, as many as this.
    pub fn workspaces_ahead(&mut self, consumer: &str, limit: i64) -> Result<Vec<Uuid>> {
        let now = self.now().micros();
        let own = POSITIONS.col("workspace_id").eq(WORKSPACES.col("id")).and(POSITIONS.col("consumer").eq(consumer));
        let nowhere = POSITIONS.col("seq").is_null().and(WORKSPACES.col("seq").gt(0_i64));
        let ahead = Condition::any().add(nowhere).add(POSITIONS.col("seq").lt(WORKSPACES.col("seq")));
        let due = Condition::any().add(POSITIONS.col("retry_at").is_null()).add(POSITIONS.col("retry_at").lte(now));
        let select = self.from(WORKSPACES).left_join(POSITIONS, own).filter(ahead).filter(due).expr(WORKSPACES.col("id")).limit(limit);
        Ok(self.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect())
    }

    /// Workspaces with events that somebody wants tried once more.
    pub fn workspaces_to_retry(&mut self, consumer: &str) -> Result<Vec<Uuid>> {
        let wanted = DEAD_LETTERS.col("consumer").eq(consumer).and(DEAD_LETTERS.col("retry_at").is_not_null());
        let workspace = DEAD_LETTERS.col("workspace_id");
        let live = WORKSPACES.col("id").eq(workspace.clone());
        let select = self.from(DEAD_LETTERS).join(WORKSPACES, live).filter(wanted).expr(workspace.clone()).group_by(workspace);
        Ok(self.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect())
    }

    /// How far the consumer is behind.
    pub fn consumer_lag(&mut self, consumer: &str) -> Result<Lag> {
        let events = self.query_sql::<(i64,)>(sql::EVENTS_AHEAD, vec![consumer.into()])?.first().map_or(0, |row| row.0);
        let oldest = self.query_sql::<(Uuid,)>(sql::OLDEST_AHEAD, vec![consumer.into()])?;
        Ok(Lag { events, since: oldest.first().map(|row| aileron_kernel::random::made_at(row.0)) })
    }
}

impl Session {
    /// Takes the consumer's position in a workspace, with all rights there, for one batch of events. Nothing where another process
    /// holds it, where it waits for another try, or where the workspace is no more.
    pub fn workspace_for_consumer(
        &mut self,
        principal: &Principal,
        workspace: Uuid,
        consumer: &str,
    ) -> Result<Option<(WriteTx<'_, WorkspaceScope>, Position)>> {
        self.check_writable()?;
        self.tell_workspace(workspace)?;
        let now = self.now().micros();
        let own = Select::new(POSITIONS, Some(workspace), false).filter(POSITIONS.col("consumer").eq(consumer));
        let due = POSITIONS.col("retry_at").is_null().or(POSITIONS.col("retry_at").lte(now));
        let free = own.clone().columns::<Position>(POSITIONS).filter(due).locked_unless_busy();
        let found = self.select::<Position>(&free.statement)?.into_iter().next();
        if found.is_none() && !self.select::<(i64,)>(&own.expr(POSITIONS.col("seq")).statement)?.is_empty() {
            return Ok(None);
        }
        let Some(mut tx) = self.workspace_for_job(principal, workspace)? else { return Ok(None) };
        if let Some(position) = found {
            return Ok(Some((tx, position)));
        }
        // Under the lock of the workspace: a row that refers to it would keep others from that lock.
        let mut statement = sea_query::Query::insert();
        statement
            .into_table(POSITIONS.iden())
            .columns(["workspace_id", "consumer", "seq", "attempts", "moved_at"])
            .values_panic([workspace.into(), consumer.into(), 0_i64.into(), 0_i64.into(), now.into()])
            .on_conflict(sea_query::OnConflict::new().do_nothing().to_owned());
        let is_first = tx.session().change(&statement)? == 1;
        Ok(is_first.then_some((tx, Position { seq: 0, attempts: 0 })))
    }
}

impl WriteTx<'_, WorkspaceScope> {
    /// The consumer is done with everything up to this event; or is to begin again behind it, if it lies before.
    pub fn move_consumer(&mut self, consumer: &str, seq: i64) -> Result<()> {
        let now = self.now().micros();
        let set = vec![
            ("seq", seq.into()),
            ("attempts", 0_i64.into()),
            ("retry_at", None::<i64>.into()),
            ("last_error", None::<String>.into()),
            ("moved_at", now.into()),
        ];
        self.update_where(POSITIONS, POSITIONS.col("consumer").eq(consumer), set).map(|_| ())
    }

    /// The consumer failed at the event behind its position, which is tried again at `again`. Without a time it is put aside.
    pub fn consumer_failed(&mut self, consumer: &str, position: Position, error: &str, again: Option<Time>) -> Result<()> {
        let (seq, attempts, error) = (position.seq + 1, position.attempts + 1, text::shortened(error, ERROR));
        let Some(again) = again else {
            let (id, now) = (self.new_id(), self.now().micros());
            let same = self.from(DEAD_LETTERS).filter(DEAD_LETTERS.col("consumer").eq(consumer).and(DEAD_LETTERS.col("seq").eq(seq)));
            if !self.any(same)? {
                let row = vec![
                    ("id", id.into()),
                    ("consumer", consumer.into()),
                    ("seq", seq.into()),
                    ("attempts", attempts.into()),
                    ("last_error", error.into()),
                    ("created_at", now.into()),
                ];
                self.insert_row(DEAD_LETTERS, row)?;
            }
            return self.move_consumer(consumer, seq);
        };
        let set = vec![("attempts", attempts.into()), ("retry_at", Some(again.micros()).into()), ("last_error", Some(error).into())];
        self.update_where(POSITIONS, POSITIONS.col("consumer").eq(consumer), set).map(|_| ())
    }

    /// The first event put aside for the consumer that somebody wants tried once more, with the id under which it lies.
    pub fn letter_to_retry(&mut self, consumer: &str) -> Result<Option<(Uuid, Logged)>> {
        let wanted = DEAD_LETTERS.col("consumer").eq(consumer).and(DEAD_LETTERS.col("retry_at").is_not_null());
        let order = DEAD_LETTERS.col("seq");
        let select = self.from(DEAD_LETTERS).filter(wanted).expr(DEAD_LETTERS.col("id")).expr(order.clone()).order(order, Order::Asc);
        let Some((id, seq)) = self.optional::<(Uuid, i64)>(&select.limit(1))? else { return Ok(None) };
        let event = self.from(EVENTS).columns::<Logged>(EVENTS).filter(EVENTS.col("seq").eq(seq));
        Ok(Some((id, self.one(&event)?)))
    }

    /// The event is done with.
    pub fn forget_letter(&mut self, id: Uuid) -> Result<()> {
        self.remove_where(DEAD_LETTERS, letter(id)).map(|_| ())
    }

    /// The event failed once more, and waits for somebody again.
    pub fn letter_failed(&mut self, id: Uuid, error: &str) -> Result<()> {
        let select = self.from(DEAD_LETTERS).filter(letter(id)).expr(DEAD_LETTERS.col("attempts"));
        let attempts = self.optional::<(i64,)>(&select)?.map_or(0, |row| row.0) + 1;
        let set =
            vec![("attempts", attempts.into()), ("last_error", text::shortened(error, ERROR).into()), ("retry_at", None::<i64>.into())];
        self.update_where(DEAD_LETTERS, letter(id), set).map(|_| ())
    }
}

fn letter(id: Uuid) -> Expr {
    DEAD_LETTERS.col("id").eq(id)
}
