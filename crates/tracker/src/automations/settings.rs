//! What a project says of archiving and closing (`archive_in`, `close_in`), carried out by rules like all others. They are made and changed
//! with the settings, and people change them there.

use aileron_db::{
    self as db, ExprTrait as _, InWorkspace, Set, WriteTx,
    schema::{AUTOMATIONS, PROJECTS},
};
use aileron_kernel::{Change, Event, StateGroup, Uuid};
use serde_json::json;

use super::{
    commands::{columns, made},
    model::{Stored, written},
    parts::{Action, Trigger},
    rules::OPEN,
    schedule,
};

/// When these rules act.
const HOUR: i64 = 1;
/// The days of a month, as the compatible API counts them.
const MONTH: i64 = 30;

/// Makes the rules of a project say what its settings say.
pub(crate) fn keep<S: InWorkspace>(tx: &mut WriteTx<'_, S>, project: Uuid) -> db::Result<()> {
    let select = tx.from(PROJECTS).filter(PROJECTS.col("id").eq(project)).expr(PROJECTS.col("archive_in")).expr(PROJECTS.col("close_in"));
    let Some((archive_in, close_in)) = tx.optional::<(i64, i64)>(&select)? else { return Ok(()) };
    let closed = [StateGroup::Completed, StateGroup::Cancelled];
    one(tx, project, ("archive_in", "Auto-archive", archive_in), &closed, Action::Archive)?;
    one(tx, project, ("close_in", "Auto-close", close_in), &OPEN, Action::Close)
}

fn one<S: InWorkspace>(
    tx: &mut WriteTx<'_, S>,
    project: Uuid,
    (setting, name, months): (&'static str, &str, i64),
    groups: &[StateGroup],
    action: Action,
) -> db::Result<()> {
    let own = AUTOMATIONS.col("project_id").eq(project).and(AUTOMATIONS.col("setting").eq(setting));
    let select = tx.from(AUTOMATIONS).columns::<Stored>(AUTOMATIONS).filter(own);
    let stored = tx.optional::<Stored>(&select)?;
    if stored.is_none() && months == 0 {
        return Ok(());
    }
    let is_enabled = months > 0;
    let since = tx.next_version();
    let trigger = Trigger::Schedule { hour: HOUR, idle_days: Some(Ord::max(months, 1) * MONTH) };
    let mut set: Vec<Set> = columns(&trigger)?;
    set.extend([("is_enabled", is_enabled.into()), ("since", since.into()), ("acted", 0_i64.into()), ("paused_at", None::<i64>.into())]);
    let (id, verb, next_at, changes) = if let Some(stored) = stored {
        if stored.is_enabled == is_enabled && (!is_enabled || stored.trigger_data == written(&trigger)?) {
            return Ok(());
        }
        tx.update(AUTOMATIONS, stored.id, set)?;
        let changes =
            [Change::value("is_enabled", stored.is_enabled, is_enabled), Change::value("trigger", stored.trigger_data, written(&trigger)?)];
        (stored.id, "updated", stored.next_at, changes.into_iter().filter(|change| change.old != change.new).collect())
    } else {
        let (filters, actions) = (json!({ "state_group__in": groups }), written(&[action])?);
        let changes = made(name, is_enabled, (&written(&trigger)?, &filters, &actions));
        set.extend([
            ("project_id", project.into()),
            ("name", name.into()),
            ("setting", Some(setting.to_owned()).into()),
            ("filters", filters.into()),
            ("actions", actions.into()),
            ("turn", 0_i64.into()),
        ]);
        (tx.insert(AUTOMATIONS, set)?, "created", None, changes)
    };
    tx.record(Event::new("automation", verb, id).in_project(project).with(changes))?;
    schedule::begin(tx, (id, next_at), is_enabled.then_some(&trigger))
}
