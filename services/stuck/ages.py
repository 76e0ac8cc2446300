"""How long something has been stuck, in days on the calendar of the office. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TypeAlias

from journey import calendars
from schemas.clocks import Calendar
from services.paces import EARLIEST, LATEST

OFFICE = Calendar()
Span: TypeAlias = tuple[datetime, datetime]
"""From a moment until just before another."""


class Age(StrEnum):
    """Since when: a closed set, the newest first."""

    TODAY = "today"
    DAYS = "days"
    WEEK = "week"
    LONG = "long"


DAYS_AGO = {Age.DAYS: 1, Age.WEEK: 4, Age.LONG: 10}
"""From how many days ago on something is of this age."""


def spans(now: datetime) -> dict[Age, Span]:
    """From when until when something has begun that is of each age now; together they leave nothing out."""
    today = calendars.local_day(now, OFFICE)
    first = {age: calendars.instant(today - timedelta(days=days - 1), time(), OFFICE) for age, days in DAYS_AGO.items()}
    return {
        Age.TODAY: (first[Age.DAYS], LATEST),
        Age.DAYS: (first[Age.WEEK], first[Age.DAYS]),
        Age.WEEK: (first[Age.LONG], first[Age.WEEK]),
        Age.LONG: (EARLIEST, first[Age.LONG]),
    }


def age_of(since: datetime, now: datetime) -> Age:
    """How old what began then is now."""
    return next(age for age, (after, until) in spans(now).items() if after <= since < until)
