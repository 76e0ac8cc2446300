"""How the parts are: each is told as it is, since when, and one that is away keeps nobody waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.client import Client

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.journey import Pace
from services.health import looking
from services.health.looking import Places, Watch, greets
from services.health.parts import Name, Part, Standing, all_well, can_serve
from services.publish import publish
from tests.consoles import NOON, Clock
from tests.sample import sample
from tests.story import MONDAY, enter
from workflows.courier import ensure_schedule


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn, most=4)
    await publish(db, sample(), MONDAY)
    yield db
    await db.close()


async def of(watch: Watch, name: Name) -> Part:
    return next(part for part in await watch.look() if part.name is name)


async def test_without_temporal_the_console_cannot_serve_and_says_since_when(db: Database) -> None:
    clock = Clock()
    watch = Watch(db, None, Pace(), Places(), clock)
    parts = await watch.look()
    assert [part.name for part in parts] == list(Name)
    assert not can_serve(parts)
    assert (await of(watch, Name.TEMPORAL)).since == NOON
    assert (await of(watch, Name.WORKER)).standing is Standing.UNKNOWN
    clock.pass_(hours=1)
    again = await of(watch, Name.TEMPORAL)
    assert (again.standing, again.since) == (Standing.BAD, NOON)
    assert (await of(watch, Name.DATABASE)).standing is Standing.GOOD


async def test_a_database_that_is_away_is_said_to_be(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: str) -> object:
        raise OSError

    monkeypatch.setattr(db, "acting_as", away)
    watch = Watch(db, None, Pace(), Places(), Clock())
    parts = {part.name: part for part in await watch.look()}
    assert (parts[Name.DATABASE].standing, parts[Name.DATABASE].says) == (Standing.BAD, "no_answer")
    assert parts[Name.LISTS].standing is Standing.UNKNOWN
    assert not can_serve(parts.values())


async def test_a_part_that_never_answers_keeps_nobody_waiting(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> bool:
        await asyncio.sleep(3600)
        return True

    monkeypatch.setattr(looking, "greets", never)
    monkeypatch.setattr(looking, "PATIENCE", 0.2)
    watch = Watch(db, None, Pace(), Places(mail=("127.0.0.1", 1)), Clock())
    mail = await asyncio.wait_for(of(watch, Name.MAIL), 5)
    assert (mail.standing, mail.says) == (Standing.BAD, "no_answer")


async def test_an_answer_is_given_again_for_a_moment_and_then_looked_for_anew(db: Database) -> None:
    clock, asked = Clock(), list[str]()

    class Counting(Watch):
        async def _database(self, by: str) -> list[Part]:
            asked.append(by)
            return await super()._database(by)

    watch = Counting(db, None, Pace(), Places(), clock)
    await asyncio.gather(*(watch.look() for _ in range(5)))
    assert len(asked) == 1
    clock.pass_(seconds=4)
    await watch.look()
    assert len(asked) == 2


async def test_nobody_at_work_and_a_courier_that_does_not_walk_are_bad(
    db: Database, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server of the tests has no worker of the real task queue."""
    monkeypatch.setattr("services.stuck.course.TASK_QUEUE", "nobody-asks-here")
    await ensure_schedule(client, timedelta(days=1), task_queue="nobody-asks-here")
    clock = Clock()
    watch = Watch(db, client, Pace(), Places(), clock)
    worker = await of(watch, Name.WORKER)
    assert (worker.standing, worker.says) == (Standing.BAD, "away")
    assert worker.since is not None
    assert can_serve(await watch.look())
    assert not all_well(await watch.look())
    await client.get_schedule_handle("courier").pause()
    clock.pass_(minutes=1)
    assert (await of(watch, Name.COURIER)).says == "paused"
    await client.get_schedule_handle("courier").delete()
    clock.pass_(minutes=1)
    assert (await of(watch, Name.COURIER)).standing is Standing.UNKNOWN


async def test_letters_that_could_leave_are_counted_and_those_that_rest_are_not(db: Database) -> None:
    await enter(db, "j1")
    add = (
        "INSERT INTO notices (notice, journey, seq, template, purpose, recipient, send_after, next_try_at) "
        "VALUES ($1, 'j1', 1, 'welcome', 'information', 'participant', $2, $3)"
    )
    async with db.acting_as(SYSTEM) as connection:
        for notice, send_after, rests_until in (
            ("n1", MONDAY, None),
            ("n2", NOON - timedelta(minutes=1), NOON - timedelta(seconds=1)),
            ("n3", MONDAY, NOON + timedelta(hours=1)),
            ("n4", NOON + timedelta(hours=1), None),
        ):
            await connection.execute(add, notice, send_after, rests_until)
        found = await connection.fetchrow(sql.letters_waiting, NOON, NOON, 1000)
    assert found is not None
    assert (found["number"], found["oldest"]) == (2, MONDAY)


@pytest.mark.parametrize(("greeting", "well"), [(b"220 ready\r\n", True), (b"554 no\r\n", False), (b"", False)])
async def test_a_mail_server_is_well_when_it_greets(greeting: bytes, well: bool) -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        assert await greets("127.0.0.1", server.sockets[0].getsockname()[1]) is well
    assert not await greets("127.0.0.1", 1)


async def test_room_on_the_disk_is_told(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(db, None, Pace(), Places(data=tmp_path), clock := Clock())
    for free, standing in ((50, Standing.GOOD), (5, Standing.LOOK), (1, Standing.BAD)):
        usage = type("Usage", (), {"total": 100, "free": free})()
        monkeypatch.setattr("shutil.disk_usage", lambda _, usage=usage: usage)
        assert (await of(watch, Name.DISK)).standing is standing
        clock.pass_(minutes=1)
