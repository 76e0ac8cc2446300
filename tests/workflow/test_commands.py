"""The same command however often, many at once, refused ones, and mistakes of our own."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from journey import engine
from schemas.commands import Command, JoinInterest
from schemas.journey import JourneyState
from services.journeys import NoLongerRunning, RefusedByJourney
from services.visibility import wait_until_visible
from tests.invariants import once_each, told
from tests.workflow.harness import MONDAY, House, over

ROUTE = {"route": "job"}


@pytest.mark.parametrize(
    ("answer", "english", "swedish"),
    [
        (("welcome_call", "nonsense", 1), "cannot end with nonsense", "kan inte sluta med nonsense"),
        (("welcome_call", "willing", 1), "also needs an answer to: route", "behöver också svar på: route"),
        (("welcome_call", "willing", 2), "There is no task", "Det finns ingen uppgift"),
        (("move", "arrived", 1), "There is no task", "Det finns ingen uppgift"),
    ],
    ids=["unknown outcome", "missing answer", "later generation", "not open yet"],
)
async def test_what_is_refused_comes_back_as_a_sentence_and_leaves_no_trace(
    house: House, answer: tuple[str, str, int], english: str, swedish: str
) -> None:
    step, outcome, generation = answer
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        before = await house.spent(journey)
        with pytest.raises(RefusedByJourney) as refused:
            await house.complete(journey, step, outcome, generation=generation)
        assert await house.spent(journey) == before
    assert english in refused.value.sentence("en")
    assert swedish in refused.value.sentence("sv")


async def test_a_command_that_came_before_the_first_moment_of_the_journey_is_judged_and_acts(house: House) -> None:
    journey = await house.begin()
    early = asyncio.create_task(house.complete(journey, "welcome_call", "willing", key="early", facts=ROUTE))
    refused = asyncio.create_task(house.complete(journey, "interview", "nonsense"))
    await asyncio.sleep(0.2)  # both are at the server before anybody is there to answer
    async with house.worker():
        receipt = await early
        with pytest.raises(RefusedByJourney):
            await refused
        events = await house.written(journey, receipt.seq)
    once_each(events, ["early"])
    assert f"{journey}.interview.1" in receipt.opened


async def test_acknowledged_is_visible(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        receipt = await house.complete(journey, "welcome_call", "willing", facts=ROUTE)
        assert await wait_until_visible(house.db, journey, receipt.seq, timeout=100)
        task = await house.row("tasks", "task", f"{journey}.welcome_call.1")
    assert (task["status"], task["outcome"]) == ("completed", "willing")


async def test_the_same_command_twice_at_once_acts_once(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        twice = [house.complete(journey, "welcome_call", "willing", key="k", facts=ROUTE) for _ in range(2)]
        first, second = await asyncio.gather(*twice)
        events = await house.written(journey, first.seq)
    assert first.but(repeated=False) == second.but(repeated=False)
    once_each(events, ["k"])


async def test_the_same_command_acts_once_over_a_checkpoint_and_a_new_worker(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        first = await house.complete(journey, "welcome_call", "willing", key="k", facts=ROUTE)
        await house.checkpointed(journey)
        after_checkpoint = await house.complete(journey, "welcome_call", "willing", key="k", facts=ROUTE)
    async with house.worker():
        after_restart = await house.complete(journey, "welcome_call", "willing", key="k", facts=ROUTE)
        events = await house.written(journey, first.seq)
    assert not first.repeated
    assert after_checkpoint == after_restart == first.but(repeated=True)
    once_each(events, ["k"])


async def test_after_the_end_a_repeated_command_has_its_receipt_and_a_new_one_hears_that_it_is_over(
    house: House,
) -> None:
    async with house.worker():
        journey = await house.begin()
        early = await house.journeys.join(journey, JoinInterest(id="early", received_at=MONDAY))
        await house.checkpointed(journey)
        last = await house.complete(journey, "welcome_call", "not_willing", key="last")
        await over(house, journey)
        again = await house.complete(journey, "welcome_call", "not_willing", key="last")
        for key in ("early", "new"):
            with pytest.raises(NoLongerRunning):
                await house.journeys.join(journey, JoinInterest(id=key, received_at=MONDAY))
    closed = JourneyState.model_validate((await house.row("journeys", "journey", journey))["closed"])
    assert again == last
    assert (closed.ledger["early"], closed.ledger["last"]) == (early, last)


async def test_a_used_key_for_something_else_is_refused(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.complete(journey, "welcome_call", "willing", key="k", facts=ROUTE)
        await house.checkpointed(journey)
        with pytest.raises(RefusedByJourney) as refused:
            await house.complete(journey, "interview", "booked", key="k", dates={"interview_at": MONDAY})
    assert refused.value.code == "command_id_reused"


async def test_ten_callers_at_once_are_all_answered_and_numbered_without_gaps(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        callers = [f"interest-{number}" for number in range(10)]
        receipts = await asyncio.gather(
            *(house.journeys.join(journey, JoinInterest(id=caller, received_at=MONDAY)) for caller in callers)
        )
        events = await house.written(journey, max(receipt.seq for receipt in receipts))
    once_each(events, callers)
    assert told(events).count("interest_joined") == len(callers)
    assert len({receipt.seq for receipt in receipts}) == len(callers)


async def test_of_two_different_outcomes_for_one_task_exactly_one_wins(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        answers = await asyncio.gather(
            house.complete(journey, "welcome_call", "willing", key="yes", facts=ROUTE),
            house.complete(journey, "welcome_call", "not_reached", key="nobody"),
            return_exceptions=True,
        )
        won = [answer for answer in answers if not isinstance(answer, BaseException)]
        lost = [answer for answer in answers if isinstance(answer, RefusedByJourney)]
        events = await house.written(journey, won[0].seq)
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].code in {"task_ended", "task_replaced"}
    assert told(events).count("task_completed welcome_call") == 1


@pytest.mark.parametrize("survives_judgement", [False, True], ids=["while judging", "while acting"])
async def test_a_mistake_of_ours_is_answered_and_wedges_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, survives_judgement: bool
) -> None:
    really, seen = engine.decide, [survives_judgement]

    def decide(state: JourneyState, command: Command, now: datetime) -> engine.Decision:
        if command.id == "unlucky" and not (seen and seen.pop()):
            raise ZeroDivisionError
        return really(state, command, now)

    monkeypatch.setattr(engine, "decide", decide)
    async with house.worker(sandbox=False):
        journey = await house.begin()
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await house.complete(journey, "welcome_call", "willing", key="unlucky", facts=ROUTE)
        receipt = await house.complete(journey, "welcome_call", "willing", key="lucky", facts=ROUTE)
        spent = await house.spent(journey)
    assert isinstance(failed.value.cause, ApplicationError)
    assert failed.value.cause.type in {"mistake", "ZeroDivisionError"}
    assert receipt.seq > 0
    assert "WORKFLOW_TASK_FAILED" not in spent.kinds
