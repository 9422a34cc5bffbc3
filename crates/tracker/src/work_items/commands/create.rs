//! Making work items.

use aileron_db::{self as db, ExprTrait as _, Order, ProjectScope, Set, Tx, WriteTx, schema::WORK_ITEMS};
use aileron_kernel::{Change, Event, Origin, Priority, Refusal, Role, Time, Uuid, text};
use aileron_platform::html::Cleaned;
use jiff::civil::Date;
use serde_json::Value;

use super::{Named, NamedState, edit, refs};
use crate::{
    projects::rules::check_writable,
    search::index,
    work_items::{
        fields::{ItemFields, no_description},
        rules,
    },
};

/// An item to be made: everything looked up, everything decided but what only the database knows.
#[derive(Clone, Debug)]
pub struct NewItem {
    /// Its name.
    pub name: String,
    /// Its state.
    pub state: NamedState,
    /// The description, as [`description`](crate::work_items::fields::description) makes it.
    pub description: Cleaned,
    /// The description as an editor's document.
    pub description_binary: Option<Vec<u8>>,
    /// Its priority.
    pub priority: Priority,
    /// The item above it.
    pub parent: Option<Named>,
    /// Its type.
    pub type_id: Option<Uuid>,
    /// How much work it is.
    pub point: Option<i64>,
    /// How much work it is, by the estimate of the project.
    pub estimate_point: Option<Named>,
    /// When work is to begin.
    pub start_date: Option<Date>,
    /// When it is due.
    pub target_date: Option<Date>,
    /// Its place in manual order; none: the last of its state.
    pub sort_order: Option<f64>,
    /// When it was completed; counts only where its state says that it is.
    pub completed_at: Option<Time>,
    /// Since which day it is archived.
    pub archived_at: Option<Date>,
    /// Whether it is a draft.
    pub is_draft: bool,
    /// Where it came from.
    pub external_source: Option<String>,
    /// What it is called there.
    pub external_id: Option<String>,
    /// Who works on it.
    pub assignees: Vec<Named>,
    /// Its labels.
    pub labels: Vec<Named>,
    /// Its number, for imports; none: the next.
    pub number: Option<i64>,
    /// When it was made; none: now.
    pub created_at: Option<Time>,
    /// Who made it; none: the caller.
    pub created_by: Option<Uuid>,
    /// When it was last changed; none: now.
    pub updated_at: Option<Time>,
    /// Who changed it last.
    pub updated_by: Option<Uuid>,
}

impl NewItem {
    /// An item with a name and a state and nothing else.
    pub fn new(name: String, state: NamedState) -> Self {
        Self {
            name,
            state,
            description: no_description(),
            description_binary: None,
            priority: Priority::None,
            parent: None,
            type_id: None,
            point: None,
            estimate_point: None,
            start_date: None,
            target_date: None,
            sort_order: None,
            completed_at: None,
            archived_at: None,
            is_draft: false,
            external_source: None,
            external_id: None,
            assignees: Vec::new(),
            labels: Vec::new(),
            number: None,
            created_at: None,
            created_by: None,
            updated_at: None,
            updated_by: None,
        }
    }
}

/// Makes an item as a request describes it. Where nobody is assigned, the one is of whom the project says so.
pub fn create(tx: &mut WriteTx<'_, ProjectScope>, mut fields: ItemFields) -> db::Result<Uuid> {
    check_writable(tx.scope())?;
    let state = refs::state(tx, fields.state.take().flatten())?;
    let nobody = fields.assignees.as_ref().is_none_or(Vec::is_empty);
    let assignees = if nobody { refs::default_assignee(tx)? } else { Vec::new() };
    create_in(tx, fields, state, assignees)
}

/// Makes an item in this state, whatever the fields say of it. `assignees`: who works on it besides those whom the fields name.
pub(crate) fn create_in(
    tx: &mut WriteTx<'_, ProjectScope>,
    fields: ItemFields,
    state: NamedState,
    mut assignees: Vec<Named>,
) -> db::Result<Uuid> {
    let (source, external) = (fields.external_source.flatten(), fields.external_id.flatten());
    refs::check_external_id(tx, source.as_deref(), external.as_deref(), None)?;
    let (start, target) = (fields.start_date.flatten(), fields.target_date.flatten());
    rules::check_dates(start, target)?;
    if let Some(author) = fields.created_by {
        refs::check_author(tx, author)?;
    }
    if fields.created_at.is_some() && !tx.scope().is_at_least(Role::Admin) {
        return Err(Refusal::field("created_at", "Only admins of the project can say when a work item was made.").into());
    }
    let parent = fields.parent.flatten().map(|id| refs::parent(tx, id, None)).transpose()?;
    let estimate_point = fields.estimate_point.flatten().map(|id| refs::estimate_point(tx, id)).transpose()?;
    let kind = fields.type_id.flatten().map(|id| refs::new_type(tx, id)).transpose()?;
    assignees.extend(refs::assignees(tx, &fields.assignees.unwrap_or_default())?);
    let labels = refs::labels(tx, &fields.labels.unwrap_or_default())?;
    let mut new = NewItem::new(fields.name.unwrap_or_default(), state);
    new.description = fields.description.unwrap_or(new.description);
    new.priority = fields.priority.unwrap_or(new.priority);
    let new = NewItem {
        description_binary: fields.description_binary.flatten(),
        parent,
        type_id: kind.map(|kind| kind.id),
        point: fields.point.flatten(),
        estimate_point,
        start_date: start,
        target_date: target,
        sort_order: fields.sort_order,
        completed_at: fields.completed_at.flatten(),
        archived_at: fields.archived_at.flatten(),
        is_draft: fields.is_draft.unwrap_or(false),
        external_source: source,
        external_id: external,
        assignees,
        labels,
        created_at: fields.created_at,
        created_by: fields.created_by,
        ..new
    };
    insert(tx, new)
}

/// What a request for an item says, with ids that are there: refused and left out as [`create`] does it. For what is not made yet.
pub(crate) fn looked_up(tx: &mut WriteTx<'_, ProjectScope>, mut fields: ItemFields) -> db::Result<ItemFields> {
    rules::check_dates(fields.start_date.flatten(), fields.target_date.flatten())?;
    if let Some(state) = fields.state.flatten() {
        refs::state(tx, Some(state))?;
    }
    if let Some(parent) = fields.parent.flatten() {
        refs::parent(tx, parent, None)?;
    }
    if let Some(point) = fields.estimate_point.flatten() {
        refs::estimate_point(tx, point)?;
    }
    if let Some(kind) = fields.type_id.flatten() {
        refs::new_type(tx, kind)?;
    }
    let ids = |named: Vec<Named>| named.into_iter().map(|named| named.id).collect();
    if let Some(people) = fields.assignees.take() {
        fields.assignees = Some(ids(refs::assignees(tx, &people)?));
    }
    if let Some(labels) = fields.labels.take() {
        fields.labels = Some(ids(refs::labels(tx, &labels)?));
    }
    Ok(fields)
}

/// Writes a new item with those who work on it and its labels, and records that it was made. For imports too: they bring
/// number, times and authors along. Nothing is looked up here; ids of other projects the database refuses.
pub fn insert(tx: &mut WriteTx<'_, ProjectScope>, new: NewItem) -> db::Result<Uuid> {
    let project = tx.project_id();
    let number = match new.number {
        Some(number) => {
            tx.raise_number(project, number)?;
            number
        }
        None => tx.next_number(project)?,
    };
    let place = match new.sort_order {
        Some(place) => place,
        None => rules::next_place(last_place(tx, new.state.id)?),
    };
    let changes = first_changes(&new);
    let tokens = index::tokens(tx.workspace_id(), number, &new.name, [new.description.text.as_str()]);
    let made = new.created_at;
    let (assignees, labels) = (new.assignees.clone(), new.labels.clone());
    let values = columns(tx, new, number, place);
    let id = tx.create(WORK_ITEMS, values)?;
    edit::assign(tx, id, &assignees)?;
    edit::label(tx, id, &labels)?;
    let mut event = Event::new("work_item", "created", id).in_project(project).about(id).with(changes);
    if tx.workspace().actor().origin == Origin::Import {
        event.at = made;
    }
    tx.record(event)?;
    index::put(tx, vec![(id, tokens)])?;
    Ok(id)
}

/// The columns of a new item.
pub(super) fn columns(tx: &Tx<'_, ProjectScope>, new: NewItem, number: i64, place: f64) -> Vec<Set> {
    let now = tx.now();
    let group = new.state.group;
    vec![
        ("project_id", tx.project_id().into()),
        ("sequence_id", number.into()),
        ("name_key", text::key(&new.name).into()),
        ("name", new.name.into()),
        ("description_text", new.description.text.into()),
        ("description_html", new.description.html.into()),
        ("description_binary", new.description_binary.into()),
        ("priority", new.priority.as_str().into()),
        ("priority_rank", rules::priority_rank(new.priority).into()),
        ("state_id", new.state.id.into()),
        ("parent_id", new.parent.map(|parent| parent.id).into()),
        ("type_id", new.type_id.into()),
        ("point", new.point.into()),
        ("estimate_point_id", new.estimate_point.map(|point| point.id).into()),
        ("start_date", new.start_date.into()),
        ("target_date", new.target_date.into()),
        ("sort_order", place.into()),
        ("completed_at", rules::completed_at(group, new.completed_at, None, now).map(Time::micros).into()),
        ("started_at", rules::started_at(group, None, new.created_at.unwrap_or(now)).map(Time::micros).into()),
        ("archived_at", new.archived_at.into()),
        ("is_draft", new.is_draft.into()),
        ("hidden", rules::hidden(new.is_draft, new.archived_at, group).map(ToOwned::to_owned).into()),
        ("external_source", new.external_source.into()),
        ("external_id", new.external_id.into()),
        ("created_at", new.created_at.unwrap_or(now).micros().into()),
        ("updated_at", new.updated_at.unwrap_or(now).micros().into()),
        ("created_by", Some(new.created_by.unwrap_or_else(|| tx.user_id())).into()),
        ("updated_by", new.updated_by.into()),
    ]
}

/// What the event of a new item says: everything that was given.
pub(super) fn first_changes(new: &NewItem) -> Vec<Change> {
    let mut changes = vec![
        Change::value("name", Value::Null, new.name.as_str()),
        Change::reference("state", None, Some((new.state.id, new.state.name.clone()))),
        Change::value("priority", Value::Null, new.priority.as_str()),
    ];
    let day = |field: &str, day: Option<Date>| day.map(|day| Change::value(field, Value::Null, day.to_string()));
    changes.extend(day("start_date", new.start_date));
    changes.extend(day("target_date", new.target_date));
    changes.extend(day("archived_at", new.archived_at));
    changes.extend(new.is_draft.then(|| Change::value("is_draft", Value::Null, true)));
    changes.extend(new.point.map(|point| Change::value("point", Value::Null, point)));
    changes.extend(new.estimate_point.iter().map(|point| Change::reference("estimate_point", None, Some(point.pair()))));
    changes.extend(new.parent.iter().map(|parent| Change::reference("parent", None, Some(parent.pair()))));
    changes.extend(new.assignees.iter().map(|person| Change::reference("assignees", None, Some(person.pair()))));
    changes.extend(new.labels.iter().map(|label| Change::reference("labels", None, Some(label.pair()))));
    changes
}

/// The last place in manual order among the items of a state.
pub(super) fn last_place(tx: &mut Tx<'_, ProjectScope>, state: Uuid) -> db::Result<Option<f64>> {
    let place = WORK_ITEMS.col("sort_order");
    let select =
        tx.in_project(WORK_ITEMS).filter(WORK_ITEMS.col("state_id").eq(state)).expr(place.clone()).order(place, Order::Desc).limit(1);
    Ok(tx.optional::<(f64,)>(&select)?.map(|row| row.0))
}
