-- Notes of one member, which nobody else sees.
CREATE TABLE stickies (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text COLLATE "C",
    description jsonb NOT NULL,
    description_html text COLLATE "C" NOT NULL,
    description_text text COLLATE "C" NOT NULL,
    description_binary bytea,
    -- Name and text as they are looked for.
    text_key text COLLATE "C" NOT NULL,
    logo_props jsonb NOT NULL,
    color text COLLATE "C",
    background_color text COLLATE "C",
    sort_order double precision NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    created_by uuid,
    updated_by uuid,
    deleted_at bigint,
    version bigint NOT NULL,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, owner_id) REFERENCES workspace_members (workspace_id, member_id)
);
CREATE INDEX stickies_owner ON stickies (workspace_id, owner_id, sort_order) WHERE deleted_at IS NULL;

-- Until when the token of an invitation is good, and who joined with it.
ALTER TABLE workspace_invitations ADD COLUMN expires_at bigint;
ALTER TABLE workspace_invitations ADD COLUMN accepted_by uuid;
CREATE INDEX workspace_invitations_address ON workspace_invitations (email_key) WHERE deleted_at IS NULL AND token_hash IS NOT NULL;

SELECT fence_tables();
