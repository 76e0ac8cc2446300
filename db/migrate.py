"""Bringing a database to the newest schema, by Alembic, without a configuration file beside it.

Migrations run before the code that uses them. Several processes may try at once: one does the work while the others
wait for its lock, and find nothing left to do.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, pool, text

MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 7_265_736_110  # any number that nothing else locks


async def migrate(dsn: str) -> None:
    """Bring the database to the newest schema, all in one transaction. Raises `psycopg.OperationalError` when away."""
    await asyncio.to_thread(_migrate, dsn)


def _migrate(dsn: str) -> None:
    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(dsn, connect_timeout=10), poolclass=pool.NullPool
    )
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(configuration(connection), "head")
    engine.dispose()


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
