"""When somebody gets round to a task, and how it then ends. Pure: the same task of the same participant, the same plan.

Everybody works in office hours. Most do what they are to do some way before it is due; outside parties answer as late
as they are expected to; a task that belongs to a date is done when the date has come.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from demo.cast import STAFF, Part
from journey import calendars
from schemas.clocks import Calendar, Due
from schemas.programme import Kind, Programme

Known = Mapping[str, str | date | datetime]
"""Facts and dates that a journey has."""

PROJECT_LEADER = "project_leader"
OUTSIDE = "outside"
"""Who reports what outside parties have decided."""

SHARE = {Kind.TASK: (0.1, 0.4), Kind.WAIT: (0.3, 0.6)}
"""How much of the time until the due time goes by, at least and at most."""

LONG, SHARE_OF_LONG = timedelta(days=8), (0.85, 0.97)
"""What is due that far ahead is meant for then: a talk every month, a follow-up after half a year."""

TWENTY_MINUTES = timedelta(minutes=20)


@dataclass(frozen=True)
class Todo:
    """An open task as its owner sees it in the inbox."""

    task: str
    step: str
    generation: int
    role: str | None
    owner: str | None
    opened_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class Act:
    """What will be done: by whom, from when on (journey time), and how the step ends."""

    todo: Todo
    at: datetime
    outcome: str
    by: str


@dataclass(frozen=True)
class Stage:
    """Where a play is set: the programme, and the date that is its day 1."""

    programme: Programme
    first_day: date

    @property
    def calendar(self) -> Calendar:
        return self.programme.office

    def day(self, moment: datetime) -> int:
        """The number of the day."""
        return (calendars.local_day(moment, self.calendar) - self.first_day).days + 1

    def at(self, day: int, clock: time) -> datetime:
        """A time of day on the day of that number."""
        return calendars.instant(self.first_day + timedelta(days=day - 1), clock, self.calendar)


def plan(stage: Stage, part: Part, todo: Todo, known: Known) -> Act | None:
    """What becomes of a task; None when this participant's tasks of this kind are never done as things stand."""
    step = stage.programme.steps[todo.step]
    if todo.step in part.silent or (todo.step in part.forgotten and todo.role != PROJECT_LEADER):
        return None
    chance = random.Random(f"{part.name}.{todo.step}.{todo.generation}.{todo.role}")  # noqa: S311 (a play, not a secret)
    moment = _moment(stage, part, todo, known, chance)
    outcome = part.outcome(todo.step, todo.generation, next(iter(step.outcomes)))
    by = OUTSIDE if step.event else todo.owner or todo.role or OUTSIDE
    return Act(todo, _when_there(stage, by, _in_office(moment, stage.calendar, chance)), outcome, by)


def _moment(stage: Stage, part: Part, todo: Todo, known: Known, chance: random.Random) -> datetime:
    """When somebody would do it at any hour of any day."""
    step, calendar = stage.programme.steps[todo.step], stage.calendar
    dated = _its_date(step.due, known, calendar)
    begins = max(todo.opened_at, dated or todo.opened_at)
    if todo.due_at is None:
        return begins
    if todo.step in part.early:
        return max(begins, _days_on(todo.opened_at, part.early[todo.step], calendar))
    if todo.step in part.late:
        return _days_on(todo.due_at, part.late[todo.step], calendar)
    length = max(todo.due_at - begins, timedelta())
    share = SHARE_OF_LONG if step.kind is Kind.TASK and length > LONG else SHARE.get(step.kind, SHARE[Kind.TASK])
    return begins + length * chance.uniform(*share)


def _days_on(moment: datetime, days: int, calendar: Calendar) -> datetime:
    day = calendars.add_working_days(calendars.local_day(moment, calendar), days, calendar)
    return calendars.opening(day, calendar)


def _its_date(due: Due | None, known: Known, calendar: Calendar) -> datetime | None:
    """The named date that a step belongs to: nobody welcomes a person on the day before the move."""
    value = known.get(due.after) if due is not None and due.before is None else None
    if isinstance(value, date) and not isinstance(value, datetime):
        return calendars.instant(value, calendar.opens, calendar)
    return value if isinstance(value, datetime) else None


def _in_office(moment: datetime, calendar: Calendar, chance: random.Random) -> datetime:
    opened = calendars.next_opening(moment, calendar)
    return opened if opened == moment else opened + chance.randrange(1, 12) * TWENTY_MINUTES


def _when_there(stage: Stage, by: str, moment: datetime) -> datetime:
    """The moment, or the morning on which somebody is back who is away then."""
    away = next((person.away for person in STAFF if person.staff == by), None)
    if away is None or not away[0] <= stage.day(moment) <= away[1]:
        return moment
    return calendars.next_opening(stage.at(away[1] + 1, stage.calendar.opens), stage.calendar)
