-- name: figures_of_journey
-- purpose: How far a journey has come, as far as it was counted
SELECT received_at, marks, marked, rests
FROM figures
WHERE journey = $1;

-- name: save_figures
-- purpose: How far a journey has come. $6 forms that may say the gender: the latest that does counts, and nothing takes it away
INSERT INTO figures AS f (journey, programme, received_at, marks, marked, rests, gender)
SELECT j.journey, j.programme, coalesce($2, j.received_at), $3, $4, $5, told.gender
FROM journeys AS j
LEFT JOIN LATERAL (
    SELECT s.answers ->> 'gender' AS gender
    FROM submissions AS s
    WHERE s.submission = ANY ($6::text[]) AND s.answers ->> 'gender' IN ('woman', 'man', 'other')
    ORDER BY s.at DESC
    LIMIT 1
) AS told ON true
WHERE j.journey = $1
ON CONFLICT (journey) DO UPDATE
SET received_at = excluded.received_at, marks = excluded.marks, marked = excluded.marked, rests = excluded.rests,
    gender = coalesce(excluded.gender, f.gender);

-- name: forget_figures
-- purpose: How far a journey has come is forgotten before it is counted again from the journal
DELETE FROM figures
WHERE journey = $1;

-- name: people_of_programme
-- purpose: Who has come how far, by the quarter of the first interest in zone $2: as many rows as there are kinds of lives
SELECT date_trunc('quarter', f.received_at AT TIME ZONE $2)::date AS quarter, p.partner, f.gender, f.marks, j.exit,
       j.facts ->> 'route' AS route, took.part IS NOT NULL AS attended, count(*) AS people
FROM figures AS f
JOIN journeys AS j USING (journey)
JOIN people AS p USING (person)
LEFT JOIN (
    SELECT DISTINCT a.journey, true AS part
    FROM attendance AS a
    WHERE a.hours > 0 AND NOT EXISTS (SELECT FROM attendance AS n WHERE n.supersedes = a.entry)
) AS took ON took.journey = f.journey
WHERE f.programme = $1
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- name: first_contacts
-- purpose: On which local day people were first reached, by the day of their first interest. $3 steps and $4 outcomes that are a contact; null while nobody has reached them, with whether they have left
SELECT (f.received_at AT TIME ZONE $2)::date AS received_on, (c.at AT TIME ZONE $2)::date AS reached_on,
       c.at IS NULL AND j.exit IS NOT NULL AS left_before, count(*) AS people
FROM figures AS f
JOIN journeys AS j USING (journey)
LEFT JOIN (
    SELECT t.journey, min(t.ended_at) AS at
    FROM tasks AS t
    JOIN unnest($3::text[], $4::text[]) AS w (step, outcome) USING (step, outcome)
    WHERE t.status = 'completed'
    GROUP BY t.journey
) AS c ON c.journey = f.journey
WHERE f.programme = $1
GROUP BY 1, 2, 3;

-- name: days_lost
-- purpose: How long people waited, by the quarter of the first interest in zone $2, for what should have been done until $3. What overlaps counts once for each person and party; rests and what follows after the exit do not count. No party: for us
WITH late AS (
    SELECT f.journey, f.rests, date_trunc('quarter', f.received_at AT TIME ZONE $2)::date AS quarter,
           coalesce(s.waiting_on, CASE WHEN t.role = 'participant' THEN t.role END) AS party,
           greatest(t.opened_at, t.due_at) AS since, least(coalesce(t.ended_at, $3), $3) AS until
    FROM tasks AS t
    JOIN figures AS f USING (journey)
    JOIN journeys AS j USING (journey)
    LEFT JOIN steps AS s ON s.programme = j.programme AND s.version = j.version AND s.step = t.step
    WHERE f.programme = $1 AND t.due_at < coalesce(t.ended_at, $3) AND t.due_at < $3
      AND t.opened_at < coalesce(j.exited_at, 'infinity')
), pieces AS (
    SELECT journey, quarter, party, rests, until, greatest(since, max(until) OVER earlier) AS since
    FROM late
    WINDOW earlier AS (
        PARTITION BY journey, party ORDER BY since, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )
), lost AS (
    SELECT journey, quarter, party,
           extract(epoch FROM sum(until - since - coalesce(rest.during, interval '0'))) AS seconds
    FROM pieces
    LEFT JOIN LATERAL (
        SELECT sum(greatest(least(until, r.until_) - greatest(since, r.since_), interval '0')) AS during
        FROM (
            SELECT (each ->> 'since')::timestamptz AS since_, coalesce((each ->> 'until')::timestamptz, $3) AS until_
            FROM jsonb_array_elements(rests) AS each
        ) AS r
    ) AS rest ON rests <> '[]'
    WHERE since < until
    GROUP BY 1, 2, 3
)
SELECT quarter, party, count(*) AS people, sum(seconds)::float8 AS seconds
FROM lost
WHERE seconds > 0
GROUP BY 1, 2;

-- name: rests_of_programme
-- purpose: How long people rested and why, by the quarter of the first interest in zone $2, until $3
SELECT date_trunc('quarter', f.received_at AT TIME ZONE $2)::date AS quarter, each ->> 'cause' AS cause,
       each ->> 'on' AS party, count(DISTINCT f.journey) AS people, count(*) AS rests,
       sum(extract(epoch FROM coalesce((each ->> 'until')::timestamptz, $3) - (each ->> 'since')::timestamptz))::float8 AS rested
FROM figures AS f
CROSS JOIN LATERAL jsonb_array_elements(f.rests) AS each
WHERE f.programme = $1 AND f.rests <> '[]' AND (each ->> 'since')::timestamptz < $3
GROUP BY 1, 2, 3;

-- name: open_events_of_programme
-- purpose: What was entered of open events on days from $2 to $3, newest first
SELECT open_event, day, how, place, people, by, at
FROM open_events
WHERE programme = $1 AND day BETWEEN $2 AND $3 AND withdrawn_at IS NULL
ORDER BY day DESC, open_event;

-- name: add_open_event
-- purpose: An open event with how many were met there; the same key again is nothing new
INSERT INTO open_events (open_event, programme, day, how, place, people, by, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (open_event) DO NOTHING;

-- name: withdraw_open_event
-- purpose: An open event was entered wrongly
UPDATE open_events
SET withdrawn_at = $3, withdrawn_by = $4
WHERE open_event = $1 AND programme = $2 AND withdrawn_at IS NULL
RETURNING open_event;
