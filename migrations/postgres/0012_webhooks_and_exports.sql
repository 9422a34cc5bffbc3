-- Webhooks: addresses that are told what happens in a workspace.
CREATE TABLE webhooks (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    url text COLLATE "C" NOT NULL,
    -- Of the address in its one spelling: addresses are too long for an index.
    url_hash text COLLATE "C" NOT NULL,
    is_active boolean NOT NULL,
    project boolean NOT NULL,
    issue boolean NOT NULL,
    module boolean NOT NULL,
    cycle boolean NOT NULL,
    issue_comment boolean NOT NULL,
    -- Patterns of events beyond the flags.
    events jsonb NOT NULL,
    -- One delivery a changed key, or one a change.
    delivery_mode text COLLATE "C" NOT NULL CHECK (delivery_mode IN ('compatible', 'change')),
    -- Sealed.
    secret text COLLATE "C" NOT NULL,
    previous_secret text COLLATE "C",
    previous_secret_until bigint,
    -- Since when nothing gets through, how often in a row, and when one delivery may try again.
    failing_since bigint,
    failures bigint NOT NULL CHECK (failures >= 0),
    retry_at bigint,
    -- When the server gave up.
    disabled_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX webhooks_url ON webhooks (workspace_id, url_hash) WHERE deleted_at IS NULL;

-- What is sent to webhooks, as it was when it happened.
CREATE TABLE webhook_deliveries (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    webhook_id uuid NOT NULL,
    -- By which receivers tell repeats: a delivery that is sent once more keeps it.
    message_id uuid NOT NULL,
    -- The event of the log, its place there, and which part of it this is. None: a ping.
    event_id uuid,
    seq bigint NOT NULL,
    part bigint NOT NULL,
    -- What is told in order: the work item, or whatever else it is about.
    subject_id uuid NOT NULL,
    event text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    payload text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL CHECK (status IN ('waiting', 'delivered', 'failed')),
    attempts bigint NOT NULL CHECK (attempts >= 0),
    next_attempt_at bigint NOT NULL,
    -- Until when somebody is sending it.
    claimed_until bigint,
    redelivery_of uuid,
    created_at bigint NOT NULL,
    finished_at bigint,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id)
);
CREATE INDEX webhook_deliveries_waiting ON webhook_deliveries (workspace_id, webhook_id, subject_id, seq, part, id) WHERE status = 'waiting';
CREATE INDEX webhook_deliveries_log ON webhook_deliveries (workspace_id, webhook_id, created_at, id);
CREATE INDEX webhook_deliveries_old ON webhook_deliveries (created_at);
CREATE UNIQUE INDEX webhook_deliveries_event ON webhook_deliveries (workspace_id, webhook_id, event_id, part) WHERE event_id IS NOT NULL AND redelivery_of IS NULL;

-- How each try went.
CREATE TABLE webhook_attempts (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    started_at bigint NOT NULL,
    millis bigint NOT NULL,
    request_headers jsonb NOT NULL,
    response_status bigint,
    response_headers jsonb NOT NULL,
    response_body text COLLATE "C" NOT NULL,
    error text COLLATE "C",
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, delivery_id) REFERENCES webhook_deliveries (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_attempts_delivery ON webhook_attempts (workspace_id, delivery_id, number);

-- Work items as files.
CREATE TABLE exports (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    provider text COLLATE "C" NOT NULL CHECK (provider IN ('csv', 'xlsx', 'json')),
    status text COLLATE "C" NOT NULL CHECK (status IN ('queued', 'processing', 'completed', 'failed')),
    reason text COLLATE "C" NOT NULL,
    projects jsonb NOT NULL,
    columns jsonb NOT NULL,
    filters jsonb NOT NULL,
    item_count bigint,
    size bigint,
    blob_id uuid,
    expires_at bigint,
    completed_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX exports_owner ON exports (workspace_id, owner_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX exports_expiring ON exports (expires_at) WHERE blob_id IS NOT NULL;
CREATE INDEX exports_blob ON exports (blob_id) WHERE blob_id IS NOT NULL;
CREATE INDEX exports_unfinished ON exports (created_at) WHERE status IN ('queued', 'processing');

-- Due dates and cycles for calendar programs, under an address that is a secret.
CREATE TABLE calendar_feeds (
    workspace_id uuid NOT NULL REFERENCES workspaces (id),
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    -- For which program or device, in the owner's words.
    name text COLLATE "C" NOT NULL,
    -- None: what the owner works on, wherever it is.
    project_id uuid,
    token_hash bytea NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id)
);
CREATE INDEX calendar_feeds_owner ON calendar_feeds (workspace_id, owner_id, created_at) WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX calendar_feeds_token ON calendar_feeds (token_hash);

SELECT fence_tables();
