"""Clocks: when something is due, what goes off before and after, and the calendar that counts.

Only shapes; what they mean is worked out in `journey.deadlines` and `journey.calendars`.
"""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from functools import cached_property
from typing import Annotated

from pydantic import Field

from schemas.base import Line, Model, Name, Remembering

OWNER = "owner"
"""In `to:`, whoever owns the task."""


class DayOff(StrEnum):
    """What happens when a due day is a day off."""

    NEXT = "next"
    PREVIOUS = "previous"
    KEEP = "keep"


class Anchor(StrEnum):
    """What a clock counts from, besides the programme's own named dates."""

    OPENED = "opened"
    RECEIVED = "received"
    EXITED = "exited"


class Offset(Model):
    """A length of time; exactly one of the three is given.

    `days` are calendar days, `working_days` days that are not off in the calendar, `office_hours` hours while the
    office is open.
    """

    days: int | None = None
    working_days: int | None = None
    office_hours: int | None = None


class Due(Offset):
    """When a task is due: an offset after an anchor, or before a named date.

    With a day count the due time is `at` on the last day (office closing time when not given); the day of the
    anchor itself is not counted. `fixed` marks a date of somebody else's: a hold does not move it.
    `without_date` counts from the opening while the named date is not known yet, or when a step that has been open
    before opens again after it.
    """

    after: str = Anchor.OPENED
    before: Name | None = None
    without_date: Offset | None = None
    calendar: Name = "office"
    day_off: DayOff = DayOff.NEXT
    at: time | None = None
    fixed: bool = False


class Reminder(Model):
    """A nudge before the due time. Exactly one of `mornings`, `after` (opening) and `before` (due time).

    `mornings` means every working morning strictly between the opening day and the due day. `every` repeats an
    `after` reminder until the due time.
    """

    mornings: bool = False
    after: Offset | None = None
    before: Offset | None = None
    every: Offset | None = None
    to: tuple[Name, ...] = (OWNER,)
    notice: Name = "reminder"


class Rung(Model):
    """One rung of an escalation ladder, counted from the due time. `every` repeats it until the task ends."""

    after_due: Offset = Offset(days=0)
    to: tuple[Name, ...] = (OWNER,)
    notice: Name = "overdue"
    reassign_to: Name | None = None
    every: Offset | None = None


class End(Model):
    """What happens when nobody ever answers: the task ends by itself with `outcome`, or is handed to a role."""

    after_due: Offset
    outcome: Name | None = None
    hand_to: Name | None = None
    notice: Name = "handed_over"


class Calendar(Remembering):
    """Working days and office hours of one party. `holidays` is written at publication and never looked up later."""

    timezone: Line = "Europe/Stockholm"
    weekdays: tuple[Annotated[int, Field(ge=0, le=6)], ...] = Field(default=(0, 1, 2, 3, 4), min_length=1)
    opens: time = time(8)
    closes: time = time(17)
    morning: time = time(9)
    off: tuple[Name, ...] = ("public", "eves")
    also_off: tuple[date, ...] = ()
    also_open: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()

    @cached_property
    def days_off(self) -> frozenset[date]:
        """Dates off on which the weekday alone would not say so."""
        return (frozenset(self.holidays) | frozenset(self.also_off)) - frozenset(self.also_open)

    @cached_property
    def days_open(self) -> frozenset[date]:
        """Dates open although the weekday alone would say off."""
        return frozenset(self.also_open)
