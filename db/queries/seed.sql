-- name: add_staff
-- purpose: A made-up member of staff of a new stack; somebody who is there already stays as they are
INSERT INTO staff (staff, name, email, phone, language, roles)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: any_journey
-- purpose: Whether anybody has been entered yet
SELECT EXISTS (SELECT FROM journeys);
