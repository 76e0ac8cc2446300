"""Keys of our own, made at first use and the same for every process that looks into the database."""

from __future__ import annotations

import secrets

from db.pool import SYSTEM, Database
from db.queries import sql


async def seal(db: Database, name: str) -> bytes:
    """The key of this name."""
    async with db.acting_as(SYSTEM) as connection:
        found: bytes | None = await connection.fetchval(sql.seal, name)
        if found is None:
            await connection.execute(sql.make_seal, name, secrets.token_bytes(32))
            found = await connection.fetchval(sql.seal, name)
    assert found is not None
    return found
