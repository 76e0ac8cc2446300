-- What other systems need: clients, their keys and signatures. Runs before the code.

SELECT 1;
