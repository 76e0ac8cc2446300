"""What participants have said on their own page that staff are to see: wishes for another time, word of decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from db.pool import Database
from db.queries import sql
from schemas.tasks import journey_of_task, step_of_task


@dataclass(frozen=True)
class Told:
    """What a participant has told of somebody else's decision, and nobody has looked at yet. `at` is wall time."""

    event: str
    type: str
    outcome: str
    at: datetime


@dataclass(frozen=True)
class Marks:
    """Of some open tasks: for which another time is wished, and which (journey time); of which a decision was told."""

    wishes: dict[str, datetime]
    told: frozenset[str]


async def told_of(db: Database, journey: str, by: str) -> list[Told]:
    """What waits to be confirmed in a journey, the oldest first."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.told_reports, journey)
    return [Told(**dict(record)) for record in records]


async def marks(db: Database, tasks: Iterable[str], by: str) -> Marks:
    """What is to be seen about these open tasks."""
    steps = {(journey_of_task(task), step_of_task(task)): task for task in tasks}
    async with db.acting_as(by) as connection:
        wished = await connection.fetch(sql.wishes_of_tasks, list(steps.values()))
        told = await connection.fetch(sql.told_in_journeys, sorted({journey for journey, _ in steps if journey}))
    return Marks(
        wishes={record["task"]: record["wished_at"] for record in wished},
        told=frozenset(found for record in told if (found := steps.get((record["journey"], record["step"])))),
    )
