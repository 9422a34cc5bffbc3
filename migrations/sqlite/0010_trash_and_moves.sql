-- What was deleted together with an item above it names that item: it comes back with it, and is not listed beside it.
ALTER TABLE work_items ADD COLUMN deleted_with BLOB;
CREATE INDEX work_items_deleted ON work_items (workspace_id, project_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX work_items_deleted_with ON work_items (workspace_id, deleted_with) WHERE deleted_with IS NOT NULL;
CREATE INDEX work_items_archived ON work_items (workspace_id, project_id, created_at, id) WHERE deleted_at IS NULL AND hidden = 'archived';
CREATE INDEX cycles_deleted ON cycles (workspace_id, project_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX modules_deleted ON modules (workspace_id, project_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- What items were called in the projects that they moved out of. No other item of that project ever gets the number.
CREATE TABLE former_identifiers (
    workspace_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    sequence_id INTEGER NOT NULL,
    -- The letters of the project at that time: they lead to the item when the project has others, or is gone.
    identifier_key TEXT NOT NULL,
    item_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, project_id, sequence_id),
    FOREIGN KEY (workspace_id, project_id) REFERENCES projects (workspace_id, id),
    FOREIGN KEY (workspace_id, item_id) REFERENCES work_items (workspace_id, id)
) STRICT;
CREATE INDEX former_identifiers_letters ON former_identifiers (workspace_id, identifier_key, sequence_id);
CREATE INDEX former_identifiers_item ON former_identifiers (workspace_id, item_id);

-- The events of one change, to take it back.
CREATE INDEX events_mutation ON events (workspace_id, mutation_id, seq) WHERE mutation_id IS NOT NULL;
