"""The board of what is stuck: how much for each cause and how long, and the rows of what is looked at.

It can be narrowed with the words of `operator … --where`. With a million journeys each number is counted as far as
anybody would read it; whatever is more is said to be more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from temporalio.client import Client

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.journey import Pace
from schemas.stuck import StuckCause, StuckRow
from services.bulk.where import Conditions
from services.paces import EARLIEST, LATEST, Clocks
from services.stuck.ages import Age, Span, age_of, spans
from services.stuck.finding import COUNTED_TO, SEARCHES, Found, Search, find, is_stuck
from services.stuck.looking import OF_PROGRAMS
from services.stuck.process import Finding, Verdict, examine
from services.stuck.rows import Teller

LOOKED_THROUGH = 3_000
"""Among how many of one cause and age those that fit are looked for."""

PAGE = 200
MOMENT = timedelta(microseconds=1)

COUNTS: Mapping[StuckCause, str] = {
    StuckCause.UNOWNED: sql.aged_unowned,
    StuckCause.OVERDUE: sql.aged_overdue,
    StuckCause.SILENT: sql.aged_silent,
    StuckCause.REST: sql.aged_rest,
    StuckCause.UNDELIVERABLE: sql.aged_undeliverable,
    StuckCause.UNMATCHED: sql.aged_unmatched,
}


@dataclass(frozen=True)
class Wanted:
    """What is looked at: one cause or all, one age or all, only what fits; rows from `first` on, `most` of each cause.

    Of `where` the names `step, phase, owner, programme` and `partner` count.
    """

    cause: StuckCause | None = None
    age: Age | None = None
    where: Conditions = field(default_factory=dict)
    first: int = 0
    most: int = 5


@dataclass(frozen=True)
class Cell:
    """How many, at least where there are `more`."""

    number: int = 0
    more: bool = False

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.number + other.number, self.more or other.more)


@dataclass(frozen=True)
class Board:
    """The numbers, and the rows of what was asked for; `cut` are the causes of which there are more rows."""

    cells: Mapping[StuckCause, Mapping[Age, Cell]]
    rows: Mapping[StuckCause, Sequence[StuckRow]]
    cut: frozenset[StuckCause]

    def of(self, cause: StuckCause) -> Cell:
        """How many there are for one cause."""
        return sum(self.cells[cause].values(), Cell())

    @property
    def total(self) -> Cell:
        return sum(map(self.of, self.cells), Cell())


async def board(
    db: Database,
    client: Client | None,
    wanted: Wanted,
    *,
    now: datetime,
    pace: Pace | None = None,
    by: str = SYSTEM,
) -> Board:
    """The board. `now` is wall time, `pace` the stack's; without a client nothing is said of what programs fail at."""
    async with db.acting_as(by) as connection:
        clocks = await Clocks.read(connection, now, pace or Pace())
        process = asyncio.ensure_future(_examined(db, client, clocks, by))
        try:
            cells = {cause: await _counted(connection, clocks, cause, wanted.where) for cause in SEARCHES}
            records = {cause: await _found(connection, clocks, cause, wanted) for cause in _asked(wanted, SEARCHES)}
            finding = await process
        finally:
            process.cancel()
        verdicts = await _fitting(connection, finding.verdicts, wanted.where)
        cells |= {cause: _aged(verdicts, cause, clocks, more=finding.more) for cause in OF_PROGRAMS}
        judged = {cause: _of(verdicts, cause, wanted, clocks) for cause in _asked(wanted, OF_PROGRAMS)}
        shown = slice(wanted.first, wanted.first + wanted.most)
        teller = await Teller.knowing(
            connection,
            clocks,
            {cause: found[shown] for cause, found in records.items()},
            {cause: found[shown] for cause, found in judged.items()},
        )
    last = wanted.first + wanted.most
    lengths = {cause: len(records.get(cause, ())) + len(judged.get(cause, ())) for cause in (*records, *judged)}
    return Board(
        cells={cause: cells[cause] for cause in StuckCause},
        rows={cause: rows for cause in StuckCause if cause in lengths and (rows := teller.rows(cause))},
        cut=frozenset(cause for cause, length in lengths.items() if length > last),
    )


def _asked(wanted: Wanted, causes: Iterable[StuckCause]) -> list[StuckCause]:
    return [cause for cause in causes if wanted.cause in (None, cause)]


# ---- in the tables


async def _counted(connection: Connection, clocks: Clocks, cause: StuckCause, where: Conditions) -> Mapping[Age, Cell]:
    if not clocks.one:
        return await _counted_one_by_one(connection, clocks, cause, where)
    search, most = SEARCHES[cause], LOOKED_THROUGH if where else COUNTED_TO + 1
    ages = _spans(clocks, cause)
    after, until = zip(*(_within(clocks, search, span) for span in ages.values()), strict=True)
    records = await connection.fetch(COUNTS[cause], where, after, until, most)
    found = {record["place"]: Cell(min(record["number"], COUNTED_TO), record["looked"] >= most) for record in records}
    return {age: found.get(place, Cell()) for place, age in enumerate(ages, 1)}


async def _counted_one_by_one(
    connection: Connection, clocks: Clocks, cause: StuckCause, where: Conditions
) -> Mapping[Age, Cell]:
    """Where journeys live at several paces, each is judged by its own time."""
    found = await find(connection, clocks, cause, COUNTED_TO + 1)
    more = len(found) > COUNTED_TO
    fits = await _which_fit(connection, found, where)
    ages = [age_of(record["since"], _now(clocks, cause, record)) for record in found if record["id"] in fits]
    return {age: Cell(ages.count(age), more) for age in Age}


async def _found(connection: Connection, clocks: Clocks, cause: StuckCause, wanted: Wanted) -> list[Found]:
    """What fits, the longest stuck first, as far as it is shown and one more."""
    search, most = SEARCHES[cause], wanted.first + wanted.most + 1
    span = _spans(clocks, cause)[wanted.age] if wanted.age and clocks.one else (EARLIEST, LATEST)
    (since, until), last = _within(clocks, search, span), ""
    found, looked = list[Found](), 0
    while len(found) < most and looked < LOOKED_THROUGH:
        page = [dict(each) for each in await connection.fetch(search.rows, until - MOMENT, since, last, PAGE)]
        fits = await _which_fit(connection, page, wanted.where)
        found += [each for each in page if each["id"] in fits and _is_meant(clocks, cause, each, wanted.age)]
        looked += len(page)
        if len(page) < PAGE:
            break
        since, last = page[-1]["since"], page[-1]["id"]
    return found[:most]


def _is_meant(clocks: Clocks, cause: StuckCause, record: Found, age: Age | None) -> bool:
    if clocks.one:
        return True
    return is_stuck(clocks, SEARCHES[cause], record) and (
        age is None or age_of(record["since"], _now(clocks, cause, record)) is age
    )


async def _which_fit(connection: Connection, records: Sequence[Found], where: Conditions) -> set[str]:
    """The ids of those that fit: of a task it must be true itself, else of any that is open in the journey."""
    if not where:
        return {record["id"] for record in records}
    ids, journeys = [each["id"] for each in records], [each["journey"] for each in records]
    tasks = [each["task"] if each["id"] == each.get("task") else None for each in records]
    fitting = await connection.fetch(sql.which_fit, where, ids, journeys, tasks)
    return {each["id"] for each in fitting}


def _spans(clocks: Clocks, cause: StuckCause) -> dict[Age, Span]:
    return spans(clocks.wall if cause is StuckCause.UNMATCHED else clocks.now())


def _now(clocks: Clocks, cause: StuckCause, record: Found) -> datetime:
    """The time by which a record is judged; reports come in wall time."""
    return clocks.wall if cause is StuckCause.UNMATCHED else clocks.now(record["pace"])


def _within(clocks: Clocks, search: Search, span: Span) -> Span:
    """As much of a span as has passed."""
    after, until = span
    latest = LATEST if search.at_once else clocks.latest() - search.grace + MOMENT
    return after, min(until, latest)


# ---- in the process


async def _examined(db: Database, client: Client | None, clocks: Clocks, by: str) -> Finding:
    return Finding() if client is None else await examine(db, client, clocks, by)


async def _fitting(connection: Connection, verdicts: Sequence[Verdict], where: Conditions) -> list[Verdict]:
    """What is wrong with those that fit, and with all of them."""
    records = [{"id": each.journey, "journey": each.journey} for each in verdicts if each.journey is not None]
    fits = await _which_fit(connection, records, where)
    return [each for each in verdicts if each.journey is None or each.journey in fits]


def _of(verdicts: Iterable[Verdict], cause: StuckCause, wanted: Wanted, clocks: Clocks) -> list[Verdict]:
    found = [each for each in verdicts if each.cause is cause]
    return [each for each in found if wanted.age is None or age_of(each.since, clocks.now()) is wanted.age]


def _aged(verdicts: Sequence[Verdict], cause: StuckCause, clocks: Clocks, *, more: bool) -> Mapping[Age, Cell]:
    ages = [age_of(each.since, clocks.now()) for each in verdicts if each.cause is cause]
    return {age: Cell(ages.count(age), more and age in ages) for age in Age}
