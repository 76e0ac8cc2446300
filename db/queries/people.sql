-- name: identity_as_corrected
-- purpose: A form that corrects who the person of a journey is, beside what is known so far. $2 submission, $3 form
SELECT s.answers, p.person, p.unknown, p.name, p.email, p.phone, p.language, p.municipality, p.partner, p.adults,
       p.children
FROM submissions AS s
JOIN journeys AS j USING (journey)
JOIN people AS p USING (person)
WHERE s.submission = $2 AND s.journey = $1 AND s.form = $3;

-- name: correct_person
-- purpose: Who a person is, as it was corrected; whoever can be reached again is no longer unknown
UPDATE people
SET name = $2, email = $3, phone = $4, language = $5, municipality = $6, partner = $7, adults = $8, children = $9,
    email_key = $10, phone_key = $11, unknown = unknown AND $3::text IS NULL AND $4::text IS NULL
WHERE person = $1;

-- name: try_the_address_again
-- purpose: A person's letters that the former address could not take, unless somebody has seen to them
UPDATE notices AS n
SET status = 'due', cause = NULL, settled_at = NULL, next_try_at = NULL, attempts = 0
FROM journeys AS j
WHERE j.journey = n.journey AND j.person = $1 AND n.recipient = 'participant'
  AND n.status = 'undeliverable' AND n.handled_at IS NULL
  AND (n.cause IN ('no_email', 'bad_address') OR n.cause LIKE 'smtp\_%');
