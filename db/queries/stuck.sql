-- name: paces
-- purpose: The few paces at which journeys live, each once, without looking at every journey
WITH RECURSIVE found AS (
    (SELECT pace FROM journeys ORDER BY pace LIMIT 1)
    UNION ALL
    SELECT (SELECT j.pace FROM journeys AS j WHERE j.pace > found.pace ORDER BY j.pace LIMIT 1)
    FROM found
    WHERE found.pace IS NOT NULL
)
SELECT pace
FROM found
WHERE pace IS NOT NULL;

-- name: stuck_overdue
-- purpose: Tasks past their due time, the longest first. $1 journey time, $2 and $3 the last of the page before, $4 at most
SELECT t.task AS id, t.stalls_at AS since, t.task, t.journey, t.step, t.role, t.owner, t.kind, t.waiting_on,
       j.programme, j.version, j.pace, coalesce((t.detail ->> 'fixed')::boolean, false) AS fixed
FROM tasks AS t
JOIN journeys AS j USING (journey)
WHERE t.status = 'open' AND t.waiting_on IS NULL AND t.stalls_at <= $1 AND (t.stalls_at, t.task) > ($2, $3)
ORDER BY t.stalls_at, t.task
LIMIT $4;

-- name: stuck_silent
-- purpose: Outside parties that should have answered, the longest first. As `stuck_overdue`
SELECT t.task AS id, t.stalls_at AS since, t.task, t.journey, t.step, t.role, t.owner, t.kind, t.waiting_on,
       j.programme, j.version, j.pace, coalesce((t.detail ->> 'fixed')::boolean, false) AS fixed
FROM tasks AS t
JOIN journeys AS j USING (journey)
WHERE t.status = 'open' AND t.waiting_on IS NOT NULL AND t.stalls_at <= $1 AND (t.stalls_at, t.task) > ($2, $3)
ORDER BY t.stalls_at, t.task
LIMIT $4;

-- name: stuck_unowned
-- purpose: Tasks that nobody owns, the longest first. $1 opened before, the rest as `stuck_overdue`
SELECT t.task AS id, t.opened_at AS since, t.task, t.journey, t.step, t.role, t.owner, t.kind, t.waiting_on,
       j.programme, j.version, j.pace, coalesce((t.detail ->> 'fixed')::boolean, false) AS fixed
FROM tasks AS t
JOIN journeys AS j USING (journey)
WHERE t.status = 'open' AND t.owner IS NULL AND t.role <> 'participant' AND t.opened_at <= $1
  AND (t.opened_at, t.task) > ($2, $3)
ORDER BY t.opened_at, t.task
LIMIT $4;

-- name: stuck_rest
-- purpose: Journeys whose rest should have been looked at, the longest first. As `stuck_overdue`
SELECT journey AS id, review_at AS since, journey, programme, version, pace, hold, owners
FROM journeys
WHERE review_at <= $1 AND (review_at, journey) > ($2, $3)
ORDER BY review_at, journey
LIMIT $4;

-- name: stuck_undeliverable
-- purpose: Letters that reached nobody, or may not have, the longest first. As `stuck_overdue`
SELECT n.notice AS id, n.send_after AS since, n.notice, n.journey, n.task, n.template, n.recipient, n.staff,
       n.status, n.cause, t.step, t.role, t.owner, t.status = 'open' AS task_open,
       j.programme, j.version, j.pace, j.owners
FROM notices AS n
JOIN journeys AS j USING (journey)
LEFT JOIN tasks AS t ON t.task = n.task
WHERE n.status IN ('undeliverable', 'unsure') AND n.handled_at IS NULL AND n.send_after <= $1
  AND (n.send_after, n.notice) > ($2, $3)
ORDER BY n.send_after, n.notice
LIMIT $4;

-- name: stuck_unmatched
-- purpose: Reports that fit nowhere, the longest first. As `stuck_overdue`
SELECT e.event AS id, e.at AS since, e.event, e.journey, e.type, e.outcome, e.facts, e.dates, e.cause, e.received_at,
       j.status AS journey_status
FROM outside_events AS e
LEFT JOIN journeys AS j USING (journey)
WHERE e.status = 'unmatched' AND e.at <= $1 AND (e.at, e.event) > ($2, $3)
ORDER BY e.at, e.event
LIMIT $4;

-- name: count_stuck_overdue
-- purpose: How many tasks are past their due time, counted to $2 at most. $1 journey time
SELECT count(*)
FROM (SELECT FROM tasks WHERE status = 'open' AND waiting_on IS NULL AND stalls_at <= $1 LIMIT $2) AS found;

-- name: count_stuck_silent
-- purpose: How many outside parties should have answered. As `count_stuck_overdue`
SELECT count(*)
FROM (SELECT FROM tasks WHERE status = 'open' AND waiting_on IS NOT NULL AND stalls_at <= $1 LIMIT $2) AS found;

-- name: count_stuck_unowned
-- purpose: How many tasks nobody owns. $1 opened before, the rest as `count_stuck_overdue`
SELECT count(*)
FROM (
    SELECT FROM tasks WHERE status = 'open' AND owner IS NULL AND role <> 'participant' AND opened_at <= $1 LIMIT $2
) AS found;

-- name: count_stuck_rest
-- purpose: How many rests should have been looked at. As `count_stuck_overdue`
SELECT count(*)
FROM (SELECT FROM journeys WHERE review_at <= $1 LIMIT $2) AS found;

-- name: count_stuck_undeliverable
-- purpose: How many letters reached nobody, or may not have. As `count_stuck_overdue`
SELECT count(*)
FROM (
    SELECT FROM notices
    WHERE status IN ('undeliverable', 'unsure') AND handled_at IS NULL AND send_after <= $1
    LIMIT $2
) AS found;

-- name: count_stuck_unmatched
-- purpose: How many reports fit nowhere. As `count_stuck_overdue`
SELECT count(*)
FROM (SELECT FROM outside_events WHERE status = 'unmatched' AND at <= $1 LIMIT $2) AS found;

-- name: standings
-- purpose: All that is needed to explain these journeys
SELECT j.journey, j.programme, j.version, j.status, j.exit, j.exited_at, j.hold, j.pace, j.owners
FROM journeys AS j
WHERE j.journey = ANY ($1::text[]);

-- name: tasks_of_standings
-- purpose: What is open in these journeys, the most urgent first; only of that one is told what comes next
SELECT t.journey, t.task, t.step, t.generation, t.role, t.opened_at, t.due_at,
       coalesce((t.detail ->> 'fixed')::boolean, false) AS fixed,
       CASE WHEN row_number() OVER (PARTITION BY t.journey ORDER BY t.due_at, t.opened_at, t.task) = 1
            THEN t.detail -> 'alarms' END AS alarms
FROM tasks AS t
WHERE t.status = 'open' AND t.journey = ANY ($1::text[])
ORDER BY t.journey, t.due_at, t.opened_at, t.task;

-- name: journeys_not_waking
-- purpose: Journeys with an alarm that should have gone off, an action that should be over, or a rest that should have ended, the longest first. $1 and $2 journey time of alarms and of actions, $3 at most of each
(SELECT t.journey, t.next_alarm_at AS since, 'alarm' AS what, t.task, t.step, j.seq, j.pace
 FROM tasks AS t
 JOIN journeys AS j USING (journey)
 WHERE t.status = 'open' AND t.next_alarm_at <= $1
 ORDER BY t.next_alarm_at, t.task
 LIMIT $3)
UNION ALL
(SELECT t.journey, t.opened_at, 'action', t.task, t.step, j.seq, j.pace
 FROM tasks AS t
 JOIN journeys AS j USING (journey)
 WHERE t.status = 'open' AND t.kind = 'automatic' AND t.opened_at <= $2
   AND coalesce((t.detail ->> 'acts_after')::timestamptz <= $2, true)
 ORDER BY t.opened_at, t.task
 LIMIT $3)
UNION ALL
(SELECT journey, wakes_at, 'rest', NULL, NULL, seq, pace
 FROM journeys
 WHERE wakes_at <= $1
 ORDER BY wakes_at, journey
 LIMIT $3);

-- name: journeys_late_to_begin
-- purpose: Journeys that were written down and have not begun, the longest first. $1 written down before (wall time), $2 at most
SELECT journey, created_at AS since
FROM journeys
WHERE NOT begun AND created_at <= $1
ORDER BY created_at
LIMIT $2;

-- name: journeys_in_trouble
-- purpose: Acts of journeys that failed again and again until lately, the longest first. $1 wall time, $2 at most
SELECT journey, what, cause, attempts, since
FROM trouble
WHERE latest_at > $1
ORDER BY since, journey
LIMIT $2;

-- name: reached_of_journeys
-- purpose: How far the read tables of these journeys have come, and how the journeys stand
SELECT journey, seq, status, programme, version, pace
FROM journeys
WHERE journey = ANY ($1::text[]);

-- name: fitting
-- purpose: Journeys with their open tasks that a board is narrowed to. $1 conditions {name: [value]}
SELECT j.journey, t.task
FROM journeys AS j
LEFT JOIN tasks AS t ON t.journey = j.journey AND t.status = 'open'
LEFT JOIN people AS p ON p.person = j.person
WHERE ($1::jsonb -> 'programme' IS NULL OR $1 -> 'programme' ? j.programme)
  AND ($1 -> 'step' IS NULL OR $1 -> 'step' ? t.step)
  AND ($1 -> 'phase' IS NULL OR $1 -> 'phase' ? t.phase)
  AND ($1 -> 'owner' IS NULL OR $1 -> 'owner' ? t.owner)
  AND ($1 -> 'partner' IS NULL
       OR lower(p.partner) IN (SELECT lower(given) FROM jsonb_array_elements_text($1 -> 'partner') AS given));

-- name: which_fit
-- purpose: Which of these a board is narrowed to. As `fitting`; $2 ids, $3 their journeys, $4 their tasks (null: any open one)
SELECT c.id
FROM unnest($2::text[], $3::text[], $4::text[]) AS c (id, journey, task)
WHERE EXISTS (SELECT FROM ({fitting}) AS f WHERE f.journey = c.journey AND (c.task IS NULL OR f.task = c.task));

-- name: aged_overdue
-- purpose: How many tasks are past their due time, by age. As `fitting`; $2 when each age begins, $3 when it ends, $4 looked at of each at most
SELECT age.place, count(c.journey) AS looked,
       count(c.journey) FILTER (WHERE $1::jsonb = '{}' OR EXISTS (
           SELECT FROM ({fitting}) AS f WHERE f.journey = c.journey AND f.task = c.task)) AS number
FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS age (begins, ends, place)
LEFT JOIN LATERAL (
    SELECT t.journey, t.task
    FROM tasks AS t
    WHERE t.status = 'open' AND t.waiting_on IS NULL AND t.stalls_at >= age.begins AND t.stalls_at < age.ends
    ORDER BY t.stalls_at, t.task
    LIMIT $4
) AS c ON true
GROUP BY age.place;

-- name: aged_silent
-- purpose: How many outside parties should have answered, by age. As `aged_overdue`
SELECT age.place, count(c.journey) AS looked,
       count(c.journey) FILTER (WHERE $1::jsonb = '{}' OR EXISTS (
           SELECT FROM ({fitting}) AS f WHERE f.journey = c.journey AND f.task = c.task)) AS number
FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS age (begins, ends, place)
LEFT JOIN LATERAL (
    SELECT t.journey, t.task
    FROM tasks AS t
    WHERE t.status = 'open' AND t.waiting_on IS NOT NULL AND t.stalls_at >= age.begins AND t.stalls_at < age.ends
    ORDER BY t.stalls_at, t.task
    LIMIT $4
) AS c ON true
GROUP BY age.place;

-- name: aged_unowned
-- purpose: How many tasks nobody owns, by age. As `aged_overdue`
SELECT age.place, count(c.journey) AS looked,
       count(c.journey) FILTER (WHERE $1::jsonb = '{}' OR EXISTS (
           SELECT FROM ({fitting}) AS f WHERE f.journey = c.journey AND f.task = c.task)) AS number
FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS age (begins, ends, place)
LEFT JOIN LATERAL (
    SELECT t.journey, t.task
    FROM tasks AS t
    WHERE t.status = 'open' AND t.owner IS NULL AND t.role <> 'participant'
      AND t.opened_at >= age.begins AND t.opened_at < age.ends
    ORDER BY t.opened_at, t.task
    LIMIT $4
) AS c ON true
GROUP BY age.place;

-- name: aged_rest
-- purpose: How many rests should have been looked at, by age. As `aged_overdue`
SELECT age.place, count(c.journey) AS looked,
       count(c.journey) FILTER (WHERE $1::jsonb = '{}' OR EXISTS (
           SELECT FROM ({fitting}) AS f WHERE f.journey = c.journey)) AS number
FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS age (begins, ends, place)
LEFT JOIN LATERAL (
    SELECT j.journey
    FROM journeys AS j
    WHERE j.review_at >= age.begins AND j.review_at < age.ends
    ORDER BY j.review_at, j.journey
    LIMIT $4
) AS c ON true
GROUP BY age.place;

-- name: aged_undeliverable
-- purpose: How many letters reached nobody, or may not have, by age. As `aged_overdue`
SELECT age.place, count(c.journey) AS looked,
       count(c.journey) FILTER (WHERE $1::jsonb = '{}' OR EXISTS (
           SELECT FROM ({fitting}) AS f WHERE f.journey = c.journey)) AS number
FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS age (begins, ends, place)
LEFT JOIN LATERAL (
    SELECT n.journey
    FROM notices AS n
    WHERE n.status IN ('undeliverable', 'unsure') AND n.handled_at IS NULL
      AND n.send_after >= age.begins AND n.send_after < age.ends
    ORDER BY n.send_after, n.notice
    LIMIT $4
) AS c ON true
GROUP BY age.place;

-- name: aged_unmatched
-- purpose: How many reports fit nowhere, by age (wall time). As `aged_overdue`
SELECT age.place, count(c.journey) AS looked,
       count(c.journey) FILTER (WHERE $1::jsonb = '{}' OR EXISTS (
           SELECT FROM ({fitting}) AS f WHERE f.journey = c.journey)) AS number
FROM unnest($2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS age (begins, ends, place)
LEFT JOIN LATERAL (
    SELECT o.journey
    FROM outside_events AS o
    WHERE o.status = 'unmatched' AND o.at >= age.begins AND o.at < age.ends
    ORDER BY o.at, o.event
    LIMIT $4
) AS c ON true
GROUP BY age.place;

-- name: database_begun
-- purpose: Since when the database server has been running
SELECT pg_postmaster_start_time();

-- name: letters_waiting
-- purpose: How many letters could leave now, and since when the oldest could (journey time). $1 journey time, $2 wall time, $3 counted to at most
SELECT count(*) AS number, min(waiting.send_after) AS oldest
FROM (
    SELECT n.send_after
    FROM notices AS n
    WHERE n.status = 'due' AND n.send_after <= $1 AND (n.next_try_at IS NULL OR n.next_try_at <= $2)
    ORDER BY n.send_after
    LIMIT $3
) AS waiting;
