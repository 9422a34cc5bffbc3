//! Reading what people ask about: a request, a line of an access log, or a name.

use super::METHODS;

/// Where the public API begins.
const BASE: &str = "/api/v1/";

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// An address, with or without a method.
    Request {
        /// In capitals.
        method: Option<String>,
        /// Without query.
        path: String,
    },
    /// A name: of an operation as in `openapi.json`, or of a resource, with what SDKs call the method after it or before it.
    Name {
        /// As given.
        name: String,
        /// As they stand in addresses, such as `work-items`; the last one is what it is about.
        resources: Vec<String>,
        /// What the verb comes to.
        method: Option<&'static str>,
    },
}

impl Asked {
    /// Reads a line; none where it asks nothing, as an empty one, or one of a log about something else.
    pub fn read(line: &str) -> Option<Self> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let words: Vec<&str> = line.split([' ', '\t', '"', '\'', ',', '`', '|', '(', ')']).filter(|word| !word.is_empty()).collect();
        if let Some((at, path)) = words.iter().enumerate().find_map(|(at, word)| Some((at, word.get(word.find(BASE)?..)?))) {
            let path = path.split(['?', '#']).next().unwrap_or_default();
            let method = words.iter().take(at).rev().map(|word| word.to_uppercase()).find(|word| METHODS.contains(&word.as_str()));
            return Some(Self::Request { method, path: path.to_owned() });
        }
        let is_name = words.len() <= 2 && line.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | ' '));
        is_name.then(|| Self::named(line))
    }

    /// `work_items.comments.create`, `create_label`, `labels`.
    fn named(name: &str) -> Self {
        let folded = snake(name);
        let mut resources: Vec<&str> = folded.split('.').collect();
        let mut method = resources.last().and_then(|last| verb(last));
        if method.is_some() {
            resources.pop();
        }
        let mut resources: Vec<String> = resources.into_iter().map(ToOwned::to_owned).collect();
        if let (None, Some(last)) = (method, resources.last_mut()) {
            let words: Vec<&str> = last.split(['_', '-', ' ']).filter(|word| !word.is_empty()).collect();
            let rest = match words.as_slice() {
                [first, rest @ ..] | [rest @ .., first] if !rest.is_empty() && verb(first).is_some() => {
                    method = verb(first);
                    rest
                }
                all => all,
            };
            *last = rest.join("-");
        }
        let resources = resources.iter().map(|resource| plural(&resource.replace(['_', ' '], "-"))).collect();
        Self::Name { name: name.to_owned(), resources, method }
    }
}

/// What the SDKs' verbs come to.
fn verb(word: &str) -> Option<&'static str> {
    Some(match word {
        "list" | "retrieve" | "get" | "search" => "GET",
        "create" | "add" => "POST",
        "update" => "PATCH",
        "delete" | "remove" => "DELETE",
        _ => return None,
    })
}

/// Resources stand in addresses in the plural; clients name them in either number.
fn plural(resource: &str) -> String {
    if resource.ends_with('s') || resource.ends_with("intake") || resource.ends_with("archive") || resource.ends_with("summary") {
        return resource.to_owned();
    }
    match resource.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{resource}s"),
    }
}

/// Names of the Node SDK (`workItems`) as those of the Python SDK (`work_items`).
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && snake.ends_with(char::is_alphanumeric) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}
