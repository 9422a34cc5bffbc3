-- Rules of projects: when something happens, and if an item fits, something is done.
CREATE TABLE automations (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    name text COLLATE "C" NOT NULL,
    is_enabled boolean NOT NULL,
    -- The setting of the project that the rule carries out; null: people wrote it.
    setting text COLLATE "C" CHECK (setting IN ('archive_in', 'close_in')),
    trigger_kind text COLLATE "C" NOT NULL CHECK (trigger_kind IN ('item_created', 'item_changed', 'comment_added', 'schedule', 'due_soon')),
    trigger_data jsonb NOT NULL,
    filters jsonb NOT NULL,
    actions jsonb NOT NULL,
    -- Whose turn it is among those who are assigned by turns: how many turns there were.
    turn bigint NOT NULL CHECK (turn >= 0),
    -- When a rule with a time of its own acts next.
    next_at bigint,
    -- The place in the log from which on it acts: where it was made, switched on, or made to do something else.
    since bigint NOT NULL,
    -- How often it acted: in the hour that began then; on the day that is due, if it has a time of its own.
    acted bigint NOT NULL CHECK (acted >= 0),
    acted_from bigint,
    -- When it was switched off because it acted too often.
    paused_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
);
CREATE INDEX automations_project ON automations (workspace_id, project_id) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX automations_setting ON automations (workspace_id, project_id, setting) WHERE deleted_at IS NULL AND setting IS NOT NULL;
CREATE INDEX automations_next ON automations (next_at) WHERE deleted_at IS NULL AND is_enabled AND next_at IS NOT NULL;

-- What a rule did about an item, and why not.
CREATE TABLE automation_runs (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    automation_id uuid NOT NULL,
    item_id uuid NOT NULL,
    -- What it acted on, once: an event, or a day.
    occasion text COLLATE "C" NOT NULL,
    -- The place of that event in the log.
    seq bigint,
    -- The event from which it follows, by way of other runs perhaps; of a rule with a time of its own, the run.
    root uuid NOT NULL,
    outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('done', 'nothing', 'failed', 'stopped')),
    effects jsonb NOT NULL,
    error text COLLATE "C",
    created_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, automation_id, item_id, occasion),
    FOREIGN KEY (workspace_id, automation_id) REFERENCES automations (workspace_id, id)
);
CREATE INDEX automation_runs_log ON automation_runs (workspace_id, automation_id, created_at, seq, id);
CREATE INDEX automation_runs_events ON automation_runs (workspace_id, automation_id, seq);
CREATE INDEX automation_runs_chain ON automation_runs (workspace_id, root);
CREATE INDEX automation_runs_old ON automation_runs (created_at);

-- The rule that did it, and how many rules followed on each other until there.
ALTER TABLE events ADD COLUMN automation_id uuid;
ALTER TABLE events ADD COLUMN automation_depth bigint NOT NULL DEFAULT 0;

SELECT fence_tables();
