"""What the numbers are made of, read from the database and counted once for all periods.

What may be shown in one period hangs on all others, so that nothing is counted for one period alone. What has been
counted is kept for half a minute.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from weakref import WeakKeyDictionary

import asyncpg

from db.pool import Database
from db.queries import sql
from journey import calendars
from schemas.programme import Kind as StepKind
from schemas.programme import Programme
from services.errors import NoSuchProgramme
from services.known_programmes import KnownProgrammes
from services.numbers import counting as c
from services.numbers import periods
from services.numbers.contact import Contacted, Promise, contacts, firsts, promise
from services.numbers.counting import Kind, People
from services.numbers.hiding import Line, Scale, Table
from services.versions import in_force

K = TypeVar("K", bound=Hashable)

KEPT = timedelta(seconds=30)
MOST_KEPT = 20
COUNTS, PHASE = "counts.", "phase."
ROUTE = "route"
"""The fact that says by which route somebody goes."""


@dataclass(frozen=True)
class Sum:
    """How many people, and how many seconds in each quarter; a sum is shown where the people are."""

    people: Line
    seconds: Mapping[str, float]

    def days(self, leaves: Iterable[str]) -> float:
        return sum(self.seconds.get(leaf, 0.0) for leaf in leaves) / 86_400


@dataclass(frozen=True)
class Counted:
    """A programme in numbers.

    `versions` are all that there are: the one that new journeys begin with, then the newest. `at` is when it was
    counted.
    """

    versions: Sequence[Programme]
    people: People
    funnel: Mapping[str, Table]
    partner_titles: Mapping[str, str]
    fates: Table
    movers: Table
    promised: Promise
    contacts: Table
    contacted: Sequence[Contacted]
    lost: Mapping[str | None, Sum]
    rests: Mapping[tuple[str, str], Sum]
    today: date
    at: datetime

    @property
    def programme(self) -> Programme:
        return self.versions[0]

    @property
    def time(self) -> Scale:
        return self.people.time


_kept: WeakKeyDictionary[Database, dict[str, Counted]] = WeakKeyDictionary()
"""What was counted last, by programme. Where nobody has come further since, it is not hidden anew."""

_counting: WeakKeyDictionary[Database, asyncio.Lock] = WeakKeyDictionary()
"""Whoever asks while it is being counted waits for that."""


async def counted(
    db: Database, programmes: KnownProgrammes, programme: str, *, wall: datetime, now: datetime, by: str
) -> Counted:
    """A programme in numbers at journey time `now`; as it was a moment ago, when it has just been counted.

    Raises `NoSuchProgramme`.
    """
    kept = _kept.setdefault(db, {})
    async with _counting.setdefault(db, asyncio.Lock()):
        before = kept.get(programme)
        if before is not None and timedelta(0) <= wall - before.at < KEPT:
            return before
        versions = await _versions(db, programmes, programme, by)
        found = await _read(db, versions, now, by)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[programme] = made = await asyncio.to_thread(_count, versions, found, now, wall, before)
        return made


async def _versions(db: Database, programmes: KnownProgrammes, programme: str, by: str) -> list[Programme]:
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.newest_versions)
        newest = next((record["version"] for record in records if record["programme"] == programme), None)
        if newest is None:
            raise NoSuchProgramme(programme=programme)
        force = await in_force(connection, programme)
    order = sorted(range(1, newest + 1), key=lambda version: (version != force, -version))
    return [await programmes.version(programme, version, by) for version in order]


@dataclass(frozen=True)
class _Rows:
    people: Sequence[asyncpg.Record]
    contacts: Sequence[asyncpg.Record]
    lost: Sequence[asyncpg.Record]
    rests: Sequence[asyncpg.Record]


async def _read(db: Database, versions: Sequence[Programme], now: datetime, by: str) -> _Rows:
    """The four questions at once, each on a connection of its own."""
    name, zone = versions[0].programme, promise(versions[0]).calendar.timezone
    tries = [list(each) for each in zip(*contacts(versions), strict=True)] or [[], []]

    async def ask(query: str, *given: object) -> Sequence[asyncpg.Record]:
        async with db.acting_as(by) as connection:
            found: Sequence[asyncpg.Record] = await connection.fetch(query, name, zone, *given)
            return found

    return _Rows(
        *await asyncio.gather(
            ask(sql.people_of_programme),
            ask(sql.first_contacts, *tries),
            ask(sql.days_lost, now),
            ask(sql.rests_of_programme, now),
        )
    )


def _count(
    versions: Sequence[Programme], rows: _Rows, now: datetime, wall: datetime, before: Counted | None
) -> Counted:
    promised = promise(versions[0])
    today = calendars.local_day(now, promised.calendar)
    kinds = [_kind(record) for record in rows.people]
    contacted = [Contacted(**dict(record)) for record in rows.contacts]
    first = firsts(promised, contacted, today)
    time = periods.scale([*(kind.quarter for kind in kinds), *(each.quarter for each in first)])
    same = before is not None and set(before.people.kinds) == set(kinds) and before.time.leaves == time.leaves
    people = before.people if before is not None and same else People(time, kinds)
    codes = dict.fromkeys(code for version in versions for code in version.exits)
    gone = dict.fromkeys([*codes, *sorted({kind.exit for kind in kinds if kind.exit})])
    return Counted(
        versions=versions,
        people=people,
        funnel={mark: people.funnel(mark) for mark in (*phases(versions), *milestones(versions))},
        partner_titles=_titles(record["partner"] for record in rows.people),
        fates=people.fates(gone),
        movers=people.movers(routes(versions)),
        promised=promised,
        contacts=people.contacts(first),
        contacted=contacted,
        lost=_sums(time, rows.lost, lambda record: record["party"], "seconds"),
        rests=_sums(time, rows.rests, lambda record: (record["cause"], record["party"]), "rested"),
        today=today,
        at=wall,
    )


def _kind(record: asyncpg.Record) -> Kind:
    return Kind(
        quarter=periods.quarter_of(record["quarter"]),
        people=record["people"],
        partner=plain(record["partner"] or "") or None,
        gender=record["gender"],
        marks=frozenset(record["marks"]),
        exit=record["exit"],
        route=record["route"],
        attended=record["attended"],
    )


def plain(partner: str) -> str:
    """A partner as it is compared: blanks and large letters make no other one."""
    return " ".join(partner.split()).casefold()


def _titles(partners: Iterable[str | None]) -> dict[str, str]:
    """How each partner is written; where there are several ways, always the same of them."""
    return {plain(each): " ".join(each.split()) for each in sorted(filter(None, set(partners)), reverse=True)}


def _sums(time: Scale, records: Sequence[asyncpg.Record], key: Callable[[asyncpg.Record], K], of: str) -> dict[K, Sum]:
    people: dict[K, dict[str, int]] = {}
    seconds: dict[K, dict[str, float]] = {}
    for record in records:
        quarter = periods.quarter_of(record["quarter"])
        if quarter in time.leaves:
            people.setdefault(key(record), {})[quarter] = record["people"]
            seconds.setdefault(key(record), {})[quarter] = record[of]
    return {name: Sum(Line(time, number), seconds[name]) for name, number in people.items()}


def phases(versions: Sequence[Programme]) -> list[str]:
    """The phases to which one can come before one leaves, in the programme's order."""
    programme = versions[0]
    used = {step.phase for step in programme.steps.values() if not step.after_exit}
    return [f"{PHASE}{phase}" for phase in programme.phases if phase in used]


def milestones(versions: Sequence[Programme]) -> list[str]:
    """What counts, in the programme's order; who takes part comes after who is enrolled."""
    found = [c.EVERYBODY]
    for step in versions[0].steps.values():
        if step.kind is StepKind.MILESTONE and step.counts is not None and f"{COUNTS}{step.counts}" not in found:
            found.append(f"{COUNTS}{step.counts}")
            found += [c.PARTICIPANT] if found[-1] == c.ENROLLED else []
    return found


def routes(versions: Sequence[Programme]) -> list[str]:
    """The routes that there are."""
    return list(dict.fromkeys(v for version in versions if ROUTE in version.facts for v in version.facts[ROUTE].values))
