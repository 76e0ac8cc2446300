"""Making read tables anew from the journal, while everything runs: one journey a transaction.

It asks no journey. Where the journal lacks events it leaves the read tables as they are, and says so: what is missing
there can only be taken from Temporal (`services.repair.reconcile`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from db.journal import JournalGap, restore
from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.forms.problems import shown
from services.errors import NoSuchJourney

AT_ONCE = 4
PAGE = 500


@dataclass
class Rebuilt:
    """How many were made anew, and which could not be, because their journal has a gap."""

    done: int = 0
    gaps: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """`done, gaps [journey]`."""
        return {"done": self.done, "gaps": sorted(self.gaps)}


async def rebuild(db: Database, journey: str) -> Rebuilt:
    """Make the read tables of one journey anew. Raises `NoSuchJourney`."""
    found = Rebuilt()
    if not await _one(db, journey, found):
        raise NoSuchJourney(journey=shown(journey))
    return found


async def rebuild_all(db: Database, progress: Callable[[int, int], None] = lambda _done, _total: None) -> Rebuilt:
    """Make the read tables of every journey anew, some at a time. `progress` is told how many of how many."""
    found, slots = Rebuilt(), asyncio.Semaphore(AT_ONCE)
    async with db.acting_as(SYSTEM) as connection:
        total = await connection.fetchval(sql.count_journeys)

    async def one(journey: str) -> None:
        async with slots:
            await _one(db, journey, found)
        progress(found.done + len(found.gaps), total)

    after = ""
    while True:
        async with db.acting_as(SYSTEM) as connection:
            page = [record["journey"] for record in await connection.fetch(sql.all_journeys, after, PAGE)]
        if not page:
            return found
        await asyncio.gather(*(one(journey) for journey in page))
        after = page[-1]


async def _one(db: Database, journey: str, found: Rebuilt) -> bool:
    """Make one anew; False when there is no such journey."""
    async with db.acting_as(SYSTEM) as connection:
        reached = await connection.fetchval(sql.seq_of_journey, journey)
        if reached is None:
            return False
        try:
            await restore(connection, journey, now=datetime.now(UTC), least=reached)
        except JournalGap:
            found.gaps.append(journey)
        else:
            found.done += 1
    return True
