"""Alarms go off at their journey time: whatever the pace, with nobody there, while the journey rests, for months."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from schemas.commands import HoldJourney, ReleaseJourney
from schemas.events import Event, EventKind
from schemas.journey import DAY, Pace
from tests.invariants import ALARMS, alarms_kept, told
from tests.workflow.harness import MONDAY, House, accelerated, eventually, house_on

ROUTE = {"route": "job"}
FRIDAY = MONDAY + timedelta(days=4)
FAST = timedelta(seconds=0.5)
FOUR_DAYS = [
    ("task_reminded", "Tue 08:00"),
    ("task_reminded", "Wed 08:00"),
    ("task_overdue", "Thu 16:00"),
    ("task_escalated", "Thu 16:00"),
]
"""The welcome call's alarms for an interest received on Monday: mornings between, then closing time."""


def alarms(events: list[Event]) -> list[tuple[str, str]]:
    """Kind and time (UTC) of the alarms of the welcome call."""
    found = [event for event in events if event.kind in ALARMS.values() and event.step == "welcome_call"]
    return [(event.kind.value, f"{event.at:%a %H:%M}") for event in found]


def planned(events: list[Event]) -> list[tuple[str, str]]:
    """The same, as they were set when the call was opened: a slow machine may have begun a day or two late."""
    opened = next(e.task for e in events if e.kind is EventKind.TASK_OPENED and e.step == "welcome_call")
    assert opened is not None
    return [(ALARMS[alarm.kind].value, f"{alarm.at:%a %H:%M}") for alarm in opened.alarms]


async def escalated(house: House, journey: str) -> list[Event]:
    """The journal, once the welcome call has been escalated; on a slow machine other steps may be late before it."""

    async def there() -> list[Event]:
        found = await house.journal(journey)
        return found if EventKind.TASK_ESCALATED in {each.kind for each in found if each.step == "welcome_call"} else []

    return await eventually(there, "the call is escalated")


async def test_alarms_go_off_one_by_one_at_their_journey_time(client: Client, database_dsn: str) -> None:
    async with house_on(client, database_dsn, accelerated(FAST)) as house, house.worker():
        journey = await house.begin()
        events = await escalated(house, journey)
    assert alarms(events) == planned(events)
    assert all(event.recorded_at >= event.at for event in events)


@pytest.mark.parametrize("cached", [1000, 0], ids=["kept in memory", "replayed at every task"])
async def test_alarms_missed_while_nobody_was_there_carry_the_time_they_fell_due(
    client: Client, database_dsn: str, cached: int
) -> None:
    # Monday morning comes once the worker has had the time to start, and Friday not before it has stopped.
    pace = accelerated(timedelta(seconds=2), wall=datetime.now(UTC) + timedelta(seconds=2))
    async with house_on(client, database_dsn, pace) as house:
        async with house.worker(cached_workflows=cached):
            journey = await house.begin()
            await house.settled(journey)
        stopped = house.now()
        await asyncio.sleep(max(0.0, (house.pace.to_wall(FRIDAY) - datetime.now(UTC)).total_seconds()))
        async with house.worker(cached_workflows=cached):
            await house.written(journey, 0, EventKind.TASK_ESCALATED)
            receipt = await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
            events = await house.written(journey, receipt.seq)
    assert alarms(events) == planned(events)
    late = [event for event in events if event.kind in ALARMS.values() and event.at > stopped]
    assert all(event.recorded_at > FRIDAY for event in late)
    assert EventKind.TASK_ESCALATED in {event.kind for event in late}
    # Its pace has not changed: what the person did is dated after what fell due before it.
    done = next(event for event in events if event.outcome == "willing")
    assert done.at == done.recorded_at > FRIDAY
    assert done.seq > max(event.seq for event in late)


async def test_one_timer_is_kept_and_set_anew_only_to_go_off_earlier(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY + 9 * DAY})
        later = (await house.spent(journey)).kinds
        soon = HoldJourney(id="h", cause="illness", on="participant", review_at=house.now() + timedelta(hours=1))
        await house.journeys.hold(journey, soon)
        earlier = (await house.spent(journey)).kinds
    assert (later["TIMER_STARTED"], later.get("TIMER_CANCELED", 0)) == (1, 0)
    assert (earlier["TIMER_STARTED"], earlier["TIMER_CANCELED"]) == (2, 1)


async def test_a_timer_that_goes_off_a_hair_early_wedges_nothing(
    client: Client, database_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = Pace.to_wall
    monkeypatch.setattr(Pace, "to_wall", lambda pace, at: really(pace, at) - timedelta(seconds=0.3))
    async with house_on(client, database_dsn, accelerated(FAST)) as house, house.worker(sandbox=False):
        journey = await house.begin()
        events = await escalated(house, journey)
        spent = await house.spent(journey)
    assert alarms(events) == planned(events)
    assert "WORKFLOW_TASK_FAILED" not in spent.kinds


async def test_a_call_that_nobody_makes_is_reminded_of_and_escalated(
    months: House, skipping: WorkflowEnvironment
) -> None:
    async with months.worker():
        journey = await months.begin()
        await months.settled(journey)
        await skipping.sleep(4 * DAY)
        events = await months.written(journey, 0, EventKind.TASK_ESCALATED)
    assert alarms(events) == FOUR_DAYS
    assert all(event.recorded_at - event.at < timedelta(minutes=1) for event in events)


async def test_a_wait_that_is_never_answered_ends_by_itself_and_goes_where_the_programme_says(
    months: House, skipping: WorkflowEnvironment
) -> None:
    async with months.worker():
        journey = await months.begin()
        await months.settled(journey)
        await months.complete(journey, "welcome_call", "willing", facts=ROUTE)
        for generation in (1, 2):
            at = {"interview_at": MONDAY + 90 * DAY}
            await months.complete(journey, "interview", "booked", generation=generation, dates=at)
            await skipping.sleep(30 * DAY)
        events = await months.written(journey, 0, EventKind.JOURNEY_ENDED)
    assert told(events).count("task_completed offer") == 2
    assert [event.exit for event in events if event.kind is EventKind.JOURNEY_EXITED] == ["X8"]
    assert alarms_kept(events) > 6


async def test_a_hold_wakes_by_itself_on_its_day_and_our_promises_have_waited(
    months: House, skipping: WorkflowEnvironment
) -> None:
    async with months.worker():
        journey = await months.begin()
        await months.settled(journey)
        await months.complete(journey, "welcome_call", "maybe", dates={"wake_at": (MONDAY + 60 * DAY).date()})
        await skipping.sleep(59 * DAY)
        asleep = await months.state(journey)
        await skipping.sleep(4 * DAY)
        events = await months.written(journey, 0, EventKind.JOURNEY_RELEASED)
    assert asleep.hold is not None
    assert alarms(events) == []
    # 60 days later is Friday 1 May, a day off: the next working morning, in summer time.
    assert [f"{e.at:%a %F %H:%M}" for e in events if e.kind is EventKind.JOURNEY_RELEASED] == ["Mon 2026-05-04 07:00"]
    assert told(events)[-2:] == ["journey_released", "task_opened welcome_call"]


async def test_a_review_comes_on_its_day_and_a_release_gives_the_remaining_time_back(
    months: House, skipping: WorkflowEnvironment
) -> None:
    async with months.worker():
        journey = await months.begin()
        await months.settled(journey)
        review = MONDAY + 10 * DAY
        rest = HoldJourney(id="h", cause="illness", on="participant", review_at=review)
        await months.journeys.hold(journey, rest)
        await skipping.sleep(12 * DAY)
        await months.written(journey, 0, EventKind.HOLD_REVIEW_DUE)
        receipt = await months.journeys.release(journey, ReleaseJourney(id="r"))
        events = await months.written(journey, receipt.seq)
    assert [event.at for event in events if event.kind is EventKind.HOLD_REVIEW_DUE] == [review]
    assert alarms(events) == []
    retimed = next(event.task for event in events if event.kind is EventKind.TASK_RETIMED)
    # Rested from Monday morning to Saturday: three working days are left, from the Monday after.
    assert retimed is not None
    assert f"{retimed.due_at:%a %F}" == "Thu 2026-03-19"


async def test_months_of_silence_are_escalated_every_working_week(months: House, skipping: WorkflowEnvironment) -> None:
    async with months.worker():
        journey = await months.begin()
        await months.settled(journey)
        await months.complete(journey, "welcome_call", "willing", facts=ROUTE)
        await skipping.sleep(90 * DAY)

        async def enough() -> list[Event]:
            found = await months.journal(journey)
            return found if sum(event.kind is EventKind.TASK_ESCALATED for event in found) >= 11 else []

        events = await eventually(enough, "eleven escalations")
    escalated = [event.at for event in events if event.kind is EventKind.TASK_ESCALATED and event.step == "interview"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(escalated[1:])]
    assert all(gap >= 7 * DAY - timedelta(hours=1) for gap in gaps)
    assert alarms_kept(events) >= 11
