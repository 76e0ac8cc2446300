"""What another version would do: to one journey as it really does it, and counted over many with examples."""

from __future__ import annotations

from typing import Any

from journey import engine
from journey.preview import EXAMPLES, WHOLE_EXAMPLES, Tally, preview
from schemas.events import EventKind
from schemas.foresight import Effect, Outlook
from schemas.journey import JourneyState
from schemas.mending import AdoptProgramme
from schemas.programme import Programme
from tests.driving import Drive, at, newer, wall
from tests.sample import both, outcome

Plan = dict[str, Any]
NOW = at("2026-03-06 10:00")


def change(plan: Plan) -> None:
    """The offer takes longer and is the leader's, everybody gets papers, and nobody leaves by OK1 any more."""
    plan["steps"]["offer"].update(due={"working_days": 8}, role="leader")
    plan["steps"]["papers"] = {
        "kind": "task", "title": both("Papers"), "phase": "a", "role": "leader", "due": {"working_days": 2},
        "needs": {"welcome_call": ["willing"]}, "outcomes": {"done": outcome("Done", go_on=True)},
    }  # fmt: skip
    del plan["exits"]["OK1"], plan["steps"]["follow_up"]
    plan["steps"]["move"]["outcomes"]["arrived"]["exit"] = "X1"


VERSION = newer(change)


def named(drive: Drive, number: int) -> JourneyState:
    return drive.state.but(journey=f"j{number}")


def seen(states: list[JourneyState], version: Programme = VERSION) -> Outlook:
    tally = Tally(version)
    for state in states:
        tally.add(preview(state, version, NOW))
    return tally.outlook()


# ---- one journey


def test_a_preview_is_what_adopting_does_and_does_nothing() -> None:
    drive = Drive().booked()
    before = drive.state.model_dump_json()
    found = preview(drive.state, VERSION, NOW)
    assert drive.state.model_dump_json() == before
    really = engine.decide(drive.state, AdoptProgramme(id="a", programme=VERSION), NOW).state
    (moved,), (given,), (opened,) = found.retimed, found.assigned, found.opened
    assert (wall(moved.due_before), wall(moved.due_after)) == ("Mon 2026-03-09 17:00", "Thu 2026-03-12 17:00")
    assert (given.owner_before, given.task.owner) == ("anna", "lena")
    assert {moved.task.id: given.task, opened.id: opened} == {task.id: task for task in really.tasks}
    assert (found.version_before, found.version, found.refused) == (0, 2, None)
    assert found.titles["papers"].en == "Papers"


def test_a_journey_that_cannot_adopt_says_why() -> None:
    drive = Drive().booked().report("offer.made", "offered").complete("move", "arrived")
    found = preview(drive.state, VERSION, NOW)
    assert found.code == "adoption_without_exit"
    assert found.refused is not None
    assert found.refused.sv.startswith("Resan har lämnats med OK1")
    assert (found.opened, found.closed, found.retimed, found.assigned) == ((), (), (), ())


def test_what_falls_due_before_is_no_part_of_it() -> None:
    """Overdue since Monday although nobody has looked: the version has nothing to do with that."""
    found = preview(Drive().booked().state, newer(lambda plan: None), at("2026-03-11 10:00"))
    assert (found.opened, found.closed, found.retimed, found.assigned) == ((), (), (), ())


def test_a_step_that_is_gone_has_its_former_title() -> None:
    def without(plan: Plan) -> None:
        del plan["steps"]["interview"]
        plan["steps"]["offer"]["needs"] = {"welcome_call": ["willing"]}
        plan["steps"]["offer"]["outcomes"]["no_answer"] = outcome("No answer", exit="X8")

    found = preview(Drive().willing().state, newer(without), NOW)
    assert [closed.task.step for closed in found.closed] == ["interview"]
    assert {step: title.en for step, title in found.titles.items()} == {"interview": "Interview", "offer": "Offer"}


# ---- many


def test_each_journey_is_counted_once_and_each_effect_in_each_journey() -> None:
    waiting, called = Drive(), Drive().willing()
    left = Drive().booked().report("offer.made", "offered").complete("move", "arrived")
    lives = [Drive().booked(), Drive().booked(), called, waiting, left]
    found = seen([named(drive, number) for number, drive in enumerate(lives, 1)])
    assert (found.journeys, found.changed, found.unchanged, found.refused) == (5, 3, 1, 1)
    assert [(one.effect, one.step, one.journeys) for one in found.effects] == [
        (Effect.OPENED, "papers", 3),
        (Effect.LATER, "offer", 2),
        (Effect.ASSIGNED, "offer", 2),
    ]
    assert found.effects[1].examples == ("j1", "j2")
    (refusal,) = found.refusals
    assert (refusal.code, refusal.journeys, refusal.examples) == ("adoption_without_exit", 1, ("j5",))


def test_earlier_later_and_other_reminders_are_told_apart() -> None:
    def effects(rule: Plan) -> list[Effect]:
        version = newer(lambda plan: plan["steps"]["offer"].update(rule))
        return [one.effect for one in seen([Drive().booked().state], version).effects]

    assert effects({"due": {"working_days": 4}}) == [Effect.EARLIER]
    assert effects({"due": {"working_days": 6}}) == [Effect.LATER]
    assert effects({"remind": [{"mornings": True}]}) == [Effect.ALARMS]


def test_examples_are_few_and_each_shows_something_else() -> None:
    many = [named(Drive().booked(), number) for number in range(20)]
    found = seen([*many, named(Drive().willing(), 20)])
    assert [example.journey for example in found.examples] == ["j0"]
    assert all(len(one.examples) == EXAMPLES for one in found.effects)
    first = seen([named(Drive().willing(), 20), *many])
    assert [example.journey for example in first.examples] == ["j20", "j0"]
    assert len(first.examples) <= WHOLE_EXAMPLES


def test_nobody_under_way_is_an_outlook_too() -> None:
    assert seen([]) == Outlook.made(programme="sample", version=2)


def test_adopting_really_does_what_was_counted() -> None:
    drive = Drive().booked().to(NOW).adopt(VERSION)
    kinds = {event.kind for event in drive.last}
    assert kinds == {
        EventKind.PROGRAMME_ADOPTED,
        EventKind.TASK_RETIMED,
        EventKind.TASK_ASSIGNED,
        EventKind.TASK_OPENED,
    }
