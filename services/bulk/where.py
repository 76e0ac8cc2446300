"""Which journeys an act is for: `--where name=value`, as often as wanted.

Different names must all fit, the same name with several values may be any of them. What is asked of tasks (cause,
step, role and the like) must be true of one open task, which is the one that is acted upon. Journeys that have ended
are meant only where a status, an exit or the journey itself is asked for.

A condition is data: one fixed query takes them all as a parameter, and nothing that was typed becomes part of it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from journey.errors import Refusal
from schemas.base import one_line
from schemas.forms.problems import shown
from schemas.journey import Status
from schemas.stuck import StuckCause
from services.errors import NoSuchJourney

Conditions: TypeAlias = dict[str, list[str]]
"""Name to values, in the order in which they were given: as it is stored, and as the query takes it."""

OF_A_FILTER = (
    StuckCause.OVERDUE,
    StuckCause.SILENT,
    StuckCause.UNOWNED,
    StuckCause.REST,
    StuckCause.UNDELIVERABLE,
)
CAUSES = tuple(cause.value for cause in OF_A_FILTER)
"""Why a journey may be stuck, as far as a filter goes; the words are those of `operator stuck`."""

FIXED = {"cause": CAUSES, "status": tuple(status.value for status in Status)}
OF_PROGRAMMES = ("step", "phase", "role", "owner", "programme", "version", "exit", "waiting_on")
OF_PEOPLE = ("partner", "municipality")
NAMES = ("cause", *OF_PROGRAMMES[:4], *OF_PEOPLE, *OF_PROGRAMMES[4:7], "status", "journey", "waiting_on")
MOST_CHOICES = 20
SECONDS = 120.0
"""How long it may take to look at every one of a million journeys."""


class NotACondition(Refusal):
    """{given} is no condition; write it as name=value, with one of these names: {choices}."""

    sv = "{given} är inget villkor; skriv det som namn=värde, med något av namnen: {choices}."


class UnknownCondition(Refusal):
    """Journeys cannot be chosen by {name}; choose one of: {choices}."""

    sv = "Resor går inte att välja efter {name}; välj något av: {choices}."


class UnknownValue(Refusal):
    """There is no {name} called {value}; choose one of: {choices}."""

    sv = "Det finns inget värde {value} för {name}; välj något av: {choices}."


class NothingMatches(Refusal):
    """No journey fits {conditions}, so nothing is done; leave a condition out, or look at how it is spelt."""

    sv = "Ingen resa passar {conditions}, så inget görs; ta bort ett villkor eller se över stavningen."


@dataclass(frozen=True)
class Match:
    """A journey that fits, and its open task that does, the most urgent one; none where nothing is open."""

    journey: str
    task: str | None


def parse(given: Sequence[str]) -> Conditions:
    """What was typed. Raises `NotACondition` or `UnknownCondition`; the values are not looked at."""
    found: Conditions = {}
    for each in given:
        name, equals, value = (part.strip() for part in each.partition("="))
        if not equals or not name or not value or not one_line(value):
            raise NotACondition(given=shown(each), choices=", ".join(NAMES))
        if name not in NAMES:
            raise UnknownCondition(name=shown(name), choices=_closest(name, NAMES))
        found.setdefault(name, [])
        found[name] += [value] if value not in found[name] else []
    return found


async def conditions(db: Database, given: Sequence[str], by: str = SYSTEM) -> Conditions:
    """What was typed, with every value known. Raises a `Refusal` that names the choices."""
    found = parse(given)
    async with db.acting_as(by) as connection:
        for name, values in found.items():
            for value in values:
                await _must_know(connection, name, value)
    return found


async def count(db: Database, where: Conditions, now: datetime, *, besides: int | None = None, by: str = SYSTEM) -> int:
    """How many journeys fit at journey time `now`; those that follow the version `besides` are left out."""
    async with db.acting_as(by) as connection:
        return int(await connection.fetchval(sql.count_matching, where, now, besides, timeout=SECONDS))


async def by_programme(db: Database, where: Conditions, now: datetime, *, by: str = SYSTEM) -> dict[str, int]:
    """How many journeys of each programme fit at journey time `now`; none of those that no journey follows."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.programmes_matching, where, now, None, timeout=SECONDS)
    return {record["programme"]: record["number"] for record in records}


async def matching(
    db: Database,
    where: Conditions,
    now: datetime,
    *,
    most: int | None = None,
    besides: int | None = None,
    by: str = SYSTEM,
) -> list[Match]:
    """The journeys that fit, the most urgent first, at most so many."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.some_matching, where, now, besides, most, timeout=SECONDS)
    return [Match(record["journey"], record["task"]) for record in records]


def in_words(where: Conditions) -> str:
    """The conditions as they are typed."""
    return " ".join(f"{name}={shown(value)}" for name, values in where.items() for value in values)


async def _must_know(connection: Connection, name: str, value: str) -> None:
    if name == "journey":
        if await connection.fetchval(sql.seq_of_journey, value) is None:
            raise NoSuchJourney(journey=shown(value))
    elif name in OF_PEOPLE:
        await _must_live_there(connection, name, value)
    else:
        known = FIXED.get(name) or await _named(connection, name)
        if value not in known:
            raise UnknownValue(name=name, value=shown(value), choices=_closest(value, known))


async def _named(connection: Connection, name: str) -> list[str]:
    found = [each["value"] for each in await connection.fetch(sql.known_names) if each["name"] == name]
    return sorted(found, key=_as_counted)


def _as_counted(value: str) -> tuple[int, str]:
    return (int(value), "") if re.fullmatch(r"\d{1,9}", value) else (0, value)


async def _must_live_there(connection: Connection, name: str, value: str) -> None:
    anybody, known = {
        "partner": (sql.any_partner, sql.known_partners),
        "municipality": (sql.any_municipality, sql.known_municipalities),
    }[name]
    if not await connection.fetchval(anybody, value):
        choices = [each["value"] for each in await connection.fetch(known)]
        raise UnknownValue(name=name, value=shown(value), choices=_closest(value, choices))


def _closest(value: str, known: Sequence[str]) -> str:
    """The choices, those that look like what was typed first; not more than can be read."""
    near = difflib.get_close_matches(value, known, n=3)
    ordered = [*near, *(each for each in known if each not in near)]
    return ", ".join(ordered[:MOST_CHOICES]) + (" …" if len(ordered) > MOST_CHOICES else "") or "-"
