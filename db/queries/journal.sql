-- name: lock_journey
-- purpose: What the journal reached, locked until the transaction ends, so that writers of one journey take turns
SELECT status, exit, seq, received_at, started_at, exited_at, ended_at, hold, facts, dates, owners
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
    closed = CASE WHEN $2 = 'ended' THEN coalesce($13, closed) END
WHERE journey = $1;

-- name: save_task
-- purpose: The read row of a task after an event about it; what only the opening knew is kept
INSERT INTO tasks (task, journey, step, generation, phase, status, role, owner, opened_at, due_at, next_alarm_at,
                   ended_at, outcome, reason, calendar_days, working_days, submission, detail)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (task) DO UPDATE
SET phase = coalesce(excluded.phase, tasks.phase), status = excluded.status, role = excluded.role,
    owner = excluded.owner, opened_at = excluded.opened_at, due_at = excluded.due_at,
    next_alarm_at = excluded.next_alarm_at, ended_at = excluded.ended_at, outcome = excluded.outcome,
    reason = excluded.reason, calendar_days = excluded.calendar_days, working_days = excluded.working_days,
    submission = excluded.submission, detail = excluded.detail;

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

-- name: announce
-- purpose: Tell whoever listens how far a journey has come, once this transaction is committed
SELECT pg_notify($1, $2);

-- name: seq_of_journey
-- purpose: How far the read tables of a journey have come
SELECT seq
FROM journeys
WHERE journey = $1;
