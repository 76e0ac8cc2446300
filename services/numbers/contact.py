"""The promise of a first contact: which steps make it, how many days it gives, and who was reached in time. Pure.

Days are counted from the day after the interest came in, both as they come and as the office works.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from journey import calendars
from schemas.clocks import Anchor, Calendar, Due
from schemas.programme import Kind, Outcome, Programme, Step
from services.numbers.counting import GONE, LATER, WAITING, WAITING_LATE, WITHIN, WITHIN_WORKING, First
from services.numbers.periods import quarter_of

DAYS = 3
"""What is promised where the programme does not say it (the reports: a welcome call within three days)."""


@dataclass(frozen=True)
class Contacted:
    """People whose interest came in on one day and who were reached on another, or who `left_before` that."""

    received_on: date
    reached_on: date | None
    left_before: bool
    people: int


@dataclass(frozen=True)
class Promise:
    """`days` from the interest to the first contact, in an office that works as `calendar` says."""

    days: int
    calendar: Calendar


def promise(programme: Programme) -> Promise:
    """What a version promises."""
    due = next((step.due for step in programme.steps.values() if _begins(step)), None)
    days = (due.days or due.working_days or DAYS) if due is not None else DAYS
    name = due.calendar if due is not None else ""
    calendar = programme.calendars.get(name) or programme.office
    return Promise(days, calendar)


def contacts(programmes: Iterable[Programme]) -> list[tuple[str, str]]:
    """Each step whose clock counts from the interest, with each outcome that says that somebody was reached.

    One that opens the same step anew was a try.
    """
    return sorted(
        {
            (name, outcome)
            for programme in programmes
            for name, step in programme.steps.items()
            if _begins(step)
            for outcome, found in step.outcomes.items()
            if not _only_a_try(name, found)
        }
    )


def _begins(step: Step) -> bool:
    due: Due | None = step.due
    return step.kind is Kind.TASK and due is not None and due.after == Anchor.RECEIVED


def _only_a_try(name: str, outcome: Outcome) -> bool:
    return outcome.again is not None and outcome.again.step == name


def firsts(promised: Promise, rows: Iterable[Contacted], today: date) -> list[First]:
    """How the first contact went for everybody."""
    return [First(quarter_of(row.received_on), _how(promised, row, today), row.people) for row in rows]


def _how(promised: Promise, row: Contacted, today: date) -> str:
    if row.reached_on is None and row.left_before:
        return GONE
    until = row.reached_on or today
    working = _working_days(row.received_on, until, promised)
    if row.reached_on is None:
        return WAITING if working <= promised.days else WAITING_LATE
    if (until - row.received_on).days <= promised.days:
        return WITHIN
    return WITHIN_WORKING if working <= promised.days else LATER


def _working_days(since: date, until: date, promised: Promise) -> int:
    """How many, as far as the promise can tell: after two months nothing is in time."""
    if (until - since).days > 60:  # noqa: PLR2004 (no office is closed so long)
        return (until - since).days
    return calendars.working_days_between(since, until, promised.calendar)


def medians(promised: Promise, rows: Iterable[Contacted]) -> tuple[int, int] | None:
    """How many days the one in the middle waited, as they come and as the office works; None if nobody was reached."""
    waits = [(row, row.reached_on) for row in rows if row.reached_on is not None]
    if not waits:
        return None
    both = [
        ((until - row.received_on).days, _working_days(row.received_on, until, promised), row) for row, until in waits
    ]
    return _middle((days, row.people) for days, _, row in both), _middle((days, row.people) for _, days, row in both)


def _middle(found: Iterable[tuple[int, int]]) -> int:
    """The lower one in the middle of values that so many people have each."""
    values = sorted(found)
    half = (sum(people for _, people in values) + 1) // 2
    for value, people in values:
        half -= people
        if half <= 0:
            return value
    return values[-1][0]
