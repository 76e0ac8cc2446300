"""What somebody sees who fills in a form in the demonstration, and how far ahead people set dates.

It knows days and dates, and nothing of any form or of what a programme means.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from journey import calendars
from schemas.clocks import Calendar
from schemas.programme import Programme, Step

Given = dict[str, Any]

EMPLOYERS = ("Provverkstaden AB", "Exempelköket")
COURSE_DAYS = 18 * 7
AHEAD = {
    "interview_at": 4,
    "job_interview_at": 4,
    "trip_date": 13,
    "application_closes": 24,
    "course_start": 72,
    "moving_day": 20,
    "employment_start": 38,
    "offer_valid_until": 10,
}
"""How many days ahead people set a date; any other is set two weeks ahead."""

USUAL_DAYS_AHEAD = 14
TEN = 10


@dataclass(frozen=True)
class Desk:
    """What somebody sees who fills in a form. `now` is journey time, `wishes` facts that are true of the participant.

    `known` are the facts and dates the journey has already; `number` tells participants apart.
    """

    programme: Programme
    step_name: str
    outcome: str
    now: datetime
    known: Mapping[str, str | date | datetime] = field(default_factory=dict)
    wishes: Mapping[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def step(self) -> Step:
        return self.programme.steps[self.step_name]

    @property
    def calendar(self) -> Calendar:
        return self.programme.office

    @property
    def today(self) -> date:
        return calendars.local_day(self.now, self.calendar)

    @property
    def moment(self) -> str:
        """This moment on the clock on the wall, with its offset, for the hour that comes twice in autumn."""
        return calendars.local(self.now, self.calendar).isoformat(timespec="minutes")

    @property
    def employer(self) -> str:
        return EMPLOYERS[self.number % len(EMPLOYERS)]

    def known_day(self, name: str) -> date | None:
        """A named date that the journey has, as a local date."""
        value = self.known.get(name)
        if isinstance(value, datetime):
            return calendars.local_day(value, self.calendar)
        return value if isinstance(value, date) else None

    def before(self, name: str, days: int = 0) -> str:
        """Today, or so many days before a named date when that has passed."""
        limit = self.known_day(name)
        return str(self.today if limit is None else min(self.today, limit - timedelta(days=days)))

    def ahead(self, days: int) -> date:
        """A working day so many days ahead."""
        return calendars.working_day_from(self.today + timedelta(days=days), self.calendar)
