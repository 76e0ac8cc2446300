"""Who does what: for each role the member of staff who has least to do."""

from __future__ import annotations

from datetime import datetime

from db.pool import Connection
from db.queries import sql


async def least_busy(connection: Connection, now: datetime) -> dict[str, str]:
    """For every role that somebody active fills, the member of staff with the fewest open tasks.

    Who is away at journey time `now` is chosen only where everybody is.
    """
    found: dict[str, str] = {}
    for record in await connection.fetch(sql.staff_by_load, now):
        for role in record["roles"]:
            found.setdefault(role, record["staff"])
    return found
