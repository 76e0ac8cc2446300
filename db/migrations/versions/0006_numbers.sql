-- What the numbers need: how far each journey has come, and who was met at open events. Runs before the code.

CREATE TABLE figures (
    journey     text        PRIMARY KEY REFERENCES journeys,
    programme   text        NOT NULL,
    received_at timestamptz NOT NULL,
    marks       text[]      NOT NULL DEFAULT '{}',
    marked      integer[]   NOT NULL DEFAULT '{}',
    rests       jsonb       NOT NULL DEFAULT '[]',
    gender      text        CHECK (gender IN ('woman', 'man', 'other')),
    CHECK (cardinality(marks) = cardinality(marked))
);
CREATE INDEX figures_programme ON figures (programme, received_at);
CREATE INDEX figures_rested ON figures (programme) WHERE rests <> '[]';
COMMENT ON TABLE figures IS
    'How far each journey has ever come, made from the journal as the read tables are. `received_at` is the first interest: '
    'coming back later does not move anybody to another period.';
COMMENT ON COLUMN figures.marks IS
    'In the order of the alphabet: `phase.P` once something has been open in phase P, `counts.C` once a milestone was reached '
    'that counts as C, `activity.C` once somebody took part in an activity that counts as C.';
COMMENT ON COLUMN figures.marked IS 'The number of the event by which each mark was made, beside it.';
COMMENT ON COLUMN figures.rests IS 'Every rest: seq, since, until, ended (the number of the event that ended it), cause, on.';
COMMENT ON COLUMN figures.gender IS 'As answered in a form, if it was; never taken from an identity number.';

-- Acts that were taken back have made no mark. The gender of earlier journeys is not known.
WITH undone AS (
    SELECT journey, (event -> 'undoes' ->> 0)::integer AS first, (event -> 'undoes' ->> 1)::integer AS last, seq
    FROM journal
    WHERE kind = 'act_undone'
), happened AS (
    SELECT l.*
    FROM journal AS l
    WHERE NOT EXISTS (
        SELECT FROM undone AS u WHERE u.journey = l.journey AND u.seq > l.seq AND l.seq BETWEEN u.first AND u.last
    )
), made AS (
    SELECT journey, 'phase.' || (event ->> 'phase') AS mark, min(seq) AS seq
    FROM happened
    WHERE kind IN ('task_opened', 'milestone_reached') AND event ->> 'phase' IS NOT NULL
    GROUP BY 1, 2
    UNION ALL
    SELECT journey, CASE kind WHEN 'milestone_reached' THEN 'counts.' ELSE 'activity.' END || (event ->> 'counts'), min(seq)
    FROM happened
    WHERE kind IN ('task_completed', 'milestone_reached') AND event ->> 'counts' IS NOT NULL
    GROUP BY 1, 2
), marked AS (
    SELECT journey, array_agg(mark ORDER BY mark COLLATE "C") AS marks, array_agg(seq ORDER BY mark COLLATE "C") AS marked
    FROM made
    GROUP BY journey
), rested AS (
    SELECT h.journey,
           jsonb_agg(
               jsonb_build_object(
                   'seq', h.seq, 'since', h.event -> 'at', 'until', ended.event -> 'at', 'ended', ended.seq,
                   'cause', h.event -> 'hold' -> 'cause', 'on', h.event -> 'hold' -> 'on'
               ) ORDER BY h.seq
           ) AS rests
    FROM happened AS h
    LEFT JOIN LATERAL (
        SELECT e.seq, e.event
        FROM happened AS e
        WHERE e.journey = h.journey AND e.seq > h.seq
          AND e.kind IN ('journey_released', 'journey_exited', 'journey_ended', 'journey_reopened', 'journey_held')
        ORDER BY e.seq
        LIMIT 1
    ) AS ended ON true
    WHERE h.kind = 'journey_held'
    GROUP BY h.journey
)
INSERT INTO figures (journey, programme, received_at, marks, marked, rests)
SELECT j.journey, j.programme, coalesce((l.event ->> 'received_at')::timestamptz, j.received_at),
       coalesce(m.marks, '{}'), coalesce(m.marked, '{}'), coalesce(r.rests, '[]')
FROM journeys AS j
JOIN journal AS l ON l.journey = j.journey AND l.kind = 'journey_started'
LEFT JOIN marked AS m ON m.journey = j.journey
LEFT JOIN rested AS r ON r.journey = j.journey;

CREATE TABLE open_events (
    open_event   text        PRIMARY KEY,
    programme    text        NOT NULL,
    day          date        NOT NULL,
    how          text        NOT NULL CHECK (how IN ('physical', 'digital')),
    place        text        NOT NULL,
    people       integer     NOT NULL CHECK (people > 0),
    by           text        NOT NULL,
    at           timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text
);
CREATE INDEX open_events_day ON open_events (programme, day) WHERE withdrawn_at IS NULL;
COMMENT ON TABLE open_events IS
    'How many were met at open events, counted by heads: nobody in it is a participant, and nobody can be told. '
    'What was entered wrongly is withdrawn and stays.';
