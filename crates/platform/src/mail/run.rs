//! The job that sends a mail.

use aileron_db::jobs::Job;
use serde::Deserialize as _;

use super::{Letter, Mailer, NotSent};
use crate::{jobs::Failure, sealed::Sealer};

/// The kind of these jobs.
pub const KIND: &str = "mail";

/// How often it is tried: for about three days, as long as servers of mail do.
pub const ATTEMPTS: i64 = 80;

/// Sends a mail that is still wanted. The id of the job is the mail's: what is sent twice because nobody could note that it was sent is known by it.
pub async fn run(mailer: Option<Mailer>, sealer: Sealer, job: Job) -> Result<(), Failure> {
    let Some(mailer) = mailer else { return Err(Failure::Later("this process has no smtp_host".to_owned())) };
    let letter = Letter::deserialize(&job.payload).map_err(|error| Failure::Never(error.to_string()))?;
    let letter = letter.opened(&sealer).map_err(|error| Failure::Later(error.to_string()))?;
    match mailer.send(job.id, &letter).await {
        Ok(_) => Ok(()),
        Err(NotSent::Later(why)) => Err(Failure::Later(why)),
        Err(NotSent::Never(why)) => Err(Failure::Never(why)),
    }
}
