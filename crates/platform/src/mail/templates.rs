//! What mails say: a text whose first line is the subject, and the same as HTML, both by minijinja. Those that are built in can be
//! replaced one by one by files in a folder of the operator's, and are looked at when the server starts.

use std::{
    collections::{BTreeSet, HashSet},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use minijinja::{
    Environment, UndefinedBehavior, context,
    value::{Serde, Value},
};

use super::{Letter, letter::one_line};

/// The frame of all mails in HTML.
const LAYOUT: (&str, &str) = ("layout.html", include_str!("templates/layout.html"));

/// What every template can show: the address that links begin with, and the receiver's name.
const EVERYWHERE: [&str; 2] = ["base", "name"];

/// What templates can always call.
const FUNCTIONS: [&str; 6] = ["super", "self", "loop", "range", "dict", "namespace"];

/// A kind of mail.
#[derive(Debug)]
pub struct Template {
    /// Its name: `NAME.txt` and `NAME.html` in the folder of the operator.
    pub name: &'static str,
    /// The subject, an empty line, and the text.
    pub text: &'static str,
    /// The text as HTML, inside `layout.html`.
    pub html: &'static str,
    /// What it can show.
    pub fields: &'static [&'static str],
}

/// A [`Template`](crate::mail::Template) whose texts are `mails/NAME.txt` and `mails/NAME.html` beside the file that says so.
#[macro_export]
macro_rules! mail_template {
    ($name:literal, $fields:expr) => {
        $crate::mail::Template {
            name: $name,
            text: include_str!(concat!("mails/", $name, ".txt")),
            html: include_str!(concat!("mails/", $name, ".html")),
            fields: &$fields,
        }
    };
}

/// By which an operator sees that mail works.
pub static TEST: Template =
    Template { name: "test", text: include_str!("templates/test.txt"), html: include_str!("templates/test.html"), fields: &[] };

/// Why templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    /// The folder or a file in it cannot be read.
    #[error("cannot read the mail template {path}: {source}", path = path.display())]
    File {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file is in the place of no template.
    #[error("{path} is no mail template; there are {known}", path = path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// All names.
        known: String,
    },
    /// It is no template, or shows what is not there.
    #[error("the mail template {name} is wrong: {reason}")]
    Faulty {
        /// Its file name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// A mail as it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// All templates. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Templates(Arc<Environment<'static>>);

impl Templates {
    /// Those that are built in, in whose place those in the folder are.
    pub fn new(folder: Option<&Path>, all: &[&'static Template]) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        // Text stays text; what ends in .html is escaped. What is not said is shown as nothing.
        environment.set_undefined_behavior(UndefinedBehavior::Chainable);
        let built_in = all.iter().flat_map(|template| {
            let names = [(format!("{}.txt", template.name), template.text), (format!("{}.html", template.name), template.html)];
            names.map(|(name, source)| (name, source, template.fields))
        });
        let built_in: Vec<_> = built_in.chain([(LAYOUT.0.to_owned(), LAYOUT.1, &[] as &[&str])]).collect();
        for (name, source, _) in &built_in {
            add(&mut environment, name, (*source).to_owned())?;
        }
        for (name, source) in folder.map(|folder| of_operator(folder, &built_in)).transpose()?.unwrap_or_default() {
            add(&mut environment, &name, source)?;
        }
        for (name, _, fields) in &built_in {
            check(&environment, name, fields)?;
        }
        Ok(Self(Arc::new(environment)))
    }

    pub(super) fn render(&self, name: &str, base: &str, letter: &Letter) -> Result<Rendered, minijinja::Error> {
        let mut fields = letter.fields.clone();
        fields.extend([("base".to_owned(), base.into()), ("name".to_owned(), letter.to.name.as_str().into())]);
        let fields = Value::from(Serde(&fields));
        let of = |ending: &str| self.0.get_template(&format!("{name}.{ending}"))?.render(fields.clone());
        let (text, html) = (of("txt")?, of("html")?);
        let (subject, text) = text.split_once('\n').unwrap_or((&text, ""));
        Ok(Rendered { subject: one_line(subject), text: format!("{}\n", text.trim()), html })
    }
}

/// A template by its file name, its source, and what it can show.
type BuiltIn = (String, &'static str, &'static [&'static str]);

/// The files in the folder of the operator, each of which has a name that is known.
fn of_operator(folder: &Path, built_in: &[BuiltIn]) -> Result<Vec<(String, String)>, TemplateError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| TemplateError::File { path, source }
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = entry.map_err(failed(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !built_in.iter().any(|(known, ..)| *known == name) {
            let known: Vec<&str> = built_in.iter().map(|(name, ..)| name.as_str()).collect();
            return Err(TemplateError::Unknown { path, known: known.join(", ") });
        }
        found.push((name, std::fs::read_to_string(&path).map_err(failed(&path))?));
    }
    Ok(found)
}

fn add(environment: &mut Environment<'static>, name: &str, source: String) -> Result<(), TemplateError> {
    environment.add_template_owned(name.to_owned(), source).map_err(|error| faulty(name, &error))
}

/// Refuses a template that shows what it is not given, or that cannot be shown.
fn check(environment: &Environment<'_>, name: &str, fields: &[&str]) -> Result<(), TemplateError> {
    let template = environment.get_template(name).map_err(|error| faulty(name, &error))?;
    let known: HashSet<&str> = fields.iter().copied().chain(EVERYWHERE).collect();
    let asked = template.undeclared_variables(false);
    let is_known = |asked: &String| known.contains(asked.as_str()) || FUNCTIONS.contains(&asked.as_str());
    let unknown: BTreeSet<&String> = asked.iter().filter(|asked| !is_known(asked)).collect();
    if let Some(field) = unknown.first() {
        let known: BTreeSet<&str> = known.into_iter().collect();
        let reason = format!("there is no {field}; it can show {}", known.into_iter().collect::<Vec<_>>().join(", "));
        return Err(TemplateError::Faulty { name: name.to_owned(), reason });
    }
    template.render(context! {}).map(|_| ()).map_err(|error| faulty(name, &error))
}

fn faulty(name: &str, error: &minijinja::Error) -> TemplateError {
    TemplateError::Faulty { name: name.to_owned(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;
    use crate::mail::Recipient;

    static GREETING: Template = Template {
        name: "greeting",
        text: "Hello {{ name }}: {{ title }}\n\n{{ base }}/x\n",
        html: "{% extends \"layout.html\" %}{% block content %}<p>{{ title }}</p>{% endblock %}",
        fields: &["title"],
    };

    fn letter(title: &str) -> Letter {
        let to = Recipient { address: "ada@a.test".to_owned(), name: "Ada".to_owned(), account: None };
        let fields = Map::from_iter([("title".to_owned(), json!(title))]);
        serde_json::from_value(json!({"template": "greeting", "to": to, "fields": fields, "sealed": null})).unwrap()
    }

    fn rendered(templates: &Templates, title: &str) -> Rendered {
        templates.render("greeting", "https://a.test", &letter(title)).unwrap()
    }

    #[test]
    fn html_is_escaped_and_the_first_line_is_the_subject() {
        let said = rendered(&Templates::new(None, &[&GREETING]).unwrap(), "<b>&");
        assert_eq!((said.subject.as_str(), said.text.as_str()), ("Hello Ada: <b>&", "https://a.test/x\n"));
        assert!(said.html.contains("<p>&lt;b&gt;&amp;</p>"), "{}", said.html);
    }

    #[test]
    fn a_file_of_the_operator_is_in_the_place_of_what_is_built_in() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("greeting.txt"), "Ahoy\n\n{{ title }}").unwrap();
        let said = rendered(&Templates::new(Some(folder.path()), &[&GREETING]).unwrap(), "there");
        assert_eq!((said.subject.as_str(), said.text.as_str()), ("Ahoy", "there\n"));
        assert!(said.html.contains("<p>there</p>"));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_at_the_start() {
        let refused = |name: &str, source: &str| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(name), source).unwrap();
            Templates::new(Some(folder.path()), &[&GREETING]).unwrap_err().to_string()
        };
        for (name, source, word) in [
            ("greeting.txt", "{{ title", "greeting.txt"),
            ("greeting.txt", "{{ titel }}", "there is no titel"),
            ("greeting.html", "{{ title|shout }}", "shout"),
            ("greeting.html", "{% extends \"frame.html\" %}", "frame.html"),
            ("greting.txt", "x", "greeting.txt"),
        ] {
            let said = refused(name, source);
            assert!(said.contains(word), "{said}");
        }
        let missing = Templates::new(Some(Path::new("/nonexistent/templates")), &[&GREETING]);
        assert!(missing.unwrap_err().to_string().contains("/nonexistent/templates"));
    }
}
