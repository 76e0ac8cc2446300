"""Going back to a step: what follows from it is taken back or kept, and said."""

from __future__ import annotations

from typing import Any

import pytest

from journey import errors, mending_errors
from schemas.events import EventKind
from tests.driving import Drive, at, variant, wall
from tests.sample import both, outcome


def offered() -> Drive:
    return Drive().booked().report("offer.made", "offered").to("2026-03-04 10:00")


def test_what_follows_is_taken_back_and_the_step_is_open_anew() -> None:
    drive = offered().back("interview")
    assert drive.happened == ["went_back interview", "task_closed move", "task_opened interview"]
    assert drive.last[0].taken_back == ("offer", "move")
    assert drive.last[1].reason == "step_reopened"
    assert [task.id for task in drive.state.tasks] == ["j1.interview.2"]
    assert drive.state.results.keys() == {"intake", "assignment", "welcome_call", "enrolled"}


def test_what_the_programme_keeps_is_kept_and_said() -> None:
    drive = offered().back("welcome_call")
    assert (drive.last[0].taken_back, drive.last[0].kept) == (("interview", "offer", "move"), ("enrolled",))
    assert "enrolled" in drive.state.results
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    assert len(drive.of(EventKind.MILESTONE_REACHED, "enrolled")) == 1


def test_answers_stay_as_they_were_last_given() -> None:
    before = offered()
    facts, dates = before.state.facts, before.state.dates
    after = before.back("welcome_call")
    assert (after.state.facts, after.state.dates) == (facts, dates)


def test_back_and_forward_ends_in_the_same_place() -> None:
    there = offered()
    drive = offered().back("interview")
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    drive.complete("offer", "offered")
    assert drive.open == there.open == ["move"]
    assert drive.state.results.keys() == there.state.results.keys()


def test_going_back_during_a_rest_opens_the_step_and_the_rest_goes_on() -> None:
    drive = offered().hold("2026-03-30 09:00").back("interview")
    assert drive.state.hold is not None
    assert drive.open == ["interview"]
    drive.to("2026-03-11 10:00").release()
    assert wall(drive.task("interview").due_at) == "Wed 2026-03-25 17:00"  # ten working days of its own, a week later


def test_an_open_step_that_something_follows_from_is_gone_back_to_without_being_opened_again() -> None:
    def parallel(plan: dict[str, Any]) -> None:
        plan["steps"]["offer"]["outcomes"]["offered"].pop("go_on")
        plan["steps"]["offer"]["outcomes"]["offered"]["again"] = {
            "step": "offer", "at_most": 3, "then": {"go_on": True},
        }  # fmt: skip
        plan["steps"]["move"]["needs"] = {"interview": ["booked"]}
        plan["steps"]["interview"]["needs"] = {"intake": ["reached"]}

    drive = Drive(programme=variant(parallel))
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.open == ["assignment", "welcome_call", "offer", "move"]
    with pytest.raises(mending_errors.OpenAlready):
        drive.back("welcome_call")
    drive.back("interview")
    assert drive.open == ["assignment", "welcome_call", "interview"]


def test_a_follow_up_that_has_ended_is_opened_anew() -> None:
    def two(plan: dict[str, Any]) -> None:
        plan["steps"]["later_follow_up"] = {
            "kind": "task", "title": both("Later"), "phase": "e", "role": "coordinator", "after_exit": ["OK1"],
            "needs": {"follow_up": ["answered"]}, "due": {"days": 90, "after": "exited"},
            "outcomes": {"answered": outcome("Answered", go_on=True)},
        }  # fmt: skip

    drive = Drive(programme=variant(two)).booked().complete("offer", "offered").complete("move", "arrived")
    drive.complete("follow_up", "answered").back("follow_up")
    assert drive.open == ["follow_up"]
    with pytest.raises(mending_errors.NotReachedYet):
        drive.back("later_follow_up")


def test_going_back_again_to_what_is_open_now_is_refused() -> None:
    with pytest.raises(mending_errors.OpenAlready):
        offered().back("interview").back("interview")


def test_a_step_that_was_taken_back_has_not_been_reached() -> None:
    with pytest.raises(mending_errors.NotReachedYet):
        offered().back("welcome_call").back("interview")


def test_an_unknown_step_is_answered_with_those_that_have_been_reached() -> None:
    with pytest.raises(errors.UnknownStep, match="choose one of: assignment, welcome_call, interview, offer, move"):
        offered().back("moon")


def test_nobody_goes_back_after_the_end() -> None:
    with pytest.raises(errors.JourneyOver):
        Drive().exit().back("welcome_call")
