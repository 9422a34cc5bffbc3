//! Making, changing and revoking one's own calendar feeds.

use aileron_db::{self as db, ExprTrait as _, WorkspaceScope, WriteTx, schema::CALENDAR_FEEDS};
use aileron_identity::credentials::hash;
use aileron_kernel::{Event, Random, Refusal, Uuid, fields, limits, random};
use aileron_tracker::work_items::visibility;

use super::{model::FeedFields, queries};

/// What a token begins with, so that people and scanners recognise it.
const PREFIX: &str = "cal_";

/// Makes a feed: its id and its token. A project must be one in which the caller sees items.
pub fn create(tx: &mut WriteTx<'_, WorkspaceScope>, new: FeedFields) -> db::Result<(Uuid, String)> {
    if let Some(project) = new.project
        && !visibility::projects(tx)?.iter().any(|shown| shown.id == project)
    {
        return Err(Refusal::field("project_id", fields::unknown_id(project)).into());
    }
    let own = queries::own(tx);
    limits::CALENDAR_FEEDS
        .check(tx.count(own)?, |most| format!("A member has at most {most} calendar feeds. Revoke one that is not needed any more."))?;
    let token = new_token(tx.random());
    let values = vec![
        ("owner_id", tx.user_id().into()),
        ("name", new.name.into()),
        ("project_id", new.project.into()),
        ("token_hash", hash(&token).to_vec().into()),
    ];
    let id = tx.create(CALENDAR_FEEDS, values)?;
    let mut event = Event::new("calendar_feed", "created", id);
    event.project_id = new.project;
    tx.record(event)?;
    Ok((id, token))
}

/// Gives a feed of the caller's another address; the one before is good no more.
pub fn rotate(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<(Uuid, String)> {
    let feed = queries::get(tx, id)?;
    let token = new_token(tx.random());
    tx.update(CALENDAR_FEEDS, id, vec![("token_hash", hash(&token).to_vec().into())])?;
    let mut event = Event::new("calendar_feed", "rotated", id);
    event.project_id = feed.project_id;
    tx.record(event)?;
    Ok((id, token))
}

/// Revokes a feed of the caller's, at once.
pub fn revoke(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid) -> db::Result<()> {
    let feed = queries::get(tx, id)?;
    tx.delete_where(CALENDAR_FEEDS, CALENDAR_FEEDS.col("id").eq(id))?;
    let mut event = Event::new("calendar_feed", "revoked", id);
    event.project_id = feed.project_id;
    tx.record(event).map(|_| ())
}

fn new_token(random: &dyn Random) -> String {
    format!("{PREFIX}{}", hex::encode(random::bytes::<32>(random)))
}
