-- name: name_of_participant
-- purpose: What the person of a journey is called
SELECT p.name
FROM journeys AS j
JOIN people AS p USING (person)
WHERE j.journey = $1;

-- name: first_look
-- purpose: When somebody first looked at the particulars of a journey, wall time
SELECT min(at)
FROM looks
WHERE journey = $1;

-- name: told_reports
-- purpose: What a participant has told of others' decisions that nobody has confirmed or dismissed yet
SELECT event, type, outcome, at
FROM outside_events
WHERE journey = $1 AND by = 'participant' AND status = 'unmatched' AND cause = 'to_confirm'
ORDER BY at, event;

-- name: wishes_of_tasks
-- purpose: Which of these open tasks a participant wishes another time for
SELECT task, (detail ->> 'wished_at')::timestamptz AS wished_at
FROM tasks
WHERE task = ANY ($1::text[]) AND status = 'open' AND detail ->> 'wished_at' IS NOT NULL;

-- name: told_in_journeys
-- purpose: In which of these journeys a participant has told of a decision that nobody has looked at, and which step waits for it
SELECT o.journey, s.key AS step
FROM outside_events AS o
JOIN journeys AS j USING (journey)
JOIN programmes AS p USING (programme, version)
CROSS JOIN json_each(p.content -> 'steps') AS s
WHERE o.journey = ANY ($1::text[]) AND o.by = 'participant' AND o.status = 'unmatched' AND o.cause = 'to_confirm'
  AND s.value ->> 'event' = o.type;
