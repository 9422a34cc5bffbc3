-- Cycles: spans of time in which a project works on a choice of its items.
CREATE TABLE cycles (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    -- The first and the last instant; both or neither.
    starts_at bigint,
    ends_at bigint,
    -- The zone in which its days begin.
    timezone text COLLATE "C" NOT NULL,
    owned_by uuid NOT NULL,
    view_props jsonb NOT NULL,
    logo_props jsonb NOT NULL,
    sort_order double precision NOT NULL,
    -- How it stood when what was left of it was moved on.
    progress_snapshot jsonb NOT NULL,
    archived_at bigint,
    -- Its number among those that the cadence of the project made.
    cadence_number bigint,
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
    CHECK ((starts_at IS NULL) = (ends_at IS NULL)),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, owned_by) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX cycles_created ON cycles (workspace_id, project_id, created_at, id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX cycles_cadence ON cycles (workspace_id, project_id, cadence_number) WHERE cadence_number IS NOT NULL;

-- Which cycle an item is in: one at most.
CREATE TABLE cycle_items (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    cycle_id uuid NOT NULL,
    item_id uuid NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, cycle_id) REFERENCES cycles (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id)
);
CREATE UNIQUE INDEX cycle_items_item ON cycle_items (workspace_id, item_id) WHERE deleted_at IS NULL;
CREATE INDEX cycle_items_cycle ON cycle_items (workspace_id, cycle_id, created_at) WHERE deleted_at IS NULL;

-- Whether cycles of a project may run side by side, and whether and how new ones are made by themselves.
CREATE TABLE cycle_settings (
    workspace_id uuid NOT NULL,
    project_id uuid NOT NULL,
    allows_parallel boolean NOT NULL,
    cadence_enabled boolean NOT NULL,
    -- Days.
    cadence_length bigint NOT NULL CHECK (cadence_length BETWEEN 1 AND 365),
    cadence_cooldown bigint NOT NULL CHECK (cadence_cooldown BETWEEN 0 AND 90),
    -- How many cycles are made ahead.
    cadence_ahead bigint NOT NULL CHECK (cadence_ahead BETWEEN 1 AND 10),
    cadence_roll_over boolean NOT NULL,
    -- The first day of the first cycle.
    cadence_start date,
    cadence_name text COLLATE "C" NOT NULL,
    -- Who owns the cycles that are made.
    owner_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, project_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
);

-- Modules: parts of what a project makes, each with a choice of its items.
CREATE TABLE modules (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    description text COLLATE "C" NOT NULL,
    start_date date,
    target_date date,
    status text COLLATE "C" NOT NULL CHECK (status IN ('backlog', 'planned', 'in-progress', 'paused', 'completed', 'cancelled')),
    lead_id uuid,
    view_props jsonb NOT NULL,
    logo_props jsonb NOT NULL,
    sort_order double precision NOT NULL,
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
    UNIQUE (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, lead_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE UNIQUE INDEX modules_name ON modules (workspace_id, project_id, name_key) WHERE deleted_at IS NULL;
CREATE INDEX modules_created ON modules (workspace_id, project_id, created_at, id) WHERE deleted_at IS NULL;

CREATE TABLE module_members (
    workspace_id uuid NOT NULL,
    module_id uuid NOT NULL,
    member_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, module_id, member_id),
    FOREIGN KEY (workspace_id, module_id) REFERENCES modules (workspace_id, id),
    FOREIGN KEY (workspace_id, member_id) REFERENCES workspace_members (workspace_id, member_id)
);

-- Which modules an item is in: any number.
CREATE TABLE module_items (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    module_id uuid NOT NULL,
    item_id uuid NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id, module_id) REFERENCES modules (workspace_id, project_id, id),
    FOREIGN KEY (workspace_id, project_id, item_id) REFERENCES work_items (workspace_id, project_id, id)
);
CREATE UNIQUE INDEX module_items_pair ON module_items (workspace_id, item_id, module_id) WHERE deleted_at IS NULL;
CREATE INDEX module_items_module ON module_items (workspace_id, module_id, created_at) WHERE deleted_at IS NULL;

CREATE TABLE module_links (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    module_id uuid NOT NULL,
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
    FOREIGN KEY (workspace_id, project_id, module_id) REFERENCES modules (workspace_id, project_id, id)
);
CREATE INDEX module_links_module ON module_links (workspace_id, module_id) WHERE deleted_at IS NULL;

SELECT fence_tables();
