//! Mail. A command hands one in with its change ([`Outbox`]): a job, which is there if and only if the change is. The job makes a
//! message of a template ([`Templates`]) and gives it to the operator's SMTP server ([`Mailer`]), again after a pause where that cannot
//! take it now, always under the same `Message-ID`. Nothing here knows a noun: each crate has the templates of what it tells.
//!
//! Without `smtp_host` nothing is handed in, and everything that would be mailed goes another way.

mod letter;
mod mailer;
mod outbox;
mod run;
mod settings;
mod templates;

pub use letter::{Letter, Mail, Recipient};
pub use mailer::{Mailer, NotSent};
pub use outbox::Outbox;
pub use run::{ATTEMPTS, KIND, run};
pub use settings::{MailError, Security};
pub use templates::{TEST, Template, TemplateError, Templates};

/// The templates of this crate.
pub const ALL: [&Template; 1] = [&TEST];
