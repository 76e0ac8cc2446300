"""Open events and how many were met there, counted by heads.

Nobody in these counts is a participant, and they are never added to those who are: a fair that nine hundred people pass
by is no programme for nine hundred people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from db.pool import Database
from db.queries import sql
from schemas.base import one_line
from services.keys import digest
from services.numbers.errors import DayAhead, NoDay, NoHeads, NoHow, NoPlace, NotAnOpenEvent

How = Literal["physical", "digital"]
MOST_HEADS = 100_000
LONGEST_PLACE = 80
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class OpenEvent:
    """An event that anybody could come to, and how many were met."""

    id: str
    day: date
    how: How
    place: str
    people: int


@dataclass(frozen=True)
class Typed:
    """What somebody typed of an event."""

    day: str
    how: str
    place: str
    people: str


def read(typed: Typed, today: date) -> OpenEvent | list[NotAnOpenEvent]:
    """The event, or everything that is wrong with it."""
    problems: list[NotAnOpenEvent] = []
    day, people = _day(typed.day), re.sub(r"\s", "", typed.people)
    if day is None or day < FIRST_DAY:
        problems.append(NoDay())
    elif day > today:
        problems.append(DayAhead())
    if typed.how not in get_args(How):
        problems.append(NoHow())
    if not typed.place or len(typed.place) > LONGEST_PLACE or not one_line(typed.place):
        problems.append(NoPlace())
    if not re.fullmatch(r"[0-9]{1,6}", people) or not 1 <= int(people) <= MOST_HEADS:
        problems.append(NoHeads())
    if problems or day is None:
        return problems
    how: How = "digital" if typed.how == "digital" else "physical"
    return OpenEvent("", day, how, typed.place, int(people))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def enter(db: Database, programme: str, event: OpenEvent, *, key: str, by: str, now: datetime) -> None:
    """Enter an event; the same under the same key again enters nothing more."""
    said = (programme, event.day, event.how, event.place, event.people)
    values = (f"met-{digest(key, *map(str, said))}", *said, by, now)
    async with db.acting_as(by) as connection:
        await connection.execute(sql.add_open_event, *values)


async def withdraw(db: Database, programme: str, event: str, *, by: str, now: datetime) -> bool:
    """Take back an event that was entered wrongly; whether there was one."""
    async with db.acting_as(by) as connection:
        return await connection.fetchval(sql.withdraw_open_event, event, programme, now, by) is not None


async def between(db: Database, programme: str, first: date, last: date, by: str) -> list[OpenEvent]:
    """The events of a programme on these days, newest first."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.open_events_of_programme, programme, first, last)
    return [OpenEvent(each["open_event"], each["day"], each["how"], each["place"], each["people"]) for each in records]
