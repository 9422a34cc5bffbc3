//! What may be told to whom. A webhook is the workspace's and all admins read what it was told; but what is in a secret project is for
//! those who are in it, admins or not. So a webhook is told of secret projects as long as who made it, or changed it last, is in them,
//! and of what it was told there an admin reads what is in his projects.

use std::collections::{BTreeSet, HashMap, HashSet};

use aileron_db::{
    self as db, Expr, ExprTrait as _, Table, Tx, WorkspaceScope,
    events::Logged,
    id_in,
    schema::{EVENTS, PAGES, PROJECT_MEMBERS, PROJECTS, VIEWS, WEBHOOK_DELIVERIES},
};
use aileron_kernel::{Role, Uuid};
use aileron_tracker::work_items::visibility::{self, Seat};

use super::nouns::Noun;

/// The network of projects that every member of the workspace finds.
const PUBLIC: i64 = 2;

/// Who may be told of some events.
#[derive(Debug)]
pub(super) struct Audience {
    /// Projects that every member of the workspace finds.
    public: HashSet<Uuid>,
    /// What people are in the others.
    seats: HashMap<(Uuid, Uuid), Seat>,
    /// Views and pages that are, or were, their owners' alone.
    private: HashSet<Uuid>,
}

impl Audience {
    /// Looks up what decides about these events and the people who answer for webhooks.
    pub(super) fn read(tx: &mut Tx<'_, WorkspaceScope>, events: &[(&Logged, &Noun)], people: &[Uuid]) -> db::Result<Self> {
        let contents = events.iter().filter(|(_, noun)| noun.is_content);
        let projects: BTreeSet<Uuid> = contents.filter_map(|(event, _)| event.project_id).collect();
        let projects: Vec<Uuid> = projects.into_iter().collect();
        let select = tx.from_with_deleted(PROJECTS).filter(id_in(PROJECTS, "id", &projects)).filter(PROJECTS.col("network").eq(PUBLIC));
        let public: HashSet<Uuid> = tx.all::<(Uuid,)>(&select.expr(PROJECTS.col("id")))?.into_iter().map(|row| row.0).collect();
        let secret: Vec<Uuid> = projects.into_iter().filter(|project| !public.contains(project)).collect();
        let seats = if secret.is_empty() { HashMap::new() } else { visibility::seats(tx, &secret, people)? };
        let mut private = HashSet::new();
        for table in [("view", VIEWS), ("page", PAGES)] {
            private.extend(self::private(tx, events, table)?);
        }
        Ok(Self { public, seats, private })
    }

    /// Whether a webhook for which this person answers may be told of an event.
    pub(super) fn may_hear(&self, person: Option<Uuid>, event: &Logged, noun: &Noun) -> bool {
        if self.private.contains(&event.entity_id) {
            return false;
        }
        let secret = event.project_id.filter(|project| noun.is_content && !self.public.contains(project));
        let Some(project) = secret else { return true };
        let seat = person.and_then(|person| self.seats.get(&(project, person)));
        seat.is_some_and(|seat| seat.in_workspace == Role::Admin)
    }
}

/// Those of the rows that these events are about that are their owners' alone, or became others' after the events.
fn private(tx: &mut Tx<'_, WorkspaceScope>, events: &[(&Logged, &Noun)], (entity, table): (&str, Table)) -> db::Result<Vec<Uuid>> {
    let of = || events.iter().map(|(event, _)| event).filter(|event| event.entity == entity);
    let ids: BTreeSet<Uuid> = of().map(|event| event.entity_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let Some(first) = of().map(|event| event.seq).min() else { return Ok(Vec::new()) };
    let hidden = id_in(table, "id", &ids).and(table.col("is_private").eq(true));
    let hidden = tx.from_with_deleted(table).filter(hidden).expr(table.col("id"));
    let mut private: Vec<Uuid> = tx.all::<(Uuid,)>(&hidden)?.into_iter().map(|row| row.0).collect();
    let later = id_in(EVENTS, "entity_id", &ids).and(EVENTS.col("entity").eq(entity)).and(EVENTS.col("seq").gte(first));
    let later = tx.from(EVENTS).columns::<Logged>(EVENTS).filter(later);
    private.extend(tx.all::<Logged>(&later)?.iter().filter(|event| event.change("access").is_some()).map(|event| event.entity_id));
    Ok(private)
}

/// The deliveries that the caller may read.
pub(super) fn readable(tx: &Tx<'_, WorkspaceScope>) -> Expr {
    let project = WEBHOOK_DELIVERIES.col("project_id");
    let member = PROJECT_MEMBERS.col("member_id").eq(tx.user_id()).and(PROJECT_MEMBERS.col("is_active").eq(true));
    let own = tx.from(PROJECT_MEMBERS).filter(member.and(PROJECT_MEMBERS.col("project_id").eq(project.clone())));
    let public = PROJECTS.col("id").eq(project.clone()).and(PROJECTS.col("network").eq(PUBLIC));
    let public = tx.from_with_deleted(PROJECTS).filter(public);
    project.is_null().or(own.exists()).or(public.exists())
}
