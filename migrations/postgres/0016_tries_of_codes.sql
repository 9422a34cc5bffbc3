-- How often somebody typed what might be this code. In the database, so that it is counted wherever and whenever he does.
ALTER TABLE mailed_codes ADD COLUMN tries bigint NOT NULL DEFAULT 0;
