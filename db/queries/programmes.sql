-- name: lock_publishing
-- purpose: Publications of one programme take turns, so that version numbers have no gaps and no twins
SELECT pg_advisory_xact_lock(hashtextextended('publish ' || $1, 0));

-- name: version_with_hash
-- purpose: The version that already says exactly this
SELECT version, content
FROM programmes
WHERE programme = $1 AND hash = $2;

-- name: next_version
-- purpose: The number of the version that would be published now
SELECT coalesce(max(version), 0) + 1
FROM programmes
WHERE programme = $1;

-- name: add_version
-- purpose: One published version, never changed afterwards
INSERT INTO programmes (programme, version, hash, content, published_at)
VALUES ($1, $2, $3, $4, $5);

-- name: programme_version
-- purpose: One version of a programme, or the latest when no number is given
SELECT content
FROM programmes
WHERE programme = $1 AND ($2::integer IS NULL OR version = $2)
ORDER BY version DESC
LIMIT 1;

-- name: add_steps
-- purpose: Which step of a version waits for whom; a step that is there already stays as it is
INSERT INTO steps (programme, version, step, kind, waiting_on)
SELECT $1, $2, step, kind, waiting_on
FROM unnest($3::text[], $4::text[], $5::text[]) AS s (step, kind, waiting_on)
ON CONFLICT DO NOTHING;
