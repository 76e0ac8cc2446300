"""Mending one journey: acts, who somebody is, absences, and what an act would do."""
