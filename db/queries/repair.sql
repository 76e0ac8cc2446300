-- name: reckoning
-- purpose: How far a journey has come here, in its read row and in its journal, and what is open in it
SELECT j.journey, j.status, j.begun, j.seq, j.pace, j.closed IS NOT NULL AS kept, p.unknown, l.events, l.last,
       ARRAY(SELECT t.task FROM tasks AS t WHERE t.journey = j.journey AND t.status = 'open') AS open
FROM journeys AS j
JOIN people AS p USING (person)
CROSS JOIN LATERAL (
    SELECT count(*)::integer AS events, coalesce(max(l.seq), 0) AS last
    FROM journal AS l
    WHERE l.journey = j.journey
) AS l
WHERE j.journey = $1;

-- name: numbers_in_journal
-- purpose: Which events of a journey the journal has
SELECT seq
FROM journal
WHERE journey = $1
ORDER BY seq;

-- name: all_journeys
-- purpose: Every journey, a page at a time, oldest id first
SELECT journey
FROM journeys
WHERE journey > $1
ORDER BY journey
LIMIT $2;

-- name: count_journeys
-- purpose: How many journeys there are
SELECT count(*)
FROM journeys;

-- name: add_doubtful_notice
-- purpose: A message of an event that was lost with its database: whether it was sent, nobody knows
INSERT INTO notices (notice, journey, seq, template, purpose, recipient, staff, task, send_after, valid_until,
                     appointment, appointment_at, status, cause)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'unsure', 'restored')
ON CONFLICT (notice) DO NOTHING;

-- name: add_unknown_person
-- purpose: Somebody of whom the database has lost who they are
INSERT INTO people (person, name, created_at, unknown)
VALUES ($1, $2, $3, true)
ON CONFLICT (person) DO NOTHING;

-- name: add_found_journey
-- purpose: The row of a journey that goes on and was lost here
INSERT INTO journeys (journey, person, programme, version, received_at, pace, begun)
VALUES ($1, $2, $3, $4, $5, $6, true)
ON CONFLICT (journey) DO NOTHING
RETURNING journey;

-- name: add_found_report
-- purpose: A report from outside that its journey still knows and that was lost here
INSERT INTO outside_events (event, journey, type, outcome, facts, dates, by, received_at, at, status)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'passed_on')
ON CONFLICT (event) DO NOTHING;

-- name: forms_lost
-- purpose: Forms that the journal names and the database does not have any more. $1 journey, $2 their ids
SELECT wanted.submission
FROM unnest($2::text[]) AS wanted (submission)
WHERE NOT EXISTS (SELECT FROM submissions AS s WHERE s.submission = wanted.submission AND s.journey = $1);
