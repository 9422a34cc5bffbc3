//! The statements on catalogs, and on what the portable form needs.

/// The tables of a SQLite file with the text that made each.
pub(super) const SQLITE_TABLES: &str =
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name";

/// The columns of a table: name, type, place in the primary key (0: none).
pub(super) const SQLITE_COLUMNS: &str = "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY name";

/// The columns of all tables: table, name, type, place in the primary key (0: none).
pub(super) const POSTGRES_COLUMNS: &str = "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), \
     coalesce(array_position(i.indkey::int2[], a.attnum), -1)::bigint + 1 FROM pg_class c \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') \
     ORDER BY c.relname::text COLLATE \"C\", a.attname::text COLLATE \"C\"";

/// The references between tables: table, name, definition.
pub(super) const POSTGRES_REFERENCES: &str = "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) \
     FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND conparentid = 0 ORDER BY 1, 2";

/// Whether migrations were ever run on the database.
pub(super) const POSTGRES_IS_USED: &str = "SELECT to_regclass('public.schema_migrations') IS NOT NULL";

/// The same of a SQLite file.
pub(super) const SQLITE_IS_USED: &str = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'schema_migrations')";

/// Rows whose references lead nowhere: table, table that they name.
pub(super) const SQLITE_ASTRAY: &str = "SELECT \"table\", parent FROM pragma_foreign_key_check";

/// How far all logs have got together, and that of the instance: whether anything was written can be told from these.
pub(super) const HEADS: &str = "SELECT (SELECT CAST(coalesce(sum(seq), 0) AS bigint) FROM workspaces), \
     (SELECT CAST(coalesce(max(seq), 0) AS bigint) FROM instance_events)";

/// Takes a lease, whoever has it.
pub(super) const TAKE_LEASE: &str = "INSERT INTO leases (name, holder, expires_at) VALUES ($1, $2, $3) \
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at";

/// Gives a lease back.
pub(super) const END_LEASE: &str = "DELETE FROM leases WHERE name = $1 AND holder = $2";

/// Takes all the time that it takes, whatever the role is allowed otherwise.
pub(super) const UNHURRIED: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";
