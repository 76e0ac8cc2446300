"""The schema's history: one file of SQL and one for Alembic beside it for each change, in order."""
