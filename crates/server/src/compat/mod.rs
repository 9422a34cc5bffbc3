//! Which endpoints of the compatible API are there: for people who ask whether their integration is covered.

mod asked;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde_json::Value;

pub use asked::Asked;

/// What clients may call.
const REFERENCE: &str = include_str!("reference.txt");
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// What an endpoint can count on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It is there.
    Covered,
    /// The reference has it; it is not built yet.
    Later,
    /// The reference has it, and it will not be built.
    NotPlanned,
    /// Neither the reference nor Aileron has it.
    Unknown,
}

impl Verdict {
    /// In the words of the report.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Covered => "covered",
            Self::Later => "later",
            Self::NotPlanned => "not planned",
            Self::Unknown => "unknown",
        }
    }
}

/// An endpoint, and what it can count on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Endpoint {
    /// Whether it is there.
    pub verdict: Verdict,
    /// The address, with names in braces for what differs from call to call.
    pub path: String,
    /// In capitals.
    pub method: String,
    /// What it is called in `openapi.json`; empty where it is not there.
    pub id: String,
}

impl Endpoint {
    /// How many parts of the address are as in the pattern; none where they contradict each other.
    fn fits(&self, path: &str) -> Option<usize> {
        let (pattern, given) = (parts(&self.path), parts(path));
        let agree = |pattern: &str, given: &str| pattern.starts_with('{') || pattern == given;
        let fits = pattern.len() == given.len() && pattern.iter().zip(&given).all(|(pattern, given)| agree(pattern, given));
        fits.then(|| pattern.iter().filter(|part| !part.starts_with('{')).count())
    }

    /// Whether all these resources stand in its address, and, where something is done with the last one, that one at the end.
    fn is_about(&self, resources: &[String], method: Option<&str>) -> bool {
        let words: Vec<&str> = parts(&self.path).into_iter().filter(|part| !part.starts_with('{')).collect();
        let all = resources.iter().all(|resource| words.contains(&resource.as_str()));
        all && method.is_none_or(|method| self.method == method && words.last().copied() == resources.last().map(String::as_str))
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !part.is_empty()).collect()
}

/// All endpoints that the reference or Aileron has.
pub struct Catalogue(Vec<Endpoint>);

impl Catalogue {
    /// Of this version.
    pub fn new() -> Self {
        let mut endpoints = of_document(&crate::openapi::document());
        let built: BTreeSet<String> = endpoints.iter().map(|endpoint| key(&endpoint.method, &endpoint.path)).collect();
        endpoints.extend(of_reference().filter(|endpoint| !built.contains(&key(&endpoint.method, &endpoint.path))));
        endpoints.sort();
        Self(endpoints)
    }

    /// All of them, those that are there first.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.0
    }

    /// The endpoints that were asked for.
    pub fn find(&self, asked: &Asked) -> Vec<Endpoint> {
        let unknown = |method: &str, path: &str| {
            vec![Endpoint { verdict: Verdict::Unknown, path: path.to_owned(), method: method.to_owned(), id: String::new() }]
        };
        match asked {
            Asked::Request { method, path } => {
                let found = self.at(method.as_deref(), path);
                if found.is_empty() { unknown(method.as_deref().unwrap_or("ANY"), path) } else { found }
            }
            Asked::Name { name, resources, method } => {
                let of_name = |endpoint: &&Endpoint| endpoint.id == *name;
                let of_resource = |endpoint: &&Endpoint| endpoint.is_about(resources, *method);
                let mut found: Vec<Endpoint> = self.0.iter().filter(of_name).cloned().collect();
                if found.is_empty() {
                    found = self.0.iter().filter(of_resource).cloned().collect();
                }
                if found.is_empty() { unknown("NAME", name) } else { found }
            }
        }
    }

    /// What answers at this address: the pattern that says most about it.
    fn at(&self, method: Option<&str>, path: &str) -> Vec<Endpoint> {
        let fitting: Vec<(usize, &Endpoint)> = self.0.iter().filter_map(|endpoint| Some((endpoint.fits(path)?, endpoint))).collect();
        let most = fitting.iter().map(|(parts, _)| *parts).max();
        let best = fitting.into_iter().filter(|(parts, _)| Some(*parts) == most).map(|(_, endpoint)| endpoint);
        best.filter(|endpoint| method.is_none_or(|method| endpoint.method == method)).cloned().collect()
    }
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new()
    }
}

/// The same for addresses that differ only in the names in braces.
fn key(method: &str, path: &str) -> String {
    let parts: Vec<&str> = parts(path).into_iter().map(|part| if part.starts_with('{') { "{}" } else { part }).collect();
    format!("{method} {}", parts.join("/"))
}

fn of_document(document: &str) -> Vec<Endpoint> {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let operations =
        paths.flat_map(|(path, methods)| methods.as_object().into_iter().flatten().map(move |(method, spec)| (path, method, spec)));
    operations
        .map(|(path, method, spec)| Endpoint {
            verdict: Verdict::Covered,
            path: path.clone(),
            method: method.to_uppercase(),
            id: spec.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned(),
        })
        .collect()
}

fn of_reference() -> impl Iterator<Item = Endpoint> {
    REFERENCE.lines().filter(|line| !line.starts_with(['#', '['])).filter_map(|line| {
        let (verdict, line) = line.strip_prefix('!').map_or((Verdict::Later, line), |line| (Verdict::NotPlanned, line));
        let (method, path) = line.split_once(' ')?;
        Some(Endpoint { verdict, path: path.to_owned(), method: method.to_owned(), id: String::new() })
    })
}
