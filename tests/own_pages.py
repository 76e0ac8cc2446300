"""A participant and their own page, without a browser: the engine behind, a database, HTTP, and a clock that is set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from activities.delivery import OwnPages
from db.pool import SYSTEM, Database
from journey import engine
from schemas.commands import AssignTask, Command, CompleteTask
from schemas.journey import JourneyState, Receipt
from schemas.tasks import Task
from services.intake.taking_in import take_in
from services.publish import publish
from tests.consoles import NOON, STAFF, Visit, visit
from tests.intake import Process, person
from tests.programmes import programme

CONSOLE = "http://127.0.0.1:8080"
FORTNIGHT = timedelta(days=14)
EMAIL, PHONE = "kim@example.org", "070-174 06 33"


class Engine(Process):
    """Journeys that answer, as those behind a server do."""

    async def complete(self, command: CompleteTask) -> Receipt:
        return await self.answered(command.task.split(".", maxsplit=1)[0], command)

    async def perform(self, journey: str, command: Command) -> Receipt:  # type: ignore[override]
        return await self.answered(journey, command)

    async def record_event(self, journey: str, report: Command) -> None:
        await self.answered(journey, report)

    async def state(self, journey: str) -> JourneyState:
        return self.states[journey]

    async def answered(self, journey: str, command: Command) -> Receipt:
        decision = engine.decide(self.states[journey], command, self.now)
        await self._write(decision.state)
        return decision.receipt


@dataclass
class OwnHouse:
    """One participant of Relocate, whose coordinator is Petra; two visitors: themselves and whoever of the staff."""

    db: Database
    engine: Engine
    kim: Visit
    staff: Visit
    journey: str

    @property
    def state(self) -> JourneyState:
        return self.engine.states[self.journey]

    def task(self, step: str) -> Task:
        return next(task for task in self.state.tasks if task.step == step)

    def to(self, now: datetime) -> None:
        """It is this time everywhere."""
        self.engine.now = self.kim.clock.now = self.staff.clock.now = now

    async def link(self, **rest: Any) -> str:
        """The path of a fresh link, as a letter has it."""
        pages = OwnPages(CONSOLE, rest.pop("valid", FORTNIGHT))
        async with self.db.acting_as(SYSTEM) as connection:
            return (await pages.link(connection, self.journey, self.engine.now)).removeprefix(CONSOLE)

    async def come_in(self) -> None:
        """Kim opens their page."""
        path = await self.link()
        await self.kim.get(path)
        assert (await self.kim.post(path)).headers["location"] == "/my"
        await self.kim.get("/my")

    async def say(self, step: str, outcome: str, **given: Any) -> None:
        """Staff say how a step ended; the day goes on a little."""
        self.to(self.engine.now + timedelta(minutes=10))
        command = CompleteTask(
            id=f"say-{step}-{self.state.seq}", by="pm-1", task=self.task(step).id, outcome=outcome, **given
        )
        await self.engine.answered(self.journey, command)

    async def one(self, query: str, *values: Any) -> Any:
        """What a query finds first."""
        async with self.db.acting_as(SYSTEM) as connection:
            return await connection.fetchval(query, *values)

    async def letters_with_a_link(self) -> int:
        """Letters that somebody has asked for."""
        found: int = await self.one("SELECT count(*) FROM notices WHERE purpose = 'link'")
        return found


@asynccontextmanager
async def own_house(dsn: str, **settings: Any) -> AsyncIterator[OwnHouse]:
    """The house, on a Monday at noon. Kim has registered an interest, and nobody has done anything yet."""
    db = await Database.open(dsn, most=4)
    process = Engine(db)
    process.now = NOON
    await publish(db, programme("relocate"), NOON)
    async with visit(dsn, journeys=process, **settings) as kim, visit(dsn, journeys=process, **settings) as staff:
        row = person(2, "Kim Påhittad", EMAIL, PHONE, received_at=NOON)
        report = await take_in(db, process, [row], "relocate", now=NOON)
        house = OwnHouse(db, process, kim, staff, report.accepted[0].journey)
        async with db.acting_as(SYSTEM) as connection:
            await connection.execute("UPDATE staff SET phone = '070-174 06 05' WHERE staff = $1", STAFF[0][0])
        await process.answered(house.journey, AssignTask(id="a1", task=house.task("welcome_call").id, to="pm-1"))
        await house.staff.sign_in()
        yield house
    await db.close()
