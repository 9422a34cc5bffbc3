-- Who said that a file is there before it was: it counts as soon as it comes.
ALTER TABLE assets ADD COLUMN awaited_by uuid;
ALTER TABLE user_assets ADD COLUMN awaited_by uuid;

-- Whether a stored file is named by a row: what no row names is thrown away.
CREATE INDEX assets_blob ON assets (blob_id) WHERE blob_id IS NOT NULL;
CREATE INDEX user_assets_blob ON user_assets (blob_id) WHERE blob_id IS NOT NULL;
