//! Where commands hand mails in.

use aileron_db::{self as db, InWorkspace, Unscoped, WriteTx};
use serde_json::Value;

use super::{KIND, Mail};
use crate::sealed::Sealer;

/// The way of a mail out of a command: a job in its transaction. Closed where the server has no SMTP server, which is no error.
#[derive(Clone, Debug, Default)]
pub struct Outbox(Option<Sealer>);

impl Outbox {
    /// One that is open. Tokens in mails are sealed until they are sent.
    pub const fn open(sealer: Sealer) -> Self {
        Self(Some(sealer))
    }

    /// Whether what is handed in is sent.
    pub const fn is_open(&self) -> bool {
        self.0.is_some()
    }

    /// Vouches for an address of ours that a mail holds, as [`Sealer::sign`] does; empty where it is closed.
    pub fn sign(&self, purpose: &str, message: &str) -> String {
        self.0.as_ref().map(|sealer| sealer.sign(purpose, message)).unwrap_or_default()
    }

    /// Has a mail sent that follows from a change in a workspace.
    pub fn send<S: InWorkspace>(&self, tx: &mut WriteTx<'_, S>, mail: Mail) -> db::Result<()> {
        let Some(sealer) = &self.0 else { return Ok(()) };
        let payload = payload(mail, sealer, tx.random())?;
        tx.enqueue(KIND, payload, None)
    }

    /// Has a mail sent that follows from a change outside of workspaces, called for by this request.
    pub fn send_from_instance(&self, tx: &mut WriteTx<'_, Unscoped>, mail: Mail, request: &str) -> db::Result<()> {
        let Some(sealer) = &self.0 else { return Ok(()) };
        let payload = payload(mail, sealer, tx.random())?;
        tx.enqueue(KIND, payload, None, request)
    }
}

fn payload(mail: Mail, sealer: &Sealer, random: &dyn aileron_kernel::Random) -> db::Result<Value> {
    serde_json::to_value(mail.into_letter(sealer, random)).map_err(|error| db::Error::Inconsistent(error.to_string()))
}
