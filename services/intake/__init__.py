"""Taking interests in: from a row of a file to exactly one journey for each person."""
