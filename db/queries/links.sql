-- name: add_link
-- purpose: A personal link, by its digest
INSERT INTO links (link, journey, made_at, expires_at, by)
VALUES ($1, $2, $3, $4, $5);

-- name: forget_old_links
-- purpose: Links that expired half a year ago tell nothing to anybody any more
DELETE FROM links
WHERE expires_at < $1::timestamptz - interval '180 days';

-- name: link_as_it_is
-- purpose: Whether a link can be used now ($2, wall time), and whose page it is
SELECT l.journey, l.revoked_at IS NOT NULL AS revoked,
       l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > $2 AS usable
FROM links AS l
WHERE l.link = $1;

-- name: use_link
-- purpose: Use a link up, once; gives whose page it is
UPDATE links
SET used_at = $2
WHERE link = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2
RETURNING journey;

-- name: revoke_links
-- purpose: No link of this journey that there is now works any more
UPDATE links
SET revoked_at = $2
WHERE journey = $1 AND revoked_at IS NULL;

-- name: end_sessions_of_journey
-- purpose: Whoever is signed in to this participant's own page is not any more
DELETE FROM sessions
WHERE journey = $1;

-- name: page_of_journey
-- purpose: What staff know of a participant's own page: links that still work, the latest sent, used, and who is signed in
SELECT count(*) FILTER (WHERE used_at IS NULL AND revoked_at IS NULL AND expires_at > $2) AS working,
       max(made_at) AS made_at, max(used_at) AS used_at,
       (SELECT count(*) FROM sessions AS s WHERE s.journey = $1 AND s.expires_at > $2) AS sessions,
       (SELECT max(s.seen_at) FROM sessions AS s WHERE s.journey = $1) AS seen_at
FROM links
WHERE journey = $1;

-- name: send_link
-- purpose: A letter whose only purpose is a new link, to the person of a journey ($2) if they have an address; at most $5 of them since $6
INSERT INTO notices (notice, journey, seq, template, purpose, recipient, send_after, valid_until)
SELECT $1, j.journey, j.seq, 'link', 'link', 'participant', $3, $4
FROM journeys AS j
JOIN people AS p USING (person)
WHERE j.journey = $2 AND p.email IS NOT NULL
  AND (SELECT count(*) FROM notices AS n
       WHERE n.journey = j.journey AND n.purpose = 'link' AND n.send_after > $6) < $5
RETURNING notice;

-- name: journeys_of_address
-- purpose: The journeys of the people with this address, those under way first
SELECT j.journey, j.pace
FROM people AS p
JOIN journeys AS j USING (person)
WHERE p.email_key = $1
ORDER BY j.status = 'ended', j.received_at DESC
LIMIT 5;
