-- What the console needs: who has signed in, what rests on somebody's own list, notes, looks. Runs before the code that uses it.

CREATE TABLE sessions (
    session    text        PRIMARY KEY,
    kind       text        NOT NULL CHECK (kind IN ('staff', 'participant')),
    staff      text        REFERENCES staff,
    journey    text        REFERENCES journeys,
    language   text        CHECK (language IN ('sv', 'en')),
    created_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CHECK ((kind = 'staff') = (staff IS NOT NULL)),
    CHECK ((kind = 'participant') = (journey IS NOT NULL))
);
CREATE INDEX sessions_staff ON sessions (staff) WHERE staff IS NOT NULL;
CREATE INDEX sessions_journey ON sessions (journey) WHERE journey IS NOT NULL;
CREATE INDEX sessions_expires ON sessions (expires_at);
COMMENT ON TABLE sessions IS 'Who has signed in. `session` is a digest: whoever reads this table cannot act as anybody. Wall time.';

ALTER TABLE staff ADD COLUMN subject text UNIQUE;
COMMENT ON COLUMN staff.subject IS 'Who this is at the place where staff sign in: a digest of its address and of the name that it uses there.';

CREATE TABLE snoozes (
    staff text        NOT NULL REFERENCES staff,
    task  text        NOT NULL,
    until timestamptz NOT NULL,
    at    timestamptz NOT NULL,
    PRIMARY KEY (staff, task)
);
COMMENT ON TABLE snoozes IS
    'What somebody has put out of sight on their own list until a time (journey time). No clock of the task stops for it.';

CREATE TABLE notes (
    note    text        PRIMARY KEY,
    journey text        NOT NULL REFERENCES journeys,
    task    text,
    words   text        NOT NULL,
    by      text        NOT NULL,
    at      timestamptz NOT NULL
);
CREATE INDEX notes_journey ON notes (journey, at);
COMMENT ON TABLE notes IS 'What staff noted about a journey, in their words: personal data. `at` is journey time.';

CREATE TABLE looks (
    look    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    who     text        NOT NULL,
    what    text        NOT NULL,
    journey text,
    at      timestamptz NOT NULL
);
CREATE INDEX looks_journey ON looks (journey, at);
CREATE INDEX looks_who ON looks (who, at);
COMMENT ON TABLE looks IS 'Who has looked at whose particulars, and who has searched for people. Wall time. Only ever added to.';

-- Small letters, whatever the locale of the database knows of letters beyond English.
CREATE FUNCTION folded(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(translate(words, 'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮĲĴĶĹĻĽĿŁŃŅŇŊŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽ', 'àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþāăąćĉċčďđēĕėęěĝğġģĥħĩīĭįĳĵķĺļľŀłńņňŋōŏőœŕŗřśŝşšţťŧũūŭůűųŵŷÿźżž'))
$$;
CREATE INDEX people_name_words ON people USING gin (to_tsvector('simple', folded(name)));

-- My day of one person and of a team, in order, at any size.
CREATE INDEX tasks_unowned_role ON tasks (role, due_at, task) WHERE status = 'open' AND owner IS NULL;
CREATE INDEX tasks_open_step ON tasks (role, step, due_at, task) WHERE status = 'open';
