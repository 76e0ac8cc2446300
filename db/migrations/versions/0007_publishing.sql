-- Who published a version, and why. Runs before the code that uses it.

ALTER TABLE programmes
    ADD COLUMN by     text,
    ADD COLUMN reason text REFERENCES reasons;
COMMENT ON COLUMN programmes.by IS 'Who published it; null for versions from before this was kept, and for those taken from a journey.';
COMMENT ON COLUMN programmes.reason IS 'The id of the reason in words.';
