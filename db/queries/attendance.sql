-- name: attendance_that_stands
-- purpose: Entries that nothing has taken the place of; those out of the form of a step only while the step has ended so, or once attested
SELECT a.*
FROM attendance AS a
WHERE NOT EXISTS (SELECT FROM attendance AS n WHERE n.supersedes = a.entry)
  AND (a.submission IS NULL
       OR EXISTS (SELECT FROM attestations AS t WHERE t.entry = a.entry)
       OR EXISTS (SELECT FROM tasks AS t
                  WHERE t.journey = a.journey AND t.submission = a.submission AND t.status = 'completed'));

-- name: gather_attendance
-- purpose: Take over the days that were noted in the forms of a journey's steps ($1), once; $2 says which activity each count is
INSERT INTO attendance (entry, journey, activity, day, hours, place, by, at, submission)
SELECT 'att-' || md5(s.submission || ':' || noted.number), l.journey, $2::jsonb ->> (l.event ->> 'counts'),
       (noted.day ->> 'day')::date, (noted.day ->> 'hours')::numeric, coalesce(noted.day ->> 'place', '-'), s.by, s.at,
       s.submission
FROM journal AS l
JOIN tasks AS t ON t.journey = l.journey AND t.submission = l.event ->> 'submission' AND t.status = 'completed'
JOIN submissions AS s ON s.submission = t.submission
CROSS JOIN jsonb_array_elements(s.answers -> 'attended') WITH ORDINALITY AS noted (day, number)
WHERE l.journey = $1 AND l.kind = 'task_completed' AND $2::jsonb ? (l.event ->> 'counts')
  AND jsonb_typeof(s.answers -> 'attended') = 'array'
ON CONFLICT DO NOTHING;

-- name: attendance_of_journey
-- purpose: What somebody has taken part in as it stands now, the latest day first; with who has attested it, and what it corrects
SELECT a.entry, a.activity, a.day, a.hours, a.place, a.by, b.name AS by_name, a.at, a.supersedes,
       t.by AS attested_by, s.name AS attested_name, t.how, t.why, t.at AS attested_at
FROM ({attendance_that_stands}) AS a
LEFT JOIN attestations AS t USING (entry)
LEFT JOIN staff AS b ON b.staff = a.by
LEFT JOIN staff AS s ON s.staff = t.by
WHERE a.journey = $1
ORDER BY a.day DESC, a.at DESC, a.entry;

-- name: attendance_as_it_was
-- purpose: An entry of a journey ($2), and whether it stands
SELECT a.entry, a.activity, a.day, a.hours, a.place,
       EXISTS (SELECT FROM attestations AS t WHERE t.entry = a.entry) AS attested,
       EXISTS (SELECT FROM attendance AS n WHERE n.supersedes = a.entry) AS superseded
FROM attendance AS a
WHERE a.entry = $1 AND a.journey = $2;

-- name: hours_of_day
-- purpose: How many hours of a day ($2) are registered already, but for an entry that is being corrected ($3)
SELECT coalesce(sum(a.hours), 0)
FROM ({attendance_that_stands}) AS a
WHERE a.journey = $1 AND a.day = $2 AND a.entry IS DISTINCT FROM $3;

-- name: lock_attendance
-- purpose: Let nobody else register attendance of this journey until the transaction ends
SELECT journey
FROM journeys
WHERE journey = $1
FOR NO KEY UPDATE;

-- name: add_attendance
-- purpose: Somebody took part in something; the same entry sent twice is one, and an entry is corrected once
INSERT INTO attendance (entry, journey, activity, day, hours, place, by, at, supersedes)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT DO NOTHING
RETURNING entry;

-- name: add_attestation
-- purpose: Somebody says that an entry which stands is right; once
INSERT INTO attestations (entry, by, how, why, at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING entry;

-- name: has_attendance
-- purpose: Whether an entry is there
SELECT EXISTS (SELECT FROM attendance WHERE entry = $1);
