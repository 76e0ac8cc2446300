-- What the participant's own page needs: personal links, and attendance that is attested. Runs before the code.

CREATE TABLE links (
    link       text        PRIMARY KEY,
    journey    text        NOT NULL REFERENCES journeys,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    revoked_at timestamptz,
    by         text        NOT NULL
);
CREATE INDEX links_journey ON links (journey, made_at);
CREATE INDEX links_expires ON links (expires_at);
COMMENT ON TABLE links IS
    'Personal links to a participant''s own page. `link` is a digest: whoever reads this table can open nobody''s page. '
    'Each is used once. Wall time.';

CREATE INDEX notices_links ON notices (journey, send_after) WHERE purpose = 'link';
COMMENT ON INDEX notices_links IS 'How often somebody has asked for a link lately.';

-- ---- attendance

CREATE TABLE attendance (
    entry      text        PRIMARY KEY,
    journey    text        NOT NULL REFERENCES journeys,
    activity   text        NOT NULL,
    day        date        NOT NULL,
    hours      numeric     NOT NULL CHECK (hours >= 0 AND hours <= 24),
    place      text        NOT NULL,
    by         text        NOT NULL,
    at         timestamptz NOT NULL,
    supersedes text        UNIQUE REFERENCES attendance,
    submission text
);
CREATE INDEX attendance_journey ON attendance (journey, day);
COMMENT ON TABLE attendance IS
    'Counted activities that somebody took part in. Only ever added to: a correction is a new row that `supersedes` the '
    'former, once; with no hours at all it takes it back. `at` is wall time.';
COMMENT ON COLUMN attendance.submission IS 'The form of a step in which it was said, if it was not registered by itself.';

CREATE TABLE attestations (
    entry text        PRIMARY KEY REFERENCES attendance,
    by    text        NOT NULL,
    how   text        NOT NULL CHECK (how IN ('own_page', 'phone', 'paper')),
    why   text,
    at    timestamptz NOT NULL,
    CHECK ((how = 'own_page') = (why IS NULL))
);
COMMENT ON TABLE attestations IS
    'Who has said that an entry of attendance is right: the participant, or staff for them, who then say `why` (words).';
