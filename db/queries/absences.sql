-- name: lock_absences
-- purpose: Absences of one member of staff are agreed one after the other
SELECT pg_advisory_xact_lock(hashtextextended('absence ' || $1, 0));

-- name: same_absence
-- purpose: The absence that has been agreed in these very words, if it still goes. $1 staff, $2 stand-in, $3 since, $4 until
SELECT absence
FROM absences
WHERE staff = $1 AND stand_in = $2 AND since = $3 AND until = $4;

-- name: away_meanwhile
-- purpose: Until when somebody is away at any time from $2 to $3; none when they are here
SELECT max(until)
FROM absences
WHERE staff = $1 AND since < $3 AND until > $2;

-- name: forget_absences
-- purpose: A new absence takes the place of those of the same person that it meets
DELETE FROM absences
WHERE staff = $1 AND since < $3 AND until > $2;

-- name: add_absence
-- purpose: Somebody is away and somebody else does their work meanwhile
INSERT INTO absences (absence, staff, stand_in, since, until, by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: absences_to_come
-- purpose: Who is away at this journey time, or will be
SELECT absence, staff, stand_in, since, until, by
FROM absences
WHERE until > $1
ORDER BY since, absence;

-- name: journeys_of_staff
-- purpose: The journeys under way in which somebody has a task or a role. $1 staff
SELECT j.journey
FROM journeys AS j
WHERE j.status <> 'ended' AND j.begun
  AND (EXISTS (SELECT FROM jsonb_each_text(j.owners) AS o WHERE o.value = $1)
       OR EXISTS (SELECT FROM tasks AS t
                  WHERE t.journey = j.journey AND t.status = 'open'
                    AND (t.owner = $1 OR t.stands_in_for = $1)));

-- name: count_of_staff
-- purpose: How many journeys under way somebody has a task or a role in. $1 staff
SELECT count(*)
FROM ({journeys_of_staff}) AS found;

-- name: freeze_those_of
-- purpose: Write down for good the journeys that are to hear of an absence. $1 staff, $2 the act
INSERT INTO bulk_items (bulk, journey, place)
SELECT $2, found.journey, row_number() OVER (ORDER BY found.journey)
FROM ({journeys_of_staff}) AS found;
