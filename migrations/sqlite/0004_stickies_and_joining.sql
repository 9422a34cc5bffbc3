-- Notes of one member, which nobody else sees.
CREATE TABLE stickies (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    name TEXT,
    description TEXT NOT NULL CHECK (json_valid(description)),
    description_html TEXT NOT NULL,
    description_text TEXT NOT NULL,
    description_binary BLOB,
    -- Name and text as they are looked for.
    text_key TEXT NOT NULL,
    logo_props TEXT NOT NULL CHECK (json_valid(logo_props)),
    color TEXT,
    background_color TEXT,
    sort_order REAL NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    created_by BLOB,
    updated_by BLOB,
    deleted_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
) STRICT;
CREATE INDEX stickies_owner ON stickies (workspace_id, owner_id, sort_order) WHERE deleted_at IS NULL;

-- Until when the token of an invitation is good, and who joined with it.
ALTER TABLE workspace_invitations ADD COLUMN expires_at INTEGER;
ALTER TABLE workspace_invitations ADD COLUMN accepted_by BLOB;
CREATE INDEX workspace_invitations_address ON workspace_invitations (email_key) WHERE deleted_at IS NULL AND token_hash IS NOT NULL;
