-- What operations need: who is stuck, what mends it, many journeys at once. Runs before the code that uses it.

-- ---- which steps wait for whom, so that a late task is told from a silent party without reading a programme

CREATE TABLE steps (
    programme  text    NOT NULL,
    version    integer NOT NULL,
    step       text    NOT NULL,
    kind       text    NOT NULL,
    waiting_on text,
    PRIMARY KEY (programme, version, step),
    FOREIGN KEY (programme, version) REFERENCES programmes
);
COMMENT ON TABLE steps IS 'The steps of each version, written when it is published; it says nothing that the version does not.';

INSERT INTO steps (programme, version, step, kind, waiting_on)
SELECT p.programme, p.version, s.key, s.value ->> 'kind', s.value ->> 'waiting_on'
FROM programmes AS p, json_each(p.content -> 'steps') AS s;

-- ---- stuck

ALTER TABLE tasks
    ADD COLUMN kind          text,
    ADD COLUMN waiting_on    text,
    ADD COLUMN stalls_at     timestamptz,
    ADD COLUMN stands_in_for text;
COMMENT ON COLUMN tasks.kind IS 'Of an open task: what kind of step it is in the version that the journey follows now.';
COMMENT ON COLUMN tasks.waiting_on IS 'Of an open task: the outside party that is to answer, if any.';
COMMENT ON COLUMN tasks.stalls_at IS
    'From when an open task counts as stuck: its due time, while its clock runs. Null where a rest has stopped it.';
COMMENT ON COLUMN tasks.next_alarm_at IS 'When its next alarm goes off, while its clock runs. Null where a rest has stopped it.';

ALTER TABLE journeys
    ADD COLUMN review_at timestamptz,
    ADD COLUMN wakes_at  timestamptz;
COMMENT ON COLUMN journeys.review_at IS 'When somebody is to look at the rest of this journey; null when it rests not, or ends by itself.';
COMMENT ON COLUMN journeys.wakes_at IS 'When the rest of this journey ends by itself; null when it rests not, or waits for somebody.';

UPDATE tasks AS t
SET kind = s.kind, waiting_on = s.waiting_on,
    stalls_at = CASE WHEN clock.runs THEN t.due_at END,
    next_alarm_at = CASE WHEN clock.runs THEN t.next_alarm_at END
FROM tasks AS o
JOIN journeys AS j USING (journey)
JOIN steps AS s USING (programme, version, step)
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_typeof(j.hold), 'null') = 'null' OR coalesce((o.detail ->> 'fixed')::boolean, false) AS runs
) AS clock
WHERE o.task = t.task AND t.status = 'open';

UPDATE journeys
SET review_at = CASE WHEN NOT coalesce((hold ->> 'wakes')::boolean, false) THEN (hold ->> 'review_at')::timestamptz END,
    wakes_at = CASE WHEN (hold ->> 'wakes')::boolean THEN (hold ->> 'review_at')::timestamptz END
WHERE coalesce(jsonb_typeof(hold), 'null') <> 'null';

CREATE INDEX tasks_overdue ON tasks (stalls_at, task) WHERE status = 'open' AND waiting_on IS NULL AND stalls_at IS NOT NULL;
CREATE INDEX tasks_silent ON tasks (stalls_at, task) WHERE status = 'open' AND waiting_on IS NOT NULL AND stalls_at IS NOT NULL;
CREATE INDEX tasks_late_role ON tasks (role, stalls_at, task) WHERE status = 'open' AND stalls_at IS NOT NULL;
CREATE INDEX tasks_late_owner ON tasks (owner, stalls_at, task) WHERE status = 'open' AND stalls_at IS NOT NULL;
CREATE INDEX tasks_unowned ON tasks (opened_at, task) WHERE status = 'open' AND owner IS NULL AND role <> 'participant';
CREATE INDEX tasks_owner ON tasks (owner, due_at, task) WHERE status = 'open';
CREATE INDEX tasks_alarm ON tasks (next_alarm_at, task) WHERE status = 'open' AND next_alarm_at IS NOT NULL;
CREATE INDEX tasks_automatic ON tasks (opened_at, task) WHERE status = 'open' AND kind = 'automatic';
CREATE INDEX tasks_open_journey ON tasks (journey) WHERE status = 'open';
CREATE INDEX journeys_review ON journeys (review_at, journey) WHERE review_at IS NOT NULL;
CREATE INDEX journeys_wakes ON journeys (wakes_at, journey) WHERE wakes_at IS NOT NULL;
CREATE INDEX journeys_under_way ON journeys (programme, version, journey) WHERE status <> 'ended';
CREATE INDEX journeys_pace ON journeys (pace);
COMMENT ON INDEX journeys_pace IS 'Nearly always one value: it tells at once at which paces journeys live.';

CREATE TABLE trouble (
    journey   text        NOT NULL,
    what      text        NOT NULL,
    cause     text        NOT NULL,
    attempts  integer     NOT NULL,
    since     timestamptz NOT NULL,
    latest_at timestamptz NOT NULL,
    PRIMARY KEY (journey, what)
);
COMMENT ON TABLE trouble IS
    'An act of a journey that fails again and again, with its latest cause (a kind of error, never its text). '
    '`what` is an activity and the task it is for, if any. '
    'Gone once it succeeds. All times are wall time.';

ALTER TABLE notices
    ADD COLUMN handled_at  timestamptz,
    ADD COLUMN handled_by  text,
    ADD COLUMN handled_why text;
COMMENT ON COLUMN notices.handled_at IS
    'Wall time at which an undeliverable or unsure notice was seen to, or its task ended.';
COMMENT ON COLUMN notices.handled_why IS 'The id of the reason in words.';
CREATE INDEX notices_stuck ON notices (send_after, notice) WHERE status IN ('undeliverable', 'unsure') AND handled_at IS NULL;
CREATE INDEX notices_stuck_journey ON notices (journey) WHERE status IN ('undeliverable', 'unsure') AND handled_at IS NULL;

UPDATE notices AS n
SET handled_at = now(), handled_by = 'system'
FROM tasks AS t
WHERE t.task = n.task AND t.status <> 'open' AND n.purpose IN ('reminder', 'escalation')
  AND n.status IN ('undeliverable', 'unsure');

-- ---- letters, and databases that were restored from a backup

CREATE TABLE walks (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    walk        bigint  NOT NULL,
    older_since timestamptz
);
INSERT INTO walks (walk) VALUES (0);
COMMENT ON TABLE walks IS
    'How often the courier has set out with letters. Temporal remembers the number too: where this one is smaller, the '
    'database is an older backup, and what is due in it may have been sent.';
COMMENT ON COLUMN walks.older_since IS
    'Wall time at which that was noticed, until every journey has been compared with what is written here.';

-- ---- words, absences, people nobody knows

CREATE TABLE reasons (
    reason text        PRIMARY KEY,
    words  text        NOT NULL,
    by     text        NOT NULL,
    at     timestamptz NOT NULL
);
COMMENT ON TABLE reasons IS
    'Why somebody mended a journey, in their words, which may hold personal data. Written before the command that carries its id.';

CREATE TABLE absences (
    absence  text        PRIMARY KEY,
    staff    text        NOT NULL REFERENCES staff,
    stand_in text        NOT NULL REFERENCES staff,
    since    timestamptz NOT NULL,
    until    timestamptz NOT NULL,
    by       text        NOT NULL,
    at       timestamptz NOT NULL,
    CHECK (since < until),
    CHECK (staff <> stand_in)
);
CREATE INDEX absences_staff ON absences (staff, until);
COMMENT ON TABLE absences IS 'Who is away and who does their work meanwhile. Journey time, but for `at`.';

ALTER TABLE people ADD COLUMN unknown boolean NOT NULL DEFAULT false;
ALTER TABLE people DROP CONSTRAINT people_check;
ALTER TABLE people ADD CONSTRAINT people_reachable CHECK (email IS NOT NULL OR phone IS NOT NULL OR unknown);
COMMENT ON COLUMN people.unknown IS
    'A journey goes on of which the database has lost who it is about (an older backup was restored). Correcting the identity ends that.';
COMMENT ON TABLE people IS 'The only table, with submissions and reasons, that holds personal data.';

-- ---- reports that came from outside

CREATE TABLE outside_events (
    event       text        PRIMARY KEY,
    journey     text        NOT NULL,
    type        text        NOT NULL,
    outcome     text        NOT NULL,
    facts       jsonb       NOT NULL DEFAULT '{}',
    dates       jsonb       NOT NULL DEFAULT '{}',
    by          text        NOT NULL,
    received_at timestamptz NOT NULL,
    at          timestamptz NOT NULL,
    status      text        NOT NULL CHECK (status IN ('passed_on', 'early', 'unmatched', 'applied', 'dismissed')),
    cause       text,
    repeats     integer     NOT NULL DEFAULT 0,
    matched     text REFERENCES journeys,
    command     text,
    handled_at  timestamptz,
    handled_by  text,
    handled_why text
);
CREATE INDEX outside_events_desk ON outside_events (at, event) WHERE status IN ('unmatched', 'early');
CREATE INDEX outside_events_unmatched ON outside_events (at, event) WHERE status = 'unmatched';
CREATE INDEX outside_events_passed_on ON outside_events (at, event) WHERE status = 'passed_on';
CREATE INDEX outside_events_latest ON outside_events (at, event);
CREATE INDEX outside_events_journey ON outside_events (journey);
CREATE INDEX outside_events_matched ON outside_events (matched) WHERE matched IS NOT NULL;
CREATE INDEX outside_events_command ON outside_events (command) WHERE command IS NOT NULL;
COMMENT ON TABLE outside_events IS
    'Every report from outside, as it came: `journey` is what the sender said, `matched` where it was applied by hand, by `command`. '
    'passed_on: given to the journey, which has not said what became of it. early: waits for its step. unmatched: fits nowhere. '
    'received_at is journey time, at and handled_at wall time.';

-- ---- many at once

CREATE TABLE bulks (
    bulk       text        PRIMARY KEY,
    what       text        NOT NULL,
    order_     jsonb       NOT NULL,
    conditions jsonb       NOT NULL DEFAULT '{}',
    status     text        NOT NULL DEFAULT 'under_way' CHECK (status IN ('under_way', 'stopped', 'done')),
    rate       real        NOT NULL CHECK (rate > 0),
    by         text        NOT NULL,
    reason     text,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at   timestamptz
);
CREATE INDEX bulks_under_way ON bulks (bulk) WHERE status = 'under_way';
COMMENT ON TABLE bulks IS 'One act for many journeys: a mending command or a roll-out, and which journeys it was for.';
COMMENT ON COLUMN bulks.rate IS 'How many journeys a second, at most.';

CREATE TABLE bulk_items (
    bulk     text    NOT NULL REFERENCES bulks,
    journey  text    NOT NULL REFERENCES journeys,
    place    integer NOT NULL,
    task     text,
    target   integer,
    status   text    NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', 'done', 'refused', 'failed')),
    attempts integer NOT NULL DEFAULT 0,
    code     text,
    sv       text,
    en       text,
    seq      integer,
    was      integer,
    at       timestamptz,
    PRIMARY KEY (bulk, journey)
);
CREATE INDEX bulk_items_waiting ON bulk_items (bulk, attempts, place) WHERE status = 'waiting';
COMMENT ON COLUMN bulk_items.task IS 'The open task that fitted, the most urgent where there were several.';
COMMENT ON COLUMN bulk_items.target IS 'Of a roll-out: the version to follow.';
COMMENT ON COLUMN bulk_items.attempts IS 'How often the journey has not answered.';
COMMENT ON COLUMN bulk_items.was IS 'Of a roll-out: the version that the journey followed before, which is the way back.';

CREATE TABLE in_force (
    programme text        NOT NULL,
    version   integer     NOT NULL,
    latest    integer     NOT NULL,
    since     timestamptz NOT NULL DEFAULT clock_timestamp(),
    by        text        NOT NULL,
    PRIMARY KEY (programme, since),
    FOREIGN KEY (programme, version) REFERENCES programmes
);
COMMENT ON TABLE in_force IS 'Which version new journeys begin with, once somebody has said so; a version published later takes over.';
COMMENT ON COLUMN in_force.latest IS 'The newest version that there was when it was said.';
