"""Finding who is stuck in the read tables: for each cause a query that an index answers, the longest stuck first.

Each journey is judged by its own time. Nothing here asks the process; that is `services.stuck.process`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from db.pool import Connection
from db.queries import sql
from schemas.stuck import StuckCause
from services.paces import EARLIEST, LATEST, Clocks

UNOWNED_FOR = timedelta(minutes=1)
"""How long a task may be without an owner, journey time: whoever shares the work out needs a moment."""

Found: TypeAlias = dict[str, Any]
"""A row of one of the searches."""

COUNTED_TO = 1000
"""How far the stuck of one cause are counted; beyond that it matters only that they are many."""


@dataclass(frozen=True)
class Search:
    """How those stuck for one cause are found and counted.

    `grace` is how long they are not stuck yet; those stuck `at_once` are so whatever time it is.
    """

    rows: str
    count: str
    grace: timedelta = timedelta(0)
    at_once: bool = False


SEARCHES: Mapping[StuckCause, Search] = {
    StuckCause.UNOWNED: Search(sql.stuck_unowned, sql.count_stuck_unowned, UNOWNED_FOR),
    StuckCause.OVERDUE: Search(sql.stuck_overdue, sql.count_stuck_overdue),
    StuckCause.SILENT: Search(sql.stuck_silent, sql.count_stuck_silent),
    StuckCause.REST: Search(sql.stuck_rest, sql.count_stuck_rest),
    StuckCause.UNDELIVERABLE: Search(sql.stuck_undeliverable, sql.count_stuck_undeliverable, at_once=True),
    StuckCause.UNMATCHED: Search(sql.stuck_unmatched, sql.count_stuck_unmatched, at_once=True),
}
"""The causes that the read tables know of."""


async def find(connection: Connection, clocks: Clocks, cause: StuckCause, most: int) -> list[Found]:
    """At most so many, the longest stuck first."""
    search, found = SEARCHES[cause], list[Found]()
    until = _until(clocks, search)
    since, last = EARLIEST, ""
    while len(found) < most:
        page = [dict(record) for record in await connection.fetch(search.rows, until, since, last, most)]
        found += [record for record in page if is_stuck(clocks, search, record)]
        if len(page) < most:
            break
        since, last = page[-1]["since"], page[-1]["id"]
    return found[:most]


async def count(connection: Connection, clocks: Clocks, cause: StuckCause) -> int:
    """How many there are, counted to one more than `COUNTED_TO`."""
    if not clocks.one:
        return len(await find(connection, clocks, cause, COUNTED_TO + 1))
    search = SEARCHES[cause]
    return int(await connection.fetchval(search.count, _until(clocks, search), COUNTED_TO + 1))


def _until(clocks: Clocks, search: Search) -> datetime:
    return LATEST if search.at_once else clocks.latest() - search.grace


def is_stuck(clocks: Clocks, search: Search, record: Mapping[str, Any]) -> bool:
    """Whether it is, by its journey's own time."""
    return clocks.one or search.at_once or bool(record["since"] <= clocks.now(record["pace"]) - search.grace)
