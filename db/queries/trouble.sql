-- name: note_trouble
-- purpose: An act of a journey that fails again and again, with its latest cause; those nobody has heard of for a day are forgotten. $5 since, $6 now
WITH forgotten AS (
    DELETE FROM trouble WHERE latest_at < $6::timestamptz - interval '1 day'
)
INSERT INTO trouble (journey, what, cause, attempts, since, latest_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (journey, what) DO UPDATE
SET cause = excluded.cause, attempts = excluded.attempts, latest_at = excluded.latest_at;

-- name: end_trouble
-- purpose: The act has succeeded
DELETE FROM trouble
WHERE journey = $1 AND what = $2;
