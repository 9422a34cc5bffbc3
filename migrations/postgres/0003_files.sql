-- Uploaded files: rows of workspaces (attachments of work items, and others) and pictures of accounts.

CREATE TABLE assets (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    project_id uuid,
    -- The work item that it is attached to, if it is.
    item_id uuid,
    name text COLLATE "C" NOT NULL,
    -- What the file is said to be, and what it is served as.
    content_type text COLLATE "C" NOT NULL,
    served_type text COLLATE "C",
    -- In bytes: as declared, and of the file that is there.
    size bigint NOT NULL CHECK (size > 0),
    stored_size bigint,
    -- The stored file. Each upload has its own, so that what is stored never changes.
    blob_id uuid,
    is_uploaded boolean NOT NULL,
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
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id),
    CHECK (item_id IS NULL OR project_id IS NOT NULL),
    CHECK (blob_id IS NOT NULL OR NOT is_uploaded)
);
CREATE INDEX assets_item ON assets (workspace_id, item_id, created_at) WHERE deleted_at IS NULL AND item_id IS NOT NULL;
CREATE UNIQUE INDEX assets_item_external ON assets (workspace_id, item_id, external_source, external_id) WHERE deleted_at IS NULL AND item_id IS NOT NULL AND external_id IS NOT NULL;
CREATE UNIQUE INDEX assets_project_external ON assets (workspace_id, project_id, external_source, external_id) WHERE deleted_at IS NULL AND item_id IS NULL AND project_id IS NOT NULL AND external_id IS NOT NULL;
CREATE UNIQUE INDEX assets_external ON assets (workspace_id, external_source, external_id) WHERE deleted_at IS NULL AND item_id IS NULL AND project_id IS NULL AND external_id IS NOT NULL;

CREATE TABLE user_assets (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    entity_type text COLLATE "C" NOT NULL CHECK (entity_type IN ('USER_AVATAR', 'USER_COVER')),
    name text COLLATE "C" NOT NULL,
    content_type text COLLATE "C" NOT NULL,
    served_type text COLLATE "C",
    size bigint NOT NULL CHECK (size > 0),
    stored_size bigint,
    blob_id uuid,
    is_uploaded boolean NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    deleted_at bigint,
    CHECK (blob_id IS NOT NULL OR NOT is_uploaded)
);
CREATE INDEX user_assets_user ON user_assets (user_id, entity_type) WHERE deleted_at IS NULL;

ALTER TABLE users ADD COLUMN cover_image text COLLATE "C" NOT NULL DEFAULT '';

SELECT fence_tables();
