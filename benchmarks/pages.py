"""What measurements of pages share: arguments, a crowd in a Postgres of its own, and a console without a network."""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple, cast

import httpx
from rich.console import Console

from benchmarks.read import Answered, Question, fill, table
from console.app import create_app, settle
from console.desk import Desk
from console.limits import Limits
from console.session import Sessions
from db.pool import Database
from schemas.journey import Pace
from settings import Settings
from tests import servers


class Crowd(NamedTuple):
    """A database full of journeys, the time there, and how often each question is asked."""

    dsn: str
    now: datetime
    calls: int
    console: Console


def run(
    measure: Callable[[Crowd], Coroutine[Any, Any, list[Answered]]],
    *,
    about: str | None,
    journeys: int,
    calls: int,
    counted: str,
    target: float,
) -> None:
    """Load, measure, print a table. `target` is in milliseconds; `counted` is what the questions count."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--journeys", type=int, default=journeys, help="how many journeys")
    parser.add_argument("--calls", type=int, default=calls, help="how often each question is asked")
    given = parser.parse_args()
    console = Console(highlight=False)
    with servers.postgres_server() as postgres:
        crowd = Crowd(postgres.dsn(), datetime.now(UTC), given.calls, console)
        asyncio.run(fill(crowd.dsn, given.journeys, crowd.now, console))
        found = asyncio.run(measure(crowd))
    console.print(table(found, counted, target))
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


@asynccontextmanager
async def visit(db: Database, staff: str, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who has signed in, and may look as often as they like."""
    nobody = cast("Any", None)  # no page that is measured asks the process
    app = create_app(Desk(db, nobody, nobody, Pace(), Settings(), lambda: now))
    app.state.limits = Limits(lambda: 0.0)
    app.state.limits.wait = lambda *_: 0.0
    settle()
    token = await Sessions(db, secure=False).begin(now, staff=staff)
    transport, cookies = httpx.ASGITransport(app), {"resan": token}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", cookies=cookies) as client:
        yield client


def page(client: httpx.AsyncClient, name: str, path: str) -> Question:
    """A page; counts its bytes."""

    async def ask(_: int) -> int:
        shown = await client.get(path)
        shown.raise_for_status()
        return len(shown.content)

    return Question(name, ask)
