"""What participants have said on their own page that staff are to see: wishes for another time, word of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from db.pool import Database
from db.queries import sql


@dataclass(frozen=True)
class Told:
    """What a participant has told of somebody else's decision, and nobody has looked at yet. `at` is wall time."""

    event: str
    type: str
    outcome: str
    at: datetime


async def told_of(db: Database, journey: str, by: str) -> list[Told]:
    """What waits to be confirmed in a journey, the oldest first."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.told_reports, journey)
    return [Told(**dict(record)) for record in records]


async def wishes(db: Database, tasks: Iterable[str], by: str) -> dict[str, datetime]:
    """For which of these open tasks another time is wished for, and which (journey time)."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.wishes_of_tasks, list(tasks))
    return {record["task"]: record["wished_at"] for record in records}
