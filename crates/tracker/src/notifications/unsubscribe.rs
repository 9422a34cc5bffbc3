//! The links in mails by which one hears no more: of an item, or by mail of a workspace at all. They are signed, and good for ever: who gets
//! a mail may stop what sends it, signed in or not.

use aileron_db::{self as db, ExprTrait as _, Principal, Session, Unscoped, schema::WORK_ITEMS};
use aileron_kernel::{Action, Uuid};
use aileron_platform::{mail::Outbox, sealed::Sealer};

use super::{mail, preferences};
use crate::{subscriptions, work_items::visibility, workspaces::model as workspaces};

/// What is signed.
const PURPOSE: &str = "unsubscribe";
/// What stands in the place of an item.
const NO_ITEM: &str = "-";

/// What is to be stopped, for whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub(super) receiver: Uuid,
    pub(super) workspace: Uuid,
    pub(super) item: Option<Uuid>,
}

/// The address of such a link, from the server's on.
pub(super) fn path(outbox: &Outbox, receiver: Uuid, workspace: Uuid, item: Option<Uuid>) -> String {
    let link = Link { receiver, workspace, item }.to_string();
    format!("/api/v1/unsubscribe/?token={link}.{}", outbox.sign(PURPOSE, &link))
}

impl std::fmt::Display for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let item = self.item.map_or_else(|| NO_ITEM.to_owned(), |item| item.to_string());
        write!(f, "{}.{}.{item}", self.receiver, self.workspace)
    }
}

impl Link {
    /// What a token says, if we signed it.
    pub(super) fn parse(token: &str, sealer: &Sealer) -> Option<Self> {
        let (link, signature) = token.rsplit_once('.')?;
        let mut parts = link.split('.');
        let mut id = || Uuid::try_parse(parts.next()?).ok();
        let (receiver, workspace) = (id()?, id()?);
        let item = match parts.next()? {
            NO_ITEM => None,
            item => Some(Uuid::try_parse(item).ok()?),
        };
        let read = Self { receiver, workspace, item };
        (read.to_string() == link && sealer.is_signed(PURPOSE, link, signature)).then_some(read)
    }
}

/// Stops it, as the receiver. Where he is no member any more or does not see the item, nothing is left to be stopped.
pub(super) fn act(session: &mut Session, receiver: &Principal, link: Link) -> db::Result<()> {
    let slug = workspaces::slug_of(&mut session.unscoped(Unscoped::Operator)?, link.workspace);
    let done = slug.and_then(|slug| {
        let mut tx = session.workspace_to_write(receiver, &slug, Action::NotificationsWrite)?;
        mail::drop_waiting(&mut tx, link.receiver, link.item)?;
        let Some(item) = link.item else { return preferences::silence(&mut tx) };
        let select = tx.from(WORK_ITEMS).filter(WORK_ITEMS.col("id").eq(item)).filter(visibility::in_workspace(&tx));
        let Some((project,)) = tx.optional::<(Uuid,)>(&select.expr(WORK_ITEMS.col("project_id")))? else { return Ok(()) };
        let Some(mut inside) = tx.enter_to_write(project, Action::SubscriptionsWrite)? else { return Ok(()) };
        subscriptions::commands::unsubscribe(&mut inside, item)
    });
    match done {
        Err(db::Error::Refused(_)) => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use aileron_platform::sealed::MasterKey;

    use super::*;

    #[test]
    fn only_what_was_signed_is_a_link() {
        let sealer = Sealer::new(MasterKey::parse(&("07".repeat(31) + "08"), "test").unwrap(), Vec::new());
        let outbox = Outbox::open(sealer.clone());
        let [receiver, workspace, item] = [1, 2, 3].map(Uuid::from_u128);
        for item in [None, Some(item)] {
            let token = path(&outbox, receiver, workspace, item).split_once('=').unwrap().1.to_owned();
            assert_eq!(Link::parse(&token, &sealer), Some(Link { receiver, workspace, item }));
            let other = token.replace(&receiver.to_string(), &Uuid::from_u128(9).to_string());
            for bad in ["", "a.b", &token[1..], &token[..token.len() - 1], &other, &token.to_uppercase()] {
                assert_eq!(Link::parse(bad, &sealer), None, "{bad}");
            }
        }
    }
}
