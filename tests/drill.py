"""An act for many journeys at the command line, with everything killed in the middle of it but the database.

Everything is a process of its own, as in life. A test does it with a hundred journeys, a benchmark with thousands.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from db.pool import SYSTEM
from schemas.bulk import BulkStatus
from schemas.journey import DAY
from services.bulk.acts import follow
from services.publish import publish
from stack.ports import free_port
from stack.temporal import Temporal
from tests import processes
from tests.processes import ROOT, Process, up
from tests.workflow.harness import House, accelerated, eventually, house_on
from workflows.connection import connect
from workflows.names import TASK_QUEUE

AT_ONCE = 24
TURNS = "SELECT count(*) FROM bulk_items WHERE status <> 'waiting'"
FOLLOWING = "SELECT count(*) FROM journeys WHERE version = $1"
ADOPTIONS = "SELECT count(*) FROM journal WHERE kind = 'programme_adopted'"
ADOPTERS = (
    "SELECT count(DISTINCT journey) FROM journal"
    " WHERE kind = 'programme_adopted' AND command = 'bulk:' || $1 || ':' || journey"
)
GAPS = "SELECT count(*) FROM (SELECT journey FROM journal GROUP BY journey HAVING count(*) <> max(seq)) AS gap"


@dataclass
class Drill:
    """A corner with a real worker, and somebody who types. `took` are the seconds that each part took."""

    house: House
    crew: Process
    temporal: Process
    environment: dict[str, str]
    patience: float
    took: dict[str, float] = field(default_factory=dict)

    async def under_way(self, number: int) -> list[str]:
        """So many journeys, each with its first call open and written down."""
        began, slots = time.monotonic(), asyncio.Semaphore(AT_ONCE)

        async def one(place: int) -> str:
            async with slots:
                return await self.house.begin(f"j{place:05}")

        journeys = await asyncio.gather(*(one(place) for place in range(number)))
        called = "SELECT count(*) FROM tasks WHERE step = 'welcome_call' AND status = 'open'"
        await eventually(lambda: self.at_least(number, called), "everybody is under way", self.patience)
        self.took["begin"] = time.monotonic() - began
        return list(journeys)

    def type(self, *arguments: str) -> subprocess.Popen[str]:
        """Type a command, and do not wait for its end."""
        return subprocess.Popen(
            [sys.executable, "starter.py", "--lang", "en", *arguments],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    async def count(self, query: str, *values: object) -> int:
        async with self.house.db.acting_as(SYSTEM) as connection:
            return int(await connection.fetchval(query, *values))

    async def at_least(self, number: int, query: str, *values: object) -> bool:
        return await self.count(query, *values) >= number

    async def next_version(self) -> int:
        """Publish another version, in which the first call may take two days more."""
        call = self.house.programme.steps["welcome_call"]
        assert call.due is not None
        later = call.but(due=call.due.but(days=5))
        steps = {**self.house.programme.steps, "welcome_call": later}
        return (await publish(self.house.db, self.house.programme.but(steps=steps), self.house.now())).version

    async def each_adopted_once(self, bulk: str, number: int, version: int) -> None:
        """Everybody is done, was moved once, follows the version, and has a journal without gaps."""
        done = "SELECT count(*) FROM bulk_items WHERE bulk = $1 AND status = 'done' AND was = 1 AND target = $2"
        assert await self.count(done, bulk, version) == number
        await eventually(
            lambda: self.at_least(number, FOLLOWING, version), "the journal has come as far", self.patience
        )
        assert await self.count(ADOPTIONS) == number == await self.count(ADOPTERS, bulk)
        assert await self.count(GAPS) == 0

    async def survive(self, number: int, victims: Sequence[Process], *arguments: str) -> str:
        """Type an act for so many, and kill the command line and the victims while it is under way.

        Gives the id of the act, once it is done.
        """
        began, typist = time.monotonic(), self.type(*arguments)
        try:
            await self._had_their_turn(number // 5)
        finally:
            typist.kill()
            typist.communicate()
        for turn, victim in enumerate(victims, 1):
            await self._had_their_turn(number * turn // (len(victims) + 2))
            assert await self.count(TURNS) < number, "it was over before anybody was killed"
            victim.kill()
            await victim.start()
        async with self.house.db.acting_as(SYSTEM) as connection:
            bulk = str(await connection.fetchval("SELECT bulk FROM bulks ORDER BY at DESC LIMIT 1"))
        assert await asyncio.wait_for(follow(self.house.db, bulk), self.patience) is BulkStatus.DONE
        self.took["act"] = time.monotonic() - began
        return bulk

    async def _had_their_turn(self, number: int) -> None:
        await eventually(lambda: self.at_least(number, TURNS), f"{number} have had their turn", self.patience)


@asynccontextmanager
async def drill_on(directory: Path, dsn: str, patience: float = 200.0) -> AsyncIterator[Drill]:
    """A corner with a Temporal and a worker that may be killed. Nobody takes mail."""
    server = Temporal(directory / "temporal", free_port(), durable=False)
    async with (
        up(processes.temporal(server, directory / "temporal.log")) as temporal,
        _staffed(directory, server, dsn) as (house, crew, environment),
    ):
        yield Drill(house, crew, temporal, environment, patience)


@asynccontextmanager
async def _staffed(directory: Path, server: Temporal, dsn: str) -> AsyncIterator[tuple[House, Process, dict[str, str]]]:
    client, pace = await connect(server.address, "default"), accelerated(DAY)
    crew = processes.worker(directory / "worker.log", dsn=dsn, address=server.address, pace=pace, smtp_port=9)
    named = crew.command().env
    environment = {name: value for name, value in {**os.environ, **named}.items() if value is not None}
    environment |= {"RESAN_DATA_DIR": str(directory / "data")}
    async with house_on(client, dsn, pace, TASK_QUEUE) as house, up(crew):
        yield house, crew, environment
