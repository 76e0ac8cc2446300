"""Postgres: the pool, the queries, the migrations and the projection of events. Imports schemas, never the engine."""
