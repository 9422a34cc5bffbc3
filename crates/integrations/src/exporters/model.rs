//! An export, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Filter, Refusal, Time, Uuid, text};
use aileron_platform::{blobs::BlobKey, web::Download};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::columns::Column;

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Text with commas.
    Csv,
    /// A spreadsheet.
    Xlsx,
    /// A list of objects.
    Json,
}

impl Provider {
    /// The word on the wire, in the database, and at the end of the file's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// The value of that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Csv, Self::Xlsx, Self::Json].into_iter().find(|provider| provider.as_str() == word)
    }

    /// The media type of such a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Json => "application/json",
        }
    }
}

aileron_db::row! {
    /// An export as stored.
    #[derive(Clone, Debug)]
    pub struct Export {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// Who asked for it.
        pub owner_id: Uuid,
        /// The word for what kind of file.
        pub provider: String,
        /// The word for how far it got.
        pub status: String,
        /// Why it failed.
        pub reason: String,
        /// The projects, by id.
        pub projects: Value,
        /// What of each item, by name.
        pub columns: Value,
        /// Which items: the tree as sent, or an empty object.
        pub filters: Value,
        /// How many items are in it.
        pub item_count: Option<i64>,
        /// Its size in bytes.
        pub size: Option<i64>,
        /// The stored file, while there is one.
        pub blob_id: Option<Uuid>,
        /// Until when there is one.
        pub expires_at: Option<Time>,
        /// When it was done.
        pub completed_at: Option<Time>,
        /// When it was asked for.
        pub created_at: Time,
        /// When that row was last changed.
        pub updated_at: Time,
    }
}

impl Export {
    /// The file, if it is there at this instant.
    pub fn download(&self, now: Time) -> Option<Download> {
        let provider = Provider::parse(&self.provider)?;
        let blob = self.blob_id.filter(|_| self.expires_at.is_some_and(|until| now < until))?;
        Some(Download {
            key: BlobKey { owner: self.workspace_id, blob },
            size: u64::try_from(self.size?).ok()?,
            name: file_name(provider, self.created_at),
            content_type: provider.media_type().to_owned(),
            cached: 0,
        })
    }
}

/// What a file is called.
pub(super) fn file_name(provider: Provider, made_at: Time) -> String {
    format!("work-items-{}.{}", made_at.date(), provider.as_str())
}

/// What a request says of an export.
#[derive(Clone, Debug)]
pub struct ExportFields {
    /// What kind of file.
    pub provider: Provider,
    /// Of which projects; none: of all in which the caller sees items.
    pub projects: Vec<Uuid>,
    /// What of each item.
    pub columns: Vec<Column>,
    /// Which items: the tree as sent, or an empty object.
    pub filters: Value,
}

impl ExportFields {
    /// Reads a body.
    pub fn read(mut fields: Fields) -> Result<Self, Refusal> {
        fields.require("provider");
        let provider = fields.choice("provider", Provider::parse);
        let projects = fields.ids("projects");
        let columns = columns(&mut fields);
        let filters = fields.json("filters").filter(|filters| *filters != json!({}) && !filters.is_null());
        fields.finish()?;
        if let Some(filters) = &filters {
            Filter::of_value(filters)?;
        }
        Ok(Self {
            provider: provider.unwrap_or(Provider::Csv),
            projects: projects.unwrap_or_default(),
            columns: columns.unwrap_or_else(|| Column::ALL.to_vec()),
            filters: filters.unwrap_or_else(|| json!({})),
        })
    }
}

/// The filter of a stored tree.
pub(super) fn filter(stored: &Value) -> Result<Filter, Refusal> {
    if *stored == json!({}) { Ok(Filter::all()) } else { Filter::of_value(stored) }
}

/// The columns of a stored list.
pub(super) fn stored_columns(stored: &Value) -> Vec<Column> {
    stored.as_array().into_iter().flatten().filter_map(|name| Column::of_name(name.as_str()?)).collect()
}

fn columns(fields: &mut Fields) -> Option<Vec<Column>> {
    let sent = fields.json("columns").filter(|sent| !sent.is_null())?;
    let Value::Array(names) = sent else {
        fields.reject("columns", "Expected a list of items.");
        return None;
    };
    if names.is_empty() {
        fields.reject("columns", "Ensure this field has at least 1 elements.");
    }
    let mut columns = Vec::new();
    for name in names.into_iter().take(1_000) {
        let word = name.as_str().map_or_else(|| name.to_string(), ToOwned::to_owned);
        match Column::of_name(&word) {
            Some(column) if columns.contains(&column) => {}
            Some(column) => columns.push(column),
            None => fields.reject("columns", format!("There is no column \"{}\".", text::shortened(&word, 80))),
        }
    }
    Some(columns)
}

/// An export on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Export)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct ExportView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    #[serde(rename = "type")]
    #[schema(example = "issue_exports")]
    pub kind: &'static str,
    #[schema(example = "csv")]
    pub provider: String,
    /// `queued`, `processing`, `completed` or `failed`.
    #[schema(example = "completed")]
    pub status: String,
    /// Why it failed.
    pub reason: String,
    #[schema(value_type = Vec<Uuid>)]
    pub project: Value,
    #[schema(value_type = Vec<String>)]
    pub columns: Value,
    #[schema(value_type = Object)]
    pub filters: Value,
    /// How many work items are in it.
    pub item_count: Option<i64>,
    /// In bytes.
    pub size: Option<i64>,
    /// Where its owner fetches the file, while it is there.
    pub url: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub completed_at: Option<Time>,
    /// Until when the file is there.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Time>,
    pub initiated_by: Uuid,
    pub workspace: Uuid,
}

impl ExportView {
    /// An export in the workspace of this name, at this instant.
    pub fn new(export: Export, slug: &str, now: Time) -> Self {
        let is_there = export.download(now).is_some();
        Self {
            id: export.id,
            created_at: export.created_at,
            updated_at: export.updated_at,
            kind: "issue_exports",
            provider: export.provider,
            status: export.status,
            reason: export.reason,
            project: export.projects,
            columns: export.columns,
            filters: export.filters,
            item_count: export.item_count,
            size: export.size,
            url: is_there.then(|| format!("/api/v1/workspaces/{slug}/exports/{}/file/", export.id)),
            completed_at: export.completed_at,
            expires_at: export.expires_at,
            initiated_by: export.owner_id,
            workspace: export.workspace_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Result<ExportFields, Value> {
        ExportFields::read(Fields::of(body).unwrap()).map_err(|refusal| refusal.body)
    }

    #[test]
    fn wrong_fields_are_named() {
        let refused = read(json!({"provider": "pdf", "projects": ["x"], "columns": ["name", "password"]})).unwrap_err();
        assert_eq!(refused["columns"], json!(["There is no column \"password\"."]));
        assert!(refused["provider"].is_array() && refused["projects"].is_array());
        assert_eq!(read(json!({})).unwrap_err(), json!({"provider": ["This field is required."]}));
        for (name, value) in [("columns", json!([])), ("columns", json!("name")), ("columns", json!([1]))] {
            let mut body = json!({"provider": "csv"});
            body[name] = value;
            assert!(read(body).unwrap_err()[name].is_array(), "{name}");
        }
        assert!(read(json!({"provider": "csv", "filters": {"nonsense": 1}})).is_err());
    }

    #[test]
    fn all_columns_are_meant_where_none_are_named() {
        let all = read(json!({"provider": "xlsx", "columns": null, "filters": {}})).unwrap();
        assert_eq!((all.columns.as_slice(), all.filters), (Column::ALL, json!({})));
        let some = read(json!({"provider": "json", "columns": ["name", "id", "name"], "filters": {"priority__in": ["high"]}})).unwrap();
        assert_eq!(some.columns, [Column::Name, Column::Id]);
        assert!(filter(&some.filters).is_ok());
    }
}
