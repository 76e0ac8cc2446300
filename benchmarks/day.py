"""How fast My day is for somebody with hundreds of open tasks among a million journeys: `make bench-day`.

The whole page is asked for over HTTP, without a network: session, rights, queries, sentences, template. Run with
`python -m benchmarks.day [--journeys N] [--calls N]`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from datetime import UTC, datetime
from typing import Any, cast

import httpx
from rich.console import Console

from benchmarks.read import JOURNEYS, Question, answered, fill, table
from console.app import create_app, settle
from console.desk import Desk
from console.limits import Limits
from console.session import Sessions
from db.pool import Database
from schemas.journey import Pace
from settings import Settings
from tests import servers

CALLS = 300
TARGET = 100.0
PAGES = {
    "my day": "/",
    "my day, page 4": "/?page=4",
    "my day, one step": "/?step=welcome_call",
    "the team's": "/?show=team",
    "the team's, one step": "/?show=team&step=arrival",
    "the team's, one owner, late": "/?show=team&owner=s017&late=1",
}


def main() -> None:
    """Load, ask, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--journeys", type=int, default=JOURNEYS, help="how many journeys")
    parser.add_argument("--calls", type=int, default=CALLS, help="how often each page is asked for")
    given = parser.parse_args()
    console = Console(highlight=False)
    with servers.postgres_server() as postgres:
        now = datetime.now(UTC)
        asyncio.run(fill(postgres.dsn(), given.journeys, now, console))
        asyncio.run(_measure(postgres.dsn(), now, given.calls, console))


async def _measure(dsn: str, now: datetime, calls: int, console: Console) -> None:
    db = await Database.open(dsn, most=4)
    nobody = cast("Any", None)  # no page that is measured asks the process
    app = create_app(Desk(db, nobody, nobody, Pace(), Settings(), lambda: now))
    app.state.limits = Limits(lambda: 0.0)
    app.state.limits.wait = lambda *_: 0.0
    settle()
    token = await Sessions(db, secure=False).begin(now, staff="s017")
    transport, cookies = httpx.ASGITransport(app), {"resan": token}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies) as client:

        def asking(path: str) -> Question:
            async def ask(_: int) -> int:
                page = await client.get(path)
                page.raise_for_status()
                return len(page.content)

            return Question(path, ask)

        found = []
        for name, path in PAGES.items():
            with console.status(name):
                found.append((await answered(asking(path), calls))._replace(name=name))
    await db.close()
    console.print(table(found, "bytes", TARGET))
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
