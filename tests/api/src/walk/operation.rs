//! The operations of the API as their documentation has them.

use aileron_kernel::Action;
use serde_json::{Map, Value};

/// The action of operations that need no account: signing in and setting up.
const PUBLIC: &str = "public";

/// An operation of the API as its documentation has it.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) path: String,
    /// What its caller has to be allowed, all of it; nothing where the operation is for everybody.
    pub(super) actions: Vec<Action>,
    /// The statuses of a request that is carried out.
    pub(super) good: Vec<u16>,
    /// The names of the fields of its request body.
    pub(super) fields: Vec<String>,
    /// The fields of its request body that hold ids of rows; whether one holds many.
    pub(super) ids: Vec<(String, bool)>,
    /// The request body that its documentation gives as an example; none where it takes no JSON.
    pub(super) example: Option<Value>,
    /// The names of its query parameters.
    pub(super) query: Vec<String>,
    /// The query parameters without which it does not go, with their examples.
    pub(super) required: Vec<(String, String)>,
}

impl Operation {
    /// Whether its caller has to say his password.
    pub(super) fn asks_for_password(&self) -> bool {
        let of_password = |field: &String| field == "password" || field == "old_password";
        !self.actions.is_empty() && self.fields.iter().any(of_password)
    }
}

pub(super) fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(&aileron_server::openapi::document()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, methods)| methods.as_object().unwrap().iter().map(move |(method, spec)| (path, method, spec)));
    all.map(|(path, method, spec)| operation(&document, path, method, spec)).collect()
}

fn operation(document: &Value, path: &str, method: &str, spec: &Value) -> Operation {
    let id = spec["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no operation id")).to_owned();
    let names = match &spec["x-action"] {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        name => vec![name.as_str().unwrap_or_else(|| panic!("{id} names no x-action"))],
    };
    let parameters: Vec<&Value> =
        spec["parameters"].as_array().into_iter().flatten().filter(|parameter| parameter["in"] == "query").collect();
    let schema = schema(document, &spec["requestBody"]);
    let is_public = spec["x-action"] == PUBLIC;
    let required = parameters.iter().filter(|parameter| parameter["required"] == true && !is_public);
    Operation {
        actions: names.into_iter().filter(|name| *name != PUBLIC).map(action).collect(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        good: spec["responses"]
            .as_object()
            .unwrap()
            .keys()
            .filter_map(|status| status.parse().ok())
            .filter(|status| *status < 400)
            // The walk opens no sockets: who may is told that he should.
            .map(|status| if status == 101 { 426 } else { status })
            .collect(),
        fields: schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys().cloned()).collect(),
        ids: schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(name, field)| Some((name.clone(), is_many(field)?)))
            .collect(),
        example: (!spec["requestBody"]["content"]["application/json"].is_null()).then(|| example(&id, &spec["requestBody"], schema)),
        query: parameters.iter().map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect(),
        required: required.map(|parameter| required_parameter(&id, parameter)).collect(),
        id,
    }
}

fn action(name: &str) -> Action {
    *Action::ALL.iter().find(|action| action.name() == name).unwrap_or_else(|| panic!("there is no action {name}"))
}

/// Whether a field holds many ids, or one; none where it holds something else.
fn is_many(field: &Value) -> Option<bool> {
    [(field, false), (&field["items"], true)].into_iter().find(|(schema, _)| schema["format"] == "uuid").map(|(_, many)| many)
}

/// The schema of a request body, through the reference to it.
fn schema<'a>(document: &'a Value, body: &'a Value) -> &'a Value {
    let schema = &body["content"]["application/json"]["schema"];
    schema["$ref"].as_str().and_then(|reference| document.pointer(reference.trim_start_matches('#'))).unwrap_or(schema)
}

/// The example of the operation, or else that of the schema, or else the one made of the examples of the fields.
fn example(id: &str, body: &Value, schema: &Value) -> Value {
    let given = [&body["content"]["application/json"]["example"], &schema["example"]];
    if let Some(given) = given.into_iter().find(|example| !example.is_null()) {
        return given.clone();
    }
    let fields = schema["properties"].as_object().into_iter().flatten();
    let fields: Map<String, Value> =
        fields.filter(|(_, field)| !field["example"].is_null()).map(|(name, field)| (name.clone(), field["example"].clone())).collect();
    assert!(!fields.is_empty(), "{id}: its documentation gives no example of a request body");
    fields.into()
}

fn required_parameter(id: &str, parameter: &Value) -> (String, String) {
    let name = parameter["name"].as_str().unwrap();
    let example = [&parameter["example"], &parameter["schema"]["example"]].into_iter().find_map(Value::as_str);
    (name.to_owned(), example.unwrap_or_else(|| panic!("{id}: its documentation gives no example of {name}")).to_owned())
}
