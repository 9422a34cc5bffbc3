//! Who works in the demo, and where.

use aileron_db::{self as db, ExprTrait as _, Principal, Session, Unscoped, WorkspaceScope, WriteTx, schema::WORKSPACES};
use aileron_identity::accounts::{self, NewAccount};
use aileron_kernel::{Actor, ActorKind, Fields, Origin, PageRequest, Refusal, Role, Time, Uuid, text};
use aileron_tracker::{
    labels::{self, commands::LabelFields},
    members,
    projects::{self, fields::ProjectFields},
    states, workspaces,
};
use serde_json::json;

use super::words::{AREAS, LABELS, PEOPLE};

/// Who owns the workspace.
pub const OWNER: &str = "mara@demo.example";

/// A project of the demo with what its items refer to.
#[derive(Clone, Debug)]
pub(super) struct Project {
    pub(super) id: Uuid,
    pub(super) states: Vec<(String, Uuid)>,
    pub(super) labels: Vec<Uuid>,
}

/// The workspace before its first item.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) workspace: Uuid,
    pub(super) people: Vec<Principal>,
    pub(super) owner_is_new: bool,
    pub(super) projects: Vec<Project>,
}

impl Stage {
    /// Somebody as the commands want him.
    pub(super) fn person(&self, place: usize) -> db::Result<&Principal> {
        self.people.get(place).ok_or_else(|| missing("person"))
    }
}

pub(super) fn missing(what: &str) -> db::Error {
    db::Error::Inconsistent(format!("the demo has no such {what}"))
}

/// Makes people, workspace and projects, as they were before the first item.
pub(super) fn set_up(session: &mut Session, slug: &str, projects: usize, password: Option<String>, began: Time) -> db::Result<Stage> {
    let mut tx = session.unscoped_to_write(Unscoped::Operator)?;
    tx.act_at(began);
    let taken = tx.from(WORKSPACES).filter(WORKSPACES.col("slug_key").eq(text::key(slug)));
    if tx.any(taken)? {
        let message = format!("The workspace {slug} is there already. Use another data folder, or choose another name for the workspace.");
        return Err(Refusal::error(message).into());
    }
    let mut people = Vec::new();
    let mut owner_is_new = false;
    for (place, (first, last, _)) in PEOPLE.into_iter().enumerate() {
        let email = format!("{}@demo.example", text::key(first));
        let known = accounts::by_email(&mut tx, &email)?;
        let account = NewAccount {
            kind: "human",
            email: Some(email),
            first_name: first.to_owned(),
            last_name: last.to_owned(),
            display_name: text::key(first),
            password_hash: password.clone().filter(|_| place == 0),
            is_instance_admin: false,
        };
        let id = known.map_or_else(|| accounts::create(&mut tx, &accounts::operator("demo"), account), Ok)?;
        owner_is_new |= place == 0 && known.is_none();
        let actor = Actor { id, kind: ActorKind::User, origin: Origin::Import, mutation_id: None, request_id: "demo".to_owned() };
        people.push(Principal::proved(actor, Vec::new()));
    }
    let owner = people.first().ok_or_else(|| missing("person"))?.clone();
    let workspace = workspaces::commands::create(session, &owner, "Demo", slug)?;
    let mut tx = session.workspace_as_operator(&owner, workspace)?;
    for (person, (_, _, role)) in people.iter().zip(PEOPLE).skip(1) {
        workspaces::commands::add_member(&mut tx, person.user_id(), role)?;
    }
    let mut made = Vec::new();
    for area in AREAS.iter().take(projects) {
        let body = json!({ "name": area.name, "identifier": area.identifier, "description": area.about });
        let id = projects::commands::create(&mut tx, &ProjectFields::read(Fields::of(body)?, true)?)?;
        made.push(furnish(&mut tx, id, &people)?);
    }
    Ok(Stage { workspace, people, owner_is_new, projects: made })
}

/// Makes an account that is none of theirs an admin of the workspace and its projects.
pub(super) fn let_in(session: &mut Session, stage: &Stage, visitor: Uuid) -> db::Result<()> {
    let mut tx = session.workspace_as_operator(stage.person(0)?, stage.workspace)?;
    workspaces::commands::add_member(&mut tx, visitor, Role::Admin)?;
    stage
        .projects
        .iter()
        .try_for_each(|project| members::commands::put(&mut tx.enter_as_admin(project.id)?, visitor, Role::Admin).map(|_| ()))
}

/// Puts everybody into a project and looks up its states.
fn furnish(tx: &mut WriteTx<'_, WorkspaceScope>, id: Uuid, people: &[Principal]) -> db::Result<Project> {
    let mut project = tx.enter_as_admin(id)?;
    for (person, (_, _, role)) in people.iter().zip(PEOPLE) {
        members::commands::put(&mut project, person.user_id(), role)?;
    }
    let page = states::queries::list(&mut project, PageRequest { per_page: 100, page: 0 })?;
    let states = page.results.into_iter().map(|state| (state.name, state.id)).collect();
    let mut made = Vec::new();
    for (name, color) in LABELS {
        let label = LabelFields { name: Some(name.to_owned()), color: Some(color.to_owned()), ..LabelFields::default() };
        made.push(labels::commands::create(&mut project, label)?);
    }
    Ok(Project { id, states, labels: made })
}
