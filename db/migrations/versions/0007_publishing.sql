-- Who published a version, and why. Runs before the code that uses it.

ALTER TABLE programmes
    ADD COLUMN by     text,
    ADD COLUMN reason text REFERENCES reasons;
COMMENT ON COLUMN programmes.by IS 'Who published it; null for versions from before this was kept, and for those taken from a journey.';
COMMENT ON COLUMN programmes.reason IS 'The id of the reason in words.';

CREATE INDEX bulk_items_lines ON bulk_items (bulk, (status IN ('waiting', 'done')), place);
COMMENT ON INDEX bulk_items_lines IS 'A page of an act for many, those first that refused it or did not answer.';
