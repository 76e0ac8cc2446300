"""A journey's life as one durable workflow, on the real server."""

from __future__ import annotations

from datetime import datetime

import pytest

from db import staffing
from db.pool import Connection
from journey.errors import Refusal
from schemas.commands import (
    AssignTask,
    ExitJourney,
    HoldJourney,
    JoinInterest,
    ReleaseJourney,
    ReopenJourney,
)
from schemas.events import EventKind
from schemas.journey import DAY, JourneyState, Status
from tests.invariants import told
from tests.workflow.harness import MONDAY, House, live, over
from workflows.journey import ParticipantJourney

ROUTE = {"route": "job"}
LIFE = [
    "journey_started",
    "milestone_reached intake",
    "task_opened assignment",
    "task_opened welcome_call",
    "task_completed assignment",
    "task_assigned welcome_call",
    "task_completed welcome_call",
    "task_opened interview",
    "milestone_reached enrolled",
    "task_completed interview",
    "task_opened offer",
    "task_completed offer",
    "task_opened move",
    "task_completed move",
    "journey_exited",
    "task_opened follow_up",
    "task_completed follow_up",
    "journey_ended",
]
in_memory_or_not = pytest.mark.parametrize("cached", [1000, 0], ids=["kept in memory", "replayed at every task"])


@in_memory_or_not
async def test_a_journey_runs_from_the_first_call_to_the_follow_up(house: House, cached: int) -> None:
    async with house.worker(cached_workflows=cached):
        journey = await house.begin()
        await live(house, journey)
        events = await house.ended(journey)
        await over(house, journey)
    assert told(events) == LIFE
    row = await house.row("journeys", "journey", journey)
    assert (row["status"], row["exit"], row["seq"]) == ("ended", "OK1", len(LIFE))
    assert (row["closed"]["seq"], row["closed"]["outbox"]) == (len(LIFE), [])


@in_memory_or_not
async def test_every_wish_of_the_staff_is_an_update_that_is_answered(house: House, cached: int) -> None:
    async with house.worker(cached_workflows=cached):
        journey = await house.begin()
        await house.settled(journey)
        rest = HoldJourney(id="h1", cause="illness", on="participant", review_at=MONDAY + 20 * DAY)
        receipts = [
            await house.journeys.hold(journey, rest),
            await house.journeys.release(journey, ReleaseJourney(id="r1")),
            await house.journeys.join(journey, JoinInterest(id="i1", received_at=MONDAY)),
            await house.journeys.assign(AssignTask(id="a1", task=f"{journey}.welcome_call.1", to="lena")),
            await house.journeys.leave(journey, ExitJourney(id="x1", exit="X5")),
        ]
        events = await house.ended(journey)
    keys = ("h1", "r1", "i1", "a1", "x1")
    assert {key: told(event for event in events if event.command == key) for key in keys} == {
        "h1": ["journey_held"],
        "r1": ["journey_released", "task_retimed welcome_call"],
        "i1": ["interest_joined"],
        "a1": ["task_assigned welcome_call"],
        "x1": ["task_closed welcome_call", "journey_exited", "journey_ended"],
    }
    assert [receipt.seq for receipt in receipts] == sorted(receipt.seq for receipt in receipts)
    assert (receipts[-1].status, receipts[-1].exit) == (Status.ENDED, "X5")


async def test_who_has_arrived_and_is_followed_up_comes_back_in_the_same_run(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY + 9 * DAY})
        await house.complete(journey, "offer", "offered")
        await house.complete(journey, "move", "arrived")
        run = await house.run_of(journey)
        back = await house.journeys.come_back(journey, ReopenJourney(id="back", step="interview"))
        state = await house.state(journey)
        assert await house.run_of(journey) == run
    assert f"{journey}.interview.2" in back.opened
    assert (state.status, state.exit) == (Status.OPEN, None)


async def test_an_ended_journey_is_taken_up_again_once_from_what_postgres_kept(house: House) -> None:
    async with house.worker():
        journey, closed = await declined(house)
        again = ReopenJourney(id="back", received_at=MONDAY + DAY)
        await house.journeys.reopen(journey, closed, again)
        await house.journeys.reopen(journey, closed, again)
        events = await house.written(journey, closed.seq + 2)
        repeated = await house.journeys.come_back(journey, again)
    assert told(events).count("journey_reopened") == 1
    assert told(events)[closed.seq] == "journey_reopened"
    assert repeated.repeated
    assert (await house.row("journeys", "journey", journey))["closed"] is None


async def test_taking_up_again_at_a_step_that_does_not_exist_is_refused_before_anything_starts(house: House) -> None:
    async with house.worker():
        journey, closed = await declined(house)
        before = await house.run_of(journey)
        with pytest.raises(Refusal, match="no step nowhere"):
            await house.journeys.reopen(journey, closed, ReopenJourney(id="back", step="nowhere"))
        assert await house.run_of(journey) == before


async def declined(house: House) -> tuple[str, JourneyState]:
    """A journey that ended at the first call, and its final state as Postgres keeps it."""
    journey = await house.begin()
    await house.settled(journey)
    await house.complete(journey, "welcome_call", "not_willing")
    await house.ended(journey)
    await over(house, journey)
    return journey, JourneyState.model_validate((await house.row("journeys", "journey", journey))["closed"])


async def test_it_says_how_it_stands_in_both_languages_when_asked(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        words = await house.journeys.handle(journey).query(ParticipantJourney.explanation)
        state = await house.state(journey)
    assert [task.step for task in state.tasks] == ["welcome_call"]
    assert (state.seq, state.owners) == (6, {"coordinator": "anna", "leader": "lena"})
    assert "Welcome call" in words.en
    assert "Welcome call (sv)" in words.sv


async def test_owners_are_found_by_themselves_although_the_first_attempts_fail(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = ["no connection", "still none"]
    really = staffing.least_busy

    async def least_busy(connection: Connection, now: datetime) -> dict[str, str]:
        if failures:
            raise OSError(failures.pop())
        return await really(connection, now)

    monkeypatch.setattr(staffing, "least_busy", least_busy)
    async with house.worker():
        journey = await house.begin()
        # A person need not wait for it.
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        await house.settled(journey)
        events = await house.written(journey, 0, EventKind.TASK_ASSIGNED)
    assert not failures
    assert told(events).count("task_completed assignment") == 1
    assert [e.task.owner for e in events if e.task and e.kind is EventKind.TASK_ASSIGNED] == ["anna"]


async def test_the_automatic_step_may_be_done_by_a_person_while_its_action_keeps_failing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = True
    really = staffing.least_busy

    async def least_busy(connection: Connection, now: datetime) -> dict[str, str]:
        if fails:
            raise OSError
        return await really(connection, now)

    monkeypatch.setattr(staffing, "least_busy", least_busy)
    async with house.worker():
        journey = await house.begin()
        await house.complete(journey, "assignment", "assigned", key="by-hand", owners={"coordinator": "lena"})
        fails = False
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY + 9 * DAY})
        state = await house.state(journey)
    assert state.owners == {"coordinator": "lena"}
    assert f"action:{journey}.assignment.1" not in state.ledger
