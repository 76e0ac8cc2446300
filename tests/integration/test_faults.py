"""A journey never misses an alarm and nothing is done twice: mail away, Postgres away, worker and Temporal killed.

Everything is a process of its own, as in life; a journey day lasts a second or two.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import secrets
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from db.migrate import migrate
from db.pool import SYSTEM
from journey import engine
from schemas.events import Event, EventKind
from schemas.journey import DAY
from services import visibility
from services.journeys import Journeys
from stack.ports import free_port
from stack.postgres import Postgres
from stack.temporal import Temporal
from tests import processes
from tests.invariants import ALARMS, alarms_kept, once_each
from tests.mail_servers import Postbox
from tests.processes import Process, up
from tests.servers import temporary_directory
from tests.workflow.harness import MONDAY, NOBODY_THERE, House, accelerated, eventually, house_on, usual
from workflows.connection import connect
from workflows.names import COURIER_WORKFLOW, TASK_QUEUE


@pytest.fixture
def directory() -> Iterator[Path]:
    with temporary_directory() as directory:
        yield directory


@pytest_asyncio.fixture
async def temporal(directory: Path) -> AsyncIterator[tuple[Temporal, Process]]:
    """A Temporal server of the test's own."""
    server = Temporal(directory / "temporal", free_port(), durable=False)
    async with up(processes.temporal(server, directory / "temporal.log")) as process:
        yield server, process


@contextlib.asynccontextmanager
async def staffed(
    directory: Path, server: Temporal, dsn: str, day: timedelta, smtp_port: int = 9
) -> AsyncIterator[tuple[House, Process]]:
    """A corner with a real worker at this pace. Nobody takes mail at port 9."""
    client = await connect(server.address, "default")
    # Monday morning comes once the worker has had the time to start.
    pace = accelerated(day, wall=datetime.now(UTC) + timedelta(seconds=2))
    crew = processes.worker(directory / "worker.log", dsn=dsn, address=server.address, pace=pace, smtp_port=smtp_port)
    async with house_on(client, dsn, pace, TASK_QUEUE) as house, up(crew):
        yield house, crew


async def until(house: House, moment: datetime) -> None:
    """Let journey time pass."""
    await asyncio.sleep(max(0.0, (house.pace.to_wall(moment) - datetime.now(UTC)).total_seconds()))


async def caught_up(house: House, *journeys: str) -> datetime:
    """Wait until nothing is due and nothing waits to be written; gives the journey time up to which that is so."""
    now = house.now()

    async def quiet() -> bool:
        states = [await house.state(journey) for journey in journeys]
        alarms = [engine.next_alarm(state) for state in states]
        return not any(state.outbox for state in states) and all(alarm is None or alarm > now for alarm in alarms)

    await eventually(quiet, "everything that fell due is in the journal")
    return now


# ---- mail


async def test_ten_days_without_mail_move_no_deadline_and_send_nothing_stale_or_twice(
    directory: Path, temporal: tuple[Temporal, Process], database_dsn: str
) -> None:
    postbox = Postbox()
    async with staffed(directory, temporal[0], database_dsn, timedelta(seconds=1), postbox.port) as (house, _):
        silent, declined = await house.begin(), await house.begin()
        async with courier(house):
            await until(house, MONDAY + 5 * DAY)
            await house.complete(declined, "welcome_call", "not_willing")
            await until(house, MONDAY + 10 * DAY)
            await eventually(lambda: tried_in_vain(house), "the courier tries")
            # Without a single letter gone, everything that fell due has happened and is written down.
            now = await caught_up(house, silent)
            tried = await notices(house)
            async with postbox.open():
                await eventually(lambda: nothing_due(house), "everything is sent or dropped")
        events = {journey: await house.journal(journey) for journey in (silent, declined)}
        settled = await notices(house)
    assert alarms_kept(events[silent], now) >= 2
    assert alarms_kept(events[declined]) >= 2
    assert not any(notice["status"] == "sent" for notice in tried)
    sent = [notice for notice in settled if notice["status"] == "sent"]
    assert sorted((notice["journey"], notice["template"], notice["recipient"]) for notice in sent) == sorted(
        [(silent, "overdue", "coordinator"), (silent, "overdue", "leader"), (declined, "goodbye", "participant")]
    )
    assert {notice["status"] for notice in settled} == {"sent", "dropped"}
    assert sorted(postbox.receivers) == sorted(
        ["anna@staff.example.org", "lena@staff.example.org", f"{declined}@{NOBODY_THERE}"]
    )


@contextlib.asynccontextmanager
async def courier(house: House) -> AsyncIterator[None]:
    """A courier that walks without a rest: where a day lasts a second, a schedule would miss the office hours."""
    resting = asyncio.Event()

    async def walk() -> None:
        while not resting.is_set():
            walk = f"walk-{secrets.token_hex(6)}"
            await house.client.execute_workflow(COURIER_WORKFLOW, id=walk, task_queue=TASK_QUEUE)
            await asyncio.sleep(0.05)

    async with asyncio.TaskGroup() as group:
        group.create_task(walk())
        try:
            yield
        finally:
            resting.set()


async def notices(house: House) -> list[asyncpg.Record]:
    """Every notice that there is."""
    async with house.db.acting_as(SYSTEM) as connection:
        rows: list[asyncpg.Record] = await connection.fetch("SELECT * FROM notices ORDER BY notice")
    return rows


async def tried_in_vain(house: House) -> bool:
    """Somebody has been to the mail server, and found nobody there."""
    return any(notice["attempts"] for notice in await notices(house))


async def nothing_due(house: House) -> bool:
    """Nothing waits to be sent."""
    return not any(notice["status"] in {"due", "handing_over"} for notice in await notices(house))


# ---- Postgres


async def test_while_postgres_is_away_commands_are_acknowledged_and_alarms_go_off_on_time(
    directory: Path, temporal: tuple[Temporal, Process]
) -> None:
    # Durable, as in life: what it has said to be written is written, even if it is killed the moment after.
    server = Postgres(directory / "postgres", free_port(), f"resan-{secrets.token_hex(4)}")
    async with up(processes.postgres(server, directory / "postgres.log")) as database:
        await migrate(server.dsn())
        async with staffed(directory, temporal[0], server.dsn(), timedelta(seconds=3)) as (house, _):
            asked, silent = await house.begin(), await house.enter()
            await house.settled(asked)
            database.kill()
            await house.start(silent)
            receipts = [await house.journeys.complete(command) for command in usual(asked)[:2]]
            visible = await visibility.shows(house.db, asked, receipts[-1].seq)
            alarms = await eventually(lambda: gone_off(house, silent), "the alarms go off without Postgres")
            await database.start()
            now = await caught_up(house, silent, asked)
            events = {journey: await house.journal(journey) for journey in (silent, asked)}
    assert not visible
    assert [event for event in events[silent] if event.kind in ALARMS.values()][: len(alarms)] == alarms
    assert alarms_kept(events[silent], now) >= 2
    alarms_kept(events[asked], now)
    once_each(events[asked], [receipt.command for receipt in receipts])
    assert events[asked][receipts[-1].seq - 1].command == receipts[-1].command


async def gone_off(house: House, journey: str) -> list[Event]:
    """Every alarm that waits to be written, once the call that nobody made has been escalated."""
    waiting = (await house.state(journey)).outbox
    escalated = any(event.kind is EventKind.TASK_ESCALATED and event.step == "welcome_call" for event in waiting)
    return [event for event in waiting if event.kind in ALARMS.values()] if escalated else []


# ---- killed


async def test_a_worker_killed_at_any_moment_loses_no_command_and_misses_no_alarm(
    directory: Path, temporal: tuple[Temporal, Process], database_dsn: str
) -> None:
    async with staffed(directory, temporal[0], database_dsn, timedelta(seconds=2)) as (house, crew):
        await survive(house, crew, kills=5)


async def test_a_temporal_server_killed_at_any_moment_loses_no_command_and_misses_no_alarm(
    directory: Path, temporal: tuple[Temporal, Process], database_dsn: str
) -> None:
    async with staffed(directory, temporal[0], database_dsn, timedelta(seconds=2)) as (house, _):
        await survive(house, temporal[1], kills=4)


async def survive(house: House, victim: Process, kills: int) -> None:
    """People act while a process is killed again and again; afterwards everything is as if it had not been."""
    chance = random.Random(7)
    acknowledged: dict[str, list[str]] = {}
    house.journeys = Journeys(house.client, house.pace, patience=timedelta(seconds=200))
    alone = [await house.begin() for _ in range(2)]
    asked = [await house.begin() for _ in range(4)]

    async def person(journey: str) -> None:
        for command in usual(journey):
            await asyncio.sleep(chance.uniform(0, 1.5))
            receipt = await house.journeys.complete(command)
            again = await house.journeys.complete(command)
            assert again.but(repeated=False) == receipt.but(repeated=False)
            acknowledged.setdefault(journey, []).append(command.id)

    async def killer() -> None:
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.3, 2))
            victim.kill()
            await asyncio.sleep(chance.uniform(0, 0.5))
            await victim.start()

    await asyncio.gather(killer(), *(person(journey) for journey in asked))
    for journey in asked:
        events = await house.ended(journey)
        once_each(events, acknowledged[journey])
        assert [event.seq for event in events if event.kind is EventKind.JOURNEY_ENDED] == [len(events)]
        alarms_kept(events)
    await until(house, MONDAY + 3 * DAY)  # however soon the others had said everything
    now = await caught_up(house, *alone)
    for journey in alone:
        assert alarms_kept(await house.journal(journey), now) >= 2
    await nothing_announced_twice(house, *alone, *asked)


async def nothing_announced_twice(house: House, *journeys: str) -> None:
    """Every notice of the journal waits to be sent, once, and no other."""
    promised = [notice.id for journey in journeys for event in await house.journal(journey) for notice in event.notices]
    assert sorted(promised) == [notice["notice"] for notice in await notices(house)]
