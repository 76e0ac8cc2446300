-- name: lose_latest
-- purpose: As when an older backup is restored: the newest event of a journey is not in the journal any more
WITH lost AS (
    DELETE FROM journal AS l
    USING journeys AS j
    WHERE l.journey = $1 AND j.journey = l.journey AND l.seq = j.seq
    RETURNING l.journey, l.seq
)
UPDATE journeys AS j
SET seq = lost.seq - 1
FROM lost
WHERE j.journey = lost.journey;
