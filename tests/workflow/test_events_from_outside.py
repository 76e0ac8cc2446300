"""What outside systems report: nobody waits for an answer, so everything must end in the journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from journey import engine
from schemas.commands import Command, RecordEvent
from schemas.events import Event, EventKind
from schemas.journey import JourneyState
from tests.invariants import once_each, told
from tests.workflow.harness import MONDAY, House, over

ROUTE = {"route": "job"}
GOOD = {"id": "e1", "type": "offer.made", "outcome": "offered"}


async def asked_for_an_offer(house: House) -> str:
    """A journey that waits for an offer."""
    journey = await house.begin()
    await house.settled(journey)
    await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
    await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY})
    return journey


def reasons(events: Iterable[Event]) -> list[str | None]:
    return [event.reason for event in events if event.kind is EventKind.EVENT_REFUSED]


async def test_a_report_answers_the_step_that_waits_for_it_once(house: House) -> None:
    async with house.worker():
        journey = await asked_for_an_offer(house)
        for _ in range(3):
            await house.report(journey, "offer.made", "offered", key="e1")
        await house.checkpointed(journey)
        await house.report(journey, "offer.made", "offered", key="e1")
        await house.report(journey, "nobody.knows", "offered", key="e2")
        events = await house.written(journey, 0, EventKind.EVENT_REFUSED)
    once_each(events, ["e1"])
    assert told(events).count("task_opened move") == 1
    assert reasons(events) == ["unknown_type"]


async def test_a_report_that_comes_early_waits_for_its_step_over_a_checkpoint(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.report(journey, "offer.made", "offered", key="e1")
        await house.written(journey, 0, EventKind.EVENT_PARKED)
        await house.checkpointed(journey)
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        receipt = await house.complete(journey, "interview", "booked", dates={"interview_at": MONDAY})
        events = await house.written(journey, receipt.seq)
    assert f"{journey}.move.1" in receipt.opened
    assert told(events).count("task_completed offer") == 1


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([{**GOOD, "type": "nobody.knows"}], "unknown_type"),
        ([{**GOOD, "outcome": "nonsense"}], "unknown_outcome"),
        ([{**GOOD, "facts": {"shoe_size": "large"}}], "unknown_fact"),
        ([{**GOOD, "id": "not an id"}], "unreadable"),
        ([{"type": "offer.made"}], "unreadable"),
        (["offer.made"], "unreadable"),
        ([["offer.made", "offered"]], "unreadable"),
        ([None], "unreadable"),
        ([b"\x00\xff"], "unreadable"),
        ([], "unreadable"),
        ([GOOD, "and more"], "unreadable"),
    ],
)
async def test_a_report_that_cannot_be_taken_in_is_in_the_journal_as_refused(
    house: House, arguments: list[Any], reason: str
) -> None:
    async with house.worker():
        journey = await asked_for_an_offer(house)
        await house.journeys.handle(journey).signal("record_event", args=arguments)
        events = await house.written(journey, 0, EventKind.EVENT_REFUSED)
        answered = await house.complete(journey, "offer", "offered")
        spent = await house.spent(journey)
    assert reasons(events) == [reason]
    assert f"{journey}.move.1" in answered.opened
    assert "WORKFLOW_TASK_FAILED" not in spent.kinds


async def test_a_mistake_of_ours_with_a_report_is_in_the_journal_and_wedges_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = engine.decide

    def decide(state: JourneyState, command: Command, now: datetime) -> engine.Decision:
        if isinstance(command, RecordEvent):
            raise ZeroDivisionError
        return really(state, command, now)

    monkeypatch.setattr(engine, "decide", decide)
    async with house.worker(sandbox=False):
        journey = await asked_for_an_offer(house)
        await house.report(journey, "offer.made", "offered")
        events = await house.written(journey, 0, EventKind.EVENT_REFUSED)
        await house.complete(journey, "offer", "offered")
        spent = await house.spent(journey)
    assert reasons(events) == ["mistake"]
    assert "WORKFLOW_TASK_FAILED" not in spent.kinds


async def test_a_report_that_meets_the_end_of_the_journey_is_in_the_journal(house: House) -> None:
    journey = await house.begin()
    async with house.worker():
        await house.settled(journey)
        for number in range(3):
            await house.report(journey, "offer.made", "offered", key=f"before-{number}")
        await house.complete(journey, "welcome_call", "not_willing")
        late = house.journeys.handle(journey)
        await late.signal("record_event", {**GOOD, "id": "after"})
        events = await house.ended(journey)
        await over(house, journey)
        events = await house.journal(journey)
    assert told(events).count("event_parked") + len(reasons(events)) >= 3
