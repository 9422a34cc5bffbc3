//! What a project says of its cycles: whether they may run side by side, and whether and how new ones are made by themselves.

use aileron_db::{self as db, Expr, ExprTrait as _, InWorkspace as _, ProjectScope, Set, Tx, WriteTx, schema::CYCLE_SETTINGS};
use aileron_kernel::{Change, Event, Fields, Refusal, Uuid};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{cadence, rules::Rhythm};
use crate::projects::rules::check_writable;

/// The longest name of cycles, in characters: a number comes behind it.
const LONGEST_NAME: usize = 200;

db::row! {
    /// What is stored.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Settings {
        /// Whether cycles may have days in common.
        pub allows_parallel: bool,
        /// Whether cycles are made by themselves.
        pub cadence_enabled: bool,
        /// How many days one lasts.
        pub cadence_length: i64,
        /// How many days lie between two.
        pub cadence_cooldown: i64,
        /// How many are made ahead.
        pub cadence_ahead: i64,
        /// Whether what is left undone is moved to the next.
        pub cadence_roll_over: bool,
        /// The first day of the first.
        pub cadence_start: Option<Date>,
        /// What they are called.
        pub cadence_name: String,
        /// Whose they are.
        pub owner_id: Uuid,
    }
}

impl Settings {
    /// Those of a project that said nothing.
    fn of_nobody() -> Self {
        Self {
            allows_parallel: false,
            cadence_enabled: false,
            cadence_length: 14,
            cadence_cooldown: 0,
            cadence_ahead: 1,
            cadence_roll_over: false,
            cadence_start: None,
            cadence_name: "Cycle".to_owned(),
            owner_id: Uuid::nil(),
        }
    }

    /// How the cadence goes.
    pub const fn rhythm(&self) -> Rhythm {
        Rhythm { length: self.cadence_length, cooldown: self.cadence_cooldown }
    }
}

/// What a project says of its cycles, on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CycleSettings)]
#[allow(missing_docs, clippy::struct_excessive_bools, reason = "the names are those of the wire")]
pub struct SettingsView {
    pub allow_parallel: bool,
    pub cadence_enabled: bool,
    pub cadence_length: i64,
    pub cadence_cooldown: i64,
    pub cadence_ahead: i64,
    pub cadence_roll_over: bool,
    #[schema(value_type = Option<String>, format = Date)]
    pub cadence_start: Option<Date>,
    pub cadence_name: String,
    /// Whose the cycles are that are made: who changed the settings last.
    pub cadence_owner: Option<Uuid>,
    pub project: Uuid,
    pub workspace: Uuid,
}

/// What a request says of them. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct SettingsFields {
    allow_parallel: Option<bool>,
    enabled: Option<bool>,
    length: Option<i64>,
    cooldown: Option<i64>,
    ahead: Option<i64>,
    roll_over: Option<bool>,
    start: Option<Option<Date>>,
    name: Option<String>,
}

impl SettingsFields {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        let read = Self {
            allow_parallel: fields.flag("allow_parallel"),
            enabled: fields.flag("cadence_enabled"),
            length: fields.integer("cadence_length", 1..=365),
            cooldown: fields.integer("cadence_cooldown", 0..=90),
            ahead: fields.integer("cadence_ahead", 1..=10),
            roll_over: fields.flag("cadence_roll_over"),
            start: fields.nullable_date("cadence_start"),
            name: fields.text("cadence_name", LONGEST_NAME),
        };
        let far = |day: &Date| !(1_970..=2_900).contains(&day.year());
        if read.start.flatten().as_ref().is_some_and(far) {
            fields.reject("cadence_start", "The year must be one from 1970 to 2900.");
        }
        fields.finish()?;
        Ok(read)
    }
}

/// The settings of a project.
pub fn get(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Settings> {
    Ok(stored(tx)?.unwrap_or_else(Settings::of_nobody))
}

/// The settings as they are shown.
pub fn view(tx: &mut Tx<'_, ProjectScope>) -> db::Result<SettingsView> {
    let settings = get(tx)?;
    Ok(SettingsView {
        allow_parallel: settings.allows_parallel,
        cadence_enabled: settings.cadence_enabled,
        cadence_length: settings.cadence_length,
        cadence_cooldown: settings.cadence_cooldown,
        cadence_ahead: settings.cadence_ahead,
        cadence_roll_over: settings.cadence_roll_over,
        cadence_start: settings.cadence_start,
        cadence_name: settings.cadence_name,
        cadence_owner: Some(settings.owner_id).filter(|owner| !owner.is_nil()),
        project: tx.project_id(),
        workspace: tx.workspace_id(),
    })
}

/// Changes the settings. A cadence that is on begins its work after the commit.
pub fn update(tx: &mut WriteTx<'_, ProjectScope>, fields: SettingsFields) -> db::Result<()> {
    check_writable(tx.scope())?;
    let stored = stored(tx)?;
    let before = stored.clone().unwrap_or_else(Settings::of_nobody);
    let after = Settings {
        allows_parallel: fields.allow_parallel.unwrap_or(before.allows_parallel),
        cadence_enabled: fields.enabled.unwrap_or(before.cadence_enabled),
        cadence_length: fields.length.unwrap_or(before.cadence_length),
        cadence_cooldown: fields.cooldown.unwrap_or(before.cadence_cooldown),
        cadence_ahead: fields.ahead.unwrap_or(before.cadence_ahead),
        cadence_roll_over: fields.roll_over.unwrap_or(before.cadence_roll_over),
        cadence_start: fields.start.unwrap_or(before.cadence_start),
        cadence_name: fields.name.unwrap_or_else(|| before.cadence_name.clone()),
        owner_id: before.owner_id,
    };
    let changes = changes(&before, &after);
    if changes.is_empty() {
        return Ok(());
    }
    let me = tx.scope().workspace().user_id();
    let (project, is_on) = (tx.project_id(), after.cadence_enabled);
    let mut set = columns(after);
    set.push(("owner_id", me.into()));
    if stored.is_some() {
        tx.update_where(CYCLE_SETTINGS, own(project), set)?;
    } else {
        set.push(("project_id", project.into()));
        tx.insert_row(CYCLE_SETTINGS, set)?;
    }
    tx.record(Event::new("cycle_settings", "updated", project).in_project(project).with(changes))?;
    if is_on { cadence::begin(tx, project) } else { Ok(()) }
}

fn columns(settings: Settings) -> Vec<Set> {
    vec![
        ("allows_parallel", settings.allows_parallel.into()),
        ("cadence_enabled", settings.cadence_enabled.into()),
        ("cadence_length", settings.cadence_length.into()),
        ("cadence_cooldown", settings.cadence_cooldown.into()),
        ("cadence_ahead", settings.cadence_ahead.into()),
        ("cadence_roll_over", settings.cadence_roll_over.into()),
        ("cadence_start", settings.cadence_start.into()),
        ("cadence_name", settings.cadence_name.into()),
    ]
}

fn changes(before: &Settings, after: &Settings) -> Vec<Change> {
    let day = |day: Option<Date>| Value::from(day.map(|day| day.to_string()));
    let values: [(&str, Value, Value); 8] = [
        ("allow_parallel", before.allows_parallel.into(), after.allows_parallel.into()),
        ("cadence_enabled", before.cadence_enabled.into(), after.cadence_enabled.into()),
        ("cadence_length", before.cadence_length.into(), after.cadence_length.into()),
        ("cadence_cooldown", before.cadence_cooldown.into(), after.cadence_cooldown.into()),
        ("cadence_ahead", before.cadence_ahead.into(), after.cadence_ahead.into()),
        ("cadence_roll_over", before.cadence_roll_over.into(), after.cadence_roll_over.into()),
        ("cadence_start", day(before.cadence_start), day(after.cadence_start)),
        ("cadence_name", before.cadence_name.as_str().into(), after.cadence_name.as_str().into()),
    ];
    values.into_iter().filter(|(_, old, new)| old != new).map(|(field, old, new)| Change::value(field, old, new)).collect()
}

fn stored(tx: &mut Tx<'_, ProjectScope>) -> db::Result<Option<Settings>> {
    let select = tx.in_project(CYCLE_SETTINGS).columns::<Settings>(CYCLE_SETTINGS);
    tx.optional(&select)
}

fn own(project: Uuid) -> Expr {
    CYCLE_SETTINGS.col("project_id").eq(project)
}
