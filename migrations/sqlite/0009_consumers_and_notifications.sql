-- Who follows the log: each is entered once, with positions at the ends of the logs that there are by then.
CREATE TABLE consumers (
    name TEXT NOT NULL PRIMARY KEY,
    registered_at INTEGER NOT NULL
) STRICT;

-- How far each has got in the log of a workspace. Without a row: nowhere yet.
CREATE TABLE consumer_positions (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    consumer TEXT NOT NULL,
    -- The last event that is done with.
    seq INTEGER NOT NULL CHECK (seq >= 0),
    -- How often the next one failed, when it is tried again, and why it failed.
    attempts INTEGER NOT NULL,
    retry_at INTEGER,
    last_error TEXT,
    moved_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, consumer)
) STRICT;

-- Events that a consumer could not bear, put aside for an admin.
CREATE TABLE dead_letters (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    consumer TEXT NOT NULL,
    seq INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Set by who wants it tried once more.
    retry_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, consumer, seq)
) STRICT;
CREATE INDEX dead_letters_retry ON dead_letters (consumer, retry_at) WHERE retry_at IS NOT NULL;

-- The event from which on somebody hears of an item.
ALTER TABLE work_item_subscribers ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

-- What members are told of: an event about an item, which holds what happened.
CREATE TABLE notifications (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    receiver_id BLOB NOT NULL,
    item_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    -- Why he is told: he was mentioned, works on the item, made it; or else because he subscribed.
    is_mentioned INTEGER NOT NULL CHECK (is_mentioned IN (0, 1)),
    is_assigned INTEGER NOT NULL CHECK (is_assigned IN (0, 1)),
    is_creator INTEGER NOT NULL CHECK (is_creator IN (0, 1)),
    -- What of the event he wants to know.
    kinds TEXT NOT NULL CHECK (json_valid(kinds)),
    created_at INTEGER NOT NULL,
    read_at INTEGER,
    archived_at INTEGER,
    snoozed_till INTEGER,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, receiver_id, seq),
    FOREIGN KEY (workspace_id, receiver_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id)
) STRICT;
CREATE INDEX notifications_item ON notifications (workspace_id, item_id);
CREATE INDEX notifications_unread ON notifications (workspace_id, receiver_id, seq) WHERE read_at IS NULL AND archived_at IS NULL;

-- What a member wants to be told of, and how: in the workspace, or otherwise in one project of it. What is not said holds as in the workspace.
CREATE TABLE notification_preferences (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    project_id BLOB,
    in_app TEXT NOT NULL CHECK (json_valid(in_app)),
    email TEXT NOT NULL CHECK (json_valid(email)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, user_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX notification_preferences_workspace ON notification_preferences (workspace_id, user_id) WHERE deleted_at IS NULL AND project_id IS NULL;
CREATE UNIQUE INDEX notification_preferences_project ON notification_preferences (workspace_id, user_id, project_id) WHERE deleted_at IS NULL AND project_id IS NOT NULL;
