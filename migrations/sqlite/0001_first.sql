-- People and how they prove who they are. These tables belong to the instance, not to a workspace.

CREATE TABLE instance_settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value)),
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('human', 'agent', 'integration', 'placeholder')),
    email TEXT,
    email_key TEXT,
    email_verified_at INTEGER,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    avatar TEXT NOT NULL,
    timezone TEXT NOT NULL,
    password_hash TEXT,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    is_instance_admin INTEGER NOT NULL CHECK (is_instance_admin IN (0, 1)),
    last_active_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX users_email ON users (email_key) WHERE deleted_at IS NULL AND email_key IS NOT NULL;

CREATE TABLE sessions (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    token_hash BLOB NOT NULL,
    csrf_hash BLOB NOT NULL,
    user_agent TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE api_tokens (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    made_by BLOB REFERENCES api_tokens (id),
    label TEXT NOT NULL,
    description TEXT NOT NULL,
    prefix TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    scopes TEXT NOT NULL CHECK (json_valid(scopes)),
    is_service INTEGER NOT NULL CHECK (is_service IN (0, 1)),
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX api_tokens_token ON api_tokens (token_hash);
CREATE INDEX api_tokens_user ON api_tokens (user_id);

-- Sign-ins, settings, instance users: what happened outside of any workspace.
CREATE TABLE instance_events (
    seq INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor_id BLOB,
    actor_kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    request_id TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    verb TEXT NOT NULL,
    changes TEXT NOT NULL
) STRICT;

-- Workspaces and who is in them.

CREATE TABLE workspaces (
    id BLOB NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL,
    slug_key TEXT NOT NULL,
    logo TEXT,
    owner_id BLOB NOT NULL REFERENCES users (id),
    organization_size TEXT,
    timezone TEXT NOT NULL,
    seq INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX workspaces_slug ON workspaces (slug_key) WHERE deleted_at IS NULL;

CREATE TABLE workspace_members (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    member_id BLOB NOT NULL REFERENCES users (id),
    role INTEGER NOT NULL CHECK (role IN (5, 15, 20)),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, member_id)
) STRICT;
CREATE INDEX workspace_members_member ON workspace_members (member_id);

CREATE TABLE workspace_invitations (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role INTEGER NOT NULL CHECK (role IN (5, 15, 20)),
    token_hash BLOB,
    accepted INTEGER NOT NULL CHECK (accepted IN (0, 1)),
    responded_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX workspace_invitations_email ON workspace_invitations (workspace_id, email_key) WHERE deleted_at IS NULL;

-- The log. One row for each thing that happened in a workspace, numbered without gaps in commit order.

CREATE TABLE events (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor_id BLOB,
    actor_kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    mutation_id TEXT,
    request_id TEXT NOT NULL,
    project_id BLOB,
    entity TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    subject_id BLOB,
    verb TEXT NOT NULL,
    changes TEXT NOT NULL CHECK (json_valid(changes)),
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, seq)
) STRICT;
CREATE INDEX events_subject ON events (workspace_id, subject_id, seq) WHERE subject_id IS NOT NULL;
CREATE INDEX events_entity ON events (workspace_id, entity_id, seq);

CREATE TABLE idempotency_keys (
    actor_id BLOB NOT NULL,
    key TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    status INTEGER NOT NULL,
    entity_id BLOB NOT NULL,
    workspace_id BLOB,
    seq INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (actor_id, key)
) STRICT;
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE jobs (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    workspace_id BLOB,
    dedup_key TEXT,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    leased_by TEXT,
    leased_until INTEGER,
    last_error TEXT,
    request_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    dead_at INTEGER
) STRICT;
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE finished_at IS NULL AND dead_at IS NULL;
CREATE UNIQUE INDEX jobs_dedup ON jobs (kind, dedup_key) WHERE finished_at IS NULL AND dead_at IS NULL AND dedup_key IS NOT NULL;

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

-- Projects.

CREATE TABLE projects (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    identifier TEXT NOT NULL,
    identifier_key TEXT NOT NULL,
    description TEXT NOT NULL,
    description_text TEXT CHECK (json_valid(description_text)),
    description_html TEXT CHECK (json_valid(description_html)),
    network INTEGER NOT NULL CHECK (network IN (0, 2)),
    emoji TEXT,
    icon_prop TEXT CHECK (json_valid(icon_prop)),
    logo_props TEXT NOT NULL CHECK (json_valid(logo_props)),
    cover_image TEXT,
    module_view INTEGER NOT NULL CHECK (module_view IN (0, 1)),
    cycle_view INTEGER NOT NULL CHECK (cycle_view IN (0, 1)),
    issue_views_view INTEGER NOT NULL CHECK (issue_views_view IN (0, 1)),
    page_view INTEGER NOT NULL CHECK (page_view IN (0, 1)),
    intake_view INTEGER NOT NULL CHECK (intake_view IN (0, 1)),
    is_time_tracking_enabled INTEGER NOT NULL CHECK (is_time_tracking_enabled IN (0, 1)),
    is_issue_type_enabled INTEGER NOT NULL CHECK (is_issue_type_enabled IN (0, 1)),
    guest_view_all_features INTEGER NOT NULL CHECK (guest_view_all_features IN (0, 1)),
    archive_in INTEGER NOT NULL CHECK (archive_in BETWEEN 0 AND 12),
    close_in INTEGER NOT NULL CHECK (close_in BETWEEN 0 AND 12),
    timezone TEXT NOT NULL,
    project_lead_id BLOB,
    default_assignee_id BLOB,
    default_state_id BLOB,
    estimate_id BLOB,
    archived_at INTEGER,
    external_source TEXT,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_lead_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, default_assignee_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, id, default_state_id) REFERENCES states (workspace_id, project_id, id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX projects_name ON projects (workspace_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX projects_identifier ON projects (workspace_id, identifier_key) WHERE deleted_at IS NULL;

-- The number of the last work item of a project. A row of its own, so that the project's row stays as it is.
CREATE TABLE project_counters (
    workspace_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    last_number INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, project_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
) STRICT;

CREATE TABLE project_members (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    role INTEGER NOT NULL CHECK (role IN (5, 10, 15, 20)),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    sort_order REAL NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, project_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE INDEX project_members_member ON project_members (workspace_id, member_id);

CREATE TABLE states (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    slug TEXT NOT NULL,
    description TEXT NOT NULL,
    color TEXT NOT NULL,
    sequence REAL NOT NULL,
    group_name TEXT NOT NULL CHECK (group_name IN ('backlog', 'unstarted', 'started', 'completed', 'cancelled', 'triage')),
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    external_source TEXT,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX states_name ON states (workspace_id, project_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX states_default ON states (workspace_id, project_id) WHERE deleted_at IS NULL AND is_default;

CREATE TABLE labels (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    project_id BLOB,
    parent_id BLOB,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    color TEXT NOT NULL,
    sort_order REAL NOT NULL,
    external_source TEXT,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES labels (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX labels_project_name ON labels (workspace_id, project_id, name_key) WHERE deleted_at IS NULL AND project_id IS NOT NULL;
CREATE UNIQUE INDEX labels_workspace_name ON labels (workspace_id, name_key) WHERE deleted_at IS NULL AND project_id IS NULL;

CREATE TABLE work_item_types (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    logo_props TEXT NOT NULL CHECK (json_valid(logo_props)),
    is_epic INTEGER NOT NULL CHECK (is_epic IN (0, 1)),
    is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    level REAL NOT NULL,
    external_source TEXT,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX work_item_types_name ON work_item_types (workspace_id, name_key) WHERE deleted_at IS NULL;

CREATE TABLE project_work_item_types (
    workspace_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    type_id BLOB NOT NULL,
    PRIMARY KEY (workspace_id, project_id, type_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, type_id) REFERENCES work_item_types (workspace_id, id)
) STRICT;

-- Work items.

CREATE TABLE work_items (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    sequence_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    -- The beginning of the description as plain text, for the search.
    description_text TEXT NOT NULL,
    description_html TEXT NOT NULL,
    description_binary BLOB,
    priority TEXT NOT NULL CHECK (priority IN ('urgent', 'high', 'medium', 'low', 'none')),
    priority_rank INTEGER NOT NULL CHECK (priority_rank BETWEEN 0 AND 4),
    state_id BLOB NOT NULL,
    parent_id BLOB,
    type_id BLOB,
    estimate_point_id BLOB,
    point INTEGER CHECK (point BETWEEN 0 AND 12),
    start_date TEXT,
    target_date TEXT,
    sort_order REAL NOT NULL,
    completed_at INTEGER,
    archived_at TEXT,
    is_draft INTEGER NOT NULL CHECK (is_draft IN (0, 1)),
    -- Why lists leave the item out: draft, archived or triage. Null: they show it.
    hidden TEXT CHECK (hidden IN ('draft', 'archived', 'triage')),
    external_source TEXT,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, project_id, id),
    UNIQUE (workspace_id, project_id, sequence_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, state_id) REFERENCES states (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id, parent_id) REFERENCES work_items (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, type_id) REFERENCES work_item_types (workspace_id, id)
) STRICT;
-- The last two columns are always null here: SQLite counts from the index alone only if it holds every column that is asked about.
CREATE INDEX work_items_created ON work_items (workspace_id, project_id, created_at, id, hidden, deleted_at) WHERE deleted_at IS NULL AND hidden IS NULL;
CREATE INDEX work_items_updated ON work_items (workspace_id, project_id, updated_at, id) WHERE deleted_at IS NULL AND hidden IS NULL;
CREATE INDEX work_items_priority ON work_items (workspace_id, project_id, priority_rank, id) WHERE deleted_at IS NULL AND hidden IS NULL;
CREATE INDEX work_items_manual ON work_items (workspace_id, project_id, sort_order, id) WHERE deleted_at IS NULL AND hidden IS NULL;
CREATE INDEX work_items_state ON work_items (workspace_id, project_id, state_id, sort_order) WHERE deleted_at IS NULL;
CREATE INDEX work_items_parent ON work_items (workspace_id, parent_id) WHERE deleted_at IS NULL AND parent_id IS NOT NULL;
CREATE INDEX work_items_author ON work_items (workspace_id, created_by) WHERE deleted_at IS NULL;
CREATE INDEX work_items_external ON work_items (workspace_id, project_id, external_source, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;

CREATE TABLE work_item_assignees (
    workspace_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    PRIMARY KEY (workspace_id, item_id, member_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE INDEX work_item_assignees_member ON work_item_assignees (workspace_id, member_id);

CREATE TABLE work_item_labels (
    workspace_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    label_id BLOB NOT NULL,
    PRIMARY KEY (workspace_id, item_id, label_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id),
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id)
) STRICT;
CREATE INDEX work_item_labels_label ON work_item_labels (workspace_id, label_id);

CREATE TABLE work_item_relations (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    related_item_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('duplicate', 'relates_to', 'blocked_by', 'start_before', 'finish_before', 'implemented_by')),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CHECK (item_id <> related_item_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id),
    FOREIGN KEY (workspace_id, related_item_id) REFERENCES work_items (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX work_item_relations_pair ON work_item_relations (workspace_id, item_id, related_item_id, kind) WHERE deleted_at IS NULL;
CREATE INDEX work_item_relations_related ON work_item_relations (workspace_id, related_item_id) WHERE deleted_at IS NULL;

CREATE TABLE work_item_links (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    title TEXT,
    url TEXT NOT NULL,
    metadata TEXT NOT NULL CHECK (json_valid(metadata)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id)
) STRICT;
CREATE INDEX work_item_links_item ON work_item_links (workspace_id, item_id) WHERE deleted_at IS NULL;

CREATE TABLE comments (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    parent_id BLOB,
    actor_id BLOB,
    -- The beginning of the comment as plain text, for the search.
    comment_text TEXT NOT NULL,
    comment_html TEXT NOT NULL,
    comment_json TEXT NOT NULL CHECK (json_valid(comment_json)),
    access TEXT NOT NULL CHECK (access IN ('INTERNAL', 'EXTERNAL')),
    edited_at INTEGER,
    external_source TEXT,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES comments (workspace_id, id)
) STRICT;
CREATE INDEX comments_item ON comments (workspace_id, item_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX comments_external ON comments (workspace_id, item_id, external_source, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;

-- Earlier texts of descriptions and comments. Events name a row of this table instead of carrying the text.
CREATE TABLE text_versions (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    entity TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    html TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX text_versions_entity ON text_versions (workspace_id, entity_id, created_at);

-- What an import made of each thing of its source, so that a second run changes nothing.
CREATE TABLE import_refs (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    source_key TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    content_hash BLOB NOT NULL,
    PRIMARY KEY (workspace_id, source, kind, source_key)
) STRICT;

-- Full text. Tokens are made by the server, the same on both databases; each carries a mark of its workspace.
CREATE TABLE search_documents (
    workspace_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    doc_id INTEGER PRIMARY KEY AUTOINCREMENT,
    UNIQUE (workspace_id, item_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id)
) STRICT;
CREATE VIRTUAL TABLE search_index USING fts5 (
    tokens, content = '', contentless_delete = 1, detail = none, prefix = '10 11',
    -- Cuts at blanks only: letters newer than SQLite's tables must not split a token.
    tokenize = "ascii tokenchars '-'"
);

-- The log is only added to. Erasing a workspace and redacting lift this for one transaction by a row in log_maintenance.
CREATE TABLE log_maintenance (
    workspace_id BLOB NOT NULL PRIMARY KEY,
    reason TEXT NOT NULL
) STRICT;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
WHEN NOT EXISTS (SELECT 1 FROM log_maintenance m WHERE m.workspace_id = old.workspace_id)
BEGIN SELECT RAISE (ABORT, 'events are not changed'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
WHEN NOT EXISTS (SELECT 1 FROM log_maintenance m WHERE m.workspace_id = old.workspace_id)
BEGIN SELECT RAISE (ABORT, 'events are not deleted'); END;
CREATE TRIGGER instance_events_are_not_changed BEFORE UPDATE ON instance_events
BEGIN SELECT RAISE (ABORT, 'events are not changed'); END;
CREATE TRIGGER instance_events_are_not_deleted BEFORE DELETE ON instance_events
BEGIN SELECT RAISE (ABORT, 'events are not deleted'); END;
