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

-- name: lay_journal_aside
-- purpose: The journal of a journey whose process has gone back in time ends before event $2; what comes after is kept beside the forms. $1 journey
DELETE FROM journal
WHERE journey = $1 AND seq >= $2;

-- name: lay_notices_aside
-- purpose: Letters of events from $2 on that are laid aside: under other names ($3 is added), and those not sent are not to be sent. $1 journey
UPDATE notices
SET notice = notice || $3, seq = $2 - 1, next_try_at = NULL,
    status = CASE status WHEN 'due' THEN 'dropped' WHEN 'handing_over' THEN 'unsure' ELSE status END,
    cause = CASE status WHEN 'due' THEN 'undone' WHEN 'handing_over' THEN 'restored' ELSE cause END
WHERE journey = $1 AND seq >= $2;

-- name: reports_laid_aside
-- purpose: Reports of which the journey has said what became of them in events that are laid aside: they are given to it again. $1 journey, $2 commands of those events
UPDATE outside_events
SET status = 'passed_on', cause = NULL
WHERE coalesce(matched, journey) = $1 AND (event = ANY ($2::text[]) OR command = ANY ($2::text[]))
  AND status IN ('applied', 'early', 'unmatched')
RETURNING event, command;

-- name: letters_had_left
-- purpose: Something was done again: what had been written of it before it was laid aside is not written again. $1 journey, $2 up to this event
UPDATE notices AS n
SET status = 'dropped', cause = 'restored', next_try_at = NULL
WHERE n.journey = $1 AND n.seq <= $2 AND n.status = 'due' AND n.purpose IN ('information', 'invitation', 'cancellation')
  AND EXISTS (
      SELECT FROM notices AS before
      WHERE before.journey = $1 AND before.notice LIKE '%~%' AND before.status IN ('sent', 'unsure')
        AND before.template = n.template AND before.recipient = n.recipient
        AND before.staff IS NOT DISTINCT FROM n.staff AND before.task IS NOT DISTINCT FROM n.task
        AND before.appointment_at IS NOT DISTINCT FROM n.appointment_at
  );
