-- First schema. Runs before the code that uses it.
-- Postgres holds the person; Temporal holds the process. Read tables (journeys, tasks) can be made again from the journal.

CREATE TABLE programmes (
    programme    text        NOT NULL,
    version      integer     NOT NULL CHECK (version > 0),
    hash         text        NOT NULL,
    content      json        NOT NULL,
    published_at timestamptz NOT NULL,
    PRIMARY KEY (programme, version),
    UNIQUE (programme, hash)
);
COMMENT ON TABLE programmes IS 'Immutable published versions. The same content twice is the same version.';
COMMENT ON COLUMN programmes.content IS 'json, not jsonb: the order of steps and outcomes is the owner''s and must survive.';

CREATE TABLE staff (
    staff    text    PRIMARY KEY,
    name     text    NOT NULL,
    email    text    NOT NULL,
    phone    text,
    language text    NOT NULL DEFAULT 'sv' CHECK (language IN ('sv', 'en')),
    roles    text[]  NOT NULL DEFAULT '{}',
    active   boolean NOT NULL DEFAULT true
);

CREATE TABLE people (
    person       text        PRIMARY KEY,
    name         text        NOT NULL,
    email        text,
    phone        text,
    language     text        NOT NULL DEFAULT 'sv' CHECK (language IN ('sv', 'en')),
    municipality text,
    partner      text,
    wish         text,
    adults       integer,
    children     integer,
    email_key    text,
    phone_key    text,
    id_number    text,
    created_at   timestamptz NOT NULL,
    CHECK (email IS NOT NULL OR phone IS NOT NULL)
);
CREATE INDEX people_email_key ON people (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX people_phone_key ON people (phone_key) WHERE phone_key IS NOT NULL;
COMMENT ON TABLE people IS 'The only table, with submissions, that holds personal data.';
COMMENT ON COLUMN people.email_key IS 'E-mail address as compared: case folded. Not unique: families share addresses.';
COMMENT ON COLUMN people.phone_key IS 'Phone number as compared: E.164.';

CREATE TABLE journeys (
    journey     text        PRIMARY KEY,
    person      text        NOT NULL REFERENCES people,
    programme   text        NOT NULL,
    version     integer     NOT NULL,
    status      text        NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'following_up', 'ended')),
    exit        text,
    seq         integer     NOT NULL DEFAULT 0,
    received_at timestamptz NOT NULL,
    started_at  timestamptz,
    exited_at   timestamptz,
    ended_at    timestamptz,
    hold        jsonb,
    facts       jsonb       NOT NULL DEFAULT '{}',
    dates       jsonb       NOT NULL DEFAULT '{}',
    owners      jsonb       NOT NULL DEFAULT '{}',
    closed      json,
    pace        jsonb       NOT NULL DEFAULT '{}',
    created_at  timestamptz NOT NULL DEFAULT now(),
    begun       boolean     NOT NULL DEFAULT false,
    FOREIGN KEY (programme, version) REFERENCES programmes
);
CREATE INDEX journeys_person ON journeys (person);
CREATE INDEX journeys_not_begun ON journeys (created_at) WHERE NOT begun;
COMMENT ON COLUMN journeys.seq IS 'Number of the latest event in the journal: how far the read tables have come.';
COMMENT ON COLUMN journeys.begun IS 'Whether the durable workflow is known to have been started; intake repairs the others.';
COMMENT ON COLUMN journeys.closed IS 'The final state of an ended journey, from which it can be reopened (json: its programme keeps its order).';

CREATE TABLE journal (
    journey     text        NOT NULL REFERENCES journeys,
    seq         integer     NOT NULL CHECK (seq > 0),
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    written_at  timestamptz NOT NULL DEFAULT now(),
    kind        text        NOT NULL,
    step        text,
    command     text,
    event       jsonb       NOT NULL,
    PRIMARY KEY (journey, seq)
);
CREATE INDEX journal_command ON journal (command) WHERE command IS NOT NULL;

CREATE TABLE tasks (
    task          text        PRIMARY KEY,
    journey       text        NOT NULL REFERENCES journeys,
    step          text        NOT NULL,
    generation    integer     NOT NULL,
    phase         text,
    status        text        NOT NULL CHECK (status IN ('open', 'completed', 'closed')),
    role          text,
    owner         text,
    opened_at     timestamptz NOT NULL,
    due_at        timestamptz,
    next_alarm_at timestamptz,
    ended_at      timestamptz,
    outcome       text,
    reason        text,
    calendar_days integer,
    working_days  integer,
    submission    text,
    detail        jsonb       NOT NULL,
    UNIQUE (journey, step, generation)
);
CREATE INDEX tasks_open ON tasks (due_at, task) WHERE status = 'open';
CREATE INDEX tasks_open_role ON tasks (role, due_at, task) WHERE status = 'open';
CREATE INDEX tasks_journey ON tasks (journey);
COMMENT ON COLUMN tasks.detail IS 'The task as the engine knows it (schemas.tasks.Task).';

CREATE TABLE submissions (
    submission text        PRIMARY KEY,
    journey    text        NOT NULL REFERENCES journeys,
    task       text,
    form       text        NOT NULL,
    answers    jsonb       NOT NULL,
    by         text        NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX submissions_journey ON submissions (journey);
-- Interests after a journey's first one: few, and looked through again and again for any that was not passed on.
CREATE INDEX submissions_later_interest ON submissions (submission)
    WHERE form = 'interest' AND submission <> 'interest-' || journey;
COMMENT ON TABLE submissions IS 'Filled-in forms, written before the command that carries their id.';

CREATE TABLE notices (
    notice         text        PRIMARY KEY,
    journey        text        NOT NULL REFERENCES journeys,
    seq            integer     NOT NULL,
    template       text        NOT NULL,
    purpose        text        NOT NULL,
    recipient      text        NOT NULL,
    staff          text,
    task           text,
    send_after     timestamptz NOT NULL,
    valid_until    timestamptz,
    appointment    text,
    appointment_at timestamptz,
    status         text        NOT NULL DEFAULT 'due'
        CHECK (status IN ('due', 'handing_over', 'sent', 'dropped', 'undeliverable', 'unsure')),
    attempts       integer     NOT NULL DEFAULT 0,
    cause          text,
    message        text,
    next_try_at    timestamptz,
    settled_at     timestamptz
);
CREATE INDEX notices_due ON notices (send_after) WHERE status IN ('due', 'handing_over');
CREATE INDEX notices_journey ON notices (journey);
COMMENT ON COLUMN notices.status IS
    'due: to be sent. handing_over: the mail server is being given it now. sent: accepted by the mail server. '
    'dropped: no longer worth sending. undeliverable: refused for good. '
    'unsure: cut off while handing over; never sent again by itself.';
COMMENT ON COLUMN notices.message IS 'The Message-ID under which the mail server was given it.';
COMMENT ON COLUMN notices.settled_at IS 'Journey time.';
COMMENT ON COLUMN notices.next_try_at IS
    'Wall time, unlike all others here: until then nobody takes the row. A courier has it, or it rests after a failure, '
    'or it waits for office hours. Of a notice being handed over: when it counts as cut off.';
