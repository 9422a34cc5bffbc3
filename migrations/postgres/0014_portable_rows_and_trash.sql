-- What changed outside of workspaces is JSON already: this number is for SQLite, which had no check of it.

-- What has lain in the trash for too long is looked for in all workspaces at once.
CREATE INDEX work_items_trash ON work_items (deleted_at) WHERE deleted_at IS NOT NULL;
