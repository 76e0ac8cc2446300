-- name: journey_to_mend
-- purpose: What must be known of a journey before it is given a command
SELECT programme, version, status, pace
FROM journeys
WHERE journey = $1;

-- name: keep_reason
-- purpose: Why somebody mends a journey, before the command that carries its id; gives the id back only when it was not there
INSERT INTO reasons (reason, words, by, at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (reason) DO NOTHING
RETURNING reason;

-- name: kept_reason
-- purpose: A reason as it was kept
SELECT words
FROM reasons
WHERE reason = $1;

-- name: withdraw_reason
-- purpose: Take back a reason whose command was refused; one that a journey has in its journal stays
DELETE FROM reasons AS r
WHERE r.reason = $1
  AND NOT EXISTS (SELECT FROM journal AS l WHERE l.journey = $2 AND l.event ->> 'why' = r.reason);

-- name: words_of_reasons
-- purpose: The words of reasons that events name
SELECT reason, words
FROM reasons
WHERE reason = ANY ($1::text[]);

-- name: events_of_command
-- purpose: What a command has left in the journal of a journey
SELECT event
FROM journal
WHERE journey = $1 AND command = $2
ORDER BY seq;

-- name: member_of_staff
-- purpose: Somebody who works here
SELECT staff, name, roles, active
FROM staff
WHERE staff = $1;

-- name: active_staff_ids
-- purpose: Who may be given a task: active staff, those who fill the role first when one is named
SELECT staff
FROM staff
WHERE active
ORDER BY $1::text = ANY (roles) DESC, staff;

-- name: role_of_open_task
-- purpose: The role that an open task is for
SELECT role
FROM tasks
WHERE task = $1 AND status = 'open';

-- name: particulars_of
-- purpose: Who the person of a journey is, as far as it can be corrected
SELECT p.name, p.email, p.phone, p.language, p.municipality, p.partner, p.adults, p.children
FROM journeys AS j
JOIN people AS p USING (person)
WHERE j.journey = $1;

-- name: pace_of_journey
-- purpose: How journey time runs for this journey
SELECT pace
FROM journeys
WHERE journey = $1;
