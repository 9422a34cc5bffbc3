-- Who follows the log: each is entered once, with positions at the ends of the logs that there are by then.
CREATE TABLE consumers (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    registered_at bigint NOT NULL
);

-- How far each has got in the log of a workspace. Without a row: nowhere yet.
CREATE TABLE consumer_positions (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    consumer text COLLATE "C" NOT NULL,
    -- The last event that is done with.
    seq bigint NOT NULL CHECK (seq >= 0),
    -- How often the next one failed, when it is tried again, and why it failed.
    attempts bigint NOT NULL,
    retry_at bigint,
    last_error text COLLATE "C",
    moved_at bigint NOT NULL,
    PRIMARY KEY (workspace_id, consumer)
);

-- Events that a consumer could not bear, put aside for an admin.
CREATE TABLE dead_letters (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    consumer text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    attempts bigint NOT NULL,
    last_error text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    -- Set by who wants it tried once more.
    retry_at bigint,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, consumer, seq)
);
CREATE INDEX dead_letters_retry ON dead_letters (consumer, retry_at) WHERE retry_at IS NOT NULL;

-- The event from which on somebody hears of an item.
ALTER TABLE work_item_subscribers ADD COLUMN since bigint NOT NULL DEFAULT 0;

-- What members are told of: an event about an item, which holds what happened.
CREATE TABLE notifications (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    item_id uuid NOT NULL,
    seq bigint NOT NULL,
    -- Why he is told: he was mentioned, works on the item, made it; or else because he subscribed.
    is_mentioned boolean NOT NULL,
    is_assigned boolean NOT NULL,
    is_creator boolean NOT NULL,
    -- What of the event he wants to know.
    kinds jsonb NOT NULL,
    created_at bigint NOT NULL,
    read_at bigint,
    archived_at bigint,
    snoozed_till bigint,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, receiver_id, seq),
    FOREIGN KEY (workspace_id, receiver_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id)
);
CREATE INDEX notifications_item ON notifications (workspace_id, item_id);
CREATE INDEX notifications_unread ON notifications (workspace_id, receiver_id, seq) WHERE read_at IS NULL AND archived_at IS NULL;

-- What a member wants to be told of, and how: in the workspace, or otherwise in one project of it. What is not said holds as in the workspace.
CREATE TABLE notification_preferences (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    project_id uuid,
    in_app jsonb NOT NULL,
    email jsonb NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
);
CREATE UNIQUE INDEX notification_preferences_workspace ON notification_preferences (workspace_id, user_id) WHERE deleted_at IS NULL AND project_id IS NULL;
CREATE UNIQUE INDEX notification_preferences_project ON notification_preferences (workspace_id, user_id, project_id) WHERE deleted_at IS NULL AND project_id IS NOT NULL;

SELECT fence_tables();
