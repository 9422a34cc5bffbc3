-- Cycles: spans of time in which a project works on a choice of its items.
CREATE TABLE cycles (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    -- The first and the last instant; both or neither.
    starts_at INTEGER,
    ends_at INTEGER,
    -- The zone in which its days begin.
    timezone TEXT NOT NULL,
    owned_by BLOB NOT NULL,
    view_props TEXT NOT NULL CHECK (json_valid(view_props)),
    logo_props TEXT NOT NULL CHECK (json_valid(logo_props)),
    sort_order REAL NOT NULL,
    -- How it stood when what was left of it was moved on.
    progress_snapshot TEXT NOT NULL CHECK (json_valid(progress_snapshot)),
    archived_at INTEGER,
    -- Its number among those that the cadence of the project made.
    cadence_number INTEGER,
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
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, owned_by) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE INDEX cycles_created ON cycles (workspace_id, project_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX cycles_cadence ON cycles (workspace_id, project_id, cadence_number) WHERE cadence_number IS NOT NULL;

-- Which cycle an item is in: one at most.
CREATE TABLE cycle_items (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    cycle_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, cycle_id) REFERENCES cycles (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id)
) STRICT;
CREATE UNIQUE INDEX cycle_items_item ON cycle_items (workspace_id, item_id) WHERE deleted_at IS NULL;
CREATE INDEX cycle_items_cycle ON cycle_items (workspace_id, cycle_id, created_at) WHERE deleted_at IS NULL;

-- Whether cycles of a project may run side by side, and whether and how new ones are made by themselves.
CREATE TABLE cycle_settings (
    workspace_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    allows_parallel INTEGER NOT NULL CHECK (allows_parallel IN (0, 1)),
    cadence_enabled INTEGER NOT NULL CHECK (cadence_enabled IN (0, 1)),
    -- Days.
    cadence_length INTEGER NOT NULL CHECK (cadence_length BETWEEN 1 AND 365),
    cadence_cooldown INTEGER NOT NULL CHECK (cadence_cooldown BETWEEN 0 AND 90),
    -- How many cycles are made ahead.
    cadence_ahead INTEGER NOT NULL CHECK (cadence_ahead BETWEEN 1 AND 10),
    cadence_roll_over INTEGER NOT NULL CHECK (cadence_roll_over IN (0, 1)),
    -- The first day of the first cycle.
    cadence_start TEXT,
    cadence_name TEXT NOT NULL,
    -- Who owns the cycles that are made.
    owner_id BLOB NOT NULL,
    PRIMARY KEY (workspace_id, project_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;

-- Modules: parts of what a project makes, each with a choice of its items.
CREATE TABLE modules (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    start_date TEXT,
    target_date TEXT,
    status TEXT NOT NULL CHECK (status IN ('backlog', 'planned', 'in-progress', 'paused', 'completed', 'cancelled')),
    lead_id BLOB,
    view_props TEXT NOT NULL CHECK (json_valid(view_props)),
    logo_props TEXT NOT NULL CHECK (json_valid(logo_props)),
    sort_order REAL NOT NULL,
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
    UNIQUE (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE UNIQUE INDEX modules_name ON modules (workspace_id, project_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX modules_created ON modules (workspace_id, project_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE module_members (
    workspace_id BLOB NOT NULL,
    module_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    PRIMARY KEY (workspace_id, module_id, member_id),
    FOREIGN KEY (workspace_id, module_id) REFERENCES modules (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;

-- Which modules an item is in: any number.
CREATE TABLE module_items (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    module_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, module_id) REFERENCES modules (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id)
) STRICT;
CREATE UNIQUE INDEX module_items_pair ON module_items (workspace_id, item_id, module_id) WHERE deleted_at IS NULL;
CREATE INDEX module_items_module ON module_items (workspace_id, module_id, created_at) WHERE deleted_at IS NULL;

CREATE TABLE module_links (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    module_id BLOB NOT NULL,
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
    FOREIGN KEY (workspace_id, project_id, module_id) REFERENCES modules (workspace_id, project_id, id)
) STRICT;
CREATE INDEX module_links_module ON module_links (workspace_id, module_id) WHERE deleted_at IS NULL;
