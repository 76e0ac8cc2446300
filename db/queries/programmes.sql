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
-- purpose: One published version, by whom, and the id of the reason
INSERT INTO programmes (programme, version, hash, content, published_at, by, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: all_versions
-- purpose: Every version as it is stored
SELECT programme, version, hash, content
FROM programmes
ORDER BY programme, version;

-- name: versions_of_programme
-- purpose: Every version of one programme, newest first
SELECT content
FROM programmes
WHERE programme = $1
ORDER BY version DESC;

-- name: complete_version
-- purpose: The whole content of a version of which only the part was known that rides in journeys; its hash says that it is the same
UPDATE programmes
SET content = $3
WHERE programme = $1 AND version = $2;

-- name: programme_version
-- purpose: One version of a programme, or the one in force when no number is given
SELECT content
FROM programmes
WHERE programme = $1 AND version = coalesce($2::integer, ({version_in_force}));

-- name: version_in_force
-- purpose: What new journeys of a programme begin with: what was said last, unless a version has been published since
SELECT CASE WHEN said.latest = newest.version THEN said.version ELSE newest.version END
FROM (SELECT max(version) AS version FROM programmes WHERE programme = $1) AS newest
LEFT JOIN LATERAL (
    SELECT f.version, f.latest
    FROM in_force AS f
    WHERE f.programme = $1
    ORDER BY f.since DESC
    LIMIT 1
) AS said ON true;

-- name: version_before
-- purpose: What new journeys began with before version $2 was published; null when it was the first
SELECT CASE WHEN said.latest = newest.version THEN said.version ELSE newest.version END
FROM (SELECT max(version) AS version FROM programmes WHERE programme = $1 AND version < $2) AS newest
LEFT JOIN LATERAL (
    SELECT f.version, f.latest
    FROM in_force AS f
    WHERE f.programme = $1 AND f.latest < $2
    ORDER BY f.since DESC
    LIMIT 1
) AS said ON true;

-- name: put_in_force
-- purpose: Say what new journeys of a programme begin with from now on
INSERT INTO in_force (programme, version, latest, by)
SELECT $1, $2, max(version), $3
FROM programmes
WHERE programme = $1;

-- name: versions
-- purpose: Every version, when it was published, by whom and why, when it was last put in force, and how many journeys under way follow it. $1 one programme, or all
SELECT p.programme, p.version, p.published_at, p.content -> 'title' AS title,
       p.by, s.name AS by_name, r.words AS why,
       (SELECT max(f.since) FROM in_force AS f WHERE f.programme = p.programme AND f.version = p.version) AS said_at,
       (SELECT count(*)
        FROM journeys AS j
        WHERE j.programme = p.programme AND j.version = p.version AND j.status <> 'ended') AS journeys
FROM programmes AS p
LEFT JOIN staff AS s ON s.staff = p.by
LEFT JOIN reasons AS r ON r.reason = p.reason
WHERE $1::text IS NULL OR p.programme = $1
ORDER BY p.programme, p.version;

-- name: add_steps
-- purpose: Which step of a version waits for whom; a step that is there already stays as it is
INSERT INTO steps (programme, version, step, kind, waiting_on)
SELECT $1, $2, step, kind, waiting_on
FROM unnest($3::text[], $4::text[], $5::text[]) AS s (step, kind, waiting_on)
ON CONFLICT DO NOTHING;

-- name: hashes_of_versions
-- purpose: What tells these versions from others of the same name and number
SELECT p.programme, p.version, p.hash
FROM programmes AS p
JOIN unnest($1::text[], $2::integer[]) AS wanted (programme, version) USING (programme, version);
