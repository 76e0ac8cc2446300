"""Looking at every part of the system, each with a time limit, so that one that is away keeps nobody waiting.

Since when a part has been away nobody but whoever looked can say: a `Watch` remembers it. Texts of errors are not read.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
from temporalio.client import Client, ScheduleDescription
from temporalio.service import RPCError

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.journey import Pace
from schemas.stuck import StuckCause
from services.health.parts import Name, Part, Standing
from services.paces import Clocks
from services.stuck import course
from services.stuck.course import NoAnswer
from services.stuck.process import Finding, examine
from workflows.names import COURIER_SCHEDULE

PATIENCE = 3.0
"""Seconds that one part is waited for."""

KEPT = timedelta(seconds=3)
"""How long an answer is given again, however often it is asked for."""

MOST_WAITING = 1000
WALKS_MISSED = 6
COURIER_AT_LEAST = timedelta(minutes=2)
"""A courier that has missed so many walks, and has not walked for so long, does not walk."""

WAITING_LONG = timedelta(minutes=15)
LITTLE, VERY_LITTLE = 0.10, 0.03
"""Which part of the disk may be free before somebody should look, and before it is bad."""

GIGA = 1_000_000_000
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, RPCError, NoAnswer)


@dataclass(frozen=True)
class Places:
    """Where the parts are that are not reached through the database or Temporal, as far as it is known here."""

    mail: tuple[str, int] | None = None
    data: Path | None = None


@dataclass
class Watch:
    """Looks at the parts and remembers since when each has been as it is."""

    db: Database
    client: Client | None
    pace: Pace
    places: Places
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    begun: datetime = field(init=False)
    _known: dict[Name, Part] = field(init=False, default_factory=dict)
    _looked: datetime | None = field(init=False, default=None)
    _looking: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.begun = self.clock()

    async def look(self, by: str = SYSTEM) -> tuple[Part, ...]:
        """Every part, in order."""
        async with self._looking:
            now = self.clock()
            if self._looked is None or not timedelta(0) <= now - self._looked < KEPT:
                found = await self._all(now, by)
                self._known = {part.name: self._remembering(part, now) for part in found}
                self._looked = now
        return tuple(self._known[name] for name in Name)

    def _temporal(self) -> Client:
        """Whoever asks Temporal. Raises `NoAnswer` where nobody can."""
        if self.client is None:
            raise NoAnswer
        return self.client

    def _remembering(self, part: Part, now: datetime) -> Part:
        """Since when it stands as it stands, where the part itself does not say."""
        if part.since is not None or part.standing in (Standing.GOOD, Standing.UNKNOWN):
            return part
        before = self._known.get(part.name)
        same = before is not None and before.standing is part.standing
        return replace(part, since=before.since if before is not None and same else now)

    async def _all(self, now: datetime, by: str) -> list[Part]:
        looks: dict[Name, Awaitable[list[Part]]] = {
            Name.DATABASE: self._database(by),
            Name.WORKER: self._worker(now),
            Name.JOURNEYS: self._journeys(now, by),
            Name.COURIER: self._courier(now, by),
            Name.MAIL: self._mail(),
            Name.DISK: self._disk(),
        }
        found = await asyncio.gather(*(_within(name, look) for name, look in looks.items()))
        console = Part(Name.CONSOLE, Standing.GOOD, "answers", since=self.begun)
        return [*(part for some in found for part in some), console]

    async def _database(self, by: str) -> list[Part]:
        async with self.db.acting_as(by) as connection:
            begun = await connection.fetchval(sql.database_begun)
        return [Part(Name.DATABASE, Standing.GOOD, "answers", since=begun)]

    async def _worker(self, now: datetime) -> list[Part]:
        """Temporal, which is asked, and those who carry the journeys, whom it knows."""
        hands = await course.hands(self._temporal(), now)
        temporal = Part(Name.TEMPORAL, Standing.GOOD, "answers")
        if hands.away is not None:
            return [temporal, Part(Name.WORKER, Standing.BAD, "away", since=hands.away)]
        return [temporal, Part(Name.WORKER, Standing.GOOD, "works", {"count": hands.number})]

    async def _journeys(self, now: datetime, by: str) -> list[Part]:
        """What programs fail at, and whether the lists keep up with the journeys."""
        async with self.db.acting_as(by) as connection:
            clocks = await Clocks.read(connection, now, self.pace)
            older = await connection.fetchval(sql.older_since)
        finding = await examine(self.db, self._temporal(), clocks, by)
        if any(each.trouble.what == course.SERVER for each in finding.verdicts):
            raise NoAnswer
        return [_lists(finding, older), _failing(finding)]

    async def _courier(self, now: datetime, by: str) -> list[Part]:
        async with self.db.acting_as(by) as connection:
            waiting = await connection.fetchrow(sql.letters_waiting, self.pace.to_journey(now), now, MOST_WAITING)
        assert waiting is not None
        walks = await self._temporal().get_schedule_handle(COURIER_SCHEDULE).describe()
        return [_courier(walks, waiting["number"], waiting["oldest"], now, self.pace)]

    async def _mail(self) -> list[Part]:
        if self.places.mail is None:
            return [Part(Name.MAIL, Standing.UNKNOWN, "unknown")]
        answered = await greets(*self.places.mail)
        return [Part(Name.MAIL, *((Standing.GOOD, "answers") if answered else (Standing.BAD, "no_answer")))]

    async def _disk(self) -> list[Part]:
        place = self.places.data
        if place is None or not place.exists():
            return [Part(Name.DISK, Standing.UNKNOWN, "unknown")]
        usage = await asyncio.to_thread(shutil.disk_usage, place)
        free = usage.free / usage.total
        standing = Standing.BAD if free < VERY_LITTLE else Standing.LOOK if free < LITTLE else Standing.GOOD
        said = {"free": f"{usage.free / GIGA:.1f}", "percent": f"{free * 100:.0f}"}
        return [Part(Name.DISK, standing, "free" if standing is Standing.GOOD else "little", said)]


SILENT: dict[Name, tuple[Part, ...]] = {
    Name.DATABASE: (Part(Name.DATABASE, Standing.BAD, "no_answer"),),
    Name.WORKER: (
        Part(Name.TEMPORAL, Standing.BAD, "no_answer"),
        Part(Name.WORKER, Standing.UNKNOWN, "unknown"),
    ),
    Name.JOURNEYS: (
        Part(Name.LISTS, Standing.UNKNOWN, "unknown"),
        Part(Name.JOURNEYS, Standing.UNKNOWN, "unknown"),
    ),
    Name.COURIER: (Part(Name.COURIER, Standing.UNKNOWN, "unknown"),),
    Name.MAIL: (Part(Name.MAIL, Standing.BAD, "no_answer"),),
    Name.DISK: (Part(Name.DISK, Standing.UNKNOWN, "unknown"),),
}
"""What is said where nobody answers in time."""


async def _within(name: Name, look: Awaitable[list[Part]]) -> list[Part]:
    try:
        return await asyncio.wait_for(asyncio.ensure_future(look), PATIENCE)
    except AWAY:
        return list(SILENT[name])


def _lists(finding: Finding, older: datetime | None) -> Part:
    behind = [each for each in finding.verdicts if each.cause is StuckCause.BEHIND and each.journey is not None]
    if older is not None:
        return Part(Name.LISTS, Standing.BAD, "older", since=older)
    if behind:
        return Part(Name.LISTS, Standing.LOOK, "behind", {"count": len(behind)})
    return Part(Name.LISTS, Standing.GOOD, "keep_up")


def _failing(finding: Finding) -> Part:
    failing = [
        each for each in finding.verdicts
        if each.cause is StuckCause.TECHNICAL and (each.journey is not None or each.bulk is not None)
    ]  # fmt: skip
    if failing:
        return Part(Name.JOURNEYS, Standing.LOOK, "failing", {"count": len(failing)})
    return Part(Name.JOURNEYS, Standing.GOOD, "go_on")


def _courier(walks: ScheduleDescription, number: int, oldest: datetime | None, now: datetime, pace: Pace) -> Part:
    """The courier as its schedule and the letters say. `oldest` is journey time."""
    recent = walks.info.recent_actions
    latest = recent[-1].started_at if recent else None
    every = min((each.every for each in walks.schedule.spec.intervals), default=COURIER_AT_LEAST)
    said = {"count": number, "more": number >= MOST_WAITING, "latest": latest, "oldest": oldest}
    if walks.schedule.state.paused:
        return Part(Name.COURIER, Standing.LOOK, "paused", said)
    running = bool(walks.info.running_actions)
    missed = now - (latest or walks.info.created_at)
    if not running and missed > max(WALKS_MISSED * every, COURIER_AT_LEAST):
        return Part(Name.COURIER, Standing.BAD, "does_not_walk", said, since=latest)
    if oldest is not None and pace.to_journey(now) - oldest > pace.to_journey(now) - pace.to_journey(
        now - WAITING_LONG
    ):
        return Part(Name.COURIER, Standing.LOOK, "slow", said)
    return Part(Name.COURIER, Standing.GOOD, "waiting" if number else "walks", said)


async def greets(host: str, port: int) -> bool:
    """Whether a mail server greets whoever comes."""
    writer = None
    try:
        reader, writer = await asyncio.open_connection(host, port)
        greeting = await reader.readline()
        writer.write(b"QUIT\r\n")
        await writer.drain()
    except (OSError, ValueError):
        return False
    finally:
        if writer is not None:
            writer.close()
            with suppress(OSError, TimeoutError):
                await asyncio.wait_for(writer.wait_closed(), 1)
    return greeting.startswith(b"220")
