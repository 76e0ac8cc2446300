-- What other systems need: clients, their keys and signatures. Runs before the code.

CREATE TABLE seals (
    seal text        PRIMARY KEY,
    key  bytea       NOT NULL,
    at   timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE seals IS
    'Keys of our own, made at first use, with which forms that anybody may send are stamped with the time they were shown.';

CREATE TABLE clients (
    client     text        PRIMARY KEY,
    name       text        NOT NULL,
    roles      text[]      NOT NULL,
    by         text        NOT NULL,
    at         timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by text
);
COMMENT ON TABLE clients IS 'Other systems that may act here, in which roles. Wall time. A revoked one never comes back under its name.';

CREATE TABLE client_keys (
    key        text        PRIMARY KEY,
    client     text        NOT NULL REFERENCES clients,
    kind       text        NOT NULL CHECK (kind IN ('bearer', 'signing')),
    secret     text,
    at         timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    CHECK ((kind = 'signing') = (secret IS NOT NULL))
);
CREATE INDEX client_keys_client ON client_keys (client, expires_at);
COMMENT ON TABLE client_keys IS
    'By what a client is known. Of a bearer key only a digest is kept: whoever reads this table cannot use it. A signing '
    'secret is kept as it is, for a signature can be checked with nothing less. Wall time.';

CREATE TABLE client_requests (
    client text        NOT NULL REFERENCES clients,
    what   text        NOT NULL,
    key    text        NOT NULL,
    digest text        NOT NULL,
    answer jsonb,
    at     timestamptz NOT NULL,
    PRIMARY KEY (client, what, key)
);
CREATE INDEX client_requests_at ON client_requests (at);
COMMENT ON TABLE client_requests IS
    'What clients have asked under keys of their own, so that the same again is answered the same and acts once. Only a '
    'digest of what was sent, and never who it was about. Kept for a month.';
