-- name: lock_contacts
-- purpose: Whoever registers an interest with one of these addresses or numbers waits for the others; sorted by the caller
SELECT pg_advisory_xact_lock(contact.key)
FROM unnest($1::bigint[]) AS contact (key);

-- name: people_with_contacts
-- purpose: Who may be the same person, each with the journey in this programme that counts: the open or else latest one
SELECT p.person, p.name, p.email_key, p.phone_key, j.journey, j.status, j.begun
FROM people AS p
LEFT JOIN LATERAL (
    SELECT journeys.journey, journeys.status, journeys.begun
    FROM journeys
    WHERE journeys.person = p.person AND journeys.programme = $3
    ORDER BY (journeys.status = 'open') DESC, journeys.received_at DESC, journeys.journey
    LIMIT 1
) AS j ON true
WHERE p.person IN (
    SELECT person FROM people WHERE email_key = ANY ($1::text[])
    UNION
    SELECT person FROM people WHERE phone_key = ANY ($2::text[])
)
ORDER BY p.created_at, p.person;

-- name: interests_of_journeys
-- purpose: The interests already taken in for these journeys, and whether the journal shows that each has been told of
SELECT s.submission, s.journey, s.answers, s.at,
       EXISTS (
           SELECT FROM journal AS l
           WHERE l.command IN ('join:' || s.submission, 'reopen:' || s.submission)
       ) AS told
FROM submissions AS s
WHERE s.form = 'interest' AND s.journey = ANY ($1::text[])
ORDER BY s.at, s.submission;

-- name: add_person
-- purpose: A person who registers an interest for the first time
INSERT INTO people (person, name, email, phone, language, municipality, partner, wish, adults, children,
                    email_key, phone_key, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: fill_in_contacts
-- purpose: Keep a way of reaching a known person that was not known before; what is known stays
UPDATE people
SET email = coalesce(email, $2), email_key = coalesce(email_key, $3),
    phone = coalesce(phone, $4), phone_key = coalesce(phone_key, $5)
WHERE person = $1;

-- name: add_journey
-- purpose: A journey that is about to begin; its row comes before its workflow
INSERT INTO journeys (journey, person, programme, version, received_at, facts, owners, pace)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: add_interest
-- purpose: An interest as it was registered, the first or a later one
INSERT INTO submissions (submission, journey, form, answers, by, at)
VALUES ($1, $2, 'interest', $3, $4, $5);

-- name: mark_begun
-- purpose: The workflows of these journeys are known to have been started
UPDATE journeys
SET begun = true
WHERE journey = ANY ($1::text[]) AND NOT begun;

-- name: journeys_not_begun
-- purpose: Journeys whose workflow may never have been started, a page at a time, oldest id first
SELECT journey
FROM journeys
WHERE NOT begun AND journey > $1
ORDER BY journey
LIMIT $2;

-- name: journeys_to_start
-- purpose: All that is needed to start these journeys, whoever entered them
SELECT j.journey, j.programme, j.version, j.received_at, j.facts, j.owners, j.pace, s.by
FROM journeys AS j
LEFT JOIN submissions AS s ON s.submission = 'interest-' || j.journey
WHERE j.journey = ANY ($1::text[]);

-- name: interests_not_told
-- purpose: Later interests that no journey shows in its journal, a page at a time
SELECT s.submission, s.journey, s.at, s.by, s.answers, j.status
FROM submissions AS s
JOIN journeys AS j USING (journey)
WHERE s.form = 'interest' AND s.submission > $1 AND s.submission <> 'interest-' || s.journey
  AND NOT EXISTS (
      SELECT FROM journal AS l
      WHERE l.command IN ('join:' || s.submission, 'reopen:' || s.submission)
  )
ORDER BY s.submission
LIMIT $2;

-- name: how_to_reopen
-- purpose: The final state of an ended journey, and its pace
SELECT status, closed, pace
FROM journeys
WHERE journey = $1;

-- name: staff_by_load
-- purpose: Active staff with their roles and how many open tasks each owns, fewest first; those away at journey time $1 last
SELECT s.staff, s.roles, count(t.task) AS open_tasks,
       EXISTS (SELECT FROM absences AS a WHERE a.staff = s.staff AND a.since <= $1 AND $1 < a.until) AS away
FROM staff AS s
LEFT JOIN tasks AS t ON t.owner = s.staff AND t.status = 'open'
WHERE s.active
GROUP BY s.staff
ORDER BY away, open_tasks, s.staff;

-- name: latest_interest
-- purpose: What was written with the latest interest of a journey
SELECT answers, at
FROM submissions
WHERE journey = $1 AND form = 'interest'
ORDER BY at DESC, submission DESC
LIMIT 1;
