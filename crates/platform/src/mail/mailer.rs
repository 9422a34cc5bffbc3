//! Giving mails to the SMTP server.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use aileron_kernel::{Clock, Uuid};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp,
};
use serde_json::Value;

use super::{
    Letter, MailError, TEST, Templates,
    settings::{self, Sender},
};
use crate::{config::Config, metrics::Metrics};

/// Answers about how we sign in, and not about the mail: the operator mends them, and then the mail is as good as before.
const OF_SIGN_IN: [u16; 4] = [530, 534, 535, 538];

/// Why a mail was not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// It may be taken later.
    #[error("{0}")]
    Later(String),
    /// It will never be.
    #[error("{0}")]
    Never(String),
}

/// Sends mails. Cloning it is cheap.
#[derive(Clone)]
pub struct Mailer(Arc<Inner>);

struct Inner {
    sender: Sender,
    transport: AsyncSmtpTransport<Tokio1Executor>,
    templates: Templates,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({})", self.0.sender.from.email)
    }
}

impl Mailer {
    /// As the settings say; none where they name no server.
    pub fn of(config: &Config, templates: Templates, clock: Arc<dyn Clock>, metrics: Metrics) -> Result<Option<Self>, MailError> {
        let read = settings::read(config)?;
        Ok(read.map(|(sender, transport)| Self(Arc::new(Inner { sender, transport, templates, clock, metrics }))))
    }

    /// The address that mails come from.
    pub fn from(&self) -> String {
        self.0.sender.from.email.to_string()
    }

    /// Sends a mail by which one sees that mail works; what the server answered.
    pub async fn test(&self, id: Uuid, address: &str) -> Result<String, NotSent> {
        self.send(id, &Letter::plain(&TEST, address)).await
    }

    /// Sends a mail under this id; what the server answered.
    pub async fn send(&self, id: Uuid, letter: &Letter) -> Result<String, NotSent> {
        let sent = self.try_to_send(id, letter).await;
        let outcome = match &sent {
            Ok(_) => "sent",
            Err(NotSent::Later(_)) => "failed",
            Err(NotSent::Never(_)) => "refused",
        };
        self.0.metrics.mails.with_label_values(&[outcome]).inc();
        sent
    }

    async fn try_to_send(&self, id: Uuid, letter: &Letter) -> Result<String, NotSent> {
        let message = self.message(id, letter)?;
        let answer = self.0.transport.send(message).await.map_err(|error| not_sent(&error))?;
        let words: Vec<&str> = answer.message().collect();
        Ok(format!("{} {}", answer.code(), words.join(" ")))
    }

    /// The message. Nothing of it is made of chance but the boundary of its parts, so that it is the same when it is sent again.
    fn message(&self, id: Uuid, letter: &Letter) -> Result<Message, NotSent> {
        let Inner { sender, templates, clock, .. } = self.0.as_ref();
        // A template that cannot be shown may be mended.
        let rendered = templates.render(&letter.template, &sender.base, letter).map_err(|error| NotSent::Later(error.to_string()))?;
        let never = |what: &dyn fmt::Display| NotSent::Never(what.to_string());
        let address: Address = letter.to.address.parse().map_err(|error| never(&error))?;
        let name = Some(letter.to.name.clone()).filter(|name| !name.is_empty());
        let since = Duration::from_micros(u64::try_from(clock.now().micros()).unwrap_or(0));
        let mut builder = Message::builder()
            .from(sender.from.clone())
            .to(Mailbox::new(name, address))
            .subject(rendered.subject)
            .date(SystemTime::UNIX_EPOCH + since)
            .message_id(Some(format!("<{id}@{}>", sender.from.email.domain())))
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(reply_to) = &sender.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        if let Some(path) = letter.fields.get("unsubscribe").and_then(Value::as_str).filter(|path| path.is_ascii()) {
            builder = builder
                .raw_header(header("List-Unsubscribe", format!("<{}{path}>", sender.base)))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        builder.multipart(MultiPart::alternative_plain_html(rendered.text, rendered.html)).map_err(|error| never(&error))
    }
}

/// A header of ours, ASCII in one line, as it is: folding would break an address.
fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

fn not_sent(error: &smtp::Error) -> NotSent {
    let code = error.status().map(u16::from);
    let why = std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source());
    let why = why.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    if error.is_permanent() && !code.is_some_and(|code| OF_SIGN_IN.contains(&code)) { NotSent::Never(why) } else { NotSent::Later(why) }
}
