-- name: inbox
-- purpose: A task as it stands in an inbox, with what its journey says of its clock: part of the queries below
SELECT t.task, t.journey, t.step, t.generation, t.role, t.owner, t.opened_at, t.due_at, t.stalls_at, t.detail, t.phase,
       t.status, t.waiting_on, j.programme, j.version, j.hold IS NOT NULL AS held, j.pace
FROM tasks AS t
JOIN journeys AS j USING (journey);

-- name: open_tasks
-- purpose: The inbox: open tasks, what is due first on top. $1 at most, or null
SELECT *
FROM ({inbox}) AS t
WHERE t.status = 'open'
ORDER BY t.due_at, t.task
LIMIT $1::bigint;

-- name: open_tasks_of_role
-- purpose: The inbox of one role. $1 at most, or null, $2 role
SELECT *
FROM ({inbox}) AS t
WHERE t.status = 'open' AND t.role = $2
ORDER BY t.due_at, t.task
LIMIT $1::bigint;

-- name: open_tasks_of_owner
-- purpose: What one person has to do. $1 at most, or null, $2 staff, $3 only in this role, or null
SELECT *
FROM ({inbox}) AS t
WHERE t.status = 'open' AND t.owner = $2 AND ($3::text IS NULL OR t.role = $3)
ORDER BY t.due_at, t.task
LIMIT $1::bigint;

-- name: overdue_tasks
-- purpose: Open tasks past their due time, ours and those of others. $1 at most, or null, $2 journey time, $3 and $4 the last of the page before
SELECT *
FROM (
    (SELECT * FROM ({inbox}) AS t
     WHERE t.status = 'open' AND t.waiting_on IS NULL AND t.stalls_at < $2 AND (t.stalls_at, t.task) > ($3, $4)
     ORDER BY t.stalls_at, t.task
     LIMIT $1::bigint)
    UNION ALL
    (SELECT * FROM ({inbox}) AS t
     WHERE t.status = 'open' AND t.waiting_on IS NOT NULL AND t.stalls_at < $2 AND (t.stalls_at, t.task) > ($3, $4)
     ORDER BY t.stalls_at, t.task
     LIMIT $1::bigint)
) AS t
ORDER BY t.stalls_at, t.task
LIMIT $1::bigint;

-- name: overdue_tasks_of_role
-- purpose: Those of one role. As `overdue_tasks`; $5 role
SELECT *
FROM ({inbox}) AS t
WHERE t.status = 'open' AND t.role = $5 AND t.stalls_at < $2 AND (t.stalls_at, t.task) > ($3, $4)
ORDER BY t.stalls_at, t.task
LIMIT $1::bigint;

-- name: overdue_tasks_of_owner
-- purpose: Those of one person. As `overdue_tasks`; $5 staff, $6 only in this role, or null
SELECT *
FROM ({inbox}) AS t
WHERE t.status = 'open' AND t.owner = $5 AND ($6::text IS NULL OR t.role = $6) AND t.stalls_at < $2 AND (t.stalls_at, t.task) > ($3, $4)
ORDER BY t.stalls_at, t.task
LIMIT $1::bigint;

-- name: open_tasks_of_journey
-- purpose: What is open in one journey, what is due first on top
SELECT *
FROM ({inbox}) AS t
WHERE t.status = 'open' AND t.journey = $1
ORDER BY t.due_at, t.task;

-- name: one_journey
-- purpose: A journey's read row
SELECT journey, programme, version, status, exit, seq, received_at, started_at, exited_at, ended_at, hold, facts,
       dates, owners, pace, begun
FROM journeys
WHERE journey = $1;

-- name: contacts_of_journeys
-- purpose: Whom to call or write to, for those who may see it
SELECT j.journey, p.name, p.email, p.phone, p.language
FROM journeys AS j
JOIN people AS p USING (person)
WHERE j.journey = ANY ($1::text[]);

-- name: is_staff
-- purpose: Whether a member of the staff has this id
SELECT EXISTS (SELECT FROM staff WHERE staff = $1);
