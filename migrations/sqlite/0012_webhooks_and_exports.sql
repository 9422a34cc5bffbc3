-- Webhooks: addresses that are told what happens in a workspace.
CREATE TABLE webhooks (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    url TEXT NOT NULL,
    -- Of the address in its one spelling: addresses are too long for an index.
    url_hash TEXT NOT NULL,
    is_active INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    project INTEGER NOT NULL CHECK (project IN (0, 1)),
    issue INTEGER NOT NULL CHECK (issue IN (0, 1)),
    module INTEGER NOT NULL CHECK (module IN (0, 1)),
    cycle INTEGER NOT NULL CHECK (cycle IN (0, 1)),
    issue_comment INTEGER NOT NULL CHECK (issue_comment IN (0, 1)),
    -- Patterns of events beyond the flags.
    events TEXT NOT NULL CHECK (json_valid(events)),
    -- One delivery a changed key, or one a change.
    delivery_mode TEXT NOT NULL CHECK (delivery_mode IN ('compatible', 'change')),
    -- Sealed.
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_secret_until INTEGER,
    -- Since when nothing gets through, how often in a row, and when one delivery may try again.
    failing_since INTEGER,
    failures INTEGER NOT NULL CHECK (failures >= 0),
    retry_at INTEGER,
    -- When the server gave up.
    disabled_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE UNIQUE INDEX webhooks_url ON webhooks (workspace_id, url_hash) WHERE deleted_at IS NULL;

-- What is sent to webhooks, as it was when it happened.
CREATE TABLE webhook_deliveries (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    webhook_id BLOB NOT NULL,
    -- By which receivers tell repeats: a delivery that is sent once more keeps it.
    message_id BLOB NOT NULL,
    -- The event of the log, its place there, and which part of it this is. None: a ping.
    event_id BLOB,
    seq INTEGER NOT NULL,
    part INTEGER NOT NULL,
    -- What is told in order: the work item, or whatever else it is about.
    subject_id BLOB NOT NULL,
    event TEXT NOT NULL,
    action TEXT NOT NULL,
    payload TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'delivered', 'failed')),
    attempts INTEGER NOT NULL CHECK (attempts >= 0),
    next_attempt_at INTEGER NOT NULL,
    -- Until when somebody is sending it.
    claimed_until INTEGER,
    redelivery_of BLOB,
    created_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id)
) STRICT;
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (workspace_id, webhook_id, subject_id, seq, part, id) WHERE status = 'waiting';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (workspace_id, webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (created_at);
CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries (workspace_id, webhook_id, event_id, part) WHERE event_id IS NOT NULL AND redelivery_of IS NULL;

-- How each try went.
CREATE TABLE webhook_attempts (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    delivery_id BLOB NOT NULL,
    number INTEGER NOT NULL CHECK (number > 0),
    started_at INTEGER NOT NULL,
    millis INTEGER NOT NULL,
    request_headers TEXT NOT NULL CHECK (json_valid(request_headers)),
    response_status INTEGER,
    response_headers TEXT NOT NULL CHECK (json_valid(response_headers)),
    response_body TEXT NOT NULL,
    error TEXT,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX webhook_attempts_delivery ON webhook_attempts (workspace_id, delivery_id, number);

-- Work items as files.
CREATE TABLE exports (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    provider TEXT NOT NULL CHECK (provider IN ('csv', 'xlsx', 'json')),
    status TEXT NOT NULL CHECK (status IN ('queued', 'processing', 'completed', 'failed')),
    reason TEXT NOT NULL,
    projects TEXT NOT NULL CHECK (json_valid(projects)),
    columns TEXT NOT NULL CHECK (json_valid(columns)),
    filters TEXT NOT NULL CHECK (json_valid(filters)),
    item_count INTEGER,
    size INTEGER,
    blob_id BLOB,
    expires_at INTEGER,
    completed_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE INDEX exports_owner ON exports (workspace_id, owner_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX exports_expiring ON exports (expires_at) WHERE blob_id IS NOT NULL;
CREATE INDEX exports_blob ON exports (blob_id) WHERE blob_id IS NOT NULL;
CREATE INDEX exports_unfinished ON exports (created_at) WHERE status IN ('queued', 'processing');

-- Due dates and cycles for calendar programs, under an address that is a secret.
CREATE TABLE calendar_feeds (
    workspace_id BLOB NOT NULL REFERENCES workspaces (id),
    id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    -- For which program or device, in the owner's words.
    name TEXT NOT NULL,
    -- None: what the owner works on, wherever it is.
    project_id BLOB,
    token_hash BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
) STRICT;
CREATE INDEX calendar_feeds_owner ON calendar_feeds (workspace_id, owner_id, created_at) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX calendar_feeds_token ON calendar_feeds (token_hash);
