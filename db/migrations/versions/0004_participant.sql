-- What the participant's own page needs: personal links, wishes about times, attested attendance. Runs before the code.

SELECT 1;
