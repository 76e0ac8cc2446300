"""Couriers at once, couriers killed, Postgres gone in the middle: still at most once, and nothing lost."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
import pytest_asyncio

from activities.noticebook import HANDING_OVER, LEASE
from activities.notices import DeliverDue
from db.pool import Database
from tests.mail_servers import Postbox, no_hook
from tests.notice_desk import Desk

DAY = timedelta(days=1)


@pytest_asyncio.fixture
async def desk(database_dsn: str) -> AsyncIterator[Desk]:
    async with Desk.open(database_dsn) as desk:
        yield desk


async def test_couriers_at_once_never_send_one_notice_twice(desk: Desk) -> None:
    journeys = [await desk.journey(f"j{number}") for number in range(40)]
    for journey in journeys:
        await desk.notice(journey)
    async with Postbox().open() as postbox:
        pools = [await Database.open(desk.dsn, most=2) for _ in range(4)]
        couriers = [desk.courier(postbox.mailer(), database=pool) for pool in pools]

        async def walk(number: int) -> int:
            sent = 0
            while (round_ := await couriers[number].deliver_due(DeliverDue(most=3))).more or round_.sent:
                sent += round_.sent
            return sent

        sent = await asyncio.gather(*(walk(number) for number in range(4)))
        for pool in pools:
            await pool.close()
    assert sum(sent) == 40
    assert sum(one > 0 for one in sent) > 1, "more than one courier had work"
    assert Counter(postbox.receivers) == Counter({f"{journey}@example.org": 1 for journey in journeys})


async def test_a_courier_whose_lease_was_taken_over_sends_nothing(desk: Desk) -> None:
    await desk.notice(await desk.journey("j1"))
    async with Postbox().open() as postbox:

        async def overtaken() -> None:
            postbox.at_receiver = no_hook
            desk.now += LEASE
            assert (await desk.deliver(postbox.mailer())).sent == 1

        postbox.at_receiver = overtaken
        assert (await desk.deliver(postbox.mailer())).sent == 0
    assert len(postbox.letters) == 1


async def test_a_task_done_at_the_last_moment_is_not_reminded_of(desk: Desk) -> None:
    await desk.staff("s1", "coordinator")
    notice = await desk.reminder(await desk.task(await desk.journey("j1")))
    async with Postbox().open() as postbox:

        async def done() -> None:
            await desk.run("UPDATE tasks SET status = 'completed'")

        postbox.at_receiver = done
        delivered = await desk.deliver(postbox.mailer())
    assert (delivered.sent, delivered.dropped, postbox.letters) == (0, 1, [])
    assert await desk.became(notice) == [("dropped", "task_done")]


async def test_what_the_server_accepted_is_marked_though_every_database_connection_breaks(desk: Desk) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    async with Postbox().open() as postbox:

        async def broken() -> None:
            with contextlib.suppress(Exception):
                await desk.run(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                )

        postbox.at_content = broken
        assert (await desk.deliver(postbox.mailer())).sent == 1
    assert await desk.became(notice) == [("sent", None)]


COURIER = """
import asyncio, sys
from datetime import datetime
from activities.mailer import SmtpMailer
from activities.notices import DeliverDue, Notices
from db.pool import Database

async def main(dsn, port, now):
    clock = lambda: datetime.fromisoformat(now)
    notices = Notices(await Database.open(dsn), SmtpMailer("127.0.0.1", int(port)), clock=clock)
    await notices.deliver_due(DeliverDue())

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_courier_killed_while_handing_over_leaves_its_notice_unsure(desk: Desk) -> None:
    notice, waiting = [await desk.notice(await desk.journey(journey)) for journey in ("j1", "j2")]
    async with Postbox(content_answers=[""]).open() as postbox:
        arguments = (desk.dsn, str(postbox.port), desk.now.isoformat())
        courier = await asyncio.create_subprocess_exec(sys.executable, "-c", COURIER, *arguments)
        try:
            await asyncio.wait_for(postbox.arrived.wait(), 120)
        finally:
            os.kill(courier.pid, signal.SIGKILL)
            await courier.wait()
        assert await desk.became(notice) == [("handing_over", None)]
        assert (await desk.deliver(postbox.mailer())).unsure == 0, "it might still be at work"
        desk.now += max(HANDING_OVER, LEASE)
        delivered = await desk.deliver(postbox.mailer())
        assert (delivered.unsure, delivered.sent) == (1, 1)
        desk.now += 30 * DAY
        await desk.deliver(postbox.mailer())
    assert await desk.became(notice, waiting) == [("unsure", "cut_off"), ("sent", None)]
    assert postbox.receivers == ["j1@example.org", "j2@example.org"]


async def test_while_postgres_is_away_the_courier_fails_before_the_content_and_loses_nothing(desk: Desk) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    gone = await Database.open(desk.dsn)
    async with Postbox(at_receiver=gone.close).open() as postbox:
        with pytest.raises(asyncpg.InterfaceError):
            await desk.courier(postbox.mailer(), database=gone).deliver_due(DeliverDue())
        assert postbox.letters == []
        desk.now, postbox.at_receiver = desk.now + LEASE, no_hook
        assert (await desk.deliver(postbox.mailer())).sent == 1
    assert await desk.became(notice) == [("sent", None)]
