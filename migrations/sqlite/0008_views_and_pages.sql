-- Views: which items are shown, and how. Of a project, or of the workspace itself.
CREATE TABLE views (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    -- None: of the workspace itself.
    project_id BLOB,
    owner_id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    filters TEXT NOT NULL CHECK (json_valid(filters)),
    rich_filters TEXT NOT NULL CHECK (json_valid(rich_filters)),
    display_filters TEXT NOT NULL CHECK (json_valid(display_filters)),
    display_properties TEXT NOT NULL CHECK (json_valid(display_properties)),
    logo_props TEXT NOT NULL CHECK (json_valid(logo_props)),
    is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
    is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
    sort_order REAL NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE INDEX views_place ON views (workspace_id, project_id, sort_order) WHERE deleted_at IS NULL;

-- Pages: texts of a project, or of the workspace itself, in a tree.
CREATE TABLE pages (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    -- None: of the workspace itself.
    project_id BLOB,
    owner_id BLOB NOT NULL,
    parent_id BLOB,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description_html TEXT NOT NULL,
    description_text TEXT NOT NULL,
    description_json TEXT NOT NULL CHECK (json_valid(description_json)),
    description_binary BLOB,
    -- What a list is searched in.
    text_key TEXT NOT NULL,
    color TEXT NOT NULL,
    view_props TEXT NOT NULL CHECK (json_valid(view_props)),
    logo_props TEXT NOT NULL CHECK (json_valid(logo_props)),
    is_private INTEGER NOT NULL CHECK (is_private IN (0, 1)),
    is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
    archived_at INTEGER,
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
    CHECK (parent_id <> id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, parent_id) REFERENCES pages (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE INDEX pages_place ON pages (workspace_id, project_id, sort_order) WHERE deleted_at IS NULL;
CREATE INDEX pages_parent ON pages (workspace_id, parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE page_labels (
    workspace_id BLOB NOT NULL,
    page_id BLOB NOT NULL,
    label_id BLOB NOT NULL,
    PRIMARY KEY (workspace_id, page_id, label_id),
    FOREIGN KEY (workspace_id, page_id) REFERENCES pages (workspace_id, id),
    FOREIGN KEY (workspace_id, label_id) REFERENCES labels (workspace_id, id)
) STRICT;
CREATE INDEX page_labels_label ON page_labels (workspace_id, label_id);

-- What a member has on the home page of a workspace.
CREATE TABLE home_preferences (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    key TEXT NOT NULL,
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    sort_order REAL NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE UNIQUE INDEX home_preferences_part ON home_preferences (workspace_id, user_id, key) WHERE deleted_at IS NULL;

-- Work items that a member has begun to write and not made yet.
CREATE TABLE work_item_drafts (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    -- Where the item is to be made, if that is known.
    project_id BLOB,
    name TEXT NOT NULL,
    description_html TEXT NOT NULL,
    description_binary BLOB,
    -- Everything else that the request for the item will say.
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    sort_order REAL NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE INDEX work_item_drafts_owner ON work_item_drafts (workspace_id, owner_id, created_at) WHERE deleted_at IS NULL;

-- A workspace has views and pages of its own, so that what was looked at need not be in a project.
CREATE TABLE recent_visits_anywhere (
    workspace_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    entity_name TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    project_id BLOB,
    visited_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id, entity_name, entity_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
) STRICT;
INSERT INTO recent_visits_anywhere SELECT workspace_id, user_id, entity_name, entity_id, project_id, visited_at FROM recent_visits;
DROP TABLE recent_visits;
ALTER TABLE recent_visits_anywhere RENAME TO recent_visits;

-- How a member wants the items of a project, a cycle, a module or a view shown.
CREATE TABLE display_preferences_of_things (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    entity_type TEXT NOT NULL CHECK (entity_type IN ('project', 'cycle', 'module', 'view')),
    entity_id BLOB NOT NULL,
    -- None: of a view of the workspace itself.
    project_id BLOB,
    user_id BLOB NOT NULL,
    filters TEXT NOT NULL CHECK (json_valid(filters)),
    rich_filters TEXT NOT NULL CHECK (json_valid(rich_filters)),
    display_filters TEXT NOT NULL CHECK (json_valid(display_filters)),
    display_properties TEXT NOT NULL CHECK (json_valid(display_properties)),
    preferences TEXT NOT NULL CHECK (json_valid(preferences)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
INSERT INTO display_preferences_of_things
    SELECT workspace_id, id, 'project', project_id, project_id, user_id, filters, rich_filters, display_filters, display_properties,
           preferences, created_at, updated_at, created_by, updated_by, deleted_at, version
    FROM display_preferences;
DROP TABLE display_preferences;
ALTER TABLE display_preferences_of_things RENAME TO display_preferences;
CREATE UNIQUE INDEX display_preferences_user ON display_preferences (workspace_id, user_id, entity_type, entity_id) WHERE deleted_at IS NULL;
