//! A favourite, as asked for, as stored and as shown.

use aileron_kernel::{Fields, Refusal, Time, Uuid, fields::NAME};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::things::{Seen, Thing};

/// The word of a folder in the database and on the wire.
pub const FOLDER: &str = "folder";

/// What can be a favourite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// A folder for others.
    Folder,
    /// A thing. Work items are none of them: they are many, and come and go.
    Thing(Thing),
}

impl Entity {
    /// Its word in the database and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Folder => FOLDER,
            Self::Thing(thing) => thing.as_str(),
        }
    }

    /// What a word means.
    pub fn parse(word: &str) -> Option<Self> {
        if word == FOLDER { Some(Self::Folder) } else { Thing::parse(word).filter(|thing| *thing != Thing::Item).map(Self::Thing) }
    }
}

aileron_db::row! {
    /// A favourite as stored.
    #[derive(Clone, Debug)]
    pub struct Favorite {
        /// Its id.
        pub id: Uuid,
        /// The workspace.
        pub workspace_id: Uuid,
        /// Whose it is.
        pub user_id: Uuid,
        /// The word of what it is.
        pub entity_type: String,
        /// The row that is a favourite; none for folders.
        pub entity_id: Option<Uuid>,
        /// The folder's name, or another one than the row's own.
        pub name: Option<String>,
        /// The folder that it is in.
        pub parent_id: Option<Uuid>,
        /// Its place: the highest comes first.
        pub sequence: f64,
        /// When it was made.
        pub created_at: Time,
        /// When it was last changed.
        pub updated_at: Time,
        /// Who made it.
        pub created_by: Option<Uuid>,
        /// Who changed it last.
        pub updated_by: Option<Uuid>,
    }
}

/// What a request says of a favourite. Absent fields stay as they are.
#[derive(Clone, Debug, Default)]
pub struct FavoriteFields {
    /// What it is. New ones only.
    pub entity: Option<Entity>,
    /// Which. New ones only.
    pub entity_id: Option<Option<Uuid>>,
    /// Its name.
    pub name: Option<Option<String>>,
    /// The folder that it is in.
    pub parent: Option<Option<Uuid>>,
    /// Its place.
    pub sequence: Option<f64>,
}

impl FavoriteFields {
    /// Reads a body; a new favourite says what it is, and a folder has a name.
    pub fn read(mut fields: Fields, is_new: bool) -> Result<Self, Refusal> {
        let name = fields.nullable_text("name", NAME);
        let mut read = Self { name, parent: fields.nullable_id("parent"), sequence: fields.number("sequence"), ..Self::default() };
        if is_new {
            fields.require("entity_type");
            read.entity = fields.choice("entity_type", Entity::parse);
            read.entity_id = fields.nullable_id("entity_identifier");
            let has_name = read.name.as_ref().is_some_and(|name| name.as_ref().is_some_and(|name| !name.is_empty()));
            match (read.entity, read.entity_id.flatten()) {
                (Some(Entity::Folder), _) if !has_name => fields.reject("name", "A folder needs a name."),
                (Some(Entity::Folder), Some(_)) => fields.reject("entity_identifier", "A folder is nothing but a folder."),
                // An id that is none was refused already.
                (Some(Entity::Thing(_)), None) if read.entity_id.is_some() || !fields.has("entity_identifier") => {
                    fields.reject("entity_identifier", "This field is required.");
                }
                _ => {}
            }
        }
        fields.finish()?;
        Ok(read)
    }
}

/// A favourite on the wire.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Favorite)]
#[allow(missing_docs, reason = "the names are those of the wire")]
pub struct FavoriteView {
    pub id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Time,
    pub deleted_at: Option<String>,
    #[schema(example = "project")]
    pub entity_type: String,
    pub entity_identifier: Option<Uuid>,
    /// What is shown of it: `id` and `name`, of a project `identifier` and `logo_props`, of others `project_id`, of
    /// views and pages also `logo_props`. Null for folders.
    #[schema(value_type = Option<Object>)]
    pub entity_data: Value,
    pub name: Option<String>,
    pub is_folder: bool,
    pub sequence: f64,
    pub parent: Option<Uuid>,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub project: Option<Uuid>,
    pub workspace: Uuid,
    pub user: Uuid,
}

impl FavoriteView {
    /// A favourite with what is shown of the thing that it names.
    pub(super) fn new(favorite: Favorite, seen: Option<Seen>) -> Self {
        let (project, entity_data) = seen.map(|seen| (seen.project, seen.data)).unzip();
        Self {
            id: favorite.id,
            created_at: favorite.created_at,
            updated_at: favorite.updated_at,
            deleted_at: None,
            is_folder: favorite.entity_type == FOLDER,
            entity_type: favorite.entity_type,
            entity_identifier: favorite.entity_id,
            entity_data: entity_data.unwrap_or_default(),
            name: favorite.name,
            sequence: favorite.sequence,
            parent: favorite.parent_id,
            created_by: favorite.created_by,
            updated_by: favorite.updated_by,
            project: project.flatten(),
            workspace: favorite.workspace_id,
            user: favorite.user_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn wrong(body: Value, is_new: bool) -> Vec<String> {
        let refused = FavoriteFields::read(Fields::of(body).unwrap(), is_new).unwrap_err().body;
        refused.as_object().unwrap().keys().cloned().collect()
    }

    #[test]
    fn a_new_one_says_what_it_is() {
        let id = "00000000-0000-4000-8000-000000000001";
        assert_eq!(wrong(json!({}), true), ["entity_type"]);
        assert_eq!(wrong(json!({"entity_type": "issue"}), true), ["entity_type"]);
        assert_eq!(wrong(json!({"entity_type": "folder"}), true), ["name"]);
        assert_eq!(wrong(json!({"entity_type": "folder", "name": "x", "entity_identifier": id}), true), ["entity_identifier"]);
        assert_eq!(wrong(json!({"entity_type": "project"}), true), ["entity_identifier"]);
        assert_eq!(wrong(json!({"entity_type": "project", "entity_identifier": "x"}), true), ["entity_identifier"]);
        assert_eq!(wrong(json!({"parent": "x", "sequence": "y", "name": 1.5e300}), false), ["parent", "sequence"]);
        assert!(FavoriteFields::read(Fields::of(json!({"entity_type": "folder", "name": "x"})).unwrap(), true).is_ok());
    }
}
