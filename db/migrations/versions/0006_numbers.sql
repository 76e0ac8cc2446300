-- What the numbers need. Runs before the code.

SELECT 1;
