//! Its mail.

use aileron_db::Unscoped;
use aileron_identity::mailed_codes::{self, Purpose};
use aileron_kernel::Uuid;
use aileron_platform::{config::Config, mail::Outbox};
use aileron_server::mail::Post;

use super::TestApp;

impl TestApp {
    /// The same with the mail that these settings make, under the address that they name.
    #[must_use]
    pub fn with_mail(mut self, config: &Config) -> Self {
        self.post = Post::open(config, &self.context.sealer, self.context.clock.clone(), self.metrics.clone()).expect("mail can be sent");
        self.context.outbox = self.post.outbox.clone();
        self.context.mailer.clone_from(&self.post.mailer);
        self.context.base_url.clone_from(&config.base_url);
        self
    }

    /// The same where mails are handed in, and nobody sends them.
    #[must_use]
    pub fn with_open_outbox(mut self) -> Self {
        self.post.outbox = Outbox::open(self.context.sealer.clone());
        self.context.outbox = self.post.outbox.clone();
        self
    }

    /// A code that was mailed to this address for an account.
    pub async fn make_email_code(&self, user: Uuid, email: &str) -> String {
        let email = email.to_owned();
        let made = self.db.write(move |session| {
            let mut tx = session.unscoped_to_write(Unscoped::Instance)?;
            mailed_codes::make(&mut tx, user, Purpose::Email, &email)
        });
        made.await.expect("the code is made").expect("it is not the sixth")
    }
}
