-- Estimates: the scale of a project and its values. A project has one; items name one of its values.
CREATE TABLE estimates (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL CHECK (kind IN ('categories', 'points', 'time')),
    last_used boolean NOT NULL,
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
CREATE UNIQUE INDEX estimates_project ON estimates (workspace_id, project_id) WHERE deleted_at IS NULL;

CREATE TABLE estimate_points (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    estimate_id uuid NOT NULL,
    -- Its place in the scale.
    key bigint NOT NULL CHECK (key >= 0),
    value text COLLATE "C" NOT NULL,
    value_key text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    external_source text COLLATE "C",
    external_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, estimate_id) REFERENCES estimates (workspace_id, project_id, id)
);
CREATE UNIQUE INDEX estimate_points_value ON estimate_points (workspace_id, estimate_id, value_key) WHERE deleted_at IS NULL;
CREATE INDEX work_items_estimate ON work_items (workspace_id, estimate_point_id) WHERE deleted_at IS NULL AND estimate_point_id IS NOT NULL;

-- Intake: what waits for somebody to decide on it. The item itself is a work item in triage.
CREATE TABLE intakes (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
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
CREATE UNIQUE INDEX intakes_project ON intakes (workspace_id, project_id) WHERE deleted_at IS NULL;

CREATE TABLE intake_items (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    intake_id uuid NOT NULL,
    item_id uuid NOT NULL,
    -- -2 pending, -1 declined, 0 snoozed, 1 accepted, 2 duplicate.
    status bigint NOT NULL CHECK (status BETWEEN -2 AND 2),
    snoozed_till bigint,
    duplicate_to_id uuid,
    source text COLLATE "C",
    source_email text COLLATE "C",
    external_source text COLLATE "C",
    external_id text COLLATE "C",
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    CHECK (duplicate_to_id <> item_id),
    FOREIGN KEY (workspace_id, project_id, intake_id) REFERENCES intakes (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id, duplicate_to_id) REFERENCES work_items (workspace_id, project_id, id)
);
CREATE UNIQUE INDEX intake_items_item ON intake_items (workspace_id, item_id) WHERE deleted_at IS NULL;
CREATE INDEX intake_items_created ON intake_items (workspace_id, project_id, created_at, id) WHERE deleted_at IS NULL;

-- What people feel about an item, or about a comment on it.
CREATE TABLE reactions (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    item_id uuid NOT NULL,
    comment_id uuid,
    actor_id uuid NOT NULL,
    reaction text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, comment_id) REFERENCES comments (workspace_id, id),
    FOREIGN KEY (workspace_id, actor_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE UNIQUE INDEX reactions_item ON reactions (workspace_id, item_id, actor_id, reaction) WHERE deleted_at IS NULL AND comment_id IS NULL;
CREATE UNIQUE INDEX reactions_comment ON reactions (workspace_id, comment_id, actor_id, reaction) WHERE deleted_at IS NULL AND comment_id IS NOT NULL;

CREATE TABLE votes (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    item_id uuid NOT NULL,
    actor_id uuid NOT NULL,
    vote bigint NOT NULL CHECK (vote IN (-1, 1)),
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, actor_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE UNIQUE INDEX votes_actor ON votes (workspace_id, item_id, actor_id) WHERE deleted_at IS NULL;

-- Who wants to hear of an item.
CREATE TABLE work_item_subscribers (
    workspace_id uuid NOT NULL,
    item_id uuid NOT NULL,
    member_id uuid NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, item_id, member_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX work_item_subscribers_member ON work_item_subscribers (workspace_id, member_id);

-- What a member keeps at hand, in folders or not.
CREATE TABLE favorites (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    entity_type text COLLATE "C" NOT NULL CHECK (entity_type IN ('folder', 'project', 'cycle', 'module', 'view', 'page')),
    entity_id uuid,
    project_id uuid,
    -- The folder's, or another one than the thing's own.
    name text COLLATE "C",
    parent_id uuid,
    sequence double precision NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, user_id, id),
    CHECK ((entity_type = 'folder') = (entity_id IS NULL)),
    CHECK (parent_id <> id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id, parent_id) REFERENCES favorites (workspace_id, user_id, id)
);
CREATE UNIQUE INDEX favorites_entity ON favorites (workspace_id, user_id, entity_type, entity_id) WHERE deleted_at IS NULL AND entity_id IS NOT NULL;
CREATE INDEX favorites_user ON favorites (workspace_id, user_id, sequence) WHERE deleted_at IS NULL;

-- What a member looked at last.
CREATE TABLE recent_visits (
    workspace_id uuid NOT NULL,
    user_id uuid NOT NULL,
    entity_name text COLLATE "C" NOT NULL,
    entity_id uuid NOT NULL,
    project_id uuid NOT NULL,
    visited_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, user_id, entity_name, entity_id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
);

-- Addresses that a member keeps at hand.
CREATE TABLE quick_links (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    title text COLLATE "C",
    url text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX quick_links_owner ON quick_links (workspace_id, owner_id, created_at) WHERE deleted_at IS NULL;

-- How a member wants the items of a project shown.
CREATE TABLE display_preferences (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    user_id uuid NOT NULL,
    filters jsonb NOT NULL,
    rich_filters jsonb NOT NULL,
    display_filters jsonb NOT NULL,
    display_properties jsonb NOT NULL,
    preferences jsonb NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE UNIQUE INDEX display_preferences_user ON display_preferences (workspace_id, project_id, user_id) WHERE deleted_at IS NULL;

SELECT fence_tables();
