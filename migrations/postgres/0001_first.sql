-- People and how they prove who they are. These tables belong to the instance, not to a workspace.

CREATE TABLE instance_settings (
    key text COLLATE "C" NOT NULL PRIMARY KEY,
    value jsonb NOT NULL,
    updated_at bigint NOT NULL
);

CREATE TABLE users (
    id uuid NOT NULL PRIMARY KEY,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('human', 'agent', 'integration', 'placeholder')),
    email text COLLATE "C",
    email_key text COLLATE "C",
    email_verified_at bigint,
    first_name text COLLATE "C" NOT NULL,
    last_name text COLLATE "C" NOT NULL,
    display_name text COLLATE "C" NOT NULL,
    avatar text COLLATE "C" NOT NULL,
    timezone text COLLATE "C" NOT NULL,
    password_hash text COLLATE "C",
    is_active boolean NOT NULL,
    is_instance_admin boolean NOT NULL,
    last_active_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    deleted_at bigint
);
CREATE UNIQUE INDEX users_email ON users (email_key) WHERE deleted_at IS NULL AND email_key IS NOT NULL;

CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    token_hash bytea NOT NULL,
    csrf_hash bytea NOT NULL,
    user_agent text COLLATE "C" NOT NULL,
    address text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    last_used_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE api_tokens (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    made_by uuid REFERENCES api_tokens (id),
    label text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    prefix text COLLATE "C" NOT NULL,
    token_hash bytea NOT NULL,
    scopes jsonb NOT NULL,
    is_service boolean NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    last_used_at bigint,
    revoked_at bigint
);
CREATE UNIQUE INDEX api_tokens_token ON api_tokens (token_hash);
CREATE INDEX api_tokens_user ON api_tokens (user_id);

-- Sign-ins, settings, instance users: what happened outside of any workspace.
CREATE TABLE instance_events (
    seq bigint NOT NULL PRIMARY KEY,
    id uuid NOT NULL,
    at bigint NOT NULL,
    actor_id uuid,
    actor_kind text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    entity_id uuid NOT NULL,
    verb text COLLATE "C" NOT NULL,
    changes jsonb NOT NULL
);

-- Workspaces and who is in them.

CREATE TABLE workspaces (
    id uuid NOT NULL PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL,
    slug_key text COLLATE "C" NOT NULL,
    logo text COLLATE "C",
    owner_id uuid NOT NULL REFERENCES users (id),
    organization_size text COLLATE "C",
    timezone text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint
);
CREATE UNIQUE INDEX workspaces_slug ON workspaces (slug_key) WHERE deleted_at IS NULL;

CREATE TABLE workspace_members (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    member_id uuid NOT NULL REFERENCES users (id),
    role bigint NOT NULL CHECK (role IN (5, 15, 20)),
    is_active boolean NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, member_id)
);
CREATE INDEX workspace_members_member ON workspace_members (member_id);

CREATE TABLE workspace_invitations (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    email text COLLATE "C" NOT NULL,
    email_key text COLLATE "C" NOT NULL,
    role bigint NOT NULL CHECK (role IN (5, 15, 20)),
    token_hash bytea,
    accepted boolean NOT NULL,
    responded_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX workspace_invitations_email ON workspace_invitations (workspace_id, email_key) WHERE deleted_at IS NULL;

-- The log. One row for each thing that happened in a workspace, numbered without gaps in commit order.

CREATE TABLE events (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    seq bigint NOT NULL,
    id uuid NOT NULL,
    at bigint NOT NULL,
    actor_id uuid,
    actor_kind text COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    mutation_id text COLLATE "C",
    request_id text COLLATE "C" NOT NULL,
    project_id uuid,
    entity text COLLATE "C" NOT NULL,
    entity_id uuid NOT NULL,
    subject_id uuid,
    verb text COLLATE "C" NOT NULL,
    changes jsonb NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, seq)
);
CREATE INDEX events_subject ON events (workspace_id, subject_id, seq) WHERE subject_id IS NOT NULL;
CREATE INDEX events_entity ON events (workspace_id, entity_id, seq);

CREATE TABLE idempotency_keys (
    actor_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    status bigint NOT NULL,
    entity_id uuid NOT NULL,
    workspace_id uuid,
    seq bigint,
    created_at bigint NOT NULL,
    PRIMARY KEY (actor_id, key)
);
CREATE INDEX idempotency_keys_created ON idempotency_keys (created_at);

CREATE TABLE jobs (
    id uuid NOT NULL PRIMARY KEY,
    kind text COLLATE "C" NOT NULL,
    payload jsonb NOT NULL,
    workspace_id uuid,
    dedup_key text COLLATE "C",
    run_at bigint NOT NULL,
    attempts bigint NOT NULL,
    leased_by text COLLATE "C",
    leased_until bigint,
    last_error text COLLATE "C",
    request_id text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    finished_at bigint,
    dead_at bigint
);
CREATE INDEX jobs_due ON jobs (run_at, id) WHERE finished_at IS NULL AND dead_at IS NULL;
CREATE UNIQUE INDEX jobs_dedup ON jobs (kind, dedup_key) WHERE finished_at IS NULL AND dead_at IS NULL AND dedup_key IS NOT NULL;

CREATE TABLE leases (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    holder text COLLATE "C" NOT NULL,
    expires_at bigint NOT NULL
);

-- Projects.

CREATE TABLE projects (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    identifier text COLLATE "C" NOT NULL,
    identifier_key text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    description_text jsonb,
    description_html jsonb,
    network bigint NOT NULL CHECK (network IN (0, 2)),
    emoji text COLLATE "C",
    icon_prop jsonb,
    logo_props jsonb NOT NULL,
    cover_image text COLLATE "C",
    module_view boolean NOT NULL,
    cycle_view boolean NOT NULL,
    issue_views_view boolean NOT NULL,
    page_view boolean NOT NULL,
    intake_view boolean NOT NULL,
    is_time_tracking_enabled boolean NOT NULL,
    is_issue_type_enabled boolean NOT NULL,
    guest_view_all_features boolean NOT NULL,
    archive_in bigint NOT NULL CHECK (archive_in BETWEEN 0 AND 12),
    close_in bigint NOT NULL CHECK (close_in BETWEEN 0 AND 12),
    timezone text COLLATE "C" NOT NULL,
    project_lead_id uuid,
    default_assignee_id uuid,
    default_state_id uuid,
    estimate_id uuid,
    archived_at bigint,
    external_source text COLLATE "C",
    external_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_lead_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, default_assignee_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE UNIQUE INDEX projects_name ON projects (workspace_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX projects_identifier ON projects (workspace_id, identifier_key) WHERE deleted_at IS NULL;

-- The number of the last work item of a project. A row of its own, so that the project's row stays as it is.
CREATE TABLE project_counters (
    workspace_id uuid NOT NULL,
    project_id uuid NOT NULL,
    last_number bigint NOT NULL,
    PRIMARY KEY (workspace_id, project_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
);

CREATE TABLE project_members (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    member_id uuid NOT NULL,
    role bigint NOT NULL CHECK (role IN (5, 10, 15, 20)),
    is_active boolean NOT NULL,
    sort_order double precision NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, project_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX project_members_member ON project_members (workspace_id, member_id);

CREATE TABLE states (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    slug text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    color text COLLATE "C" NOT NULL,
    sequence double precision NOT NULL,
    group_name text COLLATE "C" NOT NULL CHECK (group_name IN ('backlog', 'unstarted', 'started', 'completed', 'cancelled', 'triage')),
    is_default boolean NOT NULL,
    external_source text COLLATE "C",
    external_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
);
CREATE UNIQUE INDEX states_name ON states (workspace_id, project_id, name_key) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX states_default ON states (workspace_id, project_id) WHERE deleted_at IS NULL AND is_default;

ALTER TABLE projects ADD FOREIGN KEY (workspace_id, id, default_state_id) REFERENCES states (workspace_id, project_id, id) DEFERRABLE INITIALLY DEFERRED;

CREATE TABLE labels (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    project_id uuid,
    parent_id uuid,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    color text COLLATE "C" NOT NULL,
    sort_order double precision NOT NULL,
    external_source text COLLATE "C",
    external_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES labels (workspace_id, id)
);
CREATE UNIQUE INDEX labels_project_name ON labels (workspace_id, project_id, name_key) WHERE deleted_at IS NULL AND project_id IS NOT NULL;
CREATE UNIQUE INDEX labels_workspace_name ON labels (workspace_id, name_key) WHERE deleted_at IS NULL AND project_id IS NULL;

CREATE TABLE work_item_types (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    logo_props jsonb NOT NULL,
    is_epic boolean NOT NULL,
    is_default boolean NOT NULL,
    is_active boolean NOT NULL,
    level double precision NOT NULL,
    external_source text COLLATE "C",
    external_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX work_item_types_name ON work_item_types (workspace_id, name_key) WHERE deleted_at IS NULL;

CREATE TABLE project_work_item_types (
    workspace_id uuid NOT NULL,
    project_id uuid NOT NULL,
    type_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, project_id, type_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, type_id) REFERENCES work_item_types (workspace_id, id)
);

-- Work items.

CREATE TABLE work_items (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    sequence_id bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    -- The beginning of the description as plain text, for the search.
    description_text text COLLATE "C" NOT NULL,
    description_html text COLLATE "C" NOT NULL,
    description_binary bytea,
    priority text COLLATE "C" NOT NULL CHECK (priority IN ('urgent', 'high', 'medium', 'low', 'none')),
    priority_rank bigint NOT NULL CHECK (priority_rank BETWEEN 0 AND 4),
    state_id uuid NOT NULL,
    parent_id uuid,
    type_id uuid,
    estimate_point_id uuid,
    point bigint CHECK (point BETWEEN 0 AND 12),
    start_date date,
    target_date date,
    sort_order double precision NOT NULL,
    completed_at bigint,
    archived_at date,
    is_draft boolean NOT NULL,
    -- Why lists leave the item out: draft, archived or triage. Null: they show it.
    hidden text COLLATE "C" CHECK (hidden IN ('draft', 'archived', 'triage')),
    external_source text COLLATE "C",
    external_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, project_id, id),
    UNIQUE (workspace_id, project_id, sequence_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, state_id) REFERENCES states (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id, parent_id) REFERENCES work_items (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, type_id) REFERENCES work_item_types (workspace_id, id)
);
CREATE INDEX work_items_created ON work_items (workspace_id, project_id, created_at, id) WHERE deleted_at IS NULL AND hidden IS NULL;
CREATE INDEX work_items_updated ON work_items (workspace_id, project_id, updated_at, id) WHERE deleted_at IS NULL AND hidden IS NULL;
CREATE INDEX work_items_priority ON work_items (workspace_id, project_id, priority_rank, id) WHERE deleted_at IS NULL AND hidden IS NULL;
CREATE INDEX work_items_manual ON work_items (workspace_id, project_id, sort_order, id) WHERE deleted_at IS NULL AND hidden IS NULL;
CREATE INDEX work_items_state ON work_items (workspace_id, project_id, state_id, sort_order) WHERE deleted_at IS NULL;
CREATE INDEX work_items_parent ON work_items (workspace_id, parent_id) WHERE deleted_at IS NULL AND parent_id IS NOT NULL;
CREATE INDEX work_items_author ON work_items (workspace_id, created_by) WHERE deleted_at IS NULL;
CREATE INDEX work_items_external ON work_items (workspace_id, project_id, external_source, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;

CREATE TABLE work_item_assignees (
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    member_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, item_id, member_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX work_item_assignees_member ON work_item_assignees (workspace_id, member_id);

CREATE TABLE work_item_labels (
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    label_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, item_id, label_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id),
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id)
);
CREATE INDEX work_item_labels_label ON work_item_labels (workspace_id, label_id);

CREATE TABLE work_item_relations (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    item_id uuid NOT NULL,
    related_item_id uuid NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('duplicate', 'relates_to', 'blocked_by', 'start_before', 'finish_before', 'implemented_by')),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CHECK (item_id <> related_item_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id),
    FOREIGN KEY (workspace_id, related_item_id) REFERENCES work_items (workspace_id, id)
);
CREATE UNIQUE INDEX work_item_relations_pair ON work_item_relations (workspace_id, item_id, related_item_id, kind) WHERE deleted_at IS NULL;
CREATE INDEX work_item_relations_related ON work_item_relations (workspace_id, related_item_id) WHERE deleted_at IS NULL;

CREATE TABLE work_item_links (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    item_id uuid NOT NULL,
    title text COLLATE "C",
    url text COLLATE "C" NOT NULL,
    metadata jsonb NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id)
);
CREATE INDEX work_item_links_item ON work_item_links (workspace_id, item_id) WHERE deleted_at IS NULL;

CREATE TABLE comments (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    item_id uuid NOT NULL,
    parent_id uuid,
    actor_id uuid,
    -- The beginning of the comment as plain text, for the search.
    comment_text text COLLATE "C" NOT NULL,
    comment_html text COLLATE "C" NOT NULL,
    comment_json jsonb NOT NULL,
    access text COLLATE "C" NOT NULL CHECK (access IN ('INTERNAL', 'EXTERNAL')),
    edited_at bigint,
    external_source text COLLATE "C",
    external_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES comments (workspace_id, id)
);
CREATE INDEX comments_item ON comments (workspace_id, item_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX comments_external ON comments (workspace_id, item_id, external_source, external_id) WHERE deleted_at IS NULL AND external_id IS NOT NULL;

-- Earlier texts of descriptions and comments. Events name a row of this table instead of carrying the text.
CREATE TABLE text_versions (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    entity text COLLATE "C" NOT NULL,
    entity_id uuid NOT NULL,
    html text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    created_by uuid,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX text_versions_entity ON text_versions (workspace_id, entity_id, created_at);

-- What an import made of each thing of its source, so that a second run changes nothing.
CREATE TABLE import_refs (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    source text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    source_key text COLLATE "C" NOT NULL,
    entity_id uuid NOT NULL,
    content_hash bytea NOT NULL,
    PRIMARY KEY (workspace_id, source, kind, source_key)
);

-- Full text. Tokens are made by the server, the same on both databases; each carries a mark of its workspace.
CREATE TABLE search_documents (
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    doc_id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    tokens tsvector NOT NULL,
    UNIQUE (workspace_id, item_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id)
);
CREATE INDEX search_documents_tokens ON search_documents USING gin (tokens);

-- Row-level security would keep the planner from the index (tsvector operators are not leakproof), so the
-- conditions on workspace and visibility stand in here; workspace and caller are those of the transaction, never arguments.
-- whole, own: the projects of which the caller sees everything, or what he made. Dynamic, so that each query gets its own plan:
-- rare words through the index, frequent ones from the newest document on until there are enough.
CREATE FUNCTION search_candidates(query text, whole jsonb, own jsonb, most bigint)
RETURNS TABLE (item_id uuid, name text, sequence_id bigint, project_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE
        'SELECT i.id, i.name, i.sequence_id, i.project_id FROM search_documents d
         JOIN work_items i ON i.workspace_id = d.workspace_id AND i.id = d.item_id
         WHERE d.workspace_id = $1 AND d.tokens @@ $2 AND i.deleted_at IS NULL AND i.hidden IS NULL
         AND (i.project_id = ANY ($3) OR i.project_id = ANY ($4) AND i.created_by = $5)
         ORDER BY d.doc_id DESC LIMIT $6'
    USING nullif(current_setting('aileron.workspace', true), '')::uuid, query::tsquery,
        ARRAY(SELECT jsonb_array_elements_text(whole)::uuid), ARRAY(SELECT jsonb_array_elements_text(own)::uuid),
        nullif(current_setting('aileron.user', true), '')::uuid, most;
END
$$;

-- The log is only added to. Erasing a workspace and redacting lift this for one transaction by a row in log_maintenance.
CREATE TABLE log_maintenance (
    workspace_id uuid NOT NULL PRIMARY KEY,
    reason text NOT NULL
);
CREATE FUNCTION events_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'events' AND EXISTS (SELECT 1 FROM log_maintenance m WHERE m.workspace_id = (to_jsonb(OLD) ->> 'workspace_id')::uuid) THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    RAISE EXCEPTION 'events are not changed or deleted';
END
$$;
CREATE TRIGGER events_are_kept BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_are_kept();
CREATE TRIGGER instance_events_are_kept BEFORE UPDATE OR DELETE ON instance_events FOR EACH ROW EXECUTE FUNCTION events_are_kept();

-- The third fence. The server works as aileron_app, which owns nothing and sees the rows of one workspace at a time.
-- aileron.user: the caller's own memberships, from which his scope is proved. aileron.unscoped: jobs and the command line.
GRANT USAGE ON SCHEMA public TO aileron_app;
REVOKE ALL ON FUNCTION search_candidates(text, jsonb, jsonb, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_candidates(text, jsonb, jsonb, bigint) TO aileron_app;

-- Puts the fence around every table. A migration that makes a table calls it again at its end.
CREATE FUNCTION fence_tables() RETURNS void LANGUAGE plpgsql AS $fence$
DECLARE t record;
BEGIN
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO aileron_app;
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO aileron_app;
    FOR t IN SELECT c.table_name FROM information_schema.columns c
             WHERE c.table_schema = 'public' AND c.column_name = 'workspace_id' AND c.table_name NOT IN ('jobs', 'idempotency_keys')
               AND NOT EXISTS (SELECT 1 FROM pg_policies p WHERE p.schemaname = 'public' AND p.tablename = c.table_name AND p.policyname = 'tenant')
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t.table_name);
        -- In sub-selects the settings are read once a statement, not once a row.
        EXECUTE format(
            'CREATE POLICY tenant ON %I USING (workspace_id = (SELECT nullif(current_setting(''aileron.workspace'', true), '''')::uuid) '
            'OR (SELECT current_setting(''aileron.unscoped'', true)) = ''on'')', t.table_name);
    END LOOP;
END
$fence$;
SELECT fence_tables();
CREATE POLICY own ON workspace_members FOR SELECT USING (member_id = (SELECT nullif(current_setting('aileron.user', true), '')::uuid));
ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON workspaces USING (
    id = (SELECT nullif(current_setting('aileron.workspace', true), '')::uuid)
    OR (SELECT current_setting('aileron.unscoped', true)) = 'on'
    OR EXISTS (SELECT 1 FROM workspace_members m WHERE m.workspace_id = workspaces.id
               AND m.member_id = (SELECT nullif(current_setting('aileron.user', true), '')::uuid))
);
