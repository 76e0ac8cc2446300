-- name: lease_notices
-- purpose: Take due notices for one courier until its lease ends, appointments first. $1 wall time, $2 journey time where a journey has no pace of its own, $3 end of lease, $4 at most, $5 those whose receiver is not known yet, $6 only for these staff
WITH picked AS (
    SELECT n.notice
    FROM notices n
    JOIN journeys j USING (journey)
    WHERE n.status = 'due'
      AND (n.next_try_at IS NULL OR n.next_try_at <= $1)
      AND n.send_after <= CASE
            WHEN j.pace = '{}' THEN $2
            WHEN j.pace ->> 'wall' IS NULL OR j.pace ->> 'journey' IS NULL THEN $1
            ELSE (j.pace ->> 'journey')::timestamptz + ($1 - (j.pace ->> 'wall')::timestamptz)
                 * (86400 / extract(epoch FROM (j.pace ->> 'day')::interval)::float8)
          END
      AND $5 = (n.recipient <> 'participant'
                AND NOT EXISTS (SELECT FROM staff s WHERE s.staff = n.staff AND s.active))
      AND ($6::text[] IS NULL OR n.recipient <> 'participant' AND n.staff = ANY ($6))
    ORDER BY n.purpose IN ('invitation', 'cancellation') DESC, n.send_after, n.seq, n.notice
    LIMIT $4
    FOR UPDATE OF n SKIP LOCKED
)
UPDATE notices n
SET next_try_at = $3
FROM picked
WHERE n.notice = picked.notice
RETURNING n.notice, CASE WHEN n.recipient <> 'participant' THEN n.staff END AS staff;

-- name: notice_situations
-- purpose: All that decides about notices leased until $2; they stay locked to the end of the transaction. $1 notices
SELECT n.notice, n.journey, n.seq, n.template, n.purpose, n.recipient, n.staff, n.task AS task_id,
       n.send_after, n.valid_until, n.appointment, n.appointment_at, n.attempts,
       j.programme, j.version, j.pace, j.owners, j.person,
       j.status = 'ended' AS ended,
       coalesce(jsonb_typeof(j.hold), 'null') <> 'null' AS held,
       t.step, t.status = 'open' AS task_open, coalesce((t.detail ->> 'fixed')::boolean, false) AS task_fixed,
       t.opened_at, t.due_at, t.owner AS task_owner, t.role AS task_role,
       p.name AS person_name, p.email AS person_email, p.phone AS person_phone, p.language AS person_language,
       s.name AS staff_name, s.email AS staff_email, s.phone AS staff_phone, s.language AS staff_language,
       ARRAY(SELECT h.staff FROM staff h WHERE h.active AND n.recipient = ANY (h.roles) ORDER BY h.staff) AS holders,
       ARRAY(SELECT o.settled_at
             FROM notices o
             JOIN journeys other USING (journey)
             WHERE other.person = j.person AND n.recipient = 'participant' AND o.recipient = 'participant'
               AND o.purpose <> 'link'
               AND o.status IN ('handing_over', 'sent', 'unsure') AND o.settled_at IS NOT NULL
             ORDER BY o.settled_at DESC
             LIMIT 100) AS accepted,
       coalesce(
           (SELECT min(m.send_after)
            FROM notices m
            WHERE m.journey = n.journey AND m.task = n.task AND m.recipient = n.recipient
              AND m.staff IS NOT DISTINCT FROM n.staff
              AND m.status NOT IN ('dropped', 'undeliverable')
              AND (m.purpose = 'escalation' AND n.purpose IN ('reminder', 'escalation')
                   OR m.purpose = 'reminder' AND n.purpose = 'reminder')
              AND (m.send_after, m.seq, m.notice) > (n.send_after, n.seq, n.notice)),
           (SELECT min(greatest(m.send_after, n.send_after))
            FROM notices m
            WHERE m.journey = n.journey AND m.appointment = n.appointment AND m.recipient = n.recipient
              AND m.staff IS NOT DISTINCT FROM n.staff
              AND m.purpose IN ('invitation', 'cancellation') AND m.cause IS DISTINCT FROM 'undone'
              AND n.purpose IN ('invitation', 'cancellation', 'information')
              AND (m.seq, m.purpose = 'invitation') > (n.seq, n.purpose = 'invitation'))
       ) AS newer_at,
       coalesce(
           (SELECT NOT bool_or(m.status IN ('handing_over', 'sent', 'unsure'))
            FROM notices m
            WHERE n.purpose = 'cancellation' AND m.purpose = 'invitation'
              AND m.journey = n.journey AND m.appointment = n.appointment AND m.recipient = n.recipient
              AND m.staff IS NOT DISTINCT FROM n.staff
              AND m.seq < n.seq),
           false) AS never_invited,
       ARRAY(SELECT DISTINCT m.staff
             FROM notices m
             WHERE n.purpose = 'cancellation' AND n.recipient <> 'participant' AND m.purpose = 'invitation'
               AND m.journey = n.journey AND m.appointment = n.appointment AND m.recipient = n.recipient
               AND m.seq < n.seq AND m.status IN ('handing_over', 'sent', 'unsure') AND m.staff IS NOT NULL
               AND NOT EXISTS (
                   SELECT FROM notices own
                   WHERE own.journey = n.journey AND own.appointment = n.appointment AND own.recipient = n.recipient
                     AND own.staff IS NOT DISTINCT FROM n.staff AND own.purpose = 'invitation' AND own.seq < n.seq)
             ORDER BY m.staff) AS invited
FROM notices n
JOIN journeys j USING (journey)
JOIN people p USING (person)
LEFT JOIN tasks t ON t.task = n.task
LEFT JOIN staff s ON s.staff = n.staff AND s.active
WHERE n.notice = ANY ($1) AND n.status = 'due' AND n.next_try_at = $2
ORDER BY n.purpose IN ('invitation', 'cancellation') DESC, n.send_after, n.seq, n.notice
FOR UPDATE OF n;

-- name: lock_receiver
-- purpose: Let only one courier at a time count and use the daily letters of the person behind a notice. $1 notice
SELECT p.person
FROM people p
WHERE p.person = (SELECT j.person FROM notices n JOIN journeys j USING (journey) WHERE n.notice = $1)
FOR NO KEY UPDATE;

-- name: staff_to_name
-- purpose: Names and numbers of staff that letters mention. $1 staff
SELECT staff, name, phone, email, language
FROM staff
WHERE staff = ANY ($1);

-- name: settle_notices
-- purpose: End due notices without sending them. $1 notices, $2 end of their lease, $3 status, $4 cause, $5 journey time
UPDATE notices
SET status = $3, cause = $4, settled_at = $5, next_try_at = NULL
WHERE notice = ANY ($1) AND status = 'due' AND next_try_at = $2;

-- name: rest_notices
-- purpose: Give leased notices back, not to be looked at before $3 (at once when null). $1 notices, $2 end of their lease, $4 cause, $5 attempts made
UPDATE notices
SET next_try_at = $3, cause = $4, attempts = attempts + $5
WHERE notice = ANY ($1) AND status = 'due' AND next_try_at = $2;

-- name: copy_notice
-- purpose: The same notice for further members of a role. $1 notice, $2 staff
INSERT INTO notices (notice, journey, seq, template, purpose, recipient, staff, task, send_after, valid_until,
                     appointment, appointment_at)
SELECT n.notice || '.' || who.staff, n.journey, n.seq, n.template, n.purpose, n.recipient, who.staff, n.task,
       n.send_after, n.valid_until, n.appointment, n.appointment_at
FROM notices n
CROSS JOIN unnest($2::text[]) AS who (staff)
WHERE n.notice = $1
ON CONFLICT (notice) DO NOTHING;

-- name: address_notice
-- purpose: Give a notice for a role to one of its members, and its lease back. $1 notice, $2 staff
UPDATE notices
SET staff = $2, next_try_at = NULL
WHERE notice = $1 AND status = 'due';

-- name: hand_over_notices
-- purpose: From here on nobody else may send these; committed before the mail server gets the content. $1 notices, $2 Message-ID, $3 journey time, $4 wall time after which they count as cut off
UPDATE notices
SET status = 'handing_over', message = $2, settled_at = $3, next_try_at = $4, cause = NULL
WHERE notice = ANY ($1) AND status = 'due';

-- name: close_hand_over
-- purpose: What became of a letter. $1 notices, $2 Message-ID, $3 status, $4 cause, $5 next try (due only), $6 attempts made
UPDATE notices
SET status = $3, cause = $4, next_try_at = $5, attempts = attempts + $6,
    settled_at = CASE WHEN $3 = 'due' THEN NULL ELSE settled_at END,
    message = CASE WHEN $3 = 'due' THEN NULL ELSE message END
WHERE notice = ANY ($1) AND message = $2 AND status IN ('handing_over', 'unsure');

-- name: notices_cut_off
-- purpose: Letters whose courier died while handing them over: nobody knows, so nobody sends them again. $1 wall time, $2 cause
UPDATE notices
SET status = 'unsure', cause = $2, next_try_at = NULL
WHERE status = 'handing_over' AND next_try_at <= $1
RETURNING notice;

-- name: notice_to_see_to
-- purpose: How a notice stands that somebody wants to see to; locked to the end of the transaction. $1 notice
SELECT n.notice, n.status, n.valid_until, n.handled_at, j.pace
FROM notices n
JOIN journeys j USING (journey)
WHERE n.notice = $1
FOR UPDATE OF n;

-- name: resend_notice
-- purpose: An undelivered notice is due again, as if it had never been tried. $1 notice
UPDATE notices
SET status = 'due', cause = NULL, attempts = 0, message = NULL, next_try_at = NULL, settled_at = NULL,
    handled_at = NULL, handled_by = NULL, handled_why = NULL
WHERE notice = $1;

-- name: dismiss_notice
-- purpose: Somebody has seen to an undelivered notice. $1 notice, $2 wall time, $3 by whom, $4 the reason's id
UPDATE notices
SET handled_at = $2, handled_by = $3, handled_why = $4
WHERE notice = $1;

-- name: set_out
-- purpose: A courier sets out: the number of its walk, and whether a later one ($1) is remembered that this database knows nothing of
WITH before AS (
    SELECT walk
    FROM walks
    FOR UPDATE
)
UPDATE walks
SET walk = greatest(before.walk, $1) + 1,
    older_since = CASE WHEN before.walk < $1 THEN coalesce(older_since, now()) ELSE older_since END
FROM before
RETURNING walks.walk, before.walk < $1 AS older;

-- name: older_since
-- purpose: When it was noticed that this database is an older backup whose journeys have not all been compared yet
SELECT older_since
FROM walks;

-- name: older_no_more
-- purpose: Every journey has been compared since $1, wall time
UPDATE walks
SET older_since = NULL
WHERE older_since <= $1;

-- name: doubt_notices
-- purpose: An older backup was restored: what was due by now may have been sent. $1 wall time, $2 journey time where a journey has no pace of its own
UPDATE notices AS n
SET status = 'unsure', cause = 'restored', next_try_at = NULL
FROM journeys AS j
WHERE j.journey = n.journey AND n.status IN ('due', 'handing_over')
  AND n.send_after <= CASE
        WHEN j.pace = '{}' THEN $2
        WHEN j.pace ->> 'wall' IS NULL OR j.pace ->> 'journey' IS NULL THEN $1
        ELSE (j.pace ->> 'journey')::timestamptz + ($1 - (j.pace ->> 'wall')::timestamptz)
             * (86400 / extract(epoch FROM (j.pace ->> 'day')::interval)::float8)
      END
RETURNING n.notice;
