-- name: day_of_one
-- purpose: The open tasks of one member of staff ($1) and of nobody in their roles ($2), at most $4; of one step ($3)
WITH mine AS MATERIALIZED (
    (SELECT t.task, t.journey, t.step, t.role, t.owner, t.stands_in_for, t.opened_at, t.due_at, t.detail
     FROM tasks AS t
     WHERE t.status = 'open' AND t.owner = $1 AND ($3::text IS NULL OR t.step = $3)
     ORDER BY t.due_at, t.task
     LIMIT $4)
    UNION ALL
    (SELECT n.*
     FROM unnest($2::text[]) AS r (role)
     CROSS JOIN LATERAL (
         SELECT t.task, t.journey, t.step, t.role, t.owner, t.stands_in_for, t.opened_at, t.due_at, t.detail
         FROM tasks AS t
         WHERE t.status = 'open' AND t.owner IS NULL AND t.role = r.role AND ($3::text IS NULL OR t.step = $3)
         ORDER BY t.due_at, t.task
         LIMIT $4
     ) AS n)
    ORDER BY due_at, task
    LIMIT $4
)
SELECT m.task, m.journey, m.step, m.role, m.owner, m.opened_at, m.due_at,
       coalesce((m.detail ->> 'fixed')::boolean, false) AS fixed,
       coalesce((m.detail ->> 'overdue')::boolean, false) AS overdue,
       j.programme, j.version, j.pace, coalesce(jsonb_typeof(j.hold), 'null') <> 'null' AS held,
       p.name, p.phone IS NOT NULL AS has_phone, s.name AS owner_name, a.name AS stands_in_for_name,
       z.until AS snoozed_until
FROM mine AS m
JOIN journeys AS j USING (journey)
JOIN people AS p USING (person)
LEFT JOIN staff AS s ON s.staff = m.owner
LEFT JOIN staff AS a ON a.staff = m.stands_in_for
LEFT JOIN snoozes AS z ON z.staff = $1 AND z.task = m.task
ORDER BY m.due_at, m.task;

-- name: day_of_team
-- purpose: The open tasks of everybody in these roles ($2), at most $4; of one step ($3); $1 looks
WITH ours AS MATERIALIZED (
    SELECT n.*
    FROM unnest($2::text[]) AS r (role)
    CROSS JOIN LATERAL (
        SELECT t.task, t.journey, t.step, t.role, t.owner, t.stands_in_for, t.opened_at, t.due_at, t.detail
        FROM tasks AS t
        WHERE t.status = 'open' AND t.role = r.role AND ($3::text IS NULL OR t.step = $3)
        ORDER BY t.due_at, t.task
        LIMIT $4
    ) AS n
    ORDER BY n.due_at, n.task
    LIMIT $4
)
SELECT m.task, m.journey, m.step, m.role, m.owner, m.opened_at, m.due_at,
       coalesce((m.detail ->> 'fixed')::boolean, false) AS fixed,
       coalesce((m.detail ->> 'overdue')::boolean, false) AS overdue,
       j.programme, j.version, j.pace, coalesce(jsonb_typeof(j.hold), 'null') <> 'null' AS held,
       p.name, p.phone IS NOT NULL AS has_phone, s.name AS owner_name, a.name AS stands_in_for_name,
       z.until AS snoozed_until
FROM ours AS m
JOIN journeys AS j USING (journey)
JOIN people AS p USING (person)
LEFT JOIN staff AS s ON s.staff = m.owner
LEFT JOIN staff AS a ON a.staff = m.stands_in_for
LEFT JOIN snoozes AS z ON z.staff = $1 AND z.task = m.task
ORDER BY m.due_at, m.task;

-- name: day_of_colleague
-- purpose: The open tasks of one member of the team ($5) in these roles ($2), at most $4; of one step ($3); $1 looks
WITH theirs AS MATERIALIZED (
    SELECT t.task, t.journey, t.step, t.role, t.owner, t.stands_in_for, t.opened_at, t.due_at, t.detail
    FROM tasks AS t
    WHERE t.status = 'open' AND t.owner = $5 AND t.role = ANY ($2::text[]) AND ($3::text IS NULL OR t.step = $3)
    ORDER BY t.due_at, t.task
    LIMIT $4
)
SELECT m.task, m.journey, m.step, m.role, m.owner, m.opened_at, m.due_at,
       coalesce((m.detail ->> 'fixed')::boolean, false) AS fixed,
       coalesce((m.detail ->> 'overdue')::boolean, false) AS overdue,
       j.programme, j.version, j.pace, coalesce(jsonb_typeof(j.hold), 'null') <> 'null' AS held,
       p.name, p.phone IS NOT NULL AS has_phone, s.name AS owner_name, a.name AS stands_in_for_name,
       z.until AS snoozed_until
FROM theirs AS m
JOIN journeys AS j USING (journey)
JOIN people AS p USING (person)
LEFT JOIN staff AS s ON s.staff = m.owner
LEFT JOIN staff AS a ON a.staff = m.stands_in_for
LEFT JOIN snoozes AS z ON z.staff = $1 AND z.task = m.task
ORDER BY m.due_at, m.task;

-- name: newest_versions
-- purpose: The latest version of each programme
SELECT DISTINCT ON (programme) programme, version
FROM programmes
ORDER BY programme, version DESC;

-- name: any_concern
-- purpose: Whether any of these journeys ($1) has or had a task of somebody ($2) or of their roles ($3)
SELECT EXISTS (
    SELECT FROM tasks AS t
    WHERE t.journey = ANY ($1::text[]) AND (t.owner = $2 OR t.role = ANY ($3::text[]))
);

-- name: snooze
-- purpose: Put a task out of sight on somebody's own list until a time
INSERT INTO snoozes (staff, task, until, at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (staff, task) DO UPDATE SET until = excluded.until, at = excluded.at;

-- name: unsnooze
-- purpose: Take a task back into sight
DELETE FROM snoozes
WHERE staff = $1 AND task = $2;

-- name: add_note
-- purpose: What somebody noted about a journey; the same note sent twice is one
INSERT INTO notes (note, journey, task, words, by, at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (note) DO NOTHING;

-- name: notes_of_journey
-- purpose: What has been noted about a journey, the latest first
SELECT n.note, n.task, n.words, n.by, n.at, s.name
FROM notes AS n
LEFT JOIN staff AS s ON s.staff = n.by
WHERE n.journey = $1
ORDER BY n.at DESC, n.note;

-- name: whose_journey
-- purpose: Who has had a task in a journey, and their roles: who it concerns
SELECT j.journey,
       coalesce(array_agg(DISTINCT t.role) FILTER (WHERE t.role IS NOT NULL), '{}') AS roles,
       coalesce(array_agg(DISTINCT t.owner) FILTER (WHERE t.owner IS NOT NULL), '{}') AS staff
FROM journeys AS j
LEFT JOIN tasks AS t USING (journey)
WHERE j.journey = $1
GROUP BY j.journey;

-- name: whose_task
-- purpose: Whose a task is, and whether it is open
SELECT journey, role, owner, status
FROM tasks
WHERE task = $1;

-- name: detail_of_open_task
-- purpose: A task as the engine knows it, while it is open
SELECT detail
FROM tasks
WHERE task = $1 AND status = 'open';
