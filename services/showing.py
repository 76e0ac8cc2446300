"""Showing one journey: how it stands, what is open with its clocks, why it waits, and its journal.

It reads; it asks nothing of the process and says nothing of who the person is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from pydantic_core import to_jsonable_python as jsonable

from db.pool import SYSTEM, Database
from db.queries import sql
from journey.explain import explain
from schemas.base import Both, Language
from schemas.events import Event
from schemas.journey import Pace, Status
from schemas.programme import Programme
from schemas.tasks import Hold, Task
from services import reading
from services.published import published
from services.retelling import last_act, waived
from services.versions import in_force

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

    Each open task has besides, of its clocks, `fixed, extended, anchor_at` and `alarms [{at, kind}]`, those still to
    come: none of a clock that a rest has stopped. An event that was done for a reason has `reason_words`.
    `undo {command, until, task}` is what was done last, while it can be taken back, else null;
    `waived [{step, title, until, reason_words}]` are the steps done without. `in_force` is the version that new
    journeys begin with.
    """
    for _ in range(LOOKS):
        found = await reading.journey(db, journey, now=now, language=language, by=by)
        record, clocks, programme, force = await _clocks(db, journey, by)
        if record["seq"] == found["seq"]:
            break
    standing = _standing(record, clocks)
    at = Pace.model_validate(record["pace"]).to_journey(now)
    said = explain(programme, standing, at)
    found["in_force"] = force
    found |= await _retold(db, found["events"], programme, at, language=language, by=by)
    return _arranged(found, said, {task.id: _clock(task, standing) for task in clocks})


async def _retold(
    db: Database, stored: list[dict[str, Any]], programme: Programme, now: datetime, *, language: Language, by: str
) -> dict[str, Any]:
    """What the journal tells besides, with the words of people where it names a reason."""
    words = await reasons(db, {event["why"] for event in stored if event.get("why")}, by)
    events = [Event.model_validate(event) for event in stored]
    undo = last_act(programme, events, now)
    told = [event | {"reason_words": words[event["why"]]} if event.get("why") in words else event for event in stored]
    return {
        "events": told,
        "undo": undo and jsonable(undo),
        "waived": [
            jsonable(one)
            | {"title": programme.steps[one.step].title[language], "reason_words": words.get(one.why or "")}
            for one in waived(programme, events)
            if one.step in programme.steps
        ],
    }


async def reasons(db: Database, named: set[str], by: str = SYSTEM) -> dict[str, str]:
    """The words of reasons, by their ids."""
    if not named:
        return {}
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.words_of_reasons, sorted(named))
    return {record["reason"]: record["words"] for record in records}


async def known_roles(db: Database, by: str = SYSTEM) -> set[str]:
    """Every role of any published version."""
    async with db.acting_as(by) as connection:
        return {record["role"] for record in await connection.fetch(sql.known_roles)}


async def is_staff(db: Database, who: str, by: str = SYSTEM) -> bool:
    """Whether a member of the staff, active or not, has this id."""
    async with db.acting_as(by) as connection:
        return bool(await connection.fetchval(sql.is_staff, who))


async def _clocks(db: Database, journey: str, by: str) -> tuple[asyncpg.Record, tuple[Task, ...], Programme, int]:
    async with db.acting_as(by) as connection:
        opened = await connection.fetch(sql.open_tasks_of_journey, journey)
        record = await connection.fetchrow(sql.one_journey, journey)
        assert record is not None
        version = (record["programme"], record["version"])
        programmes = await published(connection, [version])
        force = await in_force(connection, record["programme"])
    return record, tuple(Task.model_validate(task["detail"]) for task in opened), programmes[version], force


def _standing(record: asyncpg.Record, tasks: tuple[Task, ...]) -> ReadStanding:
    hold = Hold.model_validate(record["hold"]) if record["hold"] else None
    return ReadStanding(Status(record["status"]), record["exit"], record["exited_at"], hold, tasks)


def _arranged(found: dict[str, Any], said: Both, clocks: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is asked for most comes first, the journal last."""
    tasks = [task | clocks.get(task["id"], {}) for task in found["tasks"]]
    rest = {name: value for name, value in found.items() if name not in {"tasks", "events"}}
    return {**rest, "explain": said.model_dump(), "tasks": tasks, "events": found["events"]}


def _clock(task: Task, standing: ReadStanding) -> dict[str, Any]:
    shown = task.model_dump(mode="json", include={"fixed", "extended", "anchor_at"})
    ahead = task.alarms if standing.hold is None or task.fixed else ()  # while it rests, nothing of ours comes
    return shown | {"alarms": [alarm.model_dump(mode="json", include={"at", "kind"}) for alarm in ahead]}
