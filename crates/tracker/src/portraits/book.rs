//! What is looked up for some events at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aileron_db::{
    self as db, ExprTrait as _, Order, Tx, WorkspaceScope,
    events::Logged,
    id_in,
    schema::{EVENTS, TEXT_VERSIONS},
};
use aileron_kernel::{Change, Origin, StateGroup, Uuid};
use aileron_platform::html;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    rows,
    rules::{self, Holds, Noun, Past},
};

/// Whether an item was one that lists show, archived or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was its maker's draft.
    Draft,
    /// It waited in triage.
    Triage,
    /// It was an item.
    Open,
}

/// One changed field of an event.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The field, as the row has it.
    pub field: String,
    /// What it held before; of rows that are told whole ids, where it names rows.
    pub old: Value,
    /// What it held after.
    pub new: Value,
    /// The row that it named before, where that is not what it held.
    pub old_id: Option<Uuid>,
    /// The row that it names after.
    pub new_id: Option<Uuid>,
}

/// Kept texts by version, with what an editor kept beside them.
type Texts = HashMap<Uuid, (String, Option<Vec<u8>>)>;

/// Events, and how the rows that they are about stood before and after each.
#[derive(Debug, Default)]
pub struct Book {
    rows: HashMap<Uuid, Row>,
    /// By the place of an event: the row that it is about, before and after.
    pasts: HashMap<i64, [Past; 2]>,
    people: HashMap<Uuid, Value>,
    texts: Texts,
}

/// A row of now, and what happened to it from the first of the events on, the newest first.
#[derive(Debug)]
struct Row {
    noun: Noun,
    now: Past,
    later: Vec<Logged>,
}

impl Row {
    /// The row as it was when the log ended here.
    fn at(&self, seq: i64) -> Past {
        let mut past = self.now.clone();
        self.later.iter().take_while(|event| event.seq > seq).for_each(|event| past.undo(self.noun, event));
        past
    }

    /// The same before and after the event at this place.
    fn around(&self, seq: i64) -> [Past; 2] {
        [self.at(seq - 1), self.at(seq)]
    }
}

impl Book {
    /// Reads what is needed for these events, which are given in their order.
    pub fn read(tx: &mut Tx<'_, WorkspaceScope>, events: &[&Logged]) -> db::Result<Self> {
        let mut book = Self::default();
        let Some(first) = events.first() else { return Ok(book) };
        let mut ids: BTreeMap<&str, BTreeSet<Uuid>> = BTreeMap::new();
        for event in events {
            ids.entry(event.entity.as_str()).or_default().insert(event.entity_id);
            ids.entry(Noun::WorkItem.entity()).or_default().extend(event.subject_id);
        }
        let of = |noun: Noun| (noun, ids.get(noun.entity()).cloned().unwrap_or_default());
        let whole = [Noun::Project, Noun::WorkItem, Noun::Cycle, Noun::Module, Noun::Comment];
        book.add(tx, &whole.map(of), first.seq)?;
        book.add(tx, &[(Noun::Label, book.named("labels")), (Noun::State, book.named("state"))], first.seq)?;
        let mut people = book.named("assignees");
        people.extend(events.iter().filter_map(|event| event.actor_id));
        book.people = rows::people(tx, &people)?;
        book.pasts = events.iter().filter_map(|event| Some((event.seq, book.row(event)?.around(event.seq)))).collect();
        let versions: BTreeSet<Uuid> = book.pasts.values().flatten().flat_map(|past| past.texts.values().copied()).collect();
        book.texts = texts(tx, &versions.into_iter().collect::<Vec<_>>())?;
        Ok(book)
    }

    /// Adds rows, and what happened to them from this place on.
    fn add(&mut self, tx: &mut Tx<'_, WorkspaceScope>, wanted: &[(Noun, BTreeSet<Uuid>)], since: i64) -> db::Result<()> {
        let ids: Vec<Uuid> = wanted.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let nouns = wanted.iter().map(|(noun, _)| noun.entity());
        let about = id_in(EVENTS, "entity_id", &ids).and(EVENTS.col("entity").is_in(nouns)).and(EVENTS.col("seq").gte(since));
        let select = tx.from(EVENTS).columns::<Logged>(EVENTS).filter(about).order(EVENTS.col("seq"), Order::Desc);
        let mut later: HashMap<Uuid, Vec<Logged>> = HashMap::new();
        for event in tx.all::<Logged>(&select)? {
            later.entry(event.entity_id).or_default().push(event);
        }
        for (noun, ids) in wanted {
            for (id, now) in rows::read(tx, *noun, ids)? {
                self.rows.insert(id, Row { noun: *noun, now, later: later.remove(&id).unwrap_or_default() });
            }
        }
        Ok(())
    }

    /// The ids that this field of items holds, or held meanwhile.
    fn named(&self, field: &str) -> BTreeSet<Uuid> {
        let items = self.rows.values().filter(|row| row.noun == Noun::WorkItem);
        let of = |row: &Row| {
            let held = row.now.fields.get(field).and_then(|id| Uuid::try_parse(id.as_str()?).ok());
            let changes = row.later.iter().flat_map(|event| &event.changes).filter(|change| change.field == field);
            let meanwhile: Vec<Uuid> = changes.flat_map(|change| [change.old_id, change.new_id]).flatten().collect();
            held.into_iter().chain(row.now.ids(field)).chain(meanwhile).collect::<Vec<_>>()
        };
        items.flat_map(of).collect()
    }

    fn row(&self, event: &Logged) -> Option<&Row> {
        self.rows.get(&event.entity_id).filter(|row| row.noun.entity() == event.entity)
    }

    /// Who acted, as others see him.
    pub fn actor(&self, event: &Logged) -> Value {
        event.actor_id.and_then(|actor| self.people.get(&actor)).cloned().unwrap_or_default()
    }

    /// How the item that an event is about stood before and after it; none: it is about none.
    pub fn standing(&self, event: &Logged) -> Option<(Standing, Standing)> {
        let item = event.subject_id.unwrap_or(event.entity_id);
        let row = self.rows.get(&item).filter(|row| row.noun == Noun::WorkItem)?;
        let at = |seq: i64| {
            let past = row.at(seq);
            let state = past.fields.get("state").and_then(|id| Uuid::try_parse(id.as_str()?).ok());
            let group = state.and_then(|state| self.rows.get(&state)).and_then(|state| state.now.fields.get("group"));
            let is_draft = past.fields.get("is_draft").is_some_and(|is_draft| *is_draft == true);
            match group.and_then(Value::as_str).and_then(StateGroup::parse) {
                _ if is_draft => Standing::Draft,
                Some(StateGroup::Triage) => Standing::Triage,
                _ => Standing::Open,
            }
        };
        Some((at(event.seq - 1), at(event.seq)))
    }

    /// The row as it stood right after an event about it; none: its noun is not told whole.
    pub fn after(&self, event: &Logged) -> Option<Value> {
        let row = self.row(event)?;
        let [_, past] = self.pasts.get(&event.seq)?;
        let mut past = self.filled(past.clone());
        if event.verb == "created" {
            // Making a row changes nobody's.
            past.fields.insert("updated_by".to_owned(), Value::Null);
        }
        if row.later.first().is_some_and(|last| last.seq > event.seq) {
            past.fields.insert("updated_at".to_owned(), json!(event.at));
            past.fields.insert("updated_by".to_owned(), json!(event.actor_id.filter(|_| event.verb != "created")));
            let edited = row.noun == Noun::Comment && event.origin == Origin::Web && event.change("comment_html").is_some();
            if edited {
                past.fields.insert("edited_at".to_owned(), json!(event.at));
            }
            if event.verb == "archived" {
                past.fields.insert("archived_at".to_owned(), json!(event.at));
            }
        }
        if row.noun == Noun::WorkItem {
            self.expand(&mut past, event.seq);
        }
        Some(Value::Object(past.fields))
    }

    /// What an event changed, one entry a field.
    pub fn changes(&self, event: &Logged) -> Vec<Changed> {
        let pasts = self.pasts.get(&event.seq);
        let mut changes: Vec<Changed> = Vec::new();
        for change in &event.changes {
            let (field, holds) =
                self.row(event).map(|row| row.noun).map_or((change.field.as_str(), Holds::Value), |noun| noun.field(&change.field));
            if holds == Holds::Ids && changes.iter().any(|changed| changed.field == field) {
                continue;
            }
            let field = field.to_owned();
            changes.push(match (pasts, holds) {
                (None, _) => {
                    let Change { old, new, old_id, new_id, .. } = change.clone();
                    Changed { field, old, new, old_id, new_id }
                }
                (_, Holds::Value) => Changed { field, old: rules::old(change), new: rules::new(change), old_id: None, new_id: None },
                (Some([before, after]), _) => {
                    let (old, new) = (self.told(before, &field), self.told(after, &field));
                    Changed { field, old, new, old_id: None, new_id: None }
                }
            });
        }
        changes
    }

    /// What a field said then.
    fn told(&self, past: &Past, field: &str) -> Value {
        let Some(version) = past.texts.get(field) else { return past.fields.get(field).cloned().unwrap_or_default() };
        // A version that was thrown away meanwhile: what it said is known to nobody.
        let Some((html, document)) = self.texts.get(version) else { return Value::Null };
        if field == "description_binary" { json!(document.as_ref().map(|bytes| BASE64_STANDARD.encode(bytes))) } else { json!(html) }
    }

    /// The row with the texts of then.
    fn filled(&self, mut past: Past) -> Past {
        for field in past.texts.keys().cloned().collect::<Vec<_>>() {
            let text = self.told(&past, &field);
            past.fields.insert(field, text);
        }
        past
    }

    /// Puts people, labels and the state of then in the place of their ids, and adds what clients of webhooks know of texts.
    fn expand(&self, past: &mut Past, seq: i64) {
        let part = |id: &Uuid| {
            let part = self.rows.get(id)?.at(seq);
            part.is_there.then_some(Value::Object(part.fields))
        };
        let labels: Vec<Value> = past.ids("labels").iter().filter_map(part).collect();
        let assignees: Vec<&Value> = past.ids("assignees").iter().filter_map(|id| self.people.get(id)).collect();
        let state = past.fields.get("state").and_then(|id| Uuid::try_parse(id.as_str()?).ok());
        let state = state.and_then(|id| self.rows.get(&id)).map(|row| row.at(seq).fields);
        let text = past.fields.get("description_html").and_then(Value::as_str).map(html::text);
        let more = [
            ("labels", json!(labels)),
            ("assignees", json!(assignees)),
            ("state", json!(state)),
            ("description", json!({})),
            ("description_json", json!({})),
            ("description_stripped", json!(text)),
        ];
        past.fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
}

/// Reads kept texts.
fn texts(tx: &mut Tx<'_, WorkspaceScope>, ids: &[Uuid]) -> db::Result<Texts> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let of = |column| TEXT_VERSIONS.col(column);
    let select = tx.from(TEXT_VERSIONS).filter(id_in(TEXT_VERSIONS, "id", ids));
    let select = select.expr(of("id")).expr(of("html")).expr(of("editor_state"));
    let kept = tx.all::<(Uuid, String, Option<Vec<u8>>)>(&select)?;
    Ok(kept.into_iter().map(|(id, html, document)| (id, (html, document))).collect())
}
