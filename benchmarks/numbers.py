"""How fast the numbers of a programme with a hundred thousand journeys are counted: `make bench-numbers`.

Counted anew each time, as for somebody who opens the page when nobody has looked for half a minute; and the whole page
over HTTP, without a network, when it has just been counted. Run with `python -m benchmarks.numbers [--journeys N]`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
from rich.console import Console

from benchmarks.read import Question, answered, fill, table
from console.app import create_app
from console.desk import Desk
from console.limits import Limits
from console.session import Sessions
from db.pool import Database
from schemas.journey import Pace
from services.known_programmes import KnownProgrammes
from services.numbers.numbers import Asked, numbers
from settings import Settings
from tests import servers

JOURNEYS, CALLS = 100_000, 10
TARGET = 1_000.0


def main() -> None:
    """Load, ask, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=JOURNEYS, help="how many journeys")
    parser.add_argument("--calls", type=int, default=CALLS, help="how often each question is asked")
    given = parser.parse_args()
    console = Console(highlight=False)
    with servers.postgres_server() as postgres:
        now = datetime.now(UTC)
        asyncio.run(fill(postgres.dsn(), given.journeys, now, console))
        asyncio.run(_measure(postgres.dsn(), now, given.calls, console))


async def _measure(dsn: str, now: datetime, calls: int, console: Console) -> None:
    db = await Database.open(dsn, most=6)
    nobody = cast("Any", None)  # no page that is measured asks the process
    app = create_app(Desk(db, nobody, nobody, Pace(), Settings(), lambda: now))
    app.state.limits = Limits(lambda: 0.0)
    app.state.limits.wait = lambda *_: 0.0
    async with db.acting_as("bench") as connection:
        await connection.execute("UPDATE staff SET roles = '{project_leader}' WHERE staff = 's001'")
    token = await Sessions(db, secure=False).begin(now, staff="s001")
    known, counted = KnownProgrammes(db), 0

    async def anew(_: int) -> int:
        nonlocal counted
        counted += 1
        wall = now + timedelta(minutes=counted)
        found = await numbers(db, known, Asked("relocate"), wall=wall, now=now, by="bench")
        return found.people or 0

    transport, cookies = httpx.ASGITransport(app), {"resan": token}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies) as client:

        async def page(_: int) -> int:
            shown = await client.get("/numbers")
            shown.raise_for_status()
            return len(shown.content)

        questions = [Question("counted anew", anew), Question("the page, just counted", page)]
        found = [await answered(question, calls) for question in questions]
    await db.close()
    console.print(table(found, "people, bytes", TARGET))
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
