"""How fast operations see what they ask for, with a million journeys and three million tasks: `make bench-read`.

An embedded Postgres is started in a temporary directory, filled with a crowd, and asked the same questions a few
hundred times each, as the services ask them. Run with `python -m benchmarks.read [--journeys N] [--calls N]`.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import psycopg
from rich import box
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table
from temporalio.client import Client

from benchmarks.crowd import SHOWN, STAFF, STAGES, Crowd, lives, load, name_of
from db.migrate import migrate
from db.pool import Database
from schemas.stuck import StuckCause
from services import reading, showing
from services.bulk.where import Conditions
from services.publish import publish
from services.stuck.board import Wanted, board
from services.stuck.looking import stuck
from tests import servers
from tests.programmes import programme
from workflows.connection import connect

JOURNEYS, CALLS, WARM_UP = 1_000_000, 300, 30
TARGET = 50.0
"""Milliseconds within which 99 of 100 answers come."""

ROLES = ("coordinator", "study_counsellor", "project_leader")


class Question(NamedTuple):
    """Something that people ask. `ask` is given how often it has been asked before, and answers how much it found."""

    name: str
    ask: Callable[[int], Awaitable[int]]


class Answered(NamedTuple):
    """How long the answers took, in milliseconds, and how much the latest found."""

    name: str
    found: int
    median: float
    p99: float


def main() -> None:
    """Load, ask, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--journeys", type=int, default=JOURNEYS, help="how many journeys (tasks are three times as many)"
    )
    parser.add_argument("--calls", type=int, default=CALLS, help="how often each question is asked")
    given = parser.parse_args()
    console = Console(highlight=False)
    with servers.postgres_server() as postgres, servers.temporal_server() as temporal:
        now = datetime.now(UTC)
        asyncio.run(fill(postgres.dsn(), given.journeys, now, console))
        console.print(_sizes(postgres.dsn()))
        found = asyncio.run(_measure(postgres.dsn(), temporal.address, now, given.calls, console))
    console.print(table(found))
    console.print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end")


async def fill(dsn: str, journeys: int, now: datetime, console: Console) -> None:
    """Bring the tables up, publish the programme, and load so many journeys that have lived up to `now`."""
    await migrate(dsn)
    db = await Database.open(dsn)
    published = await publish(db, programme("relocate"), now)
    await db.close()
    crowd = Crowd(published, now, lives(published, now))
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(f"Loading {journeys:,} journeys", total=journeys * STAGES)
        await asyncio.to_thread(load, dsn, crowd, journeys, lambda done: bar.advance(task, done))


def _sizes(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        counts = [
            (name, connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone())
            for name in ("journeys", "tasks", "notices", "outside_events")
        ]
        size = connection.execute("SELECT pg_size_pretty(pg_database_size(current_database()))").fetchone()
    return ", ".join(f"{row[0]:,} {name}" for name, row in counts if row) + f"; {size[0] if size else '?'} in Postgres"


async def _measure(dsn: str, address: str, now: datetime, calls: int, console: Console) -> list[Answered]:
    db, client = await Database.open(dsn, most=4), await connect(address, "default")
    try:
        found = []
        for question in questions(db, client, now):
            with console.status(question.name):
                found.append(await answered(question, calls))
    finally:
        await db.close()
    return found


def _somebody(turn: int) -> str:
    return f"s{turn * 7 % STAFF:03d}"


def questions(db: Database, client: Client | None, now: datetime) -> list[Question]:
    """What operations and coordinators ask. `now` is the moment up to which the crowd has lived."""

    def about_stuck(cause: StuckCause | None) -> Callable[[int], Awaitable[int]]:
        async def ask(_: int) -> int:
            return len((await stuck(db, client, cause=cause, now=now)).stuck)

        return ask

    def about_tasks(given: Callable[[int], dict[str, Any]]) -> Callable[[int], Awaitable[int]]:
        async def ask(turn: int) -> int:
            return len(await reading.tasks(db, **given(turn), most=101, now=now))

        return ask

    def about_board(where: Conditions) -> Callable[[int], Awaitable[int]]:
        async def ask(_: int) -> int:
            return (await board(db, client, Wanted(where=where), now=now)).total.number

        return ask

    async def one(turn: int) -> int:
        return len((await showing.show(db, name_of(turn * 7 % SHOWN), now=now))["events"])

    return [
        Question("stuck", about_stuck(None)),
        *(Question(f"stuck --cause {cause}", about_stuck(cause)) for cause in StuckCause),
        Question("board", about_board({})),
        Question("board, one step", about_board({"step": ["welcome_call"]})),
        Question("tasks", about_tasks(lambda _: {})),
        Question("tasks --role", about_tasks(lambda turn: {"role": ROLES[turn % len(ROLES)]})),
        Question("tasks --owner", about_tasks(lambda turn: {"owner": _somebody(turn)})),
        Question("tasks --overdue", about_tasks(lambda _: {"overdue": True})),
        Question(
            "tasks --overdue --role", about_tasks(lambda turn: {"overdue": True, "role": ROLES[turn % len(ROLES)]})
        ),
        Question("tasks --overdue --owner", about_tasks(lambda turn: {"overdue": True, "owner": _somebody(turn)})),
        Question("show", one),
    ]


async def answered(question: Question, calls: int) -> Answered:
    """Ask again and again, after a warm-up."""
    for turn in range(WARM_UP):
        await question.ask(turn)
    took, found = [], 0
    for turn in range(calls):
        began = time.perf_counter()
        found = await question.ask(turn)
        took.append(1000 * (time.perf_counter() - began))
    return Answered(question.name, found, statistics.median(took), statistics.quantiles(took, n=100)[98])


def table(found: list[Answered], counted: str = "found", target: float = TARGET) -> Table:
    """What is printed."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("question", counted, "median ms", "p99 ms", f"within {target:.0f} ms"):
        shown.add_column(head, justify="left" if head == "question" else "right")
    for each in found:
        within = "yes" if each.p99 <= target else "NO"
        shown.add_row(each.name, str(each.found), f"{each.median:.1f}", f"{each.p99:.1f}", within)
    return shown


if __name__ == "__main__":
    main()
