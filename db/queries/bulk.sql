-- name: matching
-- purpose: Each journey that fits, with its most urgent open task that does. $1 conditions {name: [value]}, $2 journey time, $3 not those that follow this version (or null)
SELECT DISTINCT ON (j.journey) j.journey, j.programme, j.version, t.task, t.due_at
FROM journeys AS j
LEFT JOIN tasks AS t ON t.journey = j.journey AND t.status = 'open'
WHERE ($3::integer IS NULL OR j.version <> $3)
  AND ($1::jsonb ?| '{status,exit,journey}' OR j.status <> 'ended')
  AND ($1 -> 'journey' IS NULL OR j.journey = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'journey'))))
  AND ($1 -> 'programme' IS NULL OR j.programme = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'programme'))))
  AND ($1 -> 'version' IS NULL OR j.version = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'version'))::integer[]))
  AND ($1 -> 'status' IS NULL OR j.status = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'status'))))
  AND ($1 -> 'exit' IS NULL OR j.exit = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'exit'))))
  AND ($1 -> 'step' IS NULL OR t.step = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'step'))))
  AND ($1 -> 'phase' IS NULL OR t.phase = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'phase'))))
  AND ($1 -> 'role' IS NULL OR t.role = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'role'))))
  AND ($1 -> 'owner' IS NULL OR t.owner = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'owner'))))
  AND ($1 -> 'waiting_on' IS NULL OR t.waiting_on = ANY (ARRAY(SELECT jsonb_array_elements_text($1 -> 'waiting_on'))))
  AND ($1 -> 'partner' IS NULL OR EXISTS (
           SELECT FROM people AS p
           WHERE p.person = j.person
             AND lower(p.partner) IN (SELECT lower(given) FROM jsonb_array_elements_text($1 -> 'partner') AS given)))
  AND ($1 -> 'municipality' IS NULL OR EXISTS (
           SELECT FROM people AS p
           WHERE p.person = j.person
             AND lower(p.municipality) IN (
                 SELECT lower(given) FROM jsonb_array_elements_text($1 -> 'municipality') AS given)))
  AND ($1 -> 'cause' IS NULL
       OR $1 -> 'cause' ? 'overdue' AND t.waiting_on IS NULL AND t.stalls_at <= $2
       OR $1 -> 'cause' ? 'silent' AND t.waiting_on IS NOT NULL AND t.stalls_at <= $2
       OR $1 -> 'cause' ? 'unowned' AND t.owner IS NULL AND t.role <> 'participant'
       OR $1 -> 'cause' ? 'rest' AND j.review_at <= $2
       OR $1 -> 'cause' ? 'undeliverable' AND EXISTS (
              SELECT FROM notices AS n
              WHERE n.journey = j.journey AND n.status IN ('undeliverable', 'unsure') AND n.handled_at IS NULL))
ORDER BY j.journey, t.due_at, t.task;

-- name: some_matching
-- purpose: Those that fit, the most urgent first. As `matching`; $4 at most
SELECT found.journey, found.task, found.version, found.due_at
FROM ({matching}) AS found
ORDER BY found.due_at, found.journey
LIMIT $4::integer;

-- name: count_matching
-- purpose: How many journeys fit. As `matching`
SELECT count(*)
FROM ({matching}) AS found;

-- name: freeze_matching
-- purpose: Write down for good which journeys an act is for, in its order. As `matching`; $4 the act, $5 the version to follow in a roll-out
INSERT INTO bulk_items (bulk, journey, place, task, target)
SELECT $4, found.journey, row_number() OVER (ORDER BY found.due_at, found.journey), found.task, $5::integer
FROM ({matching}) AS found;

-- name: known_names
-- purpose: What conditions may name, as far as programmes and staff say
SELECT 'programme' AS name, programme AS value FROM programmes
UNION SELECT 'version', version::text FROM programmes
UNION SELECT 'step', json_object_keys(content -> 'steps') FROM programmes
UNION SELECT 'phase', json_object_keys(content -> 'phases') FROM programmes
UNION SELECT 'role', json_object_keys(content -> 'roles') FROM programmes
UNION SELECT 'exit', json_object_keys(content -> 'exits') FROM programmes
UNION SELECT 'waiting_on', json_object_keys(content -> 'parties') FROM programmes
UNION SELECT 'owner', staff FROM staff;

-- name: known_partners
-- purpose: The commonest partners that people came through
SELECT partner AS value
FROM people
WHERE partner IS NOT NULL
GROUP BY partner
ORDER BY count(*) DESC, partner
LIMIT 20;

-- name: known_municipalities
-- purpose: The commonest municipalities that people live in
SELECT municipality AS value
FROM people
WHERE municipality IS NOT NULL
GROUP BY municipality
ORDER BY count(*) DESC, municipality
LIMIT 20;

-- name: any_partner
-- purpose: Whether anybody came through this partner
SELECT EXISTS (SELECT FROM people WHERE lower(partner) = lower($1));

-- name: any_municipality
-- purpose: Whether anybody lives in this municipality
SELECT EXISTS (SELECT FROM people WHERE lower(municipality) = lower($1));
