-- name: add_session
-- purpose: Somebody has signed in
INSERT INTO sessions (session, kind, staff, journey, language, created_at, seen_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7);

-- name: live_session
-- purpose: Who is behind a session that is neither too old ($2 now) nor idle since before $3; people who left are out
SELECT s.kind, s.staff, s.journey, s.seen_at, coalesce(s.language, f.language, p.language) AS language,
       coalesce(f.name, p.name) AS name, coalesce(f.roles, '{}') AS roles
FROM sessions AS s
LEFT JOIN staff AS f ON f.staff = s.staff
LEFT JOIN journeys AS j ON j.journey = s.journey
LEFT JOIN people AS p ON p.person = j.person
WHERE s.session = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND (f.active OR s.kind = 'participant');

-- name: touch_session
-- purpose: A session has been used
UPDATE sessions
SET seen_at = $2
WHERE session = $1;

-- name: speak_in_session
-- purpose: Somebody chose a language
UPDATE sessions
SET language = $2
WHERE session = $1;

-- name: end_session
-- purpose: Sign out
DELETE FROM sessions
WHERE session = $1;

-- name: end_old_sessions
-- purpose: Forget sessions that nobody can use any more ($1 now, $2 idle since before)
DELETE FROM sessions
WHERE expires_at <= $1 OR seen_at <= $2;

-- name: active_staff
-- purpose: Everybody who works here, to sign in as or to give a task to
SELECT staff, name, roles, language
FROM staff
WHERE active
ORDER BY name, staff;

-- name: staff_by_subject
-- purpose: Who somebody is here that has signed in elsewhere
SELECT staff, name, roles, active
FROM staff
WHERE subject = $1;

-- name: staff_to_claim
-- purpose: A member of staff with this address that nobody has signed in as yet, locked
SELECT staff, name, roles, active
FROM staff
WHERE lower(email) = lower($1) AND subject IS NULL
ORDER BY active DESC, staff
LIMIT 1
FOR UPDATE;

-- name: know_staff
-- purpose: From now on this subject signs in as this member of staff
UPDATE staff
SET subject = $2
WHERE staff = $1 AND subject IS NULL;

-- name: add_known_staff
-- purpose: Somebody new, whom the place where staff sign in vouches for
INSERT INTO staff (staff, name, email, language, roles, subject)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (staff) DO NOTHING;

-- name: give_roles
-- purpose: The roles of a member of staff are what the place where they sign in says
UPDATE staff
SET roles = $2
WHERE staff = $1 AND roles IS DISTINCT FROM $2;

-- name: add_look
-- purpose: Somebody looked at a person's particulars, or searched
INSERT INTO looks (who, what, journey, at)
VALUES ($1, $2, $3, $4);

-- name: find_people
-- purpose: People by the beginnings of their names ($1, empty for none), by address ($2) or phone number ($3), at most $4
SELECT j.journey, p.name, j.programme, j.status, p.municipality
FROM (
    SELECT person FROM people WHERE $1 <> '' AND to_tsvector('simple', folded(name)) @@ to_tsquery('simple', folded(nullif($1, '')))
    UNION
    SELECT person FROM people WHERE email_key = $2
    UNION
    SELECT person FROM people WHERE phone_key = $3
    LIMIT $4
) AS found
JOIN people AS p USING (person)
JOIN journeys AS j USING (person)
ORDER BY j.status = 'ended', p.name, j.received_at DESC
LIMIT $4;

-- name: letters_of_journey
-- purpose: What has been written to whom about a journey, and whether it came through
SELECT purpose, recipient AS to, staff, status, coalesce(settled_at, send_after) AS at
FROM notices
WHERE journey = $1 AND status IN ('sent', 'undeliverable', 'unsure')
ORDER BY at, seq, notice;
