-- When a person wants mails: not within quiet hours, or all together once a day. In minutes after midnight in his time zone.
ALTER TABLE users ADD COLUMN quiet_from bigint;
ALTER TABLE users ADD COLUMN quiet_to bigint;
ALTER TABLE users ADD COLUMN digest_at bigint;

-- Words that were mailed to somebody and that prove, for a while and once, that he reads what is sent to that address.
CREATE TABLE mailed_codes (
    id uuid NOT NULL PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('password', 'email')),
    code_hash bytea NOT NULL,
    email text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint
);
CREATE INDEX mailed_codes_hash ON mailed_codes (code_hash);
CREATE INDEX mailed_codes_user ON mailed_codes (user_id, created_at);

-- The token in the mail of an invitation, beside that of the link which an admin makes by hand.
ALTER TABLE workspace_invitations ADD COLUMN mailed_token_hash bytea;
ALTER TABLE workspace_invitations ADD COLUMN mailed_until bigint;
DROP INDEX workspace_invitations_address;
CREATE INDEX workspace_invitations_address ON workspace_invitations (email_key) WHERE deleted_at IS NULL;

-- What members are to be told by mail. It stays for a while after it was told, so that nobody is told twice.
CREATE TABLE notification_mails (
    workspace_id uuid NOT NULL,
    receiver_id uuid NOT NULL,
    item_id uuid NOT NULL,
    seq bigint NOT NULL,
    kinds jsonb NOT NULL,
    created_at bigint NOT NULL,
    -- When it is looked at next, and when nothing more was to be done.
    due_at bigint NOT NULL,
    done_at bigint,
    PRIMARY KEY (workspace_id, receiver_id, seq),
    FOREIGN KEY (workspace_id, receiver_id) REFERENCES workspace_members (workspace_id, member_id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id)
);
CREATE INDEX notification_mails_item ON notification_mails (workspace_id, item_id);
CREATE INDEX notification_mails_due ON notification_mails (workspace_id, due_at) WHERE done_at IS NULL;

SELECT fence_tables();
CREATE INDEX notification_mails_seq ON notification_mails (workspace_id, seq);
CREATE INDEX notification_mails_waiting ON notification_mails (workspace_id, receiver_id, due_at) WHERE done_at IS NULL;
CREATE INDEX notification_mails_done ON notification_mails (done_at) WHERE done_at IS NOT NULL;

-- What a link is looked up by, and what a batch of events asks for.
CREATE INDEX workspace_invitations_token ON workspace_invitations (token_hash) WHERE token_hash IS NOT NULL;
CREATE INDEX workspace_invitations_mailed ON workspace_invitations (mailed_token_hash) WHERE mailed_token_hash IS NOT NULL;
CREATE INDEX notifications_seq ON notifications (workspace_id, seq);
