-- What changed outside of workspaces is JSON, checked here as everywhere: the portable form of a row tells JSON from text by this check.
DROP TRIGGER instance_events_are_not_changed;
DROP TRIGGER instance_events_are_not_deleted;
DROP INDEX instance_events_tokens;
CREATE TABLE instance_events_checked (
    seq INTEGER NOT NULL PRIMARY KEY,
    id BLOB NOT NULL,
    at INTEGER NOT NULL,
    actor_id BLOB,
    actor_kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    request_id TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    verb TEXT NOT NULL,
    changes TEXT NOT NULL CHECK (json_valid(changes))
) STRICT;
INSERT INTO instance_events_checked SELECT seq, id, at, actor_id, actor_kind, origin, request_id, entity, entity_id, verb, changes FROM instance_events;
DROP TABLE instance_events;
ALTER TABLE instance_events_checked RENAME TO instance_events;
CREATE INDEX instance_events_tokens ON instance_events (entity_id) WHERE entity = 'api_token';
CREATE TRIGGER instance_events_are_not_changed BEFORE UPDATE ON instance_events
BEGIN SELECT RAISE (ABORT, 'events are not changed'); END;
CREATE TRIGGER instance_events_are_not_deleted BEFORE DELETE ON instance_events
BEGIN SELECT RAISE (ABORT, 'events are not deleted'); END;

-- What has lain in the trash for too long is looked for in all workspaces at once.
CREATE INDEX work_items_trash ON work_items (deleted_at) WHERE deleted_at IS NOT NULL;
