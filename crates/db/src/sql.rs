//! The statements of this crate that are written by hand.

/// Settings of a pooled PostgreSQL connection, and the role that owns nothing. A request has one core of the database: many ask at once, and
/// helpers that each read the same table to join it took twice the time of all cores to be no faster.
pub(crate) const SESSION_SETTINGS: &str = "SET SESSION statement_timeout = '60s'; SET SESSION lock_timeout = '5s'; SET SESSION idle_in_transaction_session_timeout = '60s'; \
     SET SESSION synchronous_commit = 'on'; SET SESSION max_parallel_workers_per_gather = 0; SET ROLE aileron_app";

/// Settings of the connection over which processes talk to each other. What they say need not be on the disk.
pub(crate) const LISTEN: &str =
    "SET SESSION statement_timeout = '10s'; SET SESSION synchronous_commit = 'off'; SET ROLE aileron_app; LISTEN aileron";

/// Says something to all of them.
pub(crate) const NOTIFY: &str = "SELECT pg_notify('aileron', $1)";

/// What a pooled connection must not be able to do.
pub(crate) const EFFECTIVE_ROLE: &str = "SELECT rolsuper OR rolbypassrls, current_user::text FROM pg_roles WHERE rolname = current_user";

/// Encoding of the PostgreSQL database, and whether commits are durable.
pub(crate) const SERVER_SETTINGS: &str = "SELECT current_setting('server_encoding'), current_setting('synchronous_commit')";

/// Waits for the other writers of the workspace (PostgreSQL; SQLite has one writer anyway).
pub(crate) const LOCK_WORKSPACE: &str = "SELECT id FROM workspaces WHERE slug_key = $1 AND deleted_at IS NULL FOR UPDATE";

macro_rules! workspace_of_member {
    ($and:literal) => {
        concat!(
            "SELECT w.id, w.slug, w.owner_id, w.seq, m.role",
            $and,
            " FROM workspaces w JOIN workspace_members m ON m.workspace_id = w.id \
              WHERE w.slug_key = $1 AND m.member_id = $2 AND m.is_active AND m.deleted_at IS NULL AND w.deleted_at IS NULL"
        )
    };
}

/// The workspace of that slug with the caller's membership. On PostgreSQL row-level security is told of the one that is found, as by
/// [`SET_WORKSPACE`].
pub(crate) const fn workspace_of_member(dialect: crate::Dialect) -> &'static str {
    match dialect {
        crate::Dialect::Sqlite => workspace_of_member!(""),
        crate::Dialect::Postgres => {
            workspace_of_member!(", set_config('aileron.workspace', w.id::text, true), set_config('aileron.unscoped', 'off', true)")
        }
    }
}

/// The workspaces that the caller is in.
pub(crate) const WORKSPACES_OF_MEMBER: &str = "SELECT w.id, m.role FROM workspaces w JOIN workspace_members m ON m.workspace_id = w.id \
     WHERE m.member_id = $1 AND m.is_active AND m.deleted_at IS NULL AND w.deleted_at IS NULL";

/// The workspace of that id, for the operator.
pub(crate) const WORKSPACE_BY_ID: &str = "SELECT id, slug, owner_id, seq FROM workspaces WHERE id = $1 AND deleted_at IS NULL";

/// The same, waiting for the other writers of the workspace (PostgreSQL; SQLite has one writer anyway).
pub(crate) const WORKSPACE_BY_ID_LOCKED: &str =
    "SELECT id, slug, owner_id, seq FROM workspaces WHERE id = $1 AND deleted_at IS NULL FOR UPDATE";

/// The project of that id with the caller's membership, if any.
pub(crate) const PROJECT_OF_MEMBER: &str = "SELECT p.network, p.archived_at, p.guest_view_all_features, p.identifier, m.role FROM projects p \
     LEFT JOIN project_members m ON m.workspace_id = p.workspace_id AND m.project_id = p.id \
     AND m.member_id = $1 AND m.is_active AND m.deleted_at IS NULL \
     WHERE p.workspace_id = $2 AND p.id = $3 AND p.deleted_at IS NULL";

/// The same of a project that is marked deleted.
pub(crate) const DELETED_PROJECT_OF_MEMBER: &str = "SELECT p.network, p.archived_at, p.guest_view_all_features, p.identifier, m.role FROM projects p \
     LEFT JOIN project_members m ON m.workspace_id = p.workspace_id AND m.project_id = p.id \
     AND m.member_id = $1 AND m.is_active AND m.deleted_at IS NULL \
     WHERE p.workspace_id = $2 AND p.id = $3 AND p.deleted_at IS NOT NULL";

/// Tells row-level security who asks (PostgreSQL).
pub(crate) const SET_USER: &str = "SELECT set_config('aileron.user', $1, true)";

/// Tells row-level security which workspace the rest of the transaction is about (PostgreSQL).
pub(crate) const SET_WORKSPACE: &str = "SELECT set_config('aileron.workspace', $1, true), set_config('aileron.unscoped', 'off', true)";

/// Lifts the fence between tenants for this transaction (PostgreSQL).
pub(crate) const SET_UNSCOPED: &str = "SELECT set_config('aileron.unscoped', 'on', true)";

/// Where a workspace's log has got to.
pub(crate) const SET_SEQ: &str = "UPDATE workspaces SET seq = $1 WHERE id = $2";

/// Waits for the others who write to the log of the instance (PostgreSQL; SQLite has one writer anyway).
pub(crate) const LOCK_INSTANCE: &str = "SELECT pg_advisory_xact_lock(4105201118)::text";

/// The number of the last instance event.
pub(crate) const LAST_INSTANCE_SEQ: &str = "SELECT coalesce(max(seq), 0) FROM instance_events";

/// The last of the next numbers of a project.
pub(crate) const NEXT_NUMBERS: &str =
    "UPDATE project_counters SET last_number = last_number + $1 WHERE workspace_id = $2 AND project_id = $3 RETURNING last_number";

/// Lets references wait for what they name (PostgreSQL: those that are declared so).
pub(crate) const fn defer_references(dialect: crate::Dialect, deferred: bool) -> &'static str {
    match (dialect, deferred) {
        (crate::Dialect::Sqlite, true) => "PRAGMA defer_foreign_keys = ON",
        (crate::Dialect::Sqlite, false) => "PRAGMA defer_foreign_keys = OFF",
        (crate::Dialect::Postgres, true) => "SET CONSTRAINTS ALL DEFERRED",
        (crate::Dialect::Postgres, false) => "SET CONSTRAINTS ALL IMMEDIATE",
    }
}

/// Makes a plan for each statement of this transaction, which knows its values.
pub(crate) const PLAN_BY_VALUES: &str = "SET LOCAL plan_cache_mode = force_custom_plan";

/// Forgets the plans of this connection.
pub(crate) const PLAN_ANEW: &str = "DISCARD PLANS";

/// Lifts a project's counter to at least a number.
pub(crate) const RAISE_NUMBER: &str =
    "UPDATE project_counters SET last_number = $1 WHERE workspace_id = $2 AND project_id = $3 AND last_number < $4";

/// Puts a new consumer at the ends of the logs that there are.
pub(crate) const START_AT_ENDS: &str = "INSERT INTO consumer_positions (workspace_id, consumer, seq, attempts, moved_at) \
     SELECT id, $1, seq, 0, $2 FROM workspaces WHERE deleted_at IS NULL";

/// How many events a consumer has before it, in all workspaces.
pub(crate) const EVENTS_AHEAD: &str = "SELECT CAST(coalesce(sum(w.seq - coalesce(p.seq, 0)), 0) AS bigint) FROM workspaces w \
     LEFT JOIN consumer_positions p ON p.workspace_id = w.id AND p.consumer = $1 WHERE w.deleted_at IS NULL";

/// The first made of the events that a consumer has directly before it. The numbers are worked out before the events are looked up: under
/// row-level security PostgreSQL finds no row by an expression in an index, and would read the whole log.
pub(crate) const OLDEST_AHEAD: &str = "WITH ahead AS MATERIALIZED (SELECT w.id, coalesce(p.seq, 0) + 1 AS next FROM workspaces w \
     LEFT JOIN consumer_positions p ON p.workspace_id = w.id AND p.consumer = $1 WHERE w.deleted_at IS NULL AND w.seq > coalesce(p.seq, 0)) \
     SELECT e.id FROM ahead a JOIN events e ON e.workspace_id = a.id AND e.seq = a.next ORDER BY e.id LIMIT 1";
