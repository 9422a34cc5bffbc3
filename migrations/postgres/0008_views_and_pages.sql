-- Views: which items are shown, and how. Of a project, or of the workspace itself.
CREATE TABLE views (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    -- None: of the workspace itself.
    project_id uuid,
    owner_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    filters jsonb NOT NULL,
    rich_filters jsonb NOT NULL,
    display_filters jsonb NOT NULL,
    display_properties jsonb NOT NULL,
    logo_props jsonb NOT NULL,
    is_private boolean NOT NULL,
    is_locked boolean NOT NULL,
    sort_order double precision NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX views_place ON views (workspace_id, project_id, sort_order) WHERE deleted_at IS NULL;

-- Pages: texts of a project, or of the workspace itself, in a tree.
CREATE TABLE pages (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    -- None: of the workspace itself.
    project_id uuid,
    owner_id uuid NOT NULL,
    parent_id uuid,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description_html text COLLATE "C" NOT NULL,
    description_text text COLLATE "C" NOT NULL,
    description_json jsonb NOT NULL,
    description_binary bytea,
    -- What a list is searched in.
    text_key text COLLATE "C" NOT NULL,
    color text COLLATE "C" NOT NULL,
    view_props jsonb NOT NULL,
    logo_props jsonb NOT NULL,
    is_private boolean NOT NULL,
    is_locked boolean NOT NULL,
    archived_at bigint,
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
    CHECK (parent_id <> id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES pages (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX pages_place ON pages (workspace_id, project_id, sort_order) WHERE deleted_at IS NULL;
CREATE INDEX pages_parent ON pages (workspace_id, parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE page_labels (
    workspace_id uuid NOT NULL,
    page_id uuid NOT NULL,
    label_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, page_id, label_id),
    FOREIGN KEY (workspace_id, page_id) REFERENCES pages (workspace_id, id),
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id)
);
CREATE INDEX page_labels_label ON page_labels (workspace_id, label_id);

-- What a member has on the home page of a workspace.
CREATE TABLE home_preferences (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    key text COLLATE "C" NOT NULL,
    is_enabled boolean NOT NULL,
    sort_order double precision NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE UNIQUE INDEX home_preferences_part ON home_preferences (workspace_id, user_id, key) WHERE deleted_at IS NULL;

-- Work items that a member has begun to write and not made yet.
CREATE TABLE work_item_drafts (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    -- Where the item is to be made, if that is known.
    project_id uuid,
    name text COLLATE "C" NOT NULL,
    description_html text COLLATE "C" NOT NULL,
    description_binary bytea,
    -- Everything else that the request for the item will say.
    fields jsonb NOT NULL,
    sort_order double precision NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX work_item_drafts_owner ON work_item_drafts (workspace_id, owner_id, created_at) WHERE deleted_at IS NULL;

-- A workspace has views and pages of its own, so that what was looked at need not be in a project.
ALTER TABLE recent_visits ALTER COLUMN project_id DROP NOT NULL;

-- How a member wants the items of a project, a cycle, a module or a view shown.
ALTER TABLE display_preferences ADD COLUMN entity_type text COLLATE "C" NOT NULL DEFAULT 'project'
    CHECK (entity_type IN ('project', 'cycle', 'module', 'view'));
ALTER TABLE display_preferences ALTER COLUMN entity_type DROP DEFAULT;
ALTER TABLE display_preferences ADD COLUMN entity_id uuid;
UPDATE display_preferences SET entity_id = project_id;
ALTER TABLE display_preferences ALTER COLUMN entity_id SET NOT NULL;
-- None: of a view of the workspace itself.
ALTER TABLE display_preferences ALTER COLUMN project_id DROP NOT NULL;
DROP INDEX display_preferences_user;
CREATE UNIQUE INDEX display_preferences_user ON display_preferences (workspace_id, user_id, entity_type, entity_id) WHERE deleted_at IS NULL;

SELECT fence_tables();
