"""A journey continues as a new run with its one state: nothing is lost around it and nothing happens twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import psycopg
import pytest
from temporalio.client import Client

from db import staffing
from db.pool import Connection
from schemas.commands import CompleteTask, HoldJourney, JoinInterest, ReleaseJourney
from schemas.events import EventKind
from schemas.journey import DAY
from tests.invariants import alarms_kept, once_each, told
from tests.servers import sibling
from tests.workflow.harness import MONDAY, House, accelerated, house_on
from workflows import policies

ROUTE = {"route": "job"}
CALLERS = 6
"""Ten updates may be in flight for a journey; a checkpoint needs its own room."""


async def callers_in_turn(house: House, journey: str, commands: list[str]) -> None:
    """Some callers at once, each sending one command after the other until it is answered."""
    left = list(commands)

    async def caller() -> None:
        while left:
            await house.journeys.join(journey, JoinInterest(id=left.pop(), received_at=MONDAY))

    async with asyncio.TaskGroup() as group:
        for _ in range(CALLERS):
            group.create_task(caller())


async def reports_in_turn(house: House, journey: str, reports: list[str]) -> None:
    """An outside system that reports again and again what nobody waits for yet."""
    for report in reports:
        await house.report(journey, "offer.made", "offered", key=report)


async def test_nothing_is_lost_or_doubled_when_long_histories_are_left_behind_in_a_flood(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "CHECKPOINT_AFTER", 60)
    commands, reports = [f"c{number}" for number in range(90)], [f"r{number}" for number in range(30)]
    async with house.worker(sandbox=False):
        journey = await house.begin()
        for wave in range(3):
            mine, theirs = commands[wave::3], reports[wave::3]
            await asyncio.gather(callers_in_turn(house, journey, mine), reports_in_turn(house, journey, theirs))
            await house.settled(journey)
        last = await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        events = await house.written(journey, last.seq)
        state = await house.state(journey)
        histories = await house.histories(journey)
    assert len(histories) >= 3
    once_each(events, [*commands, *reports])
    assert told(events).count("interest_joined") == len(commands)
    assert told(events).count("event_parked") == len(reports)
    assert set(commands) | set(reports) <= set(state.ledger)


async def test_checkpoints_on_demand_lose_nothing_of_what_comes_meanwhile(house: House) -> None:
    sent: list[str] = []
    done = asyncio.Event()

    async def caller(journey: str, number: int) -> None:
        while not done.is_set():
            sent.append(command := f"c{number}-{len(sent)}")
            await house.journeys.join(journey, JoinInterest(id=command, received_at=MONDAY))
            sent.append(report := f"r{number}-{len(sent)}")
            await house.report(journey, "offer.made", "offered", key=report)
            await asyncio.sleep(0.1)

    async def operator(journey: str) -> None:
        for _ in range(4):
            await house.checkpointed(journey)
        done.set()

    async with house.worker():
        journey = await house.begin()
        async with asyncio.TaskGroup() as group:
            group.create_task(operator(journey))
            for number in range(3):
                group.create_task(caller(journey, number))
        last = await house.journeys.join(journey, JoinInterest(id="last", received_at=MONDAY))
        events = await house.written(journey, last.seq)
        histories = await house.histories(journey)
    assert len(histories) >= 5
    once_each(events, sent)


async def test_alarms_go_on_in_the_next_run(client: Client, database_dsn: str) -> None:
    async with house_on(client, database_dsn, accelerated(timedelta(seconds=0.5))) as fast, fast.worker():
        journey = await fast.begin()
        await fast.checkpointed(journey)
        await fast.checkpointed(journey)
        events = await fast.written(journey, 0, EventKind.TASK_ESCALATED)
    assert alarms_kept(events) >= 2


async def test_a_journey_at_rest_wakes_in_the_next_run(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        rest = HoldJourney(id="h", cause="illness", on="participant", review_at=MONDAY + 9 * DAY)
        await house.journeys.hold(journey, rest)
        before = await house.state(journey)
        await house.checkpointed(journey)
        assert (await house.state(journey)).but(outbox=()) == before.but(outbox=())
        again = await house.journeys.hold(journey, rest)
        released = await house.journeys.release(journey, ReleaseJourney(id="r"))
        events = await house.written(journey, released.seq)
    assert again.repeated
    assert told(events).count("journey_held") == 1
    assert told(events)[-2:] == ["journey_released", "task_retimed welcome_call"]


async def test_an_automatic_step_under_way_is_finished_once_by_the_next_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = True
    really = staffing.least_busy

    async def least_busy(connection: Connection, now: datetime) -> dict[str, str]:
        if fails:
            raise OSError
        return await really(connection, now)

    monkeypatch.setattr(staffing, "least_busy", least_busy)
    monkeypatch.setattr(policies, "CHECKPOINT_PATIENCE", timedelta(seconds=0.1))
    async with house.worker(sandbox=False):
        journey = await house.begin()
        await house.checkpointed(journey)
        await house.checkpointed(journey)
        fails = False
        await house.settled(journey)
        events = await house.journal(journey)
    assert told(events).count("task_completed assignment") == 1


async def test_what_could_not_be_written_is_carried_over_while_postgres_is_away(
    house: House, monkeypatch: pytest.MonkeyPatch, database_dsn: str
) -> None:
    monkeypatch.setattr(policies, "CHECKPOINT_PATIENCE", timedelta(seconds=0.1))
    async with house.worker(sandbox=False):
        journey = await house.begin()
        await house.settled(journey)
        async with closed(database_dsn):
            await house.complete(journey, "welcome_call", "willing", key="away", facts=ROUTE)
            await house.checkpointed(journey)
            await house.report(journey, "offer.made", "offered", key="early")
            await house.checkpointed(journey)
            waiting = await house.state(journey)
        last = await house.complete(journey, "interview", "booked", key="back", dates={"interview_at": MONDAY})
        events = await house.written(journey, last.seq)
        settled = await house.state(journey)
    assert {event.command for event in waiting.outbox} >= {"away", "early"}
    assert settled.outbox == ()
    once_each(events, ["away", "back"])
    assert told(events).count("task_completed offer") == 1


async def test_a_journey_that_ends_while_a_checkpoint_is_asked_for_ends(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        task = f"{journey}.welcome_call.1"
        await asyncio.gather(
            house.journeys.checkpoint(journey),
            house.journeys.complete(CompleteTask(id="bye", task=task, outcome="not_willing")),
        )
        events = await house.ended(journey)
    once_each(events, ["bye"])


@asynccontextmanager
async def closed(dsn: str) -> AsyncIterator[None]:
    """The database lets nobody in, and everybody who was in is out."""
    name = dsn.rsplit("/", 1)[1]
    with psycopg.connect(sibling(dsn, "postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
