"""Who is stuck: why, since when, waiting on whom, and what to type. Fast with a million journeys.

What is found is in `services.stuck.finding` and `services.stuck.process`, what is said in `services.stuck.rows`. Only
the rows that are shown are explained, all of them with a few queries.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from temporalio.client import Client

from db.pool import SYSTEM, Connection, Database
from schemas.journey import Pace
from schemas.stuck import Stuck, StuckCause
from services.paces import Clocks
from services.stuck.finding import COUNTED_TO, SEARCHES, Found, count, find
from services.stuck.process import Finding, Verdict, examine
from services.stuck.rows import Teller

OF_PROGRAMS = (StuckCause.TECHNICAL, StuckCause.BEHIND)
"""The causes that Temporal is asked about."""

LIMIT, OVERVIEW = 20, 10
"""How many are shown when nobody says: of one cause, and of each of all."""


async def stuck(
    db: Database,
    client: Client | None,
    *,
    cause: StuckCause | None = None,
    limit: int | None = None,
    now: datetime,
    pace: Pace | None = None,
    by: str = SYSTEM,
) -> Stuck:
    """What is stuck, for one cause or for all, at most `limit` of each. `now` is wall time, `pace` the stack's.

    Without a client nothing is said of what programs fail at.
    """
    causes = [cause] if cause is not None else list(StuckCause)
    limit = limit or (OVERVIEW if cause is None else LIMIT)
    async with db.acting_as(by) as connection:
        clocks = await Clocks.read(connection, now, pace or Pace())
        process = asyncio.ensure_future(_of_programs(db, client, clocks, causes, by))
        try:
            records, counts = await _in_tables(connection, clocks, causes, limit)
            verdicts, most = await process
        finally:
            process.cancel()
        shown = {each: found[:limit] for each, found in verdicts.items()}
        teller = await Teller.knowing(connection, clocks, records, shown)
    counts |= {each: len(found) for each, found in verdicts.items()}
    return Stuck(
        counts={each: min(counts[each], COUNTED_TO) for each in causes if each in counts},
        more=tuple(each for each in causes if counts.get(each, 0) > COUNTED_TO or each in most),
        stuck=tuple(row for each in causes for row in teller.rows(each)),
    )


async def _of_programs(
    db: Database, client: Client | None, clocks: Clocks, causes: list[StuckCause], by: str
) -> tuple[dict[StuckCause, list[Verdict]], set[StuckCause]]:
    """The verdicts of each of these causes, and of which causes there may be more."""
    wanted = [each for each in causes if each in OF_PROGRAMS]
    if client is None or not wanted:
        return {}, set()
    finding: Finding = await examine(db, client, clocks, by)
    found = {each: [one for one in finding.verdicts if one.cause is each] for each in wanted}
    return found, {each for each, some in found.items() if some and finding.more}


async def _in_tables(
    connection: Connection, clocks: Clocks, causes: list[StuckCause], limit: int
) -> tuple[dict[StuckCause, list[Found]], dict[StuckCause, int]]:
    """The records of each of these causes, and how many there are of each."""
    wanted = [each for each in causes if each in SEARCHES]
    records = {each: await find(connection, clocks, each, limit) for each in wanted}
    counts = {
        each: len(found) if len(found) < limit else await count(connection, clocks, each)
        for each, found in records.items()
    }
    return records, counts
