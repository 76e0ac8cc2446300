-- name: demo_journeys
-- purpose: Every journey and how far the journal has come with it
SELECT journey, seq
FROM journeys
ORDER BY created_at, journey;

-- name: demo_news
-- purpose: What has been written to the journal of these journeys after these numbers
SELECT written.journey, written.event
FROM unnest($1::text[], $2::integer[]) AS told (journey, seq)
JOIN journal AS written ON written.journey = told.journey AND written.seq > told.seq
ORDER BY written.recorded_at, written.journey, written.seq;

-- name: demo_letters
-- purpose: Every letter that the mail server has accepted, with what was in it; one may gather several notices
SELECT message, min(settled_at) AS at, array_agg(DISTINCT purpose) AS purposes, array_agg(DISTINCT journey) AS journeys
FROM notices
WHERE status = 'sent'
GROUP BY message;
