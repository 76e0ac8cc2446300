-- name: seal
-- purpose: A key of our own by its name
SELECT key
FROM seals
WHERE seal = $1;

-- name: make_seal
-- purpose: A key of our own, unless there is one of this name
INSERT INTO seals (seal, key)
VALUES ($1, $2)
ON CONFLICT DO NOTHING;

-- name: add_client
-- purpose: Another system that may act here; nothing when its name is taken
INSERT INTO clients (client, name, roles, by, at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING client;

-- name: add_client_key
-- purpose: A key of a client. $1 digest or id, $2 client, $3 kind, $4 secret, $5 now, $6 until when it is good
INSERT INTO client_keys (key, client, kind, secret, at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: client
-- purpose: One client, locked while its keys are changed
SELECT client, name, roles, revoked_at
FROM clients
WHERE client = $1
FOR UPDATE;

-- name: all_clients
-- purpose: Every client with the keys that are good at $1, by name
SELECT c.client, c.name, c.roles, c.by, c.at, c.revoked_at,
       (SELECT count(*) FROM client_keys AS k WHERE k.client = c.client AND k.kind = 'bearer' AND k.expires_at > $1) AS keys,
       (SELECT count(*) FROM client_keys AS k WHERE k.client = c.client AND k.kind = 'signing' AND k.expires_at > $1) AS secrets,
       (SELECT max(k.expires_at) FROM client_keys AS k WHERE k.client = c.client AND k.expires_at > $1) AS expires_at,
       (SELECT max(k.used_at) FROM client_keys AS k WHERE k.client = c.client) AS used_at
FROM clients AS c
ORDER BY c.client;

-- name: kinds_of_keys
-- purpose: Of which kinds a client has had keys
SELECT DISTINCT kind
FROM client_keys
WHERE client = $1;

-- name: let_keys_run_out
-- purpose: Keys of a client that were made before are good for only so long. $1 client, $2 kind, $3 until
UPDATE client_keys
SET expires_at = $3
WHERE client = $1 AND kind = $2 AND expires_at > $3;

-- name: revoke_client
-- purpose: Nothing that a client holds is good any more. $1 client, $2 now, $3 by whom
WITH gone AS (
    UPDATE clients
    SET revoked_at = $2, revoked_by = $3
    WHERE client = $1 AND revoked_at IS NULL
    RETURNING client
)
DELETE FROM client_keys
WHERE client IN (SELECT client FROM gone);

-- name: client_by_key
-- purpose: Whose bearer key this is, while it is good. $1 digest, $2 now
SELECT c.client, c.name, c.roles, k.used_at
FROM client_keys AS k
JOIN clients AS c USING (client)
WHERE k.key = $1 AND k.kind = 'bearer' AND k.expires_at > $2 AND c.revoked_at IS NULL;

-- name: key_is_used
-- purpose: When a key was used last
UPDATE client_keys
SET used_at = $2
WHERE key = $1;

-- name: secrets_of_client
-- purpose: The secrets with which a client signs, while they are good, the newest first. $1 client, $2 now
SELECT k.key, k.secret, c.name, c.roles, k.used_at
FROM client_keys AS k
JOIN clients AS c USING (client)
WHERE c.client = $1 AND k.kind = 'signing' AND k.expires_at > $2 AND c.revoked_at IS NULL
ORDER BY k.at DESC, k.key
LIMIT 5;

-- name: note_request
-- purpose: A client asks something under a key of its own; nothing when it has before. $1 client, $2 what, $3 key, $4 digest, $5 now
INSERT INTO client_requests (client, what, key, digest, at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING at;

-- name: noted_request
-- purpose: What a client asked under this key before
SELECT digest, answer, at
FROM client_requests
WHERE client = $1 AND what = $2 AND key = $3;

-- name: answer_request
-- purpose: What a client was answered. $1 client, $2 what, $3 key, $4 answer
UPDATE client_requests
SET answer = $4
WHERE client = $1 AND what = $2 AND key = $3 AND answer IS NULL;

-- name: forget_old_requests
-- purpose: What was asked before $1 is not answered from memory any more
DELETE FROM client_requests
WHERE at < $1;

-- name: plan_anew
-- purpose: Until this is committed, each query is planned for what is asked, not for anything that may be asked
SELECT set_config('plan_cache_mode', 'force_custom_plan', true);

-- name: page_of_tasks
-- purpose: Open tasks after a place in the inbox. $1 at most, $2 due and $3 task of the last one before, $4 the last one before without a due time, $5 whose roles, or null, $6 or whose own, $7 role, $8 owner, $9 step, $10 journey, $11 programme, $12 late at this journey time; each of them or null
SELECT t.task, t.journey, t.step, t.generation, t.role, t.owner, t.opened_at, t.due_at, t.stalls_at, t.detail, t.phase,
       j.programme, j.version, j.hold IS NOT NULL AS held, j.pace
FROM (
    (SELECT t.*
     FROM tasks AS t
     WHERE t.status = 'open' AND (t.due_at, t.task) > ($2, $3)
       AND ($5::text[] IS NULL OR t.role = ANY ($5) OR t.owner = $6)
       AND ($7::text IS NULL OR t.role = $7) AND ($8::text IS NULL OR t.owner = $8)
       AND ($9::text IS NULL OR t.step = $9) AND ($10::text IS NULL OR t.journey = $10)
       AND ($12::timestamptz IS NULL OR t.stalls_at < $12)
       AND ($11::text IS NULL OR EXISTS (SELECT FROM journeys AS j WHERE j.journey = t.journey AND j.programme = $11))
     ORDER BY t.due_at, t.task
     LIMIT $1)
    UNION ALL
    (SELECT t.*
     FROM tasks AS t
     WHERE t.status = 'open' AND t.due_at IS NULL AND t.task > $4 AND $12::timestamptz IS NULL
       AND ($5::text[] IS NULL OR t.role = ANY ($5) OR t.owner = $6)
       AND ($7::text IS NULL OR t.role = $7) AND ($8::text IS NULL OR t.owner = $8)
       AND ($9::text IS NULL OR t.step = $9) AND ($10::text IS NULL OR t.journey = $10)
       AND ($11::text IS NULL OR EXISTS (SELECT FROM journeys AS j WHERE j.journey = t.journey AND j.programme = $11))
     ORDER BY t.task
     LIMIT $1)
) AS t
JOIN journeys AS j USING (journey)
ORDER BY t.due_at, t.task
LIMIT $1;
