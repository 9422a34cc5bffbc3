//! What is mailed about accounts.

use aileron_platform::{mail::Template, mail_template};

/// The link by which somebody who forgot his password gives himself another one.
pub static PASSWORD_RESET: Template = mail_template!("password_reset", ["token", "minutes"]);
/// The code that shows that an address is the account's owner's.
pub static EMAIL_CODE: Template = mail_template!("email_code", ["code", "minutes", "account"]);
/// To the address that an account had: it has another one now.
pub static EMAIL_CHANGED: Template = mail_template!("email_changed", ["email"]);
/// To the owner of an account that was locked out.
pub static DEACTIVATED: Template = mail_template!("deactivated", []);

/// All of them.
pub const ALL: [&Template; 4] = [&PASSWORD_RESET, &EMAIL_CODE, &EMAIL_CHANGED, &DEACTIVATED];
