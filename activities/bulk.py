"""One act for many journeys, some at a time: each has its turn, and what came of it is written down before the next.

A turn may be repeated at any moment, for the command has the same id each time and acts once. How a journey is reached
is given from outside (`perform`). Whether the act goes on is what the database says: a stopped one takes no more turns.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import monotonic

import asyncpg
from temporalio import activity

from activities.heart import beating, is_leaving
from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.base import Identifier, Model
from schemas.bulk import (
    MENDING,
    NO_ANSWER,
    NO_TASK,
    OF_A_TASK,
    ORDER,
    BulkStatus,
    MendEach,
    Order,
    Perform,
    Result,
    command_id,
)
from schemas.commands import Command
from schemas.mending import AdoptProgramme
from schemas.programme import Programme

AT_ONCE = 12
"""How many journeys are asked at the same time."""

SECONDS = 2.0
MOST = 500
"""How long, and how long a list, one call works through: a stop is heeded at once, but history grows with each call."""

PATIENCE = 45.0
"""No turn is begun after so many seconds, however slowly the journeys answer."""

BEAT_SECONDS = 2.0
GIVE_UP_AFTER = 3
"""How often a journey may fail to answer; and how many in a row, before the others are let be for a while."""


class Batch(Model):
    """Go on with an act."""

    bulk: Identifier


class BatchEnd(Model):
    """How many had their turn, how many of them did not answer, and whether nothing is left to do for now."""

    turns: int = 0
    silent: int = 0
    over: bool = False


class BulkTurns:
    """Holds the database and the way to the journeys."""

    def __init__(self, db: Database, perform: Perform) -> None:
        self._db = db
        self._perform = perform

    @activity.defn(name="perform_bulk")
    async def perform_some(self, batch: Batch) -> BatchEnd:
        """Give the next journeys their turn, no faster than was ordered, and say whether any are left.

        Raises what asyncpg raises when the database is away; whoever had their turn by then has had it.
        """
        async with self._db.acting_as(SYSTEM) as connection:
            record = await connection.fetchrow(sql.one_bulk, batch.bulk)
        if record is None or record["status"] != BulkStatus.UNDER_WAY:
            return BatchEnd(over=True)
        act = _Act(self._db, self._perform, record)
        async with beating(BEAT_SECONDS):
            await act.go_on()
        async with self._db.acting_as(SYSTEM) as connection:
            await connection.execute(sql.close_bulk, batch.bulk)
            record = await connection.fetchrow(sql.one_bulk, batch.bulk)
        over = record is None or record["status"] != BulkStatus.UNDER_WAY
        return BatchEnd(turns=act.turns, silent=act.silent, over=over)


class _Act:
    """Some turns of one act."""

    def __init__(self, db: Database, perform: Perform, record: asyncpg.Record) -> None:
        self._db, self._perform = db, perform
        self._bulk, self._by, self._why = record["bulk"], record["by"], record["reason"]
        self._order: Order = ORDER.validate_python(record["order_"])
        self._rate: float = record["rate"]
        self._programmes: dict[int, Programme] = {}
        self._stopped = False
        self._in_a_row = 0
        self.turns = self.silent = 0

    async def go_on(self) -> None:
        most = max(1, min(MOST, round(self._rate * SECONDS)))
        journeys, slots, begun = await self._next(most), asyncio.Semaphore(AT_ONCE), monotonic()
        async with asyncio.TaskGroup() as turns:
            for place, journey in enumerate(journeys, 1):
                await slots.acquire()
                if self._should_rest() or monotonic() > begun + PATIENCE:
                    return
                turns.create_task(self._turn(journey, slots))
                if place < len(journeys) or place == most:
                    await asyncio.sleep(begun + place / self._rate - monotonic())

    def _should_rest(self) -> bool:
        return self._stopped or self._in_a_row >= GIVE_UP_AFTER or is_leaving()

    async def _next(self, most: int) -> Sequence[str]:
        async with self._db.acting_as(SYSTEM) as connection:
            return [each["journey"] for each in await connection.fetch(sql.items_waiting, self._bulk, most)]

    async def _turn(self, journey: str, slots: asyncio.Semaphore) -> None:
        try:
            async with self._db.acting_as(SYSTEM) as connection:
                item = await connection.fetchrow(sql.take_item, self._bulk, journey)
            if item is None:
                self._stopped = True
                return
            command = await self._command(item)
            await self._settle(journey, await self._perform(journey, command) if command else NO_TASK)
        finally:
            slots.release()

    async def _command(self, item: asyncpg.Record) -> Command | None:
        """What this journey is told; None where it has no task that it could be about."""
        common = {"id": command_id(self._bulk, item["journey"]), "by": self._by, "why": self._why}
        if not isinstance(self._order, MendEach):
            return AdoptProgramme(**common, programme=await self._programme(item["target"]), rollout=self._bulk)
        about = {"task": item["task"]} if self._order.act in OF_A_TASK else {}
        if about and item["task"] is None:
            return None
        return MENDING.validate_python({**self._order.fields, **common, **about, "act": self._order.act})

    async def _programme(self, version: int) -> Programme:
        assert not isinstance(self._order, MendEach)
        if version not in self._programmes:
            async with self._db.acting_as(SYSTEM) as connection:
                content = await connection.fetchval(sql.programme_version, self._order.programme, version)
            self._programmes[version] = Programme.model_validate(content).riding()
        return self._programmes[version]

    async def _settle(self, journey: str, result: Result) -> None:
        self.turns += 1
        said = result if result.status else NO_ANSWER
        words = (said.sentence.sv, said.sentence.en) if said.sentence else (None, None)
        self._in_a_row = 0 if result.status else self._in_a_row + 1
        async with self._db.acting_as(SYSTEM) as connection:
            if result.status:
                await connection.execute(
                    sql.settle_item, self._bulk, journey, result.status, result.code, *words, result.seq
                )
            else:
                self.silent += 1
                await connection.execute(sql.postpone_item, self._bulk, journey, GIVE_UP_AFTER, said.code, *words)
