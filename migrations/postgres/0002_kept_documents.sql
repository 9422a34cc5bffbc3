-- Versions of texts keep what editors keep beside the HTML: the document of a comment, the binary state of a description.
ALTER TABLE text_versions ADD COLUMN document jsonb;
ALTER TABLE text_versions ADD COLUMN editor_state bytea;
