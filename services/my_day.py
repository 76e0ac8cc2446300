"""My day: the open tasks of somebody and of their team, in the order in which to see to them. Indexed queries only.

It reads names, for whoever may see them, and never a number or an address: those are looked up one at a time.
"""

from __future__ import annotations

from collections import Counter
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

    `step` and `overdue` narrow that down, in a team also its `owner`.
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
    """One page of the day, in order, and how many there are in all of each group.

    `snoozed` are those put away until later. `cut` says that there are more than can be read.
    """

    tasks: tuple[DayTask, ...]
    counts: dict[Group, int]
    snoozed: tuple[DayTask, ...]
    cut: bool

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def count(self, group: Group | str) -> int:
        return self.counts.get(Group(group), 0)


@dataclass(frozen=True)
class _Row:
    """A task as far as its place in the day follows from it; the rest is made for those that are shown."""

    record: asyncpg.Record
    programme: Programme
    now: datetime
    group: Group
    late: bool
    stopped: bool

    @property
    def order(self) -> tuple[int, bool, float, str]:
        due = self.record["due_at"]
        return (_PLACES[self.group], due is None, due.timestamp() if due else 0.0, self.record["task"])

    @property
    def put_away(self) -> bool:
        until = self.record["snoozed_until"]
        return until is not None and until > self.now


_PLACES = {group: place for place, group in enumerate(Group)}


async def my_day(
    db: Database,
    programmes: KnownProgrammes,
    wanted: Wanted,
    *,
    now: datetime,
    language: Language,
    by: str,
    first: int = 0,
    most: int = MOST,
) -> Day:
    """The day, from its line `first` on at most so many lines. `now` is wall time."""
    async with db.acting_as(by) as connection:
        query, given = _question(wanted)
        await connection.execute(sql.plan_anew)
        records = await connection.fetch(query, *given)
    rows = [row for row in await _rows(programmes, records[:MOST], now) if row.late or not wanted.overdue]
    shown = sorted((row for row in rows if not row.put_away), key=lambda row: row.order)
    return Day(
        tasks=tuple(_line(row, language) for row in shown[first : first + most]),
        counts=dict(Counter(row.group for row in shown)),
        snoozed=tuple(_line(row, language) for row in rows if row.put_away)[:most],
        cut=len(records) > MOST,
    )


def _question(wanted: Wanted) -> tuple[str, tuple[object, ...]]:
    """The query that has an index for what is wanted, and what it takes."""
    given = (wanted.staff, list(wanted.roles), wanted.step, MOST + 1)
    if not wanted.team:
        return sql.day_of_one, given
    return (sql.day_of_team, given) if wanted.owner is None else (sql.day_of_colleague, (*given, wanted.owner))


async def newest(programmes: KnownProgrammes, db: Database, by: str) -> list[Programme]:
    """The latest version of each programme."""
    async with db.acting_as(by) as connection:
        versions = await connection.fetch(sql.newest_versions)
    return [await programmes.version(record["programme"], record["version"], by) for record in versions]


def steps_of(programmes: Iterable[Programme], roles: Sequence[str]) -> dict[str, Both]:
    """The steps that these roles have something to do in, with their words."""
    return {
        name: step.title for programme in programmes for name, step in programme.steps.items() if step.role in roles
    }


async def concerns(db: Database, journeys: Iterable[str], staff: str, roles: Sequence[str]) -> bool:
    """Whether any of these journeys has or had a task of theirs."""
    async with db.acting_as(staff) as connection:
        return bool(await connection.fetchval(sql.any_concern, list(journeys), staff, list(roles)))


async def _rows(programmes: KnownProgrammes, records: Sequence[asyncpg.Record], now: datetime) -> list[_Row]:
    """The rows with their groups. Journeys of one pace have one time, which is one day."""
    times: dict[str, datetime] = {}
    days = _Days()
    found = []
    for record in records:
        programme = await programmes.version(record["programme"], record["version"])
        pace = str(record["pace"])
        if pace not in times:
            times[pace] = Pace.model_validate(record["pace"]).to_journey(now)
        found.append(_row(record, programme, times[pace], days))
    return found


def _row(record: asyncpg.Record, programme: Programme, now: datetime, days: _Days) -> _Row:
    stopped = bool(record["held"]) and not record["fixed"] and not record["overdue"]
    late = record["due_at"] is not None and record["due_at"] < now and not stopped
    step = programme.steps[record["step"]]
    group = _group(step, days.of(record["due_at"], programme), days.of(now, programme), late=late, stopped=stopped)
    return _Row(record, programme, now, group, late, stopped)


def _line(row: _Row, language: Language) -> DayTask:
    record, programme = row.record, row.programme
    step = programme.steps[record["step"]]
    told = {name: record[name] for name in ("step", "role", "owner", "opened_at", "due_at", "fixed")}
    task = Task.made(id=record["task"], **told)
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
        group=row.group,
        due_at=task.due_at,
        late=row.late,
        held=bool(record["held"]),
        wait=_waits(step),
        fixed=task.fixed,
        has_phone=record["has_phone"],
        sentence=in_brief(programme, task, row.now, language, stopped=row.stopped),
        snoozed_until=record["snoozed_until"] if row.put_away else None,
    )


class _Days:
    """The local days of instants, each worked out once: due times are few, tasks are many."""

    def __init__(self) -> None:
        self._known: dict[datetime, date] = {}

    def of(self, at: datetime | None, programme: Programme) -> date | None:
        if at is None:
            return None
        if at not in self._known:
            self._known[at] = calendars.local_day(at, programme.office)
        return self._known[at]


def _group(step: Step, due: date | None, today: date | None, *, late: bool, stopped: bool) -> Group:
    if late:
        return Group.OVERDUE
    if stopped or today is None:
        return Group.WAITING
    if due is not None and due <= today:
        return Group.TODAY
    if _waits(step):
        return Group.WAITING
    return Group.WEEK if due is not None and due <= today + WEEK else Group.LATER


def _waits(step: Step) -> bool:
    return step.kind is Kind.WAIT and step.waiting_on is not None
