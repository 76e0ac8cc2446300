"""How many events a journey's whole life leaves in Temporal's history, on real servers.

The budget is 12 events for each step that somebody or an action ends, and 11 for each alarm that goes off. Two lives of
one programme are led: one in which everything is done at once, and one in which people take days and are reminded.
Run with `python -m benchmarks.history [PROGRAMME]`.
"""

from __future__ import annotations

import asyncio
import random
import sys
from datetime import timedelta
from typing import NamedTuple

from temporalio.testing import WorkflowEnvironment

from benchmarks.engine import next_command
from db.migrate import migrate
from schemas.events import EventKind
from schemas.journey import DAY
from stack.temporal import program
from tests import servers
from tests.invariants import ALARMS
from tests.programmes import programme
from tests.workflow.harness import House, accelerated, house_on, over
from workflows.connection import DATA_CONVERTER, connect

FOR_A_STEP, FOR_AN_ALARM = 12, 11
MOST_STEPS = 80
SEED = 2026
DAYS = (3, 5, 9, 12)


class Life(NamedTuple):
    """What a whole life cost: events in Temporal's history, steps ended by a person or an action, alarms."""

    events: int
    steps: int
    alarms: int

    @property
    def budget(self) -> int:
        return FOR_A_STEP * self.steps + FOR_AN_ALARM * self.alarms

    def __str__(self) -> str:
        used = 100 * self.events / self.budget
        return (
            f"history: {self.events} events for {self.steps} human steps (the automatic one among them) and "
            f"{self.alarms} alarms; budget {self.budget}; used {used:.0f}%"
        )


def main(name: str = "relocate") -> None:
    """Print a line for each life."""
    with servers.postgres_server() as postgres, servers.temporal_server() as temporal:
        prompt, late = asyncio.run(both(name, postgres.dsn(), temporal.address))
    print(f"{prompt}; programme {name}, everything done at once")
    print(f"{late}; programme {name}, people take {DAYS[0]} to {DAYS[-1]} days for each step")


async def both(name: str, dsn: str, address: str) -> tuple[Life, Life]:
    """A prompt life on the real server, and a slow one on the server whose clock skips."""
    await migrate(dsn)
    chosen = programme(name)
    async with house_on(await connect(address, "default"), dsn, programme=chosen) as house:
        prompt = await lead(house)
    servers.create(dsn, "late", servers.migrated_template(dsn, migrate))
    async with await skipping_server() as server:
        pace = accelerated(DAY, wall=await server.get_current_time())
        async with house_on(server.client, servers.sibling(dsn, "late"), pace, programme=chosen) as house:
            return prompt, await lead(house, server)


async def skipping_server() -> WorkflowEnvironment:
    """A server whose clock skips."""
    return await WorkflowEnvironment.start_time_skipping(
        data_converter=DATA_CONVERTER, test_server_existing_path=str(program("temporal-test-server"))
    )


async def lead(house: House, server: WorkflowEnvironment | None = None) -> Life:
    """Lead one journey from interest to its end; on a server whose clock skips, people take days for each step."""
    chance = random.Random(SEED)
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        for turn in range(MOST_STEPS):
            if server is not None:
                await server.sleep(timedelta(days=chance.choice(DAYS)))
            if not await step(house, journey, chance, turn):
                break
        events = await house.ended(journey)
        await over(house, journey)
    done = [event for event in events if event.kind is EventKind.TASK_COMPLETED and event.command is not None]
    alarms = sum(event.kind in ALARMS.values() for event in events)
    return Life((await house.spent(journey)).events, len(done), alarms)


async def step(house: House, journey: str, chance: random.Random, turn: int) -> bool:
    """Somebody ends an open task, if any, once the journal has everything before it; False when the journey is over."""
    if await is_over(house, journey):
        return False
    await house.settled(journey)
    command = next_command(await house.state(journey), chance, turn)
    if command is not None:
        await house.journeys.complete(command)
    return True


async def is_over(house: House, journey: str) -> bool:
    """Whether the journey's workflow has come to its end."""
    return (await house.journeys.handle(journey).describe()).close_time is not None


if __name__ == "__main__":
    main(*sys.argv[1:2])
