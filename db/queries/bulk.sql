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
          AND t.opened_at <= $2 - interval '1 minute'
       OR $1 -> 'cause' ? 'rest' AND j.review_at <= $2
       OR $1 -> 'cause' ? 'undeliverable' AND j.journey = ANY (ARRAY(
              SELECT n.journey
              FROM notices AS n
              WHERE n.status IN ('undeliverable', 'unsure') AND n.handled_at IS NULL)))
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

-- name: programmes_matching
-- purpose: How many journeys of each programme fit. As `matching`
SELECT found.programme, count(*) AS number
FROM ({matching}) AS found
GROUP BY found.programme
ORDER BY found.programme;

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

-- name: add_bulk
-- purpose: One act for many journeys, before its journeys are written down
INSERT INTO bulks (bulk, what, order_, conditions, status, rate, by, reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: one_bulk
-- purpose: What was ordered, and how it stands
SELECT bulk, what, order_, conditions, status, rate, by, reason, at, ended_at
FROM bulks
WHERE bulk = $1;

-- name: all_bulks
-- purpose: The latest acts for many, newest first, with their numbers; roll-outs alone or all. $1 only roll-outs, $2 at most
SELECT b.bulk, b.what, b.order_, b.conditions, b.status, b.rate, b.by, b.reason, b.at, b.ended_at,
       (SELECT json_object_agg(c.status, c.number)
        FROM (SELECT i.status, count(*) AS number FROM bulk_items AS i WHERE i.bulk = b.bulk GROUP BY i.status) AS c
       ) AS counts
FROM bulks AS b
WHERE NOT $1 OR b.what IN ('roll_out', 'roll_back')
ORDER BY b.at DESC, b.bulk
LIMIT $2;

-- name: bulks_under_way
-- purpose: Acts for many that somebody should be at work on
SELECT bulk
FROM bulks
WHERE status = 'under_way'
ORDER BY bulk;

-- name: bulks_begun_before
-- purpose: Acts for many that are under way and were ordered before this (wall time), the newest first. $2 at most
SELECT bulk
FROM bulks
WHERE status = 'under_way' AND at < $1
ORDER BY at DESC, bulk
LIMIT $2;

-- name: stop_bulk
-- purpose: Let an act rest once what is in flight is done; gives its id back when it was under way
UPDATE bulks
SET status = 'stopped'
WHERE bulk = $1 AND status = 'under_way'
RETURNING bulk;

-- name: resume_bulk
-- purpose: Let an act go on, faster or slower when $2 is given, and try again where nobody answered
WITH again AS (
    UPDATE bulk_items
    SET status = 'waiting', attempts = 0, code = NULL, sv = NULL, en = NULL, at = NULL
    WHERE bulk = $1 AND status = 'failed'
)
UPDATE bulks
SET status = 'under_way', rate = coalesce($2, rate), ended_at = NULL
WHERE bulk = $1;

-- name: close_bulk
-- purpose: An act is done once nobody waits for it
UPDATE bulks AS b
SET status = 'done', ended_at = clock_timestamp()
WHERE b.bulk = $1 AND b.status = 'under_way'
  AND NOT EXISTS (SELECT FROM bulk_items AS i WHERE i.bulk = $1 AND i.status = 'waiting');

-- name: count_items
-- purpose: How many journeys of an act stand how
SELECT status, count(*) AS number
FROM bulk_items
WHERE bulk = $1
GROUP BY status;

-- name: bulk_items
-- purpose: What became of an act in each journey, in its order
SELECT journey, task, status, code, sv, en, seq, was, target, at
FROM bulk_items
WHERE bulk = $1
ORDER BY place;

-- name: some_bulk_items
-- purpose: What became of an act in some journeys, in its order. $2 only those that stand so (or null), $3 how many are left out before, $4 at most
SELECT journey, task, status, code, sv, en, seq, was, target, at
FROM bulk_items
WHERE bulk = $1 AND ($2::text IS NULL OR status = $2)
ORDER BY place
OFFSET $3
LIMIT $4;

-- name: items_waiting
-- purpose: Whose turn it is: those that have not answered come last
SELECT journey
FROM bulk_items
WHERE bulk = $1 AND status = 'waiting'
ORDER BY attempts, place
LIMIT $2;

-- name: take_item
-- purpose: One journey's turn, while the act is under way; of a roll-out the version that it follows is written down first, once
UPDATE bulk_items AS i
SET was = CASE WHEN i.target IS NOT NULL THEN coalesce(i.was, j.version) END
FROM journeys AS j, bulks AS b
WHERE i.bulk = $1 AND i.journey = $2 AND i.status = 'waiting'
  AND j.journey = i.journey AND b.bulk = i.bulk AND b.status = 'under_way'
RETURNING i.journey, i.task, i.target;

-- name: settle_item
-- purpose: What came of the act in one journey, for good
UPDATE bulk_items
SET status = $3, code = $4, sv = $5, en = $6, seq = $7, at = clock_timestamp()
WHERE bulk = $1 AND journey = $2 AND status = 'waiting';

-- name: postpone_item
-- purpose: A journey has not answered: it is asked again after the others, and given up after $3 times. $4 code, $5 and $6 sentence
UPDATE bulk_items
SET attempts = attempts + 1,
    status = CASE WHEN attempts + 1 >= $3 THEN 'failed' ELSE 'waiting' END,
    code = $4, sv = $5, en = $6, at = clock_timestamp()
WHERE bulk = $1 AND journey = $2 AND status = 'waiting';

-- name: lock_bulk
-- purpose: Whoever orders under the same id takes turns
SELECT pg_advisory_xact_lock(hashtextextended('bulk ' || $1, 0));

-- name: lock_roll_outs
-- purpose: Roll-outs of one programme are ordered one after the other
SELECT pg_advisory_xact_lock(hashtextextended('roll-out ' || $1, 0));

-- name: roll_outs
-- purpose: Every roll-out of a programme and every way back, newest first
SELECT bulk, what, order_, conditions, status, at
FROM bulks
WHERE what IN ('roll_out', 'roll_back') AND order_ ->> 'programme' = $1
ORDER BY at DESC, bulk;

-- name: freeze_adopted
-- purpose: Write down for good whom the way back from a roll-out is for. As `adopted`; $2 the way back
INSERT INTO bulk_items (bulk, journey, place, target)
SELECT $2, found.journey, row_number() OVER (ORDER BY found.place), found.was
FROM ({adopted}) AS found;

-- name: join_roll_out
-- purpose: Somebody was taken in again: they join the latest roll-out to all that is in force and newer than what they follow, which goes on for them. $1 programme, $2 journey
WITH latest AS (
    SELECT b.bulk, (b.order_ ->> 'version')::integer AS version
    FROM bulks AS b
    WHERE b.what = 'roll_out' AND b.order_ ->> 'programme' = $1 AND b.order_ ->> 'to' = 'all'
      AND b.conditions - 'programme' = '{}'
      AND NOT EXISTS (
          SELECT FROM bulks AS back WHERE back.what = 'roll_back' AND back.order_ ->> 'rollout' = b.bulk
      )
    ORDER BY b.at DESC, b.bulk
    LIMIT 1
), joined AS (
    INSERT INTO bulk_items (bulk, journey, place, target)
    SELECT latest.bulk, j.journey, coalesce((SELECT max(i.place) FROM bulk_items AS i WHERE i.bulk = latest.bulk), 0) + 1,
           latest.version
    FROM latest
    JOIN journeys AS j ON j.journey = $2 AND j.version < latest.version
    WHERE latest.version <= ({version_in_force})
    ON CONFLICT (bulk, journey) DO NOTHING
    RETURNING bulk
)
UPDATE bulks AS b
SET status = 'under_way', ended_at = NULL
FROM joined
WHERE b.bulk = joined.bulk AND b.status = 'done';

-- name: count_waiting
-- purpose: How many journeys of an act have not had their turn
SELECT count(*)
FROM bulk_items
WHERE bulk = $1 AND status = 'waiting';

-- name: adopted
-- purpose: The journeys that a roll-out moved and that still follow its version, each with the version that it followed before. $1 the roll-out
SELECT i.journey, i.place, i.was
FROM bulk_items AS i
JOIN journeys AS j USING (journey)
WHERE i.bulk = $1 AND i.status <> 'refused' AND i.was <> i.target AND j.status <> 'ended'
  AND (j.version = i.target OR i.seq > j.seq);

-- name: count_adopted
-- purpose: How many journeys the way back from a roll-out would bring back to which version. As `adopted`
SELECT found.was, count(*) AS number
FROM ({adopted}) AS found
GROUP BY found.was
ORDER BY found.was;

-- name: items_by_answer
-- purpose: How many journeys refused an act or gave no answer, and why, with the first few of them
SELECT status, code, sv, en, count(*) AS number, (array_agg(journey ORDER BY place))[1:3] AS examples
FROM bulk_items
WHERE bulk = $1 AND NOT (status IN ('waiting', 'done'))
GROUP BY status, code, sv, en
ORDER BY count(*) DESC, status, code;

-- name: some_items
-- purpose: What became of an act in each journey, in its order, those first that refused or gave no answer. $2 from which on, $3 at most
SELECT journey, task, status, code, sv, en, seq, was, target, at
FROM bulk_items
WHERE bulk = $1
ORDER BY status IN ('waiting', 'done'), place
OFFSET $2::integer
LIMIT $3::integer;

-- name: about_bulk
-- purpose: Who ordered an act and why, in words, and when a journey had its turn last
SELECT s.name AS by_name, r.words AS why,
       (SELECT max(i.at) FROM bulk_items AS i WHERE i.bulk = b.bulk) AS latest_at
FROM bulks AS b
LEFT JOIN staff AS s ON s.staff = b.by
LEFT JOIN reasons AS r ON r.reason = b.reason
WHERE b.bulk = $1;
