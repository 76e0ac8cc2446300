"""What clients ask under keys of their own: the same again is answered the same, and something else is refused.

Kept is a digest of what was asked and the answer, which says nothing of who somebody is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from db.pool import Database
from db.queries import sql
from services.clients.errors import RequestReused
from services.keys import digest

KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Noted:
    """A wish that is written down: since when, and what was answered if it was."""

    at: datetime
    answer: dict[str, Any] | None


async def note(db: Database, client: str, what: str, key: str, asked: str, *, by: str, now: datetime) -> Noted:
    """Write a wish down, or find it as it was written down before. Raises `RequestReused`."""
    same = digest(what, asked)
    async with db.acting_as(by) as connection:
        await connection.execute(sql.forget_old_requests, now - KEPT)
        if await connection.fetchval(sql.note_request, client, what, key, same, now) is not None:
            return Noted(now, None)
        found = await connection.fetchrow(sql.noted_request, client, what, key)
    if found is None or found["digest"] != same:
        raise RequestReused(key=key)
    return Noted(found["at"], found["answer"])


async def answer(db: Database, client: str, what: str, key: str, said: dict[str, Any], *, by: str) -> dict[str, Any]:
    """Keep what was answered; whoever was first has said it."""
    async with db.acting_as(by) as connection:
        await connection.execute(sql.answer_request, client, what, key, said)
        found = await connection.fetchrow(sql.noted_request, client, what, key)
    return dict(found["answer"]) if found is not None else said
