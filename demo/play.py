"""The first part of the demonstration: everybody lives at once on the real servers, a day in about a second."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from temporalio.client import Client

from demo.cast import Part
from demo.feed import Feed, Sent
from demo.house import House
from demo.plan import Stage
from demo.show import Teller
from demo.staff import Office, World
from demo.study import deliver
from demo.timeline import Life
from journey import calendars
from schemas.events import Event
from schemas.journey import Pace, Status
from schemas.programme import Programme
from services import reading, showing
from services.journeys import Journeys

MONDAY = date(2026, 3, 2)
"""The first day, whatever the day on which it is shown: it always meets the same weekends and the same Easter."""

DAWN = time(5)
ROUNDS = (time(8, 30), time(13))
"""When the courier is sent round. Its schedule keeps to seconds, in which days go by here."""

BREATH = 0.05
LOOK = 0.25
"""Seconds between two looks at the inbox, and at what has happened."""

QUIET = timedelta(hours=12)
"""Journey time for which the last day is let run out, so that what was done in it is written."""


@dataclass(frozen=True)
class Ending:
    """Everybody's life, and what the page of one who is still under way says."""

    lives: Sequence[Life]
    stage: Stage
    last: int
    asked: str | None = None
    explained: dict[str, str] | None = None


class Play:
    """Some participants, for some days."""

    def __init__(self, house: House, programme: Programme, parts: Sequence[Part], days: int, day: timedelta) -> None:
        self._house, self._days = house, days
        self.stage = Stage(programme, MONDAY)
        self._pace = Pace(wall=datetime.now(UTC), journey=self.stage.at(1, DAWN), day=day)
        world = World(house.db, Journeys(house.client, self._pace), self.stage, self._pace, _wall_clock)
        self._office = Office(world, parts)
        self._feed = Feed(house.db)
        self._letters: list[Sent] = []

    @property
    def _now(self) -> datetime:
        return self._pace.to_journey(datetime.now(UTC))

    async def run(self, teller: Teller, progress: Callable[[int], None]) -> Ending:
        """Let the days pass; `progress` is told the day reached."""
        await self._office.hire()
        ends = self.stage.at(self._days, self.stage.calendar.closes)
        async with asyncio.TaskGroup() as together:
            together.create_task(self._work(ends))
            together.create_task(self._send(self._house.client, ends))
            together.create_task(self._watch(teller, ends + QUIET, progress))
        return await self._ending()

    async def _work(self, ends: datetime) -> None:
        while self._now < ends:
            await self._office.work()
            await asyncio.sleep(BREATH)

    async def _send(self, client: Client, ends: datetime) -> None:
        """Send the courier round twice on each working day."""
        for day in range(1, self._days + 1):
            for clock in ROUNDS:
                moment = self.stage.at(day, clock)
                if moment < min(self._now, ends) or not calendars.within_office_hours(moment, self.stage.calendar):
                    continue
                await asyncio.sleep((self._pace.to_wall(moment) - datetime.now(UTC)).total_seconds())
                await deliver(client, "demo")

    async def _watch(self, teller: Teller, ends: datetime, progress: Callable[[int], None]) -> None:
        while (now := self._now) < ends:
            teller.tell(await self._feed.events(), self._office.journeys)
            letters = await self._feed.letters()
            self._letters += letters
            teller.tell_letters(letters)
            teller.close_day(now)
            progress(min(self.stage.day(now), self._days))
            await asyncio.sleep(LOOK)

    async def _ending(self) -> Ending:
        self._letters += await self._feed.letters()
        lives = [await self._life(journey, part) for journey, part in self._office.journeys.items()]
        waiting = next((life.journey for life in reversed(lives) if life.exit is None), None)
        if waiting is None:
            return Ending(lives, self.stage, self._days)
        page = await showing.show(self._house.db, waiting, now=datetime.now(UTC))
        return Ending(lives, self.stage, self._days, waiting, page["explain"])

    async def _life(self, journey: str, part: Part) -> Life:
        found = await reading.journey(self._house.db, journey, now=datetime.now(UTC))
        events = [Event.model_validate(event) for event in found["events"]]
        letters = sum(journey in letter.journeys for letter in self._letters)
        return Life(journey, part, Status(found["status"]), found["exit"], events, letters)


async def _wall_clock() -> datetime:
    return datetime.now(UTC)
