-- name: lock_journey
-- purpose: What the journal reached, locked until the transaction ends, so that writers of one journey take turns
SELECT programme, version, status, exit, seq, received_at, started_at, exited_at, ended_at, hold, facts, dates, owners
FROM journeys
WHERE journey = $1
FOR NO KEY UPDATE;

-- name: add_to_journal
-- purpose: One event, as it happened
INSERT INTO journal (journey, seq, at, recorded_at, kind, step, command, event)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: read_journal
-- purpose: Every event of one journey, in order, to show it or to make the read tables again
SELECT event
FROM journal
WHERE journey = $1
ORDER BY seq;

-- name: save_journey
-- purpose: The read row of a journey after its latest event; only an ended journey keeps its final state
UPDATE journeys
SET status = $2, exit = $3, seq = $4, started_at = $5, exited_at = $6, ended_at = $7, hold = $8,
    facts = $9, dates = $10, owners = $11, received_at = coalesce($12, received_at),
    closed = CASE WHEN $2 = 'ended' THEN coalesce($13, closed) END,
    version = $14, review_at = $15, wakes_at = $16
WHERE journey = $1;

-- name: save_task
-- purpose: The read row of a task after an event about it; what only the opening knew is kept. Of an open one also what its step is in the version that the journey follows
INSERT INTO tasks (task, journey, step, generation, phase, status, role, owner, opened_at, due_at, next_alarm_at,
                   ended_at, outcome, reason, calendar_days, working_days, submission, detail, stalls_at,
                   stands_in_for, kind, waiting_on)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
        (SELECT s.kind FROM steps AS s WHERE (s.programme, s.version, s.step) = ($21, $22, $3) AND $6 = 'open'),
        (SELECT s.waiting_on FROM steps AS s WHERE (s.programme, s.version, s.step) = ($21, $22, $3) AND $6 = 'open'))
ON CONFLICT (task) DO UPDATE
SET phase = coalesce(excluded.phase, tasks.phase), status = excluded.status, role = excluded.role,
    owner = excluded.owner, opened_at = excluded.opened_at, due_at = excluded.due_at,
    next_alarm_at = excluded.next_alarm_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
    reason = excluded.reason, calendar_days = excluded.calendar_days, working_days = excluded.working_days,
    submission = excluded.submission, detail = excluded.detail, stalls_at = excluded.stalls_at,
    stands_in_for = excluded.stands_in_for, kind = excluded.kind, waiting_on = excluded.waiting_on;

-- name: refresh_open_tasks
-- purpose: The open tasks of a journey that began or ceased to rest, or follows another version now. $4 whether every clock runs
UPDATE tasks AS t
SET kind = s.kind, waiting_on = s.waiting_on,
    stalls_at = CASE WHEN clock.runs THEN t.due_at END,
    next_alarm_at = CASE WHEN clock.runs THEN (t.detail #>> '{alarms,0,at}')::timestamptz END
FROM tasks AS o
LEFT JOIN steps AS s ON s.programme = $2 AND s.version = $3 AND s.step = o.step
CROSS JOIN LATERAL (SELECT $4 OR (o.detail ->> 'fixed')::boolean AS runs) AS clock
WHERE o.task = t.task AND o.journey = $1 AND o.status = 'open';

-- name: forget_tasks
-- purpose: Empty the read table of one journey's tasks before it is made again from the journal
DELETE FROM tasks
WHERE journey = $1;

-- name: add_notice
-- purpose: A message to be sent; the same notice again is nothing new, whatever has become of it
INSERT INTO notices (notice, journey, seq, template, purpose, recipient, staff, task, send_after, valid_until,
                     appointment, appointment_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (notice) DO NOTHING;

-- name: see_to_reminders
-- purpose: Reminders that reached nobody need nobody any more once their tasks have ended. $2 tasks, $3 by whom
UPDATE notices
SET handled_at = now(), handled_by = $3
WHERE journey = $1 AND task = ANY ($2::text[]) AND purpose IN ('reminder', 'escalation')
  AND status IN ('undeliverable', 'unsure') AND handled_at IS NULL;

-- name: withdraw_notices
-- purpose: What has not been sent yet of an act that was taken back. $2 to $3 its events, $4 cause, $5 journey time
UPDATE notices
SET status = 'dropped', cause = $4, settled_at = $5, next_try_at = NULL
WHERE journey = $1 AND seq BETWEEN $2 AND $3 AND (status = 'due' OR status = 'unsure' AND cause = 'restored');

-- name: announce
-- purpose: Tell whoever listens how far a journey has come, once this transaction is committed
SELECT pg_notify($1, $2);

-- name: seq_of_journey
-- purpose: How far the read tables of a journey have come
SELECT seq
FROM journeys
WHERE journey = $1;
