"""What an act or another version would do to many: each journey is asked, and nothing is done to any."""

from __future__ import annotations

from typing import Any

from schemas.commands import AssignTask, ExitJourney
from schemas.foresight import Effect
from schemas.mending import NudgeTask
from schemas.programme import Programme
from services.bulk.previewing import Look
from services.bulk.where import Match
from services.mending.dry_run import DryRun
from services.publish import as_next, publish
from tests.workflow.harness import House, over

ALL: dict[str, list[str]] = {"programme": ["sample"]}


def later(programme: Programme) -> Programme:
    """A version in which the first call may take two days more."""
    call = programme.steps["welcome_call"]
    assert call.due is not None
    return programme.but(steps={**programme.steps, "welcome_call": call.but(due=call.due.but(days=5))})


async def settled(house: House, number: int) -> list[str]:
    journeys = sorted([await house.begin() for _ in range(number)])
    for journey in journeys:
        await house.settled(journey)
    return journeys


def dry_run(house: House, command: Any) -> DryRun:
    return DryRun(house.db, house.journeys, command, house.now())


async def test_a_version_is_tried_on_everybody_but_those_that_follow_it_or_do_not_answer(house: House) -> None:
    async with house.worker():
        first = await settled(house, 2)
        draft = await as_next(house.db, later(house.programme))
        assert (draft.version, draft.hash != house.programme.hash) == (2, True)
        house.programme = await publish(house.db, later(house.programme), house.now())
        assert await as_next(house.db, later(house.programme)) == house.programme
        await settled(house, 1)
        unborn = await house.enter()
        look, asked = Look(house.db, house.journeys, draft, house.now()), list[int]()
        seen = await look.at(await look.whom(ALL), asked.append)
        before = [len(await house.journal(journey)) for journey in first]
    assert (seen.outlook.journeys, seen.outlook.changed, seen.already, seen.silent) == (2, 2, 1, (unborn,))
    assert asked == [1, 2, 3, 4]
    assert [(one.effect, one.step, one.examples) for one in seen.outlook.effects] == [
        (Effect.LATER, "welcome_call", seen.outlook.effects[0].examples)
    ]
    assert sorted(seen.outlook.effects[0].examples) == first
    assert seen.as_json()["silent"] == [unborn]
    assert before == [len(await house.journal(journey)) for journey in first]


async def test_an_act_is_tried_on_everybody_and_says_what_who_and_why_not(house: House) -> None:
    async with house.worker():
        first, second, gone = await settled(house, 3)
        unborn = await house.enter()
        await house.journeys.leave(gone, ExitJourney(id="x", exit="X5"))
        await over(house, gone)
        matches = [Match(journey, f"{journey}.welcome_call.1") for journey in (first, second, gone, unborn)]
        found = await dry_run(house, ExitJourney(id="to-come", exit="X5")).over(matches)
        shown = found.as_json()
    assert (found.journeys, found.done, found.refused, found.silent) == (4, 2, 1, [unborn])
    assert {effect: sorted(journeys) for effect, journeys in found.effects.items()} == {
        (Effect.CLOSED, "welcome_call"): [first, second]
    }
    assert {letter: sorted(journeys) for letter, journeys in found.sent.items()} == {}
    assert [(code, journeys) for (code, _, _), journeys in found.refusals.items()] == [("journey_over", [gone])]
    assert sorted(example["journey"] for example in shown["examples"]) == [first, second]
    assert shown["effects"][0]["title"] == {"sv": "Welcome call (sv)", "en": "Welcome call"}
    assert "events" not in shown["examples"][0]["change"]


async def test_an_act_of_a_task_is_tried_on_the_task_that_fitted(house: House) -> None:
    async with house.worker():
        (journey,) = await settled(house, 1)
        task = f"{journey}.welcome_call.1"
        nudged = await dry_run(house, NudgeTask(id="to-come", task="to-come")).of(Match(journey, task))
        none = await dry_run(house, NudgeTask(id="to-come", task="to-come")).of(Match(journey, None))
        stranger = await dry_run(house, AssignTask(id="to-come", task="to-come", to="bo")).of(Match(journey, task))
    assert nudged.change is not None
    assert [(letter.template, letter.staff) for letter in nudged.change.sent] == [("reminder", "anna")]
    assert (none.code, none.task) == ("no_open_task", None)
    assert stranger.code == "unknown_staff"
