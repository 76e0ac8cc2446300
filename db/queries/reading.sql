-- name: open_tasks
-- purpose: The inbox: every open task, of one role or of all, what is due first on top
SELECT t.task, t.journey, t.step, t.generation, t.role, t.owner, t.opened_at, t.due_at, t.detail, t.phase,
       j.programme, j.version, j.hold IS NOT NULL AS held, j.pace
FROM tasks AS t
JOIN journeys AS j USING (journey)
WHERE t.status = 'open' AND ($1::text IS NULL OR t.role = $1)
ORDER BY t.due_at, t.task;

-- name: open_tasks_of_journey
-- purpose: What is open in one journey, what is due first on top
SELECT t.task, t.journey, t.step, t.generation, t.role, t.owner, t.opened_at, t.due_at, t.detail, t.phase,
       j.programme, j.version, j.hold IS NOT NULL AS held, j.pace
FROM tasks AS t
JOIN journeys AS j USING (journey)
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
