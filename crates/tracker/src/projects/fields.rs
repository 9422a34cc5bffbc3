//! What a request says of a project.

use aileron_db::Set;
use aileron_kernel::{Fields, Refusal, Uuid, fields::NAME, limits, text};
use aileron_platform::web::Body;
use serde_json::Value;

use super::{model::Project, rules};

/// The switches of a project: the names on the wire, which are those of the columns.
pub const SWITCHES: [&str; 8] = [
    "module_view",
    "cycle_view",
    "issue_views_view",
    "page_view",
    "intake_view",
    "is_time_tracking_enabled",
    "is_issue_type_enabled",
    "guest_view_all_features",
];

/// Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct ProjectFields {
    /// Its name.
    pub name: Option<String>,
    /// Its identifier, in capitals.
    pub identifier: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// 0 or 2.
    pub network: Option<i64>,
    /// An emoji.
    pub emoji: Option<Option<String>>,
    /// An icon.
    pub icon_prop: Option<Value>,
    /// Its picture.
    pub logo_props: Option<Value>,
    /// The picture above it.
    pub cover_image: Option<Option<String>>,
    /// Switches by their names in [`SWITCHES`].
    pub switches: Vec<(&'static str, bool)>,
    /// Months until completed items are archived.
    pub archive_in: Option<i64>,
    /// Months until untouched items are closed.
    pub close_in: Option<i64>,
    /// Its time zone.
    pub timezone: Option<String>,
    /// Who answers for it.
    pub project_lead: Option<Option<Uuid>>,
    /// Who gets items that nobody is assigned to.
    pub default_assignee: Option<Option<Uuid>>,
    /// The state that automation closes into.
    pub default_state: Option<Option<Uuid>>,
    /// The estimate in use; null: none.
    pub estimate: Option<Option<Uuid>>,
    /// Where it came from.
    pub external_source: Option<Option<String>>,
    /// What it is called there.
    pub external_id: Option<Option<String>>,
}

impl ProjectFields {
    /// Reads a body. The compatible API refuses forms here, and nowhere else.
    pub fn of(body: &Body, is_new: bool) -> Result<Self, Refusal> {
        let mut fields = body.fields()?;
        if body.is_form() {
            fields.reject("name", "Not a valid string.");
            fields.reject("identifier", "Not a valid string.");
            fields.finish()?;
            return Ok(Self::default());
        }
        Self::read(fields, is_new)
    }

    /// Reads the fields of a body; a new project needs a name and an identifier.
    ///
    /// `network` is read for new projects only: the compatible API leaves it alone in a PATCH, so that clients which send
    /// back what they got do not publish a project by accident. `visibility` (`public`, `secret`) changes it.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        if is_new {
            fields.require("name");
            fields.require("identifier");
        }
        let network = if is_new && fields.has("network") { network(&mut fields) } else { None };
        let visibility = fields.choice("visibility", |word| match word {
            "public" => Some(2),
            "secret" => Some(0),
            _ => None,
        });
        let read = Self {
            name: fields.text("name", NAME),
            identifier: fields.text("identifier", rules::IDENTIFIER).map(|text| rules::identifier(&text)),
            description: fields.text_or_blank("description", limits::SHORT_DESCRIPTION.most),
            network: visibility.or(network),
            emoji: fields.nullable_text("emoji", NAME),
            icon_prop: fields.json("icon_prop"),
            logo_props: object(&mut fields, "logo_props"),
            cover_image: fields.nullable_text("cover_image", limits::PICTURE_ADDRESS.most),
            switches: SWITCHES.into_iter().filter_map(|name| Some((name, fields.flag(name)?))).collect(),
            archive_in: fields.integer("archive_in", 0..=12),
            close_in: fields.integer("close_in", 0..=12),
            timezone: fields.choice("timezone", |name| rules::is_timezone(name).then(|| name.to_owned())),
            project_lead: fields.nullable_id("project_lead"),
            default_assignee: fields.nullable_id("default_assignee"),
            default_state: fields.nullable_id("default_state"),
            estimate: fields.nullable_id("estimate"),
            external_source: fields.nullable_text("external_source", NAME),
            external_id: fields.nullable_text("external_id", NAME),
        };
        if read.cover_image.iter().flatten().any(|address| !text::is_inert_address(address)) {
            fields.reject("cover_image", "Enter an address that starts with https:// or http://, or one of this site.");
        }
        fields.finish()?;
        read.check_characters()?;
        Ok(read)
    }

    fn check_characters(&self) -> Result<(), Refusal> {
        let special = |text: &Option<String>| text.as_deref().is_some_and(rules::has_special_character);
        if special(&self.name) {
            return Err(Refusal::non_field("Project name cannot contain special characters."));
        }
        if special(&self.identifier) {
            return Err(Refusal::non_field("Project identifier cannot contain special characters."));
        }
        Ok(())
    }

    /// The columns that these fields change.
    pub fn columns(&self) -> Vec<Set> {
        let mut set: Vec<Set> = Vec::new();
        if let Some(name) = &self.name {
            set.extend([("name", name.as_str().into()), ("name_key", text::key(name).into())]);
        }
        if let Some(identifier) = &self.identifier {
            set.extend([("identifier", identifier.as_str().into()), ("identifier_key", text::key(identifier).into())]);
        }
        let text = |column, value: &Option<Option<String>>| value.clone().map(|value| (column, value.into()));
        let id = |column, value: Option<Option<Uuid>>| value.map(|value| (column, value.into()));
        let number = |column, value: Option<i64>| value.map(|value| (column, value.into()));
        set.extend(self.description.clone().map(|value| ("description", value.into())));
        set.extend(self.icon_prop.clone().map(|value| ("icon_prop", Some(value).filter(|value| !value.is_null()).into())));
        set.extend(self.logo_props.clone().map(|value| ("logo_props", value.into())));
        set.extend(self.timezone.clone().map(|value| ("timezone", value.into())));
        set.extend(self.switches.iter().map(|(column, on)| (*column, (*on).into())));
        set.extend(
            [
                text("emoji", &self.emoji),
                text("cover_image", &self.cover_image),
                text("external_source", &self.external_source),
                text("external_id", &self.external_id),
                id("project_lead_id", self.project_lead),
                id("default_assignee_id", self.default_assignee),
                id("default_state_id", self.default_state),
                id("estimate_id", self.estimate),
                number("network", self.network),
                number("archive_in", self.archive_in),
                number("close_in", self.close_in),
            ]
            .into_iter()
            .flatten(),
        );
        set
    }

    /// Whether the switch is on after these fields.
    pub fn switch(&self, name: &str, before: bool) -> bool {
        self.switches.iter().find(|(switch, _)| *switch == name).map_or(before, |(_, on)| *on)
    }
}

/// The switches of a stored project by their names.
pub fn switches(project: &Project) -> [(&'static str, bool); 8] {
    [
        ("module_view", project.module_view),
        ("cycle_view", project.cycle_view),
        ("issue_views_view", project.issue_views_view),
        ("page_view", project.page_view),
        ("intake_view", project.intake_view),
        ("is_time_tracking_enabled", project.is_time_tracking_enabled),
        ("is_issue_type_enabled", project.is_issue_type_enabled),
        ("guest_view_all_features", project.guest_view_all_features),
    ]
}

fn network(fields: &mut Fields) -> Option<i64> {
    fields.choice("network", |word| match word {
        "0" => Some(0),
        "2" => Some(2),
        _ => None,
    })
}

/// A JSON object of at most 4 kB.
pub fn object(fields: &mut Fields, name: &str) -> Option<Value> {
    let value = fields.json(name)?;
    if value.is_object() && value.to_string().len() <= 4_096 {
        return Some(value);
    }
    fields.reject(name, "Expected a small JSON object.");
    None
}
