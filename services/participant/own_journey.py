"""A participant's journey as their own page has it: what is open, who has it, what is set, and nothing of staff's own.

Read from the read tables and the journal; the process is not asked, so that the page answers whatever it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from pydantic import TypeAdapter

from db.pool import Database
from db.queries import sql
from schemas.base import DateOrTime, Name
from schemas.events import Event, EventKind
from schemas.journey import Pace, Result, Status
from schemas.programme import PARTICIPANT, Programme
from schemas.tasks import Hold, Task
from services.errors import NoSuchJourney
from services.known_programmes import KnownProgrammes
from services.retelling import last_act

_DATES: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[Name, DateOrTime])


@dataclass(frozen=True)
class Helper:
    """Somebody on the staff whom a participant may call."""

    name: str
    phone: str | None


@dataclass(frozen=True)
class Undoable:
    """The participant's latest answer, while it can be taken back."""

    task: str
    until: datetime


@dataclass(frozen=True)
class OwnJourney:
    """Times are journey time. `seen_at` is when somebody first looked at it; `told` are reports that wait for staff."""

    journey: str
    name: str
    programme: Programme
    received_at: datetime
    status: Status
    exit: str | None
    exited_at: datetime | None
    hold: Hold | None
    facts: Mapping[str, str]
    dates: Mapping[str, Any]
    owners: Mapping[str, str]
    tasks: tuple[Task, ...]
    results: Mapping[str, Result]
    invited: frozenset[str]
    seen_at: datetime | None
    told: frozenset[tuple[str, str]]
    undo: Undoable | None
    helpers: Mapping[str, Helper]
    now: datetime

    @property
    def first_name(self) -> str:
        return (self.name.split() or [""])[0]

    def task(self, task: str) -> Task | None:
        """An open task of this journey."""
        return next((found for found in self.tasks if found.id == task), None)

    @property
    def helper(self) -> Helper | None:
        """Whom to call: whoever has what is due first, else whoever looks after the participant."""
        first = sorted(self.tasks, key=lambda task: (task.due_at is None, task.due_at or task.opened_at))
        fallback = self.programme.steps[self.programme.fallback].role or ""
        named = (*(task.owner for task in first), self.owners.get(fallback), *self.owners.values())
        return next((self.helpers[who] for who in named if who is not None and who in self.helpers), None)


async def own_journey(db: Database, programmes: KnownProgrammes, journey: str, *, by: str, now: datetime) -> OwnJourney:
    """The journey of a participant. `now` is wall time. Raises `NoSuchJourney`."""
    async with db.acting_as(by) as connection:
        row = await connection.fetchrow(sql.one_journey, journey)
        if row is None:
            raise NoSuchJourney(journey=journey)
        opened = await connection.fetch(sql.open_tasks_of_journey, journey)
        journal = await connection.fetch(sql.read_journal, journey)
        name = await connection.fetchval(sql.name_of_participant, journey)
        first_look = await connection.fetchval(sql.first_look, journey)
        told = await connection.fetch(sql.told_reports, journey)
        tasks = tuple(Task.model_validate(record["detail"]) for record in opened)
        wanted = {*(task.owner for task in tasks), *row["owners"].values()} - {None}
        staff = await connection.fetch(sql.staff_to_name, sorted(wanted))
    pace = Pace.model_validate(row["pace"])
    events = [Event.model_validate(record["event"]) for record in journal]
    programme = await programmes.version(row["programme"], row["version"])
    return OwnJourney(
        journey=journey,
        name=name,
        programme=programme,
        received_at=row["received_at"],
        status=Status(row["status"]),
        exit=row["exit"],
        exited_at=row["exited_at"],
        hold=Hold.model_validate(row["hold"]) if row["hold"] else None,
        facts=row["facts"],
        dates=_DATES.validate_python(row["dates"]),
        owners=row["owners"],
        tasks=tasks,
        results=results_of(events),
        invited=frozenset(notice.appointment for event in events for notice in event.notices if notice.appointment),
        seen_at=_seen_at(events, pace.to_journey(first_look) if first_look else None),
        told=frozenset((record["type"], record["outcome"]) for record in told),
        undo=_undoable(programme, events, pace.to_journey(now)),
        helpers={one["staff"]: _helper(one) for one in staff},
        now=pace.to_journey(now),
    )


def _undoable(programme: Programme, events: list[Event], now: datetime) -> Undoable | None:
    """What was done last, if it can be taken back and was the participant's own answer."""
    act = last_act(programme, events, now)
    if act is None or act.task is None:
        return None
    own = any(event.command == act.command and event.by == PARTICIPANT for event in events)
    return Undoable(act.task, act.until) if own else None


def results_of(events: list[Event]) -> dict[str, Result]:
    """How the steps ended last, as the journal tells it."""
    found: dict[str, Result] = {}
    for event in events:
        if event.kind is EventKind.MILESTONE_REACHED and event.step is not None:
            found[event.step] = Result(generation=1, outcome="reached", at=event.at)
        if event.task is None or event.step is None:
            continue
        if event.outcome is not None:
            found[event.step] = Result(generation=event.task.generation, outcome=event.outcome, at=event.at)
        elif event.kind in {EventKind.TASK_OPENED, EventKind.TASK_RESTORED}:
            found.pop(event.step, None)
    return found


def _seen_at(events: list[Event], looked: datetime | None) -> datetime | None:
    """When a person first had to do with it: looked up, or did something."""
    by_staff = next((event.at for event in events if not _by_nobody(event.by)), None)
    return min((at for at in (looked, by_staff) if at is not None), default=None)


def _by_nobody(by: str) -> bool:
    return by in {"system", "participant", "visitor"}


def _helper(record: asyncpg.Record) -> Helper:
    return Helper(record["name"], record["phone"])
