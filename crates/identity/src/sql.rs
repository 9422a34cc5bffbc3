//! The two look-ups that every request begins with, written by hand because every request begins with them.

use aileron_db::Dialect;

/// On PostgreSQL row-level security is told of the account that is found, on the way.
macro_rules! found {
    ($columns:literal, $from:literal, $dialect:ident) => {
        match $dialect {
            Dialect::Sqlite => concat!("SELECT ", $columns, ", u.kind, u.is_instance_admin FROM ", $from),
            Dialect::Postgres => {
                concat!("SELECT ", $columns, ", u.kind, u.is_instance_admin, set_config('aileron.user', u.id::text, true) FROM ", $from)
            }
        }
    };
}

/// The token of that hash with its account, if that is active. The columns are those of `TokenRow`, then those of `Holder`.
pub(crate) const fn token(dialect: Dialect) -> &'static str {
    found!(
        "t.id, t.user_id, t.scopes, t.is_service, t.expires_at, t.revoked_at",
        "api_tokens t JOIN users u ON u.id = t.user_id AND u.is_active AND u.deleted_at IS NULL WHERE t.token_hash = $1",
        dialect
    )
}

/// The session of that hash with its account, if that is active. The columns are those of `SessionRow`, then those of `Holder`.
pub(crate) const fn session(dialect: Dialect) -> &'static str {
    found!(
        "s.id, s.user_id, s.csrf_hash, s.last_used_at, s.expires_at, s.revoked_at",
        "sessions s JOIN users u ON u.id = s.user_id AND u.is_active AND u.deleted_at IS NULL WHERE s.token_hash = $1",
        dialect
    )
}
