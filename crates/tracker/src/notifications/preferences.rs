//! What members want to be told of, and how: in a workspace, and otherwise in single projects of it. Everything, as long as
//! they have not said so.

use std::collections::{BTreeMap, HashMap};

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, Tx, WorkspaceScope, WriteTx, id_in, schema::NOTIFICATION_PREFERENCES as PREFERENCES,
};
use aileron_kernel::{Change, Event, Fields, Refusal, Uuid};
use serde::{Deserialize as _, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::model::{Channel, Kind};

/// What is wanted by one channel, as far as it was said.
type Said = BTreeMap<Kind, bool>;

/// What is wanted, by channel.
#[derive(Clone, Debug, Default)]
struct Kept {
    in_app: Said,
    email: Said,
}

impl Kept {
    fn of(in_app: &Value, email: &Value) -> Self {
        let [in_app, email] = [in_app, email].map(|value| Said::deserialize(value).unwrap_or_default());
        Self { in_app, email }
    }

    const fn by(&self, channel: Channel) -> &Said {
        match channel {
            Channel::InApp => &self.in_app,
            Channel::Email => &self.email,
        }
    }
}

/// What many people want, by person and project.
#[derive(Clone, Debug, Default)]
pub struct Wishes(HashMap<(Uuid, Option<Uuid>), Kept>);

impl Wishes {
    /// Reads what these people want.
    pub fn read(&mut self, tx: &mut Tx<'_, WorkspaceScope>, people: &[Uuid]) -> db::Result<()> {
        let of = |column| PREFERENCES.col(column);
        let select = tx.from(PREFERENCES).filter(id_in(PREFERENCES, "user_id", people));
        let select = select.expr(of("user_id")).expr(of("project_id")).expr(of("in_app")).expr(of("email"));
        let found = tx.all::<(Uuid, Option<Uuid>, Value, Value)>(&select)?;
        self.0.extend(found.into_iter().map(|(user, project, in_app, email)| ((user, project), Kept::of(&in_app, &email))));
        Ok(())
    }

    /// Whether somebody wants to be told of this in a project by this channel.
    pub fn wants(&self, person: Uuid, project: Uuid, channel: Channel, kind: Kind) -> bool {
        let said = |project| self.0.get(&(person, project)).and_then(|kept| kept.by(channel).get(&kind)).copied();
        said(Some(project)).or_else(|| said(None)).unwrap_or(true)
    }
}

/// What a request says: by channel and kind, whether it is wanted. Null takes back what was said. Absent ones stay as they are.
#[derive(Clone, Debug, Default)]
pub struct PreferenceFields(Vec<(Channel, Kind, Option<bool>)>);

impl PreferenceFields {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let mut said = Vec::new();
        for channel in Channel::ALL {
            let Some(sent) = fields.json(channel.as_str()) else { continue };
            let known = |word: &str| Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
            let read = sent.as_object().and_then(|sent| {
                let wish = |value: &Value| if value.is_null() { Some(None) } else { value.as_bool().map(Some) };
                sent.iter().map(|(word, value)| Some((channel, known(word)?, wish(value)?))).collect::<Option<Vec<_>>>()
            });
            match read {
                Some(read) => said.extend(read),
                None => fields.reject(channel.as_str(), format!("Expected an object of true, false or null by {}.", words())),
            }
        }
        fields.finish()?;
        Ok(Self(said))
    }
}

fn words() -> String {
    Kind::ALL.map(Kind::as_str).join(", ")
}

/// What is wanted by one channel. Null, of a project: as in the workspace.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[schema(as = NotificationChannel)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ChannelView {
    pub property_change: Option<bool>,
    pub state_change: Option<bool>,
    pub comment: Option<bool>,
    pub mention: Option<bool>,
    pub issue_completed: Option<bool>,
}

/// Preferences on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NotificationPreferences)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct PreferencesView {
    pub in_app: ChannelView,
    pub email: ChannelView,
    /// Null: they hold in the workspace.
    pub project: Option<Uuid>,
    pub workspace: Uuid,
    pub user: Uuid,
}

/// The caller's preferences in the workspace, or in a project of it.
pub fn view<S: InWorkspace>(tx: &mut Tx<'_, S>, project: Option<Uuid>) -> db::Result<PreferencesView> {
    let kept = find(tx, project)?.map(|(_, kept)| kept).unwrap_or_default();
    // In the workspace everything is wanted that nothing was said of.
    let default = project.is_none().then_some(true);
    let channel = |channel| {
        let said = |kind| kept.by(channel).get(&kind).copied().or(default);
        ChannelView {
            property_change: said(Kind::PropertyChange),
            state_change: said(Kind::StateChange),
            comment: said(Kind::Comment),
            mention: said(Kind::Mention),
            issue_completed: said(Kind::IssueCompleted),
        }
    };
    let [in_app, email] = Channel::ALL.map(channel);
    Ok(PreferencesView { in_app, email, project, workspace: tx.workspace_id(), user: tx.user_id() })
}

/// Keeps what the caller wants in the workspace, or in a project of it.
pub fn update<S: InWorkspace>(tx: &mut WriteTx<'_, S>, project: Option<Uuid>, fields: PreferenceFields) -> db::Result<()> {
    let found = find(tx, project)?;
    let (id, before) = found.map_or_else(|| (None, Kept::default()), |(id, kept)| (Some(id), kept));
    let mut after = before.clone();
    for (channel, kind, wish) in fields.0 {
        let said = match channel {
            Channel::InApp => &mut after.in_app,
            Channel::Email => &mut after.email,
        };
        match wish {
            Some(wish) => said.insert(kind, wish),
            None => said.remove(&kind),
        };
    }
    let is_other = |channel: &Channel| before.by(*channel) != after.by(*channel);
    // What somebody wants to hear of is nobody's business but that it changed.
    let change = |channel: Channel| Change { field: channel.as_str().to_owned(), ..Change::default() };
    let changes: Vec<Change> = Channel::ALL.into_iter().filter(is_other).map(change).collect();
    if changes.is_empty() {
        return Ok(());
    }
    let mut set: Vec<db::Set> = Channel::ALL.map(|channel| (channel.as_str(), json!(after.by(channel)).into())).into();
    let (verb, id) = if let Some(id) = id {
        tx.update(PREFERENCES, id, set)?;
        ("updated", id)
    } else {
        set.extend([("user_id", tx.user_id().into()), ("project_id", project.into())]);
        ("created", tx.insert(PREFERENCES, set)?)
    };
    let event = Event { project_id: project, ..Event::new("notification_preferences", verb, id) };
    tx.record(event.with(changes)).map(|_| ())
}

/// Keeps that the caller wants no mail at all about the workspace, whatever he said of single projects.
pub fn silence(tx: &mut WriteTx<'_, WorkspaceScope>) -> db::Result<()> {
    let of = |column| PREFERENCES.col(column);
    let own = tx.from(PREFERENCES).filter(of("user_id").eq(tx.user_id()).and(of("project_id").is_not_null()));
    let said = tx.all::<(Option<Uuid>, Value)>(&own.expr(of("project_id")).expr(of("email")))?;
    let all = |wish| PreferenceFields(Kind::ALL.map(|kind| (Channel::Email, kind, wish)).into());
    for (project, _) in said.into_iter().filter(|(_, email)| email.as_object().is_some_and(|said| !said.is_empty())) {
        update(tx, project, all(None))?;
    }
    update(tx, None, all(Some(false)))
}

fn find<S: InWorkspace>(tx: &mut Tx<'_, S>, project: Option<Uuid>) -> db::Result<Option<(Uuid, Kept)>> {
    let of = |column| PREFERENCES.col(column);
    let place = project.map_or_else(|| of("project_id").is_null(), |project| of("project_id").eq(project));
    let select = tx.from(PREFERENCES).filter(of("user_id").eq(tx.user_id()).and(place));
    let select = select.expr(of("id")).expr(of("in_app")).expr(of("email"));
    Ok(tx.optional::<(Uuid, Value, Value)>(&select)?.map(|(id, in_app, email)| (id, Kept::of(&in_app, &email))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_goes_before_the_workspace_and_silence_is_consent() {
        let [person, one, other] = [1, 2, 3].map(Uuid::from_u128);
        let kept = |in_app: Value| Kept::of(&in_app, &json!({}));
        let wishes = Wishes(HashMap::from([
            ((person, None), kept(json!({"comment": false, "state_change": false}))),
            ((person, Some(one)), kept(json!({"comment": true, "mention": false}))),
        ]));
        let wants = |project, channel, kind| wishes.wants(person, project, channel, kind);
        assert!(wants(one, Channel::InApp, Kind::Comment) && !wants(other, Channel::InApp, Kind::Comment));
        assert!(!wants(one, Channel::InApp, Kind::Mention) && wants(other, Channel::InApp, Kind::Mention));
        assert!(!wants(one, Channel::InApp, Kind::StateChange) && wants(one, Channel::Email, Kind::StateChange));
        assert!(wishes.wants(one, one, Channel::InApp, Kind::StateChange), "of others nothing is known");
    }

    #[test]
    fn what_is_no_wish_is_refused_by_name() {
        for wrong in [json!([]), json!({"comment": 1}), json!({"x": true}), json!("all")] {
            let refused = PreferenceFields::read(Fields::of(json!({"email": wrong})).unwrap()).unwrap_err();
            assert!(refused.body["email"].is_array());
        }
        let read = PreferenceFields::read(Fields::of(json!({"in_app": {"comment": null}, "email": {"mention": false}})).unwrap()).unwrap();
        assert_eq!(read.0, [(Channel::InApp, Kind::Comment, None), (Channel::Email, Kind::Mention, Some(false))]);
    }
}
