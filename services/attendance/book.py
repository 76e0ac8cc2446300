"""The book of attendance: entries are added, corrected by newer ones, and attested. Nothing in it is ever changed.

A correction stands instead of what it corrects and is attested anew; with no hours at all it takes the entry back. Days
are local ones; who wrote something, and when, is kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import asyncpg

from db.pool import Connection, Database
from db.queries import sql
from journey.calendars import local_day, local_to_utc
from schemas.clocks import Calendar
from schemas.forms import FormRefused, check_form
from schemas.forms.attendance import COUNTED_AS, REGISTERED, CountedActivity
from schemas.programme import PARTICIPANT
from services.attendance.errors import (
    AttestedAlready,
    CorrectedAlready,
    NotAttestable,
    NothingToCorrect,
    SayHowYouKnow,
    TooManyHours,
)
from services.completing.errors import FormNotAccepted
from services.keys import digest
from services.mending.acts import checked_reason

FORM = "counted_activity"
HOURS_OF_A_DAY = 24
_ASKED = ("activity", "day", "hours", "place")

How = Literal["own_page", "phone", "paper"]
FOR_THEM: tuple[How, ...] = ("phone", "paper")
"""How staff may have heard that an entry is right."""


@dataclass(frozen=True)
class Entry:
    """What somebody took part in on a day, as it stands. `how` it was attested, if it is; `why` are staff's words."""

    entry: str
    activity: str
    day: date
    hours: Decimal
    place: str
    by: str
    by_name: str | None
    at: datetime
    supersedes: str | None
    attested_by: str | None
    attested_name: str | None
    how: How | None
    why: str | None
    attested_at: datetime | None

    @property
    def attested(self) -> bool:
        return self.attested_at is not None


@dataclass(frozen=True)
class Book:
    """All that stands about one participant, the latest day first, and what it comes to."""

    entries: tuple[Entry, ...]

    @property
    def hours(self) -> Decimal:
        return sum((each.hours for each in self.entries), Decimal(0))

    @property
    def attested_hours(self) -> Decimal:
        return sum((each.hours for each in self.entries if each.attested), Decimal(0))

    @property
    def waiting(self) -> Sequence[Entry]:
        """What nobody has attested yet."""
        return [each for each in self.entries if not each.attested]


async def book(db: Database, journey: str, by: str) -> Book:
    """What somebody has taken part in, also as noted in the forms of steps. What was taken back is left out."""
    async with db.acting_as(by) as connection:
        await connection.execute(sql.gather_attendance, journey, COUNTED_AS)
        records = await connection.fetch(sql.attendance_of_journey, journey)
    return Book(tuple(Entry(**dict(record)) for record in records if record["hours"] > 0))


async def register(
    db: Database,
    journey: str,
    answers: Mapping[str, Any],
    *,
    corrects: str | None = None,
    key: str,
    by: str,
    now: datetime,
) -> str:
    """Register an activity, or correct an entry; its id. Under the same `key` it acts once. `now` is wall time.

    Raises `FormNotAccepted` or another `Refusal` that says why not.
    """
    form = checked(answers, now)
    entry = f"att-{digest(journey, by, key)}"
    async with db.acting_as(by) as connection:
        await connection.execute(sql.lock_attendance, journey)
        if await connection.fetchval(sql.has_attendance, entry):
            return entry
        given = (form.activity, form.day, form.hours, form.place)
        if corrects is not None:
            former = await _standing(connection, corrects, journey)
            if tuple(former[name] for name in _ASKED) == given:
                raise NothingToCorrect
        total = await connection.fetchval(sql.hours_of_day, journey, form.day, corrects) + form.hours
        if total > HOURS_OF_A_DAY:
            raise TooManyHours(day=form.day, hours=f"{total:f}")
        await _add(connection, entry, journey, given, by, now, corrects)
    return entry


async def take_back(db: Database, journey: str, entry: str, *, key: str, by: str, now: datetime) -> None:
    """Take an entry back that should never have been there. Raises a `Refusal`."""
    nothing = f"att-{digest(journey, by, key)}"
    async with db.acting_as(by) as connection:
        await connection.execute(sql.lock_attendance, journey)
        if await connection.fetchval(sql.has_attendance, nothing):
            return
        former = await _standing(connection, entry, journey)
        given = (former["activity"], former["day"], Decimal(0), former["place"])
        await _add(connection, nothing, journey, given, by, now, entry)


async def attest(
    db: Database, journey: str, entry: str, *, how: How = "own_page", why: str = "", by: str, now: datetime
) -> None:
    """Say that an entry is right: the participant, or staff for them, who say how they know. Raises a `Refusal`."""
    words = checked_reason(why)
    if (how == "own_page") != (by == PARTICIPANT):
        raise NotAttestable
    if how != "own_page" and words is None:
        raise SayHowYouKnow
    async with db.acting_as(by) as connection:
        await connection.execute(sql.lock_attendance, journey)
        found = await _standing(connection, entry, journey)
        if found["hours"] <= 0:
            raise NotAttestable
        if await connection.fetchval(sql.add_attestation, entry, by, how, words, now) is None:
            raise AttestedAlready


def checked(answers: Mapping[str, Any], now: datetime) -> CountedActivity:
    """What was filled in, as it is kept. Raises `FormNotAccepted`."""
    given = {name: value for name, value in answers.items() if name in _ASKED}
    try:
        form = check_form(FORM, REGISTERED, given, today=local_day(now, Calendar()), to_utc=local_to_utc)
    except FormRefused as refused:
        raise FormNotAccepted(refused.problems) from None
    assert isinstance(form, CountedActivity)
    return form


async def _standing(connection: Connection, entry: str, journey: str) -> asyncpg.Record:
    """An entry of this journey that nothing has taken the place of."""
    found = await connection.fetchrow(sql.attendance_as_it_was, entry, journey)
    if found is None:
        raise NotAttestable
    if found["superseded"]:
        raise CorrectedAlready
    return found


async def _add(connection: Connection, entry: str, journey: str, given: tuple[Any, ...], *rest: Any) -> None:
    if await connection.fetchval(sql.add_attendance, entry, journey, *given, *rest) is None:
        raise CorrectedAlready
