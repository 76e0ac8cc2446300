"""The courier as a workflow: its rounds, its schedule, and real letters by the server's clock."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest_asyncio
from temporalio import activity
from temporalio.client import Client, ScheduleHandle, ScheduleOverlapPolicy
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities.notices import DeliverDue, Delivered, Notices
from stack.ports import free_port
from tests.mail_servers import Postbox
from tests.notice_desk import Desk
from tests.workflow.harness import eventually
from workflows import policies
from workflows.courier import Courier, ensure_schedule
from workflows.names import COURIER_SCHEDULE

HOUR = timedelta(hours=1)


class Rounds:
    """Stands in for the activity: gives what it was told to give, round after round."""

    def __init__(self, results: Iterator[Delivered]) -> None:
        self._results = results
        self.asked = 0

    @activity.defn(name="deliver_due")
    async def deliver_due(self, order: DeliverDue) -> Delivered:
        self.asked += 1
        return next(self._results)


@asynccontextmanager
async def working(client: Client, deliver: Rounds | Notices) -> AsyncIterator[str]:
    """A sandboxed worker; gives its task queue."""
    queue = f"courier-{uuid.uuid4().hex}"
    async with Worker(client, task_queue=queue, workflows=[Courier], activities=[deliver.deliver_due]):
        yield queue


async def walk(client: Client, deliver: Rounds | Notices) -> Delivered:
    async with working(client, deliver) as queue:
        return await client.execute_workflow(Courier.run, id=f"courier-{uuid.uuid4().hex}", task_queue=queue)


@pytest_asyncio.fixture
async def desk(database_dsn: str) -> AsyncIterator[Desk]:
    async with Desk.open(database_dsn) as desk:
        yield desk


async def test_a_courier_walks_until_nothing_more_is_to_be_done_and_adds_up(client: Client) -> None:
    rounds = Rounds(iter([Delivered(sent=3, more=True), Delivered(sent=2, dropped=1, more=True), Delivered(later=1)]))
    assert await walk(client, rounds) == Delivered(sent=5, dropped=1, later=1, more=False)
    assert rounds.asked == 3


async def test_a_courier_that_finds_no_end_stops_and_leaves_the_rest_to_the_next(
    client: Client,
) -> None:
    rounds = Rounds(Delivered(sent=1, more=True) for _ in range(100))
    assert await walk(client, rounds) == Delivered(sent=policies.DELIVERY_ROUNDS, more=True)
    assert rounds.asked == policies.DELIVERY_ROUNDS


@pytest_asyncio.fixture
async def scheduled(client: Client) -> AsyncIterator[Client]:
    """A client whose server has no courier's schedule before and after."""
    yield client
    await client.get_schedule_handle(COURIER_SCHEDULE).delete()


async def test_the_schedule_is_made_once_and_takes_a_new_interval(scheduled: Client) -> None:
    handle = scheduled.get_schedule_handle(COURIER_SCHEDULE)
    for every in (HOUR, HOUR, 2 * HOUR):
        await ensure_schedule(scheduled, every)
    schedule = (await handle.describe()).schedule
    assert [interval.every for interval in schedule.spec.intervals] == [2 * HOUR]
    assert schedule.policy.overlap == ScheduleOverlapPolicy.SKIP
    assert len([found async for found in await scheduled.list_schedules() if found.id == COURIER_SCHEDULE]) <= 1


async def test_a_schedule_that_an_operator_has_paused_stays_paused(scheduled: Client) -> None:
    await ensure_schedule(scheduled, HOUR)
    handle = scheduled.get_schedule_handle(COURIER_SCHEDULE)
    await handle.pause(note="the mail server moves house")
    await ensure_schedule(scheduled, 2 * HOUR)
    state = (await handle.describe()).schedule.state
    assert (state.paused, state.note) == (True, "the mail server moves house")


async def test_the_schedule_sends_a_courier_who_delivers(scheduled: Client, desk: Desk) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    async with Postbox().open() as postbox, working(scheduled, desk.courier(postbox.mailer())) as queue:
        await ensure_schedule(scheduled, timedelta(seconds=1), task_queue=queue)
        await postbox.arrived.wait()
        await scheduled.get_schedule_handle(COURIER_SCHEDULE).pause()
    assert postbox.receivers == ["j1@example.org"]
    assert (await desk.row(notice))["status"] in {"handing_over", "sent"}


async def test_couriers_remember_how_often_they_have_set_out_so_that_an_older_database_sends_nothing_twice(
    scheduled: Client, desk: Desk
) -> None:
    notice = await desk.notice(await desk.journey("j1"))
    later = await desk.notice(await desk.journey("j2"), send_after=desk.now + HOUR)
    async with Postbox().open() as postbox, working(scheduled, desk.courier(postbox.mailer())) as queue:
        await ensure_schedule(scheduled, timedelta(seconds=1), task_queue=queue)
        await eventually(lambda: _became(desk, notice, "sent"), "the letter is sent")
        walks = (await desk.run("SELECT walk FROM walks"))[0]["walk"]
        await eventually(lambda: _has_walked(desk, walks + 2), "couriers that remember")
        # As it was before the letter left; a database is not put back under a courier's hands.
        schedule = scheduled.get_schedule_handle(COURIER_SCHEDULE)
        await schedule.pause()
        await eventually(lambda: _nobody_is_out(schedule), "no courier is on its way")
        await desk.run("WITH a AS (UPDATE walks SET walk = 0) UPDATE notices SET status = 'due', next_try_at = NULL")
        await schedule.unpause()
        await eventually(lambda: _became(desk, notice, "unsure"), "the letter is in doubt")
        await eventually(lambda: _has_walked(desk, walks + 6), "couriers that go on")
        fresh = await desk.notice(await desk.journey("j3"))
        await eventually(lambda: _became(desk, fresh, "sent"), "what is new is sent")
        await schedule.pause()
    assert await desk.became(notice, later) == [("unsure", "restored"), ("due", None)]
    assert postbox.receivers == ["j1@example.org", "j3@example.org"]


async def _nobody_is_out(schedule: ScheduleHandle) -> bool:
    return not (await schedule.describe()).info.running_actions


async def _became(desk: Desk, notice: str, status: str) -> bool:
    return bool((await desk.row(notice))["status"] == status)


async def _has_walked(desk: Desk, walks: int) -> bool:
    return bool((await desk.run("SELECT walk >= $1 AS so FROM walks", walks))[0]["so"])


async def test_letters_follow_the_clock_of_the_server_even_where_it_skips(
    time_skipping: WorkflowEnvironment, desk: Desk
) -> None:
    now = await time_skipping.get_current_time()
    week = timedelta(days=7)
    desk.now = now
    staff = await desk.staff("s1", "coordinator")
    task = await desk.task(await desk.journey("j1"), due_at=now + 5 * week)
    notice = await desk.reminder(task, staff=staff, send_after=now + week, valid_until=now + 5 * week)
    # Waiting for a result would let the clock run on by itself.
    with time_skipping.auto_time_skipping_disabled():
        async with Postbox().open() as postbox:
            courier = Notices(desk.database, postbox.mailer())
            assert await walk(time_skipping.client, courier) == Delivered(walk=1)
            await time_skipping.sleep(week)
            total = await walk(time_skipping.client, courier)
            for _ in range(12):  # over a night and a weekend at most, in strides shorter than an office day
                await time_skipping.sleep(timedelta(hours=8))
                total = total.plus(await walk(time_skipping.client, courier))
    assert total.sent == 1
    assert now + week <= (await desk.row(notice))["settled_at"] < now + week + timedelta(days=5)


async def test_a_walk_in_vain_ends_without_knocking_again_and_again(client: Client, desk: Desk) -> None:
    for number in range(3):
        await desk.notice(await desk.journey(f"j{number}"))
    down = Postbox(port=free_port())
    assert await walk(client, desk.courier(down.mailer())) == Delivered(later=3, walk=1)
