"""Verbs: pure functions of (programme, state, command, now). No Temporal, no I/O, no clock, no randomness."""
