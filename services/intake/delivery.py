"""Telling the journeys what an intake has written: start, join, or take back in.

Every act has an id that is the same each time, so that it may be repeated after any crash. What cannot be done now
stays visible in the database (a journey not begun, an interest that no journey has in its journal) and is done later.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

import structlog

from db.pool import SYSTEM, Database
from db.queries import sql
from journey.errors import Refusal
from schemas.commands import Command, JoinInterest, ReopenJourney, StartJourney
from schemas.journey import JourneyState, Status
from schemas.programme import Programme
from services.journeys import NoLongerRunning
from services.mending.covers import covers_for
from services.publish import load

AT_ONCE = 16
GIVE_UP_AFTER = 3
"""Failures in a row after which the process is taken to be away, and the rest is left for later."""


class JourneyStarter(Protocol):
    """How journeys are reached. Every method is safe to repeat with the same command id."""

    def journey_time(self) -> datetime:
        """Journey time."""

    async def start(self, command: StartJourney) -> object:
        """Start a journey, or do nothing when it has been started."""

    async def perform(self, journey: str, command: Command) -> object:
        """Give a journey under way a command that mends it."""

    async def join(self, journey: str, command: JoinInterest) -> object:
        """Tell an open journey of another interest of the same person."""

    async def come_back(self, journey: str, command: ReopenJourney) -> object:
        """Take back in a person who has left, while the journey runs. Raises `NoLongerRunning`."""

    async def reopen(self, journey: str, closed: JourneyState, command: ReopenJourney) -> object:
        """Take an ended journey up again from its final state."""


@dataclass(frozen=True)
class Begin:
    """Start the journey."""


@dataclass(frozen=True)
class Tell:
    """Tell the journey that the person registered an interest again."""

    submission: str
    received_at: datetime
    by: str = SYSTEM


Act: TypeAlias = Begin | Tell
Acts: TypeAlias = dict[str, list[Act]]


class NotReadyToReopen(Exception):  # noqa: N818 (a passing state, not an error)
    """The journey has ended, but its final state is not in the database yet."""


class Deliveries:
    """Carries out acts, some at a time, and notices when nobody answers."""

    def __init__(self, db: Database, starter: JourneyStarter) -> None:
        self._db = db
        self._starter = starter
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._failures = 0
        self._programmes: dict[tuple[str, int], Programme] = {}

    async def carry_out(self, acts: Acts) -> set[str]:
        """Do what is to be done for each journey, in its order; return the journeys for which it could not be done."""
        starts = await self._starts([journey for journey, todo in acts.items() if Begin() in todo])
        done = await asyncio.gather(*(self._one(journey, todo, starts.get(journey)) for journey, todo in acts.items()))
        begun = [journey for journey, fine in zip(acts, done, strict=True) if fine and journey in starts]
        if begun:
            async with self._db.acting_as(SYSTEM) as connection:
                await connection.execute(sql.mark_begun, begun)
        return {journey for journey, fine in zip(acts, done, strict=True) if not fine}

    async def _one(self, journey: str, todo: Iterable[Act], start: StartJourney | None) -> bool:
        async with self._slots:
            if self._failures >= GIVE_UP_AFTER:
                return False
            try:
                for act in todo:
                    await self._act(journey, act, start)
            except Exception as error:  # noqa: BLE001 (whatever went wrong, the row is safe and is tried again later)
                self._failures += 1
                structlog.get_logger().warning("journey_not_told", journey=journey, error=type(error).__name__)
                return False
            self._failures = 0
            return True

    async def _act(self, journey: str, act: Act, start: StartJourney | None) -> None:
        match act:
            case Begin():
                assert start is not None
                await self._starter.start(start)
                await self._tell_who_is_away(start)
            case Tell():
                await self._tell(journey, act)

    async def _tell_who_is_away(self, start: StartJourney) -> None:
        for cover in await covers_for(self._db, start, self._starter.journey_time()):
            with suppress(Refusal, NoLongerRunning):  # over by now: the absence, or the journey
                await self._starter.perform(start.journey, cover)

    async def _tell(self, journey: str, act: Tell) -> None:
        async with self._db.acting_as(SYSTEM) as connection:
            record = await connection.fetchrow(sql.how_to_reopen, journey)
        assert record is not None
        if record["status"] == Status.OPEN:
            command = JoinInterest(id=f"join:{act.submission}", by=act.by, received_at=act.received_at)
            await self._starter.join(journey, command)
            return
        again = ReopenJourney(id=f"reopen:{act.submission}", by=act.by, received_at=act.received_at)
        if record["status"] == Status.FOLLOWING_UP:
            await self._starter.come_back(journey, again)
        elif record["closed"] is None:
            raise NotReadyToReopen
        else:
            await self._reopen(journey, JourneyState.model_validate(record["closed"]), again)

    async def _reopen(self, journey: str, closed: JourneyState, again: ReopenJourney) -> None:
        """A journey that has just ended still listens, for as long as that may be taken back."""
        try:
            await self._starter.come_back(journey, again)
        except NoLongerRunning:
            await self._starter.reopen(journey, closed, again)

    async def _starts(self, journeys: list[str]) -> dict[str, StartJourney]:
        async with self._db.acting_as(SYSTEM) as connection:
            records = await connection.fetch(sql.journeys_to_start, journeys) if journeys else []
        return {record["journey"]: await self._start_command(record) for record in records}

    async def _start_command(self, record: Any) -> StartJourney:
        version = (record["programme"], record["version"])
        if version not in self._programmes:
            self._programmes[version] = (await load(self._db, *version)).riding()
        return StartJourney(
            id=f"start:{record['journey']}",
            by=record["by"] or SYSTEM,
            journey=record["journey"],
            programme=self._programmes[version],
            received_at=record["received_at"],
            facts=record["facts"],
            owners=record["owners"],
        )


async def not_begun(db: Database, page: int) -> AsyncIterator[Acts]:
    """Journeys that were entered but are not known to have been started, some at a time."""
    after = ""
    while True:
        async with db.acting_as(SYSTEM) as connection:
            records = await connection.fetch(sql.journeys_not_begun, after, page)
        if not records:
            return
        yield {record["journey"]: [Begin()] for record in records}
        after = records[-1]["journey"]


async def not_told(db: Database, page: int) -> AsyncIterator[Acts]:
    """Later interests that no journey has in its journal, some at a time."""
    after = ""
    while True:
        async with db.acting_as(SYSTEM) as connection:
            records = await connection.fetch(sql.interests_not_told, after, page)
        if not records:
            return
        acts: Acts = {}
        for record in records:
            received = record["answers"]["received_at"]
            at = datetime.fromisoformat(received) if received else record["at"]
            acts.setdefault(record["journey"], []).append(Tell(record["submission"], at, record["by"]))
        yield acts
        after = records[-1]["submission"]
