-- What was deleted too long ago is looked for in all workspaces at once.
CREATE INDEX cycles_trash ON cycles (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX modules_trash ON modules (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX comments_trash ON comments (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX work_item_links_trash ON work_item_links (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX stickies_trash ON stickies (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX work_item_drafts_trash ON work_item_drafts (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX views_trash ON views (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX pages_trash ON pages (deleted_at) WHERE deleted_at IS NOT NULL;

-- What hangs on it, deleted or not, so that taking it along reads no more than that.
CREATE INDEX comments_parent ON comments (workspace_id, parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX reactions_of_comment ON reactions (workspace_id, comment_id) WHERE comment_id IS NOT NULL;
CREATE INDEX favorites_thing ON favorites (workspace_id, entity_id) WHERE entity_id IS NOT NULL;
CREATE INDEX display_preferences_thing ON display_preferences (workspace_id, entity_id);
CREATE INDEX recent_visits_thing ON recent_visits (workspace_id, entity_id);
