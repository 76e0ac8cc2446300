-- name: add_outside_event
-- purpose: A report from outside as it came, before the journey is told; nothing when its id is known already
INSERT INTO outside_events (event, journey, type, outcome, facts, dates, by, received_at, at, status, cause)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (event) DO NOTHING
RETURNING event;

-- name: outside_event
-- purpose: One report from outside, and what has become of it
SELECT event, journey, type, outcome, facts, dates, by, received_at, at, status, cause, repeats, matched,
       command, handled_at, handled_by, handled_why
FROM outside_events
WHERE event = $1;

-- name: outside_event_again
-- purpose: The same report has come once more
UPDATE outside_events
SET repeats = repeats + 1
WHERE event = $1
RETURNING status, cause, matched;

-- name: settle_outside_event
-- purpose: What became of a report, as the journal of the journey that was told says. $1 its id or that of the command that matched it, $2 journey, $3 status, $4 cause
UPDATE outside_events
SET status = $3, cause = CASE WHEN $3 = 'applied' THEN cause ELSE $4 END
WHERE (event = $1 OR command = $1) AND coalesce(matched, journey) = $2 AND ($3 = 'applied' OR status IN ('passed_on', 'early'));

-- name: report_answered_before
-- purpose: Whether the step that waits for reports of this type has ended with this very outcome. $1 journey, $2 type, $3 outcome
SELECT EXISTS (
    SELECT
    FROM journeys AS j
    JOIN programmes AS p USING (programme, version)
    CROSS JOIN json_each(p.content -> 'steps') AS s
    JOIN LATERAL (
        SELECT t.status, t.outcome
        FROM tasks AS t
        WHERE t.journey = j.journey AND t.step = s.key
        ORDER BY t.generation DESC
        LIMIT 1
    ) AS latest ON latest.status = 'completed' AND latest.outcome = $3
    WHERE j.journey = $1 AND s.value ->> 'event' = $2
);

-- name: reports_wait_in_vain
-- purpose: The journey has ended: what still waited for its step there goes to the desk
UPDATE outside_events
SET status = 'unmatched', cause = 'ended'
WHERE (matched = $1 OR matched IS NULL AND journey = $1) AND status = 'early';

-- name: reports_wait_again
-- purpose: An act was undone from event $2 on: reports that waited before it wait again, unless another has contradicted them since. $1 journey
UPDATE outside_events AS o
SET status = 'early', cause = NULL
WHERE (o.matched = $1 OR o.matched IS NULL AND o.journey = $1) AND o.status IN ('applied', 'unmatched')
  AND NOT (o.status = 'unmatched' AND o.cause IS NOT DISTINCT FROM 'contradicted')
  AND (
      SELECT l.kind
      FROM journal AS l
      WHERE l.journey = $1 AND l.seq < $2 AND l.command IN (o.event, o.command)
        AND l.kind IN ('event_parked', 'event_refused', 'task_completed')
      ORDER BY l.seq DESC
      LIMIT 1
  ) = 'event_parked';

-- name: same_report_waits
-- purpose: Whether another report that says exactly this waits for its step, or is on its way. $1 event
SELECT EXISTS (
    SELECT
    FROM outside_events
    WHERE journey = $2 AND event <> $1 AND type = $3 AND outcome = $4 AND facts = $5 AND dates = $6
      AND matched IS NULL AND status IN ('passed_on', 'early')
);

-- name: nobody_to_report_to
-- purpose: The journey that a report was for had ended before it was told
UPDATE outside_events AS o
SET status = 'unmatched', cause = 'ended'
FROM journeys AS j
WHERE o.event = $1 AND o.status = 'passed_on' AND o.matched IS NULL AND j.journey = o.journey AND j.status = 'ended';

-- name: reports_not_told_of
-- purpose: Reports given to a journey before $1 that has not said what became of them, a page at a time
SELECT event, journey, type, outcome, facts, dates, by, received_at, matched, command, handled_by, handled_why
FROM outside_events
WHERE status = 'passed_on' AND coalesce(handled_at, at) < $1 AND event > $2
ORDER BY event
LIMIT $3;

-- name: word_of_report
-- purpose: The latest that the journal says of a report. $1 journey, $2 its id, or the command that matched it
SELECT event
FROM journal
WHERE journey = $1 AND command = $2 AND kind IN ('event_parked', 'event_refused', 'task_completed')
ORDER BY seq DESC
LIMIT 1;

-- name: reports
-- purpose: A report as the desk shows it, with how its journey stands: part of the queries below
SELECT o.event, o.journey, o.type, o.outcome, o.facts, o.dates, o.status, o.cause, o.at, o.received_at, o.repeats,
       o.matched, o.handled_by, o.handled_at, j.programme, j.version, j.status AS journey_status
FROM outside_events AS o
LEFT JOIN journeys AS j ON j.journey = coalesce(o.matched, o.journey);

-- name: one_report
-- purpose: One report as the desk shows it. $1 its id
SELECT *
FROM ({reports}) AS o
WHERE o.event = $1;

-- name: desk
-- purpose: Reports that somebody should look at, the oldest first. $1 on their way since before this
SELECT *
FROM ({reports}) AS o
WHERE o.status IN ('unmatched', 'early') OR o.status = 'passed_on' AND coalesce(o.handled_at, o.at) < $1
ORDER BY o.at, o.event;

-- name: latest_reports
-- purpose: All reports whatever has become of them, the newest of them, the oldest first. $1 at most
SELECT *
FROM (
    SELECT *
    FROM ({reports}) AS o
    ORDER BY o.at DESC, o.event DESC
    LIMIT $1
) AS latest
ORDER BY at, event;

-- name: claim_report
-- purpose: A report is matched by hand: whoever comes first. $1 event, $2 journey, $3 command, $4 when, $5 by whom, $6 why
UPDATE outside_events
SET status = 'passed_on', matched = $2, command = $3, handled_at = $4, handled_by = $5, handled_why = $6
WHERE event = $1 AND status IN ('unmatched', 'dismissed')
RETURNING event;

-- name: unclaim_report
-- purpose: The journey has refused the command $2 that matched a report: it is on the desk again, as it was
UPDATE outside_events
SET status = 'unmatched', matched = NULL, command = NULL, handled_at = NULL, handled_by = NULL, handled_why = NULL
WHERE event = $1 AND command = $2 AND status = 'passed_on';

-- name: dismiss_report
-- purpose: Nothing is to be done about a report. $1 event, $2 when, $3 by whom, $4 why
UPDATE outside_events
SET status = 'dismissed', handled_at = $2, handled_by = $3, handled_why = $4
WHERE event = $1 AND status = 'unmatched'
RETURNING event;
