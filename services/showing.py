"""Showing one journey: how it stands, what is open with its clocks, why it waits, and its journal.

It reads; it asks nothing of the process and says nothing of who the person is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from db.pool import SYSTEM, Database
from db.queries import sql
from journey.explain import explain
from schemas.base import Both, Language
from schemas.journey import Pace, Status
from schemas.tasks import Hold, Task
from services import reading
from services.published import published

LOOKS = 5
"""How often a journey that changes while it is read is read again."""


@dataclass(frozen=True)
class ReadStanding:
    """How a journey stands, as the read tables have it."""

    status: Status
    exit: str | None
    exited_at: datetime | None
    hold: Hold | None
    tasks: tuple[Task, ...]


async def show(
    db: Database, journey: str, *, now: datetime, language: Language = "sv", by: str = SYSTEM
) -> dict[str, Any]:
    """One journey as in `reading.journey`, with `explain {sv, en}`. `now` is wall time. Raises `NoSuchJourney`.

    Each open task has besides, of its clocks, `fixed, anchor_at` and `alarms [{at, kind}]`, those still to come.
    """
    for _ in range(LOOKS):
        found = await reading.journey(db, journey, now=now, language=language, by=by)
        record, clocks = await _clocks(db, journey, by)
        if record["seq"] == found["seq"]:
            break
    standing = _standing(record, clocks)
    version = (record["programme"], record["version"])
    programme = (await published(db, [version], by))[version]
    said = explain(programme, standing, Pace.model_validate(record["pace"]).to_journey(now))
    return _arranged(found, said, {task.id: task for task in clocks})


async def known_roles(db: Database, by: str = SYSTEM) -> set[str]:
    """Every role of any published version."""
    async with db.acting_as(by) as connection:
        return {record["role"] for record in await connection.fetch(sql.known_roles)}


async def is_staff(db: Database, who: str, by: str = SYSTEM) -> bool:
    """Whether a member of the staff, active or not, has this id."""
    async with db.acting_as(by) as connection:
        return bool(await connection.fetchval(sql.is_staff, who))


async def _clocks(db: Database, journey: str, by: str) -> tuple[asyncpg.Record, tuple[Task, ...]]:
    async with db.acting_as(by) as connection:
        opened = await connection.fetch(sql.open_tasks_of_journey, journey)
        record = await connection.fetchrow(sql.one_journey, journey)
    assert record is not None
    return record, tuple(Task.model_validate(task["detail"]) for task in opened)


def _standing(record: asyncpg.Record, tasks: tuple[Task, ...]) -> ReadStanding:
    hold = Hold.model_validate(record["hold"]) if record["hold"] else None
    return ReadStanding(Status(record["status"]), record["exit"], record["exited_at"], hold, tasks)


def _arranged(found: dict[str, Any], said: Both, clocks: dict[str, Task]) -> dict[str, Any]:
    """What is asked for most comes first, the journal last."""
    tasks = [task | _clock(clocks.get(task["id"])) for task in found["tasks"]]
    rest = {name: value for name, value in found.items() if name not in {"tasks", "events"}}
    return {**rest, "explain": said.model_dump(), "tasks": tasks, "events": found["events"]}


def _clock(task: Task | None) -> dict[str, Any]:
    if task is None:
        return {}
    shown = task.model_dump(mode="json", include={"fixed", "anchor_at"})
    return shown | {"alarms": [alarm.model_dump(mode="json", include={"at", "kind"}) for alarm in task.alarms]}
