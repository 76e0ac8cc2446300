"""A roll-out over 2,000 journeys under way, while the command line, the worker and Temporal are killed.

Each journey must have adopted exactly once, else it fails. Run with `python -m benchmarks.rollout [JOURNEYS]`.
"""

from __future__ import annotations

import asyncio
import sys

from db.migrate import migrate
from tests import servers
from tests.drill import Drill, drill_on

HOW_MANY = 2_000
PATIENCE = 1_200.0
RATE = "200"
"""More than this machine can do: the figure is what the machine can."""


def main(number: int = HOW_MANY) -> None:
    """Print how long it took, and at which rate."""
    with servers.postgres_server() as postgres, servers.temporary_directory() as directory:

        async def drilled() -> Drill:
            await migrate(postgres.dsn())
            async with drill_on(directory, postgres.dsn(), PATIENCE) as drill:
                await roll_out(drill, number)
                return drill

        took = asyncio.run(drilled()).took
    print(f"roll-out: {number} journeys begun in {took['begin']:.0f} s ({number / took['begin']:.0f} a second)")
    print(
        f"roll-out: {number} journeys moved in {took['act']:.0f} s ({number / took['act']:.0f} a second), the command "
        f"line killed once, the worker twice and Temporal once meanwhile; each journey adopted exactly once"
    )


async def roll_out(drill: Drill, number: int) -> None:
    """Everybody goes over to another version."""
    await drill.under_way(number)
    version = await drill.next_version()
    what = ("owner", "roll-out", str(version), "--programme", "sample", "--to", "all")
    victims = (drill.crew, drill.temporal, drill.crew)
    bulk = await drill.survive(number, victims, *what, "--rate", RATE, "--yes")
    await drill.each_adopted_once(bulk, number, version)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
