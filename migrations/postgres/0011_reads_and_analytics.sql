-- When work on an item first began: when it first came into a state of the group started.
ALTER TABLE work_items ADD COLUMN started_at bigint;
UPDATE work_items SET started_at = (
    SELECT min(e.at) FROM events e
    CROSS JOIN LATERAL jsonb_array_elements(e.changes) AS c (value)
    JOIN states s ON s.workspace_id = e.workspace_id AND s.id::text = c.value ->> 'new_id'
    WHERE e.workspace_id = work_items.workspace_id AND e.subject_id = work_items.id AND e.entity = 'work_item'
        AND c.value ->> 'field' = 'state' AND s.group_name = 'started'
);

-- What was completed within a time. The last columns are there so that counting needs the index alone.
CREATE INDEX work_items_completed ON work_items (workspace_id, project_id, completed_at, id, hidden, deleted_at)
    WHERE deleted_at IS NULL AND hidden IS NULL AND completed_at IS NOT NULL;

-- What happened to the items of a project within a time, and what somebody did to items.
CREATE INDEX events_project ON events (workspace_id, project_id, at, subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX events_actor ON events (workspace_id, actor_id, at) WHERE subject_id IS NOT NULL;
-- What happened to anything but items, which is little beside the rest.
CREATE INDEX events_settings ON events (workspace_id, at, seq) WHERE subject_id IS NULL;
-- Tokens of the people of a workspace, for its audit log.
CREATE INDEX instance_events_tokens ON instance_events (entity_id) WHERE entity = 'api_token';
