//! What is mailed about webhooks and exports.

use aileron_platform::{mail::Template, mail_template};

/// To the admins of a workspace: the server gave a webhook up.
pub static WEBHOOK_DISABLED: Template = mail_template!("webhook_disabled", ["origin", "workspace"]);
/// To who asked for an export: its file is there.
pub static EXPORT_READY: Template = mail_template!("export_ready", ["workspace", "slug", "count", "days"]);

/// All of them.
pub const ALL: [&Template; 2] = [&WEBHOOK_DISABLED, &EXPORT_READY];
