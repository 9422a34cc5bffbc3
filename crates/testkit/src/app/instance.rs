//! Who keeps the server, and what failed on it.

use aileron_db::{
    ExprTrait as _, Unscoped,
    consumers::Position,
    schema::{DEAD_LETTERS, JOBS},
};
use aileron_identity::{accounts, upkeep};
use aileron_kernel::{Action, Event, Uuid};
use serde_json::json;

use super::{TestApp, owner_of};

impl TestApp {
    /// Lets an account change the instance, or no longer.
    pub async fn set_instance_admin(&self, user: Uuid, is_one: bool) {
        let made = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            upkeep::set_instance_admin(&mut tx, &accounts::operator("test"), user, is_one)
        });
        assert!(made.await.expect("it is written"), "he is another than before");
    }

    /// A job of this kind and key that failed for good.
    pub async fn make_failed_job(&self, kind: &'static str, dedup: Option<&'static str>) -> Uuid {
        let made = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Job)?;
            let (now, request) = (tx.now().micros(), tx.new_id().to_string());
            tx.enqueue(kind, json!({}), dedup, &request)?;
            let this = JOBS.col("request_id").eq(request);
            let failed =
                vec![("dead_at", Some(now).into()), ("last_error", Some("on purpose".to_owned()).into()), ("attempts", 3_i64.into())];
            tx.update_where(JOBS, this.clone(), failed)?;
            let select = tx.from(JOBS).filter(this).expr(JOBS.col("id"));
            tx.one::<(Uuid,)>(&select)
        });
        made.await.expect("it is written").0
    }

    /// Puts an event of a workspace aside that a consumer could not bear.
    pub async fn make_dead_letter(&self, slug: &'static str) -> Uuid {
        let owner = self.principal(owner_of(slug));
        let made = self.db.write(move |session| {
            let mut tx = session.workspace_to_write(&owner, slug, Action::WorkspaceUpdate)?;
            let id = tx.new_id();
            let seq = tx.record(Event::new("test", "happened", id))?;
            let consumer = format!("test {id}");
            tx.consumer_failed(&consumer, Position { seq: seq - 1, attempts: 0 }, "on purpose", None)?;
            let select = tx.from(DEAD_LETTERS).filter(DEAD_LETTERS.col("consumer").eq(consumer)).expr(DEAD_LETTERS.col("id"));
            Ok(tx.one::<(Uuid,)>(&select)?.0)
        });
        made.await.expect("the event is put aside")
    }
}
