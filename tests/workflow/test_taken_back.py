"""What was done last is taken back while nothing of it has left; an ended journey listens until that time is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowExecutionStatus

from db import staffing
from db.pool import SYSTEM
from journey.errors import Refusal
from schemas.commands import ExitJourney, JoinInterest, ReopenJourney
from schemas.journey import DAY, JourneyState, Status
from schemas.mending import UndoLast
from schemas.programme import Programme
from services.intake.delivery import Deliveries, Tell
from services.journeys import NoLongerRunning
from tests.driving import graced
from tests.invariants import told
from tests.workflow.harness import MONDAY, House, accelerated, eventually, house_on, over

ROUTE = {"route": "job"}
BOOKED = {"interview_at": MONDAY + 9 * DAY}
HOUR = timedelta(seconds=8)
"""How long an hour lasts where there is no time to wait for a real one."""


def with_an_hour(plan: dict[str, Any]) -> None:
    plan["undo_minutes"] = 60


@pytest_asyncio.fixture
async def house(client: Client, database_dsn: str) -> AsyncIterator[House]:
    """Journeys in real time, of a programme that gives five minutes to take things back."""
    async with house_on(client, database_dsn, programme=graced()) as house:
        yield house


@asynccontextmanager
async def hours(client: Client, dsn: str, programme: Programme | None = None) -> AsyncIterator[House]:
    """Journeys in which an hour passes quickly, and things may be taken back for that long."""
    async with house_on(client, dsn, accelerated(24 * HOUR), programme=programme or graced(with_an_hour)) as house:
        yield house


def undo(key: str = "u") -> UndoLast:
    return UndoLast(id=key, by="anna")


def leaving(key: str = "x") -> ExitJourney:
    return ExitJourney(id=key, by="anna", exit="X5")


async def letters(house: House, journey: str) -> list[tuple[str, str, str | None]]:
    async with house.db.acting_as(SYSTEM) as connection:
        query = "SELECT template, status, cause FROM notices WHERE journey = $1 ORDER BY seq, notice"
        return [tuple(row) for row in await connection.fetch(query, journey)]


async def closed_state(house: House, journey: str) -> JourneyState:
    """What Postgres keeps of an ended journey, once it does."""

    async def kept() -> Any:
        return (await house.row("journeys", "journey", journey))["closed"]

    return JourneyState.model_validate(await eventually(kept, f"{journey} is kept as ended"))


async def is_running(house: House, journey: str) -> bool:
    return (await house.journeys.handle(journey).describe()).status is WorkflowExecutionStatus.RUNNING


async def timers(house: House, journey: str) -> int:
    return (await house.spent(journey)).kinds.get("TIMER_STARTED", 0)


# ---- within the time


@pytest.mark.parametrize("cached", [1000, 0], ids=["kept in memory", "replayed at every task"])
async def test_a_completion_is_taken_back_and_done_again_as_if_it_were_the_first_time(
    house: House, cached: int
) -> None:
    async with house.worker(cached_workflows=cached):
        journey = await house.begin()
        await house.settled(journey)
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        await house.complete(journey, "interview", "booked", key="wrong", dates=BOOKED)
        undone = await house.journeys.perform(journey, undo())
        await house.complete(journey, "interview", "booked", dates=BOOKED)
        again = await house.journeys.perform(journey, undo())
        events = await house.written(journey, undone.seq + 2)
        task = await house.row("tasks", "task", f"{journey}.offer.1")
    assert [told(e for e in events if e.command == key) for key in ("wrong", "u")] == [
        ["task_completed interview", "task_opened offer"],
        ["act_undone interview", "task_closed offer", "task_restored interview"],
    ]
    assert again == undone
    assert (task["status"], task["reason"]) == ("closed", "undone")
    assert await letters(house, journey) == [("invitation", "dropped", "undone"), ("invitation", "due", None)]


async def test_an_exit_that_ended_the_journey_is_taken_back_and_the_journey_goes_on(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        run = await house.run_of(journey)
        left = await house.complete(journey, "welcome_call", "not_willing")
        assert left.status is Status.ENDED
        assert (await closed_state(house, journey)).undo is None
        with pytest.raises(Refusal, match="has ended"):
            await house.journeys.join(journey, JoinInterest(id="i", received_at=MONDAY))
        undone = await house.journeys.perform(journey, undo())
        await house.written(journey, undone.seq)
        row = await house.row("journeys", "journey", journey)
        assert (row["status"], row["exit"], row["ended_at"], row["closed"]) == ("open", None, None, None)
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        assert await house.run_of(journey) == run
    assert await letters(house, journey) == [("goodbye", "dropped", "undone")]


async def test_a_checkpoint_within_the_time_forgets_nothing(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.complete(journey, "welcome_call", "not_willing")
        await closed_state(house, journey)
        await house.checkpointed(journey)
        undone = await house.journeys.perform(journey, undo())
        events = await house.written(journey, undone.seq)
    assert undone.opened == (f"{journey}.welcome_call.1",)
    assert told(events)[-2:] == ["act_undone welcome_call", "task_restored welcome_call"]


async def test_who_has_just_left_is_taken_in_again_where_the_journey_still_listens(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.journeys.leave(journey, leaving())
        closed, run = await closed_state(house, journey), await house.run_of(journey)
        back = ReopenJourney(id="back", by="anna")
        await house.journeys.reopen(journey, closed, back)
        await house.journeys.reopen(journey, closed, back)
        events = await house.written(journey, closed.seq + 2)
        assert await house.run_of(journey) == run
        with pytest.raises(Refusal, match="Nothing can be taken back"):
            await house.journeys.perform(journey, undo())
    assert told(events).count("journey_reopened") == 1


async def test_an_interest_of_somebody_whose_journey_has_just_ended_takes_them_in_again(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.journeys.leave(journey, leaving())
        closed = await closed_state(house, journey)
        deliveries = Deliveries(house.db, house.journeys)
        for _ in range(2):
            assert await deliveries.carry_out({journey: [Tell("s-2", MONDAY + DAY, "anna")]}) == set()
        events = await house.written(journey, closed.seq + 2)
    assert [event.command for event in events if told([event]) == ["journey_reopened"]] == ["reopen:s-2"]


# ---- after it


async def test_an_ended_journey_falls_silent_when_the_time_is_over(client: Client, database_dsn: str) -> None:
    async with hours(client, database_dsn) as house, house.worker():
        journey = await house.begin()
        await house.settled(journey)
        before = await timers(house, journey)
        left = await house.journeys.leave(journey, leaving())
        closed = await closed_state(house, journey)
        assert await is_running(house, journey)
        await over(house, journey)
        assert await timers(house, journey) == before + 1
        assert closed.seq == left.seq
        with pytest.raises(NoLongerRunning):
            await house.journeys.perform(journey, undo())
        await house.journeys.reopen(journey, closed, ReopenJourney(id="back", by="anna"))
        events = await house.written(journey, closed.seq + 2)
    assert told(events).count("journey_ended") == 1
    assert told(events)[closed.seq] == "journey_reopened"


async def test_the_time_runs_on_in_the_next_run(client: Client, database_dsn: str) -> None:
    async with hours(client, database_dsn) as house, house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.journeys.leave(journey, leaving())
        await closed_state(house, journey)
        await house.checkpointed(journey)
        assert await is_running(house, journey)
        await over(house, journey)
        events = await house.journal(journey)
    assert told(events)[-1] == "journey_ended"


async def test_it_is_too_late_for_an_open_journey_too(client: Client, database_dsn: str) -> None:
    async with hours(client, database_dsn) as house, house.worker():
        journey = await house.begin()
        await house.settled(journey)
        before = await timers(house, journey)
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        await asyncio.sleep(HOUR.total_seconds())
        with pytest.raises(Refusal, match="It could be taken back until 2026-03-02"):
            await house.journeys.perform(journey, undo())
        assert await timers(house, journey) <= before + 1  # the interview's own clock; nobody waits for the time to end


async def test_a_journey_ends_at_once_where_nothing_can_be_taken_back(client: Client, database_dsn: str) -> None:
    async with house_on(client, database_dsn) as house, house.worker():
        journey = await house.begin()
        await house.settled(journey)
        before = await timers(house, journey)
        await house.journeys.leave(journey, leaving())
        await over(house, journey)
        assert await timers(house, journey) == before


# ---- automatic steps


def called_first(plan: dict[str, Any]) -> None:
    """Owners are found only after the call; an hour to take things back."""
    with_an_hour(plan)
    plan["steps"]["assignment"]["needs"] = {"welcome_call": ["willing"]}


async def actions(house: House, journey: str) -> int:
    """How often an action was asked for."""
    (history,) = await house.histories(journey)
    asked = [event.activity_task_scheduled_event_attributes.activity_type.name for event in history.events]
    return asked.count("run_action")


async def test_an_action_waits_until_what_led_to_it_can_no_longer_be_taken_back(
    client: Client, database_dsn: str
) -> None:
    async with hours(client, database_dsn, graced(called_first)) as house, house.worker():
        journey = await house.begin()
        await house.complete(journey, "welcome_call", "willing", key="wrong", facts=ROUTE)
        await house.journeys.perform(journey, undo())
        await house.complete(journey, "welcome_call", "willing", key="right", facts=ROUTE)
        assert await actions(house, journey) == 0
        await house.settled(journey)
        events = await house.journal(journey)
        assert await actions(house, journey) == 1
    opened = next(e.task for e in events if e.command == "right" and told([e]) == ["task_opened assignment"])
    (done,) = [event for event in events if told([event]) == ["task_completed assignment"]]
    assert opened is not None
    assert opened.acts_after is not None
    assert done.task is not None
    assert (done.task.id, done.at > opened.acts_after) == (f"{journey}.assignment.2", True)


async def test_an_action_that_was_not_wanted_any_more_is_wanted_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = True
    really = staffing.least_busy

    async def least_busy(*given: Any) -> dict[str, str]:
        if fails:
            raise OSError
        return await really(*given)

    monkeypatch.setattr(staffing, "least_busy", least_busy)
    async with house.worker(sandbox=False):
        journey = await house.begin()
        await eventually(lambda: actions(house, journey), "the action is asked for")
        await house.journeys.leave(journey, leaving())
        await closed_state(house, journey)
        fails = False
        await house.journeys.perform(journey, undo())
        await house.settled(journey)
        events = await house.journal(journey)
        assert await actions(house, journey) == 2
    assert told(events).count("task_completed assignment") == 1
