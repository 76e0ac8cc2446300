"""What staff do to their own list and to nobody's process: put a task away until later, note something.

No clock stops for it and no journey hears of it. Words stay in Postgres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.pool import Database
from db.queries import sql
from schemas.forms.problems import shown
from schemas.journey import Pace
from schemas.tasks import Task
from services.errors import NoSuchJourney
from services.keys import digest

LONGEST_NOTE = 4000


@dataclass(frozen=True)
class Note:
    """What somebody noted. `name` is who, where they are known here."""

    words: str
    by: str
    name: str | None
    at: datetime
    task: str | None


async def snooze(db: Database, task: str, until: datetime, *, by: str, now: datetime) -> None:
    """Put a task out of sight on one's own list until a time of its journey."""
    async with db.acting_as(by) as connection:
        await connection.execute(sql.snooze, by, task, until, now)


async def unsnooze(db: Database, task: str, *, by: str) -> None:
    """Take a task back into sight."""
    async with db.acting_as(by) as connection:
        await connection.execute(sql.unsnooze, by, task)


async def note(
    db: Database, journey: str, words: str, *, task: str | None = None, key: str = "", by: str, now: datetime
) -> None:
    """Note something about a journey; the same `key` notes it once. `now` is journey time."""
    async with db.acting_as(by) as connection:
        await connection.execute(
            sql.add_note, f"note-{digest(journey, by, key or now.isoformat())}", journey, task, words, by, now
        )


async def notes(db: Database, journey: str, by: str) -> list[Note]:
    """What has been noted about a journey, the latest first."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.notes_of_journey, journey)
    return [Note(each["words"], each["by"], each["name"], each["at"], each["task"]) for each in records]


async def open_task(db: Database, task: str, by: str) -> Task | None:
    """The task as the engine knows it, while it is open."""
    async with db.acting_as(by) as connection:
        detail = await connection.fetchval(sql.detail_of_open_task, task)
    return Task.model_validate(detail) if detail is not None else None


async def open_tasks(db: Database, journey: str, by: str) -> tuple[Task, ...]:
    """What is open in a journey, as the engine knows it, what is due first on top."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.open_tasks_of_journey, journey)
    return tuple(Task.model_validate(record["detail"]) for record in records)


async def pace_of(db: Database, journey: str, by: str) -> Pace:
    """How the time of a journey runs. Raises `NoSuchJourney`."""
    async with db.acting_as(by) as connection:
        record = await connection.fetchrow(sql.one_journey, journey)
    if record is None:
        raise NoSuchJourney(journey=shown(journey))
    return Pace.model_validate(record["pace"])
