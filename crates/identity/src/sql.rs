//! The two look-ups that every request begins with, written by hand because every request begins with them.

/// The token of that hash with the kind of its account, if that is active. The columns are those of `TokenRow`, then the kind.
pub(crate) const TOKEN: &str = "SELECT t.id, t.user_id, t.scopes, t.is_service, t.expires_at, t.revoked_at, u.kind FROM api_tokens t \
     JOIN users u ON u.id = t.user_id AND u.is_active AND u.deleted_at IS NULL WHERE t.token_hash = $1";

/// The session of that hash with the kind of its account, if that is active. The columns are those of `SessionRow`, then the kind.
pub(crate) const SESSION: &str = "SELECT s.id, s.user_id, s.csrf_hash, s.last_used_at, s.expires_at, s.revoked_at, u.kind FROM sessions s \
     JOIN users u ON u.id = s.user_id AND u.is_active AND u.deleted_at IS NULL WHERE s.token_hash = $1";
