-- What a participant's own page needs: personal links, attested attendance. Runs before the code.

SELECT 1;
