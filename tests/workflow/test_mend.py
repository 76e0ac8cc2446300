"""One update takes every mending command: each arrives as what it is, is answered or refused, and acts once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.converter import PayloadConverter

from journey.errors import Refusal
from schemas.commands import Command, ExitJourney, HoldJourney, ReleaseJourney
from schemas.journey import DAY
from schemas.mending import AdoptProgramme, CorrectAnswers, CoverStaff, GoBack, Mend, MoveDate, NudgeTask
from tests.invariants import told
from tests.programmes import programme
from tests.workflow.harness import MONDAY, House
from workflows.connection import DATA_CONVERTER

ROUTE = {"route": "job"}
STUDY = {"route": "study"}


async def test_each_command_arrives_as_what_it_is_and_its_reason_is_in_the_journal(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        rest = HoldJourney(id="h", by="lena", why="w1", cause="illness", on="participant", review_at=MONDAY + 20 * DAY)
        await house.journeys.perform(journey, rest)
        await house.journeys.perform(journey, ReleaseJourney(id="r", by="lena"))
        await house.complete(journey, "welcome_call", "willing", facts=STUDY)
        await house.journeys.perform(journey, CorrectAnswers(id="c", by="lena", why="w2", facts=ROUTE))
        await house.journeys.perform(journey, GoBack(id="b", by="lena", why="w3", step="welcome_call"))
        left = await house.journeys.perform(journey, ExitJourney(id="x", by="lena", why="w4", exit="X8", any_exit=True))
        events = await house.written(journey, left.seq)
    acts = {key: told(event for event in events if event.command == key)[0] for key in ("h", "r", "c", "b", "x")}
    assert acts == {
        "h": "journey_held",
        "r": "journey_released",
        "c": "answers_corrected",
        "b": "went_back welcome_call",
        "x": "task_closed welcome_call",
    }
    reasons = {event.command: event.why for event in events if event.by == "lena"}
    assert reasons == {"h": "w1", "r": None, "c": "w2", "b": "w3", "x": "w4"}


async def test_the_same_command_acts_once_also_over_a_checkpoint(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        correct = CorrectAnswers(id="c", by="lena", facts=ROUTE)
        first = await house.journeys.perform(journey, correct)
        await house.checkpointed(journey)
        again = await house.journeys.perform(journey, correct)
        events = await house.written(journey, first.seq)
    assert again == first.but(repeated=True)
    assert told(events).count("answers_corrected") == 1


async def test_what_is_refused_leaves_no_trace_in_the_history(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        before = (await house.spent(journey)).kinds
        with pytest.raises(Refusal) as refused:
            await house.journeys.perform(journey, GoBack(id="b", step="nowhere"))
        after = (await house.spent(journey)).kinds
    assert "nowhere" in refused.value.sentence("sv")
    assert "nowhere" in refused.value.sentence("en")
    assert after.get("WORKFLOW_EXECUTION_UPDATE_ACCEPTED", 0) == before.get("WORKFLOW_EXECUTION_UPDATE_ACCEPTED", 0)


async def test_a_command_of_a_kind_that_nobody_knows_is_refused_and_the_journey_goes_on(house: House) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        handle = house.journeys.handle(journey)
        with pytest.raises(WorkflowUpdateFailedError):
            await handle.execute_update("mend", {"command": {"act": "abolish", "id": "a"}}, id="a")
        await house.complete(journey, "welcome_call", "willing", facts=ROUTE)


@pytest.mark.parametrize(
    "command",
    [
        NudgeTask(id="c", task="j.step.1"),
        MoveDate(id="c", date="arrival", to=MONDAY.date()),
        MoveDate(id="c", date="interview_at", to=MONDAY),
        AdoptProgramme(id="c", programme=programme("relocate")),
        CoverStaff(id="c", absent="anna", stand_in="lena", since=MONDAY, until=MONDAY + timedelta(hours=1)),
    ],
    ids=lambda command: command.what,
)
def test_a_command_survives_the_way_through_temporal(command: Command) -> None:
    converter: PayloadConverter = DATA_CONVERTER.payload_converter
    order = Mend.model_validate({"command": command})
    (back,) = converter.from_payloads(converter.to_payloads([order]), [Mend])
    assert back == order
    assert type(back.command) is type(command)
