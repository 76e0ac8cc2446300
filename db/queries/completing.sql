-- name: place_of_task
-- purpose: What must be known of a journey to judge how one of its tasks ended, and what the read tables say of the task
SELECT j.programme, j.version, j.status, j.pace, j.facts, j.dates, t.status AS task_status
FROM journeys AS j
LEFT JOIN tasks AS t ON t.task = $2 AND t.journey = j.journey
WHERE j.journey = $1;

-- name: keep_submission
-- purpose: A filled-in form, before the command that carries its id; gives the id back only when it was not there
INSERT INTO submissions (submission, journey, task, form, answers, by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (submission) DO NOTHING
RETURNING submission;

-- name: kept_submission
-- purpose: A filled-in form as it was kept
SELECT task, form, answers, at
FROM submissions
WHERE submission = $1;

-- name: withdraw_submission
-- purpose: Take back a filled-in form whose command was refused; one that ended a task stays
DELETE FROM submissions AS s
WHERE s.submission = $1
  AND NOT EXISTS (SELECT FROM tasks AS t WHERE t.journey = s.journey AND t.submission = s.submission);

-- name: command_written
-- purpose: Whether the journal shows that a command has been carried out
SELECT EXISTS (SELECT FROM journal WHERE journey = $1 AND command = $2);

-- name: journeys_under_way
-- purpose: Every journey that has not ended, whose workflow therefore runs
SELECT journey
FROM journeys
WHERE status <> 'ended'
ORDER BY journey;

-- name: status_of_journey
-- purpose: Whether there is such a journey, and how it stands
SELECT status, exit
FROM journeys
WHERE journey = $1;

-- name: known_roles
-- purpose: Every role that any published version names
SELECT DISTINCT json_object_keys(content -> 'roles') AS role
FROM programmes;
