"""The letters of a journey that have left, or that did not come through: to be shown, not to be sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.pool import Database
from db.queries import sql


@dataclass(frozen=True)
class Letter:
    """A letter: what for, to whom (`participant` or a role, and who in it), and what became of it."""

    purpose: str
    to: str
    staff: str | None
    status: str
    at: datetime


async def letters(db: Database, journey: str, by: str) -> list[Letter]:
    """Those that were sent, refused, or cut off; the oldest first. Times are journey time."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.letters_of_journey, journey)
    return [Letter(**dict(record)) for record in records]
