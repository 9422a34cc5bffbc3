//! A mail on its way from the command that hands it in to the job that sends it.

use aileron_kernel::{Random, Time, Uuid, text};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Template;
use crate::sealed::{Purpose, SealError, Sealed, Sealer};

/// The longest name or title in a mail, in characters: what people call things does not become the mail.
const LONGEST_LINE: usize = 200;

/// Who gets a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// The name before it, if it is known.
    pub name: String,
    /// The account that is written to: by then it may be locked out, have another address, or have left the workspace. None: whoever reads
    /// mail at the address is.
    #[serde(default)]
    pub account: Option<Uuid>,
}

/// What tokens and codes in mails that wait are sealed for.
struct Secrets;

impl Purpose for Secrets {
    const NAME: &'static str = "mail";
}

/// A mail in the making.
#[derive(Clone, Debug)]
pub struct Mail {
    template: &'static Template,
    to: Recipient,
    fields: Map<String, Value>,
    secrets: Map<String, Value>,
    good_until: Option<Time>,
}

/// The same as the payload of a job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Letter {
    /// The name of its template.
    pub template: String,
    /// Who gets it.
    pub to: Recipient,
    /// What the template shows.
    pub fields: Map<String, Value>,
    /// What of it nobody may read who reads the table of jobs.
    sealed: Option<String>,
    /// When it is of no use any more, in microseconds since 1970.
    #[serde(default)]
    pub good_until: Option<i64>,
}

impl Mail {
    /// A mail of this template.
    pub fn new(template: &'static Template, to: Recipient) -> Self {
        Self { template, to, fields: Map::new(), secrets: Map::new(), good_until: None }
    }

    /// One that is of no use after this instant, and is not sent then.
    #[must_use]
    pub const fn until(mut self, time: Time) -> Self {
        self.good_until = Some(time);
        self
    }

    /// One that is sent whatever became of the account meanwhile, because it says what became of it.
    #[must_use]
    pub const fn in_any_case(mut self) -> Self {
        self.to.account = None;
        self
    }

    /// With a text of one line, such as a name: what would break it is a space.
    #[must_use]
    pub fn with(mut self, field: &str, text: &str) -> Self {
        self.fields.insert(field.to_owned(), one_line(text).into());
        self
    }

    /// With the name that somebody gave himself. Where it holds an address, which mail programs turn into a link, he is "Somebody".
    #[must_use]
    pub fn with_person(self, field: &str, name: &str) -> Self {
        let name = if text::holds_address(name) { "Somebody" } else { name };
        self.with(field, name)
    }

    /// With a value as it is. Texts in it that must not be broken were made one line before ([`one_line`]).
    #[must_use]
    pub fn with_value(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(field.to_owned(), value.into());
        self
    }

    /// With something that nobody but the receiver may learn: a token, a code.
    #[must_use]
    pub fn with_secret(mut self, field: &str, secret: String) -> Self {
        self.secrets.insert(field.to_owned(), secret.into());
        self
    }

    pub(super) fn into_letter(self, sealer: &Sealer, random: &dyn Random) -> Letter {
        let secrets = Value::Object(self.secrets);
        let sealed = (secrets != Value::Object(Map::new())).then(|| Sealed::<Secrets>::seal(sealer, &secrets.to_string(), random));
        Letter {
            template: self.template.name.to_owned(),
            to: Recipient { name: one_line(&self.to.name), ..self.to },
            fields: self.fields,
            sealed: sealed.map(|sealed| sealed.as_column().to_owned()),
            good_until: self.good_until.map(Time::micros),
        }
    }
}

impl Letter {
    /// One that shows nothing but its template.
    pub(super) fn plain(template: &Template, address: &str) -> Self {
        let to = Recipient { address: address.to_owned(), name: String::new(), account: None };
        Self { template: template.name.to_owned(), to, fields: Map::new(), sealed: None, good_until: None }
    }

    /// The same with its secrets among its fields.
    pub(super) fn opened(mut self, sealer: &Sealer) -> Result<Self, SealError> {
        if let Some(sealed) = self.sealed.take() {
            let secrets = Sealed::<Secrets>::from_column(sealed).open(sealer)?;
            self.fields.extend(serde_json::from_str::<Map<String, Value>>(&secrets).map_err(|_| SealError::Damaged)?);
        }
        Ok(self)
    }
}

/// A text as one line of bounded length.
pub(super) fn one_line(line: &str) -> String {
    let words = line.split(|letter: char| letter.is_whitespace() || letter.is_control()).filter(|word| !word.is_empty());
    text::shortened(&words.collect::<Vec<_>>().join(" "), LONGEST_LINE)
}

#[cfg(test)]
mod tests {
    use aileron_kernel::SystemRandom;

    use super::*;
    use crate::{mail::TEST, sealed::MasterKey};

    #[test]
    fn secrets_are_not_to_be_read_in_what_waits() {
        let sealer = Sealer::new(MasterKey::parse(&("07".repeat(31) + "08"), "test").unwrap(), Vec::new());
        let to = Recipient { address: "ada@a.test".to_owned(), name: "Ada\r\nBcc: eve@a.test".to_owned(), account: None };
        let mail = Mail::new(&TEST, to).with("name", "a\n\u{2028}b").with_secret("token", "inv_secret".to_owned());
        let letter = mail.into_letter(&sealer, &SystemRandom);
        let stored = serde_json::to_value(&letter).unwrap();
        assert!(!stored.to_string().contains("inv_secret"), "{stored}");
        assert_eq!((&stored["to"]["name"], &stored["fields"]["name"]), (&Value::from("Ada Bcc: eve@a.test"), &Value::from("a b")));
        let opened = Letter::deserialize(&stored).unwrap().opened(&sealer).unwrap();
        assert_eq!(opened.fields["token"], "inv_secret");
        assert!(
            Letter::deserialize(&stored)
                .unwrap()
                .opened(&Sealer::new(MasterKey::parse(&("08".repeat(31) + "07"), "test").unwrap(), Vec::new()))
                .is_err()
        );
    }
}
