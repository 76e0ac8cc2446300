"""Servers of our own, started with one command: real Postgres, real Temporal, a real mail server, and their supervisor.

Knows nothing of journeys. Whoever uses the stack gets addresses from it and nothing else.
"""
