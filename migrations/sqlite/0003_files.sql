-- Uploaded files: rows of workspaces (attachments of work items, and others) and pictures of accounts.

CREATE TABLE assets (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    project_id BLOB,
    -- The work item that it is attached to, if it is.
    item_id BLOB,
    name TEXT NOT NULL,
    -- What the file is said to be, and what it is served as.
    content_type TEXT NOT NULL,
    served_type TEXT,
    -- In bytes: as declared, and of the file that is there.
    size INTEGER NOT NULL CHECK (size > 0),
    stored_size INTEGER,
    -- The stored file. Each upload has its own, so that what is stored never changes.
    blob_id BLOB,
    is_uploaded INTEGER NOT NULL CHECK (is_uploaded IN (0, 1)),
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
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id),
    CHECK (item_id IS NULL OR project_id IS NOT NULL),
    CHECK (blob_id IS NOT NULL OR NOT is_uploaded)
) STRICT;
CREATE INDEX assets_item ON assets (workspace_id, item_id, created_at) WHERE deleted_at IS NULL AND item_id IS NOT NULL;
CREATE UNIQUE INDEX assets_item_external ON assets (workspace_id, item_id, external_source, external_id) WHERE deleted_at IS NULL AND item_id IS NOT NULL AND external_id IS NOT NULL;
CREATE UNIQUE INDEX assets_project_external ON assets (workspace_id, project_id, external_source, external_id) WHERE deleted_at IS NULL AND item_id IS NULL AND project_id IS NOT NULL AND external_id IS NOT NULL;
CREATE UNIQUE INDEX assets_external ON assets (workspace_id, external_source, external_id) WHERE deleted_at IS NULL AND item_id IS NULL AND project_id IS NULL AND external_id IS NOT NULL;

CREATE TABLE user_assets (
    id BLOB NOT NULL PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    entity_type TEXT NOT NULL CHECK (entity_type IN ('USER_AVATAR', 'USER_COVER')),
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    served_type TEXT,
    size INTEGER NOT NULL CHECK (size > 0),
    stored_size INTEGER,
    blob_id BLOB,
    is_uploaded INTEGER NOT NULL CHECK (is_uploaded IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    CHECK (blob_id IS NOT NULL OR NOT is_uploaded)
) STRICT;
CREATE INDEX user_assets_user ON user_assets (user_id, entity_type) WHERE deleted_at IS NULL;

ALTER TABLE users ADD COLUMN cover_image TEXT NOT NULL DEFAULT '';
