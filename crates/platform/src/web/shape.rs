//! `fields=` and `expand=`: which fields an answer has, and which ids are replaced by objects.

use std::collections::BTreeSet;

use serde_json::Value;

/// What the caller asked of the form of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    fields: Option<BTreeSet<String>>,
    expand: BTreeSet<String>,
}

impl Shape {
    /// Reads the two comma lists.
    pub fn parse(fields: Option<&str>, expand: Option<&str>) -> Self {
        let list =
            |text: &str| text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect::<BTreeSet<_>>();
        Self { fields: fields.map(list).filter(|fields| !fields.is_empty()), expand: expand.map(list).unwrap_or_default() }
    }

    /// Whether answers go out as they are, so that no tree of values need be built.
    pub fn is_plain(&self) -> bool {
        self.fields.is_none() && self.expand.is_empty()
    }

    /// Whether this id is to be replaced by its object, and the field is wanted at all.
    pub fn expands(&self, name: &str) -> bool {
        self.expand.contains(name) && self.fields.as_ref().is_none_or(|fields| fields.contains(name))
    }

    /// Whether this field is asked for by its name: for fields that an answer has only then.
    pub fn names(&self, name: &str) -> bool {
        self.expand.contains(name) || self.fields.as_ref().is_some_and(|fields| fields.contains(name))
    }

    /// The object with only the fields that are wanted.
    pub fn cut(&self, mut object: Value) -> Value {
        if let (Some(fields), Value::Object(map)) = (&self.fields, &mut object) {
            map.retain(|name, _| fields.contains(name));
        }
        object
    }
}
