//! Projects of the source with their states, types and labels.

use std::collections::{HashMap, HashSet};

use aileron_db::{
    self as db, ExprTrait as _, ProjectScope, Session, WorkspaceScope, WriteTx, id_in,
    schema::{LABELS, PROJECTS, STATES},
};
use aileron_kernel::{Refusal, Role, StateGroup, Uuid, fields::NAME, text};
use aileron_tracker::{
    labels, members,
    projects::{self, fields::ProjectFields},
    states::{self, commands::StateFields},
    types,
    versions::IfMatch,
    work_items::commands::{Named, NamedState},
};

use super::{
    super::{
        draft::identifier,
        map::ImportedState,
        plan::{Plan, PlannedProject, PlannedState},
        refs::{self, Row, SOURCE},
    },
    Place, Target,
};

/// Finds or makes the project of a key with its states and types.
pub(super) fn find_or_make(session: &mut Session, target: &Target, key: &str, plan: &Plan) -> db::Result<Place> {
    let Some(planned) = plan.projects.get(key) else { return Err(db::Error::Inconsistent(format!("project {key} was not planned"))) };
    let mut tx = target.open(session)?;
    let (id, is_new) = project(&mut tx, key, planned)?;
    let kinds: Vec<(String, Uuid)> =
        planned.types.iter().map(|name| Ok((name.clone(), types::commands::find_or_create(&mut tx, name)?))).collect::<db::Result<_>>()?;
    let maker = tx.user_id();
    let mut inside = tx.enter_as_admin(id)?;
    if inside.scope().archived_at().is_some() {
        return Err(Refusal::error(format!("The project {key} is archived. Restore it before importing into it.")).into());
    }
    if is_new {
        members::commands::put(&mut inside, maker, Role::Admin)?;
    }
    for (_, kind) in &kinds {
        types::commands::enable(&mut inside, *kind)?;
    }
    inside.raise_number(id, planned.highest)?;
    let states = states(&mut inside, key, planned, is_new)?;
    Ok(Place { id, states, types: kinds.into_iter().collect(), labels: HashMap::new() })
}

fn project(tx: &mut WriteTx<'_, WorkspaceScope>, key: &str, planned: &PlannedProject) -> db::Result<(Uuid, bool)> {
    let known = refs::load(tx, "project", &[key.to_owned()])?.remove(key);
    let of = |column| PROJECTS.col(column);
    let same = of("identifier_key").eq(text::key(&identifier(key)));
    let wanted = known.as_ref().map_or(same.clone(), |known| same.or(of("id").eq(known.id)));
    let select = tx.from(PROJECTS).filter(wanted).expr(of("id"));
    let found: Vec<Uuid> = tx.all::<(Uuid,)>(&select)?.into_iter().map(|row| row.0).collect();
    let earlier = known.as_ref().map(|known| known.id).filter(|id| found.contains(id));
    if let Some(id) = earlier {
        return Ok((id, false));
    }
    let (id, is_new) = match found.first() {
        Some(id) => (*id, false),
        None => (make(tx, key, planned)?, true),
    };
    refs::save(tx, "project", vec![Row { key: key.to_owned(), id, hash: Vec::new(), is_known: known.is_some() }])?;
    Ok((id, is_new))
}

fn make(tx: &mut WriteTx<'_, WorkspaceScope>, key: &str, planned: &PlannedProject) -> db::Result<Uuid> {
    let mut name = permitted(&planned.name);
    let same = tx.from(PROJECTS).filter(PROJECTS.col("name_key").eq(text::key(&name)));
    if name.is_empty() || tx.any(same)? {
        name = text::shortened(format!("{name} {key}").trim(), NAME);
    }
    let fields = ProjectFields {
        name: Some(name),
        identifier: Some(identifier(key)),
        external_source: Some(Some(SOURCE.to_owned())),
        external_id: Some(Some(key.to_owned())),
        ..ProjectFields::default()
    };
    projects::commands::create_empty(tx, &fields)
}

/// The name without the characters that names of projects do not have here.
fn permitted(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|character| if projects::rules::has_special_character(character.encode_utf8(&mut [0; 4])) { ' ' } else { character })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The states of the items, and in a new project those that every project has: one to begin in, and triage.
fn states(
    tx: &mut WriteTx<'_, ProjectScope>,
    key: &str,
    planned: &PlannedProject,
    is_new: bool,
) -> db::Result<HashMap<ImportedState, NamedState>> {
    let ref_key = |state: &ImportedState| format!("{key}/{}/{}", state.group.as_str(), state.name);
    let keys: Vec<String> = planned.states.iter().map(|state| ref_key(&state.0)).collect();
    let known = refs::load(tx, "state", &keys)?;
    let of = |column| STATES.col(column);
    let select = tx.in_project(STATES).expr(of("id")).expr(of("name")).expr(of("group_name"));
    let mut here = tx.all::<(Uuid, String, String)>(&select)?;
    let mut found = HashMap::new();
    let mut rows = Vec::new();
    for PlannedState(state) in &planned.states {
        let ref_key = ref_key(state);
        let earlier = known.get(&ref_key);
        let by_ref = here.iter().find(|row| earlier.is_some_and(|known| known.id == row.0));
        let same = |row: &&(Uuid, String, String)| text::key(&row.1) == text::key(&state.name) && row.2 == state.group.as_str();
        let (id, name) = match by_ref.or_else(|| here.iter().find(same)) {
            Some((id, name, group)) if *group == state.group.as_str() => (*id, name.clone()),
            _ => make_state(tx, state, &mut here)?,
        };
        if earlier.is_none_or(|known| known.id != id) {
            rows.push(Row { key: ref_key, id, hash: Vec::new(), is_known: earlier.is_some() });
        }
        found.insert(state.clone(), NamedState { id, name, group: state.group });
    }
    refs::save(tx, "state", rows)?;
    if is_new {
        let begins = found.values().filter(|state| !state.group.is_closed()).min_by_key(|state| state.group as u8).map(|state| state.id);
        let begins = match begins {
            Some(id) => id,
            None => make_state(tx, &ImportedState { name: "Backlog".to_owned(), group: StateGroup::Backlog }, &mut here)?.0,
        };
        states::commands::update(tx, begins, StateFields { default: Some(true), ..StateFields::default() }, &IfMatch::default())?;
        make_state(tx, &ImportedState { name: "Triage".to_owned(), group: StateGroup::Triage }, &mut here)?;
    }
    Ok(found)
}

fn make_state(
    tx: &mut WriteTx<'_, ProjectScope>,
    state: &ImportedState,
    here: &mut Vec<(Uuid, String, String)>,
) -> db::Result<(Uuid, String)> {
    let group = state.group.as_str();
    let mut name = state.name.clone();
    // One name is one state here; the source may use it for two groups.
    if here.iter().any(|row| text::key(&row.1) == text::key(&name)) {
        name = format!("{} ({group})", text::shortened(&name, NAME - group.len() - 3));
    }
    let color = states::commands::DEFAULTS.iter().find(|default| default.2.as_str() == group).map_or("#60646C", |default| default.1);
    let fields = StateFields {
        name: Some(name.clone()),
        color: Some(color.to_owned()),
        group: states::Group::parse(group),
        ..StateFields::default()
    };
    let id = states::commands::create(tx, fields)?;
    here.push((id, name.clone(), group.to_owned()));
    Ok((id, name))
}

/// Finds or makes labels.
pub(super) fn labels(
    session: &mut Session,
    target: &Target,
    project: Uuid,
    key: &str,
    names: &[String],
) -> db::Result<HashMap<String, Named>> {
    let mut outer = target.open(session)?;
    let mut tx = outer.enter_as_admin(project)?;
    let ref_key = |name: &str| format!("{key}/{name}");
    let keys: Vec<String> = names.iter().map(|name| ref_key(name)).collect();
    let known = refs::load(&mut tx, "label", &keys)?;
    let ids: Vec<Uuid> = known.values().map(|known| known.id).collect();
    let of = |column| LABELS.col(column);
    let same = of("name_key").is_in(names.iter().map(|name| labels::rules::name_key(name)));
    let select = tx.in_project(LABELS).filter(same.or(id_in(LABELS, "id", &ids))).expr(of("id")).expr(of("name"));
    let here = tx.all::<(Uuid, String)>(&select)?;
    let by_id: HashMap<Uuid, &str> = here.iter().map(|(id, name)| (*id, name.as_str())).collect();
    let mut by_name: HashMap<String, Uuid> = here.iter().map(|(id, name)| (labels::rules::name_key(name), *id)).collect();
    let earlier = |name: &String| Some(known.get(&ref_key(name))?.id).filter(|id| by_id.contains_key(id));
    let mut seen: HashSet<String> = by_name.keys().cloned().collect();
    let is_new = |name: &&String| earlier(name).is_none() && seen.insert(labels::rules::name_key(name));
    let new: Vec<String> = names.iter().filter(is_new).cloned().collect();
    let made = labels::import::insert_many(&mut tx, &new)?;
    by_name.extend(new.iter().map(|name| labels::rules::name_key(name)).zip(made));
    let (mut found, mut rows) = (HashMap::new(), Vec::new());
    for name in names {
        let (id, here) = if let Some(id) = earlier(name) {
            (id, by_id.get(&id).copied().unwrap_or(name))
        } else {
            let id = by_name.get(&labels::rules::name_key(name)).copied();
            let id = id.ok_or_else(|| db::Error::Inconsistent(format!("the label {name} was not made")))?;
            rows.push(Row { key: ref_key(name), id, hash: Vec::new(), is_known: known.contains_key(&ref_key(name)) });
            (id, name.as_str())
        };
        found.insert(name.clone(), Named { id, name: here.to_owned() });
    }
    refs::save(&mut tx, "label", rows)?;
    Ok(found)
}
