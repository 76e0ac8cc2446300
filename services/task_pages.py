"""The inbox a page at a time, for whoever reads it all: what is due first on top, and a place to go on from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from db.pool import Database
from db.queries import sql
from schemas.base import Language
from schemas.journey import Pace
from services.paces import EARLIEST, Clocks
from services.reading import described


@dataclass(frozen=True)
class Wanted:
    """Which tasks are asked for. `roles` and `staff` bound what may be seen: tasks of these roles, or one's own."""

    role: str | None = None
    owner: str | None = None
    step: str | None = None
    journey: str | None = None
    programme: str | None = None
    overdue: bool = False
    roles: tuple[str, ...] | None = None
    staff: str | None = None


@dataclass(frozen=True)
class Place:
    """The last task of a page; those without a due time come last."""

    task: str
    due_at: datetime | None


async def page_of_tasks(
    db: Database,
    wanted: Wanted,
    *,
    most: int,
    after: Place | None = None,
    now: datetime,
    pace: Pace | None = None,
    language: Language = "sv",
    by: str,
) -> tuple[list[dict[str, Any]], Place | None]:
    """At most so many open tasks after a place, each as in `reading.tasks`, and the place to go on from, if any.

    A page of those that are late may hold fewer than asked for, since journeys may have a pace of their own.
    """
    async with db.acting_as(by) as connection:
        clocks = await Clocks.read(connection, now, pace or Pace())
        await connection.execute(sql.plan_anew)
        records = await connection.fetch(sql.page_of_tasks, most + 1, *_where(wanted, after, clocks))
        found = await described(connection, records[:most], clocks, language)
    tasks = [task for task in found if task["overdue"]] if wanted.overdue else found
    return tasks, _last(records[:most]) if len(records) > most else None


def _where(wanted: Wanted, after: Place | None, clocks: Clocks) -> tuple[Any, ...]:
    """After which place, and which of them, in the order of the query."""
    if after is None:
        place: tuple[Any, ...] = (EARLIEST, "", "")
    elif after.due_at is not None:
        place = (after.due_at, after.task, "")
    else:
        place = (None, after.task, after.task)  # nothing with a due time comes after it
    roles = None if wanted.roles is None else list(wanted.roles)
    late = clocks.latest() if wanted.overdue else None
    asked = (wanted.role, wanted.owner, wanted.step, wanted.journey, wanted.programme)
    return (*place, roles, wanted.staff, *asked, late)


def _last(records: list[asyncpg.Record]) -> Place:
    return Place(records[-1]["task"], records[-1]["due_at"])
