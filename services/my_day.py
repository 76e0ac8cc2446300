"""My day: the open tasks of somebody and of their team, in the order in which to see to them. Indexed queries only.

It reads names, for whoever may see them, and never a number or an address: those are looked up one at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import asyncpg

from db.pool import Database
from db.queries import sql
from journey import calendars
from journey.explain import in_brief
from schemas.base import Both, Language
from schemas.clocks import Calendar
from schemas.journey import Pace
from schemas.programme import Kind, Programme, Step
from schemas.tasks import Task
from services.known_programmes import KnownProgrammes

MOST = 250
"""Rows that are read for one page: more than that nobody gets through in a day."""

WEEK = timedelta(days=7)


class Group(StrEnum):
    """When to see to a task: a closed set, in order."""

    OVERDUE = "overdue"
    TODAY = "today"
    WEEK = "week"
    WAITING = "waiting"
    LATER = "later"


@dataclass(frozen=True)
class Wanted:
    """Which tasks: those of `staff` and of nobody in their `roles`; with `team`, everybody's in these roles.

    `owner`, `step` and `overdue` narrow that down.
    """

    staff: str
    roles: tuple[str, ...]
    team: bool = False
    owner: str | None = None
    step: str | None = None
    overdue: bool = False


@dataclass(frozen=True)
class DayTask:
    """One line of the day. `sentence` says by when, or on whom it waits; `late` that its time has passed."""

    id: str
    journey: str
    name: str
    title: Both
    role: str
    role_title: Both
    owner: str | None
    owner_name: str | None
    stands_in_for: str | None
    group: Group
    due_at: datetime | None
    late: bool
    held: bool
    wait: bool
    fixed: bool
    has_phone: bool
    sentence: str
    snoozed_until: datetime | None


@dataclass(frozen=True)
class Day:
    """The lines in order; `snoozed` are those put away until later. `cut` says that there are more than can be read."""

    tasks: tuple[DayTask, ...]
    snoozed: tuple[DayTask, ...]
    cut: bool

    def count(self, group: Group) -> int:
        return sum(task.group == group for task in self.tasks)


async def my_day(
    db: Database, programmes: KnownProgrammes, wanted: Wanted, *, now: datetime, language: Language, by: str
) -> Day:
    """The day. `now` is wall time."""
    query = sql.day_of_team if wanted.team else sql.day_of_one
    async with db.acting_as(by) as connection:
        records = await connection.fetch(query, wanted.staff, list(wanted.roles), wanted.step, wanted.owner, MOST + 1)
    found = [await _line(programmes, record, now, language) for record in records[:MOST]]
    kept = [task for task in found if task.late or not wanted.overdue]
    shown = sorted((task for task in kept if task.snoozed_until is None), key=_order)
    return Day(tuple(shown), tuple(task for task in kept if task.snoozed_until), len(records) > MOST)


async def steps_of(programmes: KnownProgrammes, db: Database, roles: Sequence[str], by: str) -> dict[str, Both]:
    """The steps that these roles have something to do in, in any version that journeys follow, with their words."""
    async with db.acting_as(by) as connection:
        versions = await connection.fetch(sql.newest_versions)
    found: dict[str, Both] = {}
    for record in versions:
        programme = await programmes.version(record["programme"], record["version"], by)
        found |= {name: step.title for name, step in programme.steps.items() if step.role in roles}
    return found


async def concerns(db: Database, journeys: Iterable[str], staff: str, roles: Sequence[str]) -> bool:
    """Whether any of these journeys has or had a task of theirs."""
    async with db.acting_as(staff) as connection:
        return bool(await connection.fetchval(sql.any_concern, list(journeys), staff, list(roles)))


async def _line(programmes: KnownProgrammes, record: asyncpg.Record, now: datetime, language: Language) -> DayTask:
    programme = await programmes.version(record["programme"], record["version"])
    step = programme.steps[record["step"]]
    task = Task.model_validate(record["detail"])
    at = Pace.model_validate(record["pace"]).to_journey(now)
    stopped = bool(record["held"]) and not task.fixed and not task.overdue
    late = task.due_at is not None and task.due_at < at and not stopped
    snoozed = record["snoozed_until"]
    return DayTask(
        id=task.id,
        journey=record["journey"],
        name=record["name"],
        title=step.title,
        role=task.role or "",
        role_title=programme.roles[task.role].title if task.role in programme.roles else step.title,
        owner=task.owner,
        owner_name=record["owner_name"],
        stands_in_for=record["stands_in_for_name"],
        group=_group(programme, step, task, at, late=late, stopped=stopped),
        due_at=task.due_at,
        late=late,
        held=bool(record["held"]),
        wait=_waits(step),
        fixed=task.fixed,
        has_phone=record["has_phone"],
        sentence=in_brief(programme, task, at, language, stopped=stopped),
        snoozed_until=snoozed if snoozed is not None and snoozed > at else None,
    )


def _group(programme: Programme, step: Step, task: Task, now: datetime, *, late: bool, stopped: bool) -> Group:
    if late:
        return Group.OVERDUE
    if stopped:
        return Group.WAITING
    due = _day(programme, task.due_at)
    today = calendars.local_day(now, _office(programme))
    if due is not None and due <= today:
        return Group.TODAY
    if _waits(step):
        return Group.WAITING
    return Group.WEEK if due is not None and due <= today + WEEK else Group.LATER


def _waits(step: Step) -> bool:
    return step.kind is Kind.WAIT and step.waiting_on is not None


def _day(programme: Programme, at: datetime | None) -> date | None:
    return None if at is None else calendars.local_day(at, _office(programme))


def _office(programme: Programme) -> Calendar:
    return next(iter(programme.calendars.values()))


def _order(task: DayTask) -> tuple[int, bool, float, str]:
    due = task.due_at
    return (_PLACES[task.group], due is None, due.timestamp() if due else 0.0, task.id)


_PLACES = {group: place for place, group in enumerate(Group)}
