"""The one way to a connection.

Everybody says who is acting, so that row-level security can be switched on underneath without touching a caller.
A connection is handed out inside a transaction and must not be kept after it.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from db.hearing import Ear

SYSTEM = "system"
"""Who acts when no person does: the worker, a start-up check."""

Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"

POOL_MIN = 1
POOL_MAX = 12
COMMAND_SECONDS = 10.0
ACQUIRE_SECONDS = 10.0


class Database:
    """A pool of connections to one database."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], dsn: str) -> None:
        self._pool = pool
        self._ear = Ear(dsn)

    @classmethod
    async def open(cls, dsn: str, *, most: int = POOL_MAX) -> Database:
        """Connect. Raises what asyncpg raises when the server cannot be reached."""
        pool = await asyncpg.create_pool(
            dsn, min_size=POOL_MIN, max_size=most, command_timeout=COMMAND_SECONDS, init=_prepare
        )
        return cls(pool, dsn)

    @asynccontextmanager
    async def acting_as(self, who: str) -> AsyncIterator[Connection]:
        """A connection inside a transaction in which the database knows who acts; committed when left in peace."""
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection, connection.transaction():
            await connection.execute("SELECT set_config('app.actor', $1, true)", who)
            yield connection

    def hearing(self, channel: str) -> Ear.Subscription:
        """What is announced on a channel, as an async context manager; all subscribers share one connection."""
        return self._ear.hearing(channel)

    async def close(self) -> None:
        """Give every connection back and close them."""
        await self._ear.close()
        await self._pool.close()


async def _prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
