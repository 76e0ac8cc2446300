"""Who is invited to a time that falls away is told so, once, and only where nothing is left of it."""

from __future__ import annotations

from typing import Any

import pytest

from journey import engine
from schemas.events import EventKind, Notice
from schemas.mending import GoBack
from tests.driving import Drive, at, graced, newer, told, variant, wall
from tests.sample import both, outcome

INVITED, CANCELLED = ("invitation", "Tue 2026-03-10 13:00"), ("cancellation", "Tue 2026-03-10 13:00")


def meeting(plan: dict[str, Any]) -> None:
    """The interview is a step of its own: who has booked it meets there, at the time that was booked."""
    plan["steps"]["meeting"] = {
        "kind": "task", "title": both("Meeting"), "phase": "a", "role": "coordinator",
        "needs": {"interview": ["booked"]}, "due": {"working_days": 2, "after": "interview_at"},
        "outcomes": {"met": outcome("Met", go_on=True)},
    }  # fmt: skip
    plan["steps"]["move"]["needs"]["meeting"] = ["met"]


def twice(plan: dict[str, Any]) -> None:
    """Two steps count from the same time."""
    meeting(plan)
    plan["steps"]["report"] = {**plan["steps"]["meeting"], "title": both("Report"), "needs": {"interview": ["booked"]}}


def sent(notices: tuple[Notice, ...]) -> list[tuple[str, str]]:
    return [(notice.purpose.value, wall(notice.appointment_at)) for notice in notices if notice.appointment]


def last(drive: Drive) -> list[tuple[str, str]]:
    return sent(tuple(notice for event in drive.last for notice in event.notices))


def test_going_back_to_the_step_that_booked_a_time_to_come_calls_it_off() -> None:
    drive = Drive().booked().back("interview")
    assert last(drive) == [CANCELLED]
    went_back = drive.last[0]
    assert (told(went_back), len(went_back.notices)) == ("went_back interview", 1)
    assert drive.state.invited == {}
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-12 10:00")})
    assert last(drive) == [("invitation", "Thu 2026-03-12 10:00")]


def test_so_does_going_back_to_a_step_before_it() -> None:
    assert last(Drive().booked().back("welcome_call")) == [CANCELLED]


def test_going_back_to_what_comes_after_it_does_not() -> None:
    drive = Drive(programme=variant(meeting)).booked().complete("meeting", "met").back("meeting")
    assert last(drive) == []
    assert drive.state.invited == {"interview_at": ("participant",)}


def test_a_time_that_has_passed_is_not_called_off() -> None:
    drive = Drive().booked().to("2026-03-10 14:00").back("interview")
    assert last(drive) == []


def test_a_report_that_opens_the_booking_anew_calls_it_off() -> None:
    def reported(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["event"] = "interview.settled"
        plan["steps"]["interview"]["outcomes"]["waived"] = outcome("No interview", go_on=True)

    drive = Drive(programme=variant(reported)).booked().match("interview.settled", "waived")
    assert last(drive) == [CANCELLED]


def test_doing_without_the_step_at_which_people_meet_calls_it_off() -> None:
    drive = Drive(programme=variant(meeting)).booked().waive("meeting")
    assert last(drive) == [CANCELLED]
    assert told(drive.last[-1]) == "step_waived meeting"


def test_as_long_as_another_open_step_counts_from_the_time_it_stands() -> None:
    drive = Drive(programme=variant(twice)).booked().waive("meeting")
    assert last(drive) == []
    assert last(drive.waive("report")) == [CANCELLED]


def test_doing_without_any_other_step_calls_nothing_off() -> None:
    assert last(Drive(programme=variant(meeting)).booked().waive("offer", "offered")) == []


def test_correcting_an_answer_so_that_the_meeting_does_not_concern_the_person_calls_it_off() -> None:
    def for_jobs(plan: dict[str, Any]) -> None:
        meeting(plan)
        plan["steps"]["meeting"]["when"] = {"route": ["job"]}

    drive = Drive(programme=variant(for_jobs)).booked().correct({"route": "study"})
    assert last(drive) == [CANCELLED]
    assert "task_closed meeting" in drive.happened


def test_a_version_without_the_meeting_calls_it_off() -> None:
    drive = Drive(programme=variant(meeting)).booked().adopt(newer(lambda _: None))
    assert last(drive) == [CANCELLED]


def test_a_version_that_only_books_otherwise_leaves_the_time_as_it_is() -> None:
    def other_booking(plan: dict[str, Any]) -> None:
        meeting(plan)
        plan["steps"]["booking"] = plan["steps"].pop("interview")
        plan["steps"]["offer"]["needs"] = plan["steps"]["meeting"]["needs"] = {"booking": ["booked"]}
        plan["steps"]["offer"]["outcomes"]["no_answer"]["again"]["step"] = "booking"

    drive = Drive(programme=variant(meeting)).booked().adopt(newer(other_booking))
    assert last(drive) == []


def test_leaving_and_coming_back_calls_off_once() -> None:
    drive = Drive().booked().back("interview").exit()
    assert last(drive) == []


@pytest.mark.parametrize("act", ["back", "exit"])
def test_what_was_called_off_at_once_is_invited_to_anew_when_the_act_is_taken_back(act: str) -> None:
    drive = Drive(programme=graced()).booked(interview="2026-03-02 10:04")
    drive.to("2026-03-02 10:01")
    (drive.back("interview") if act == "back" else drive.exit()).undo()
    [undone] = drive.of(EventKind.ACT_UNDONE)
    assert sent(undone.notices) == [("invitation", "Mon 2026-03-02 10:04")]
    assert drive.state.invited == {"interview_at": ("participant",)}


def test_what_waited_is_simply_not_sent_when_the_act_is_taken_back() -> None:
    drive = Drive(programme=graced()).booked().to("2026-03-02 11:00").back("interview").undo()
    [undone] = drive.of(EventKind.ACT_UNDONE)
    assert undone.notices == ()
    assert drive.state.invited == {"interview_at": ("participant",)}


def test_undoing_a_booking_for_a_time_so_near_brings_the_time_before_it_back() -> None:
    def rebooks(plan: dict[str, Any]) -> None:
        plan["undo_minutes"] = 5
        plan["steps"]["interview"]["outcomes"]["rebooked"] = outcome(
            "Other time", again={"step": "interview", "at_most": 9, "then": {"go_on": True}},
            asks_dates=["interview_at"], notices=[{"notice": "invitation", "invite": "interview_at"}],
        )  # fmt: skip

    drive = Drive(programme=variant(rebooks)).willing()
    drive.complete("interview", "rebooked", dates={"interview_at": at("2026-03-10 13:00")}).to("2026-03-02 10:30")
    drive.complete("interview", "rebooked", dates={"interview_at": at("2026-03-02 10:33")}).undo()
    [undone] = drive.of(EventKind.ACT_UNDONE)
    assert sent(undone.notices) == [INVITED]


def test_commands_of_older_histories_are_decided_as_they_were() -> None:
    drive = Drive().booked()
    back = GoBack(id="old", step="interview")
    assert back.rules == 0
    decision = engine.decide(drive.state, back, drive.now)
    assert [notice for event in decision.events for notice in event.notices] == []


def test_no_two_notices_of_an_event_have_the_same_id() -> None:
    """Somebody in two roles is written to once, and what they are not sent leaves a gap in the numbers."""

    def crowded(plan: dict[str, Any]) -> None:
        booked = plan["steps"]["interview"]["outcomes"]["booked"]
        booked["notices"][0]["to"] = ["participant", "coordinator", "leader"]
        plan["exits"]["X5"]["notices"] = [{"notice": "goodbye", "to": ["coordinator", "leader", "participant"]}]

    drive = Drive(programme=variant(crowded), owners={"coordinator": "anna", "leader": "anna"}).booked().exit()
    [left] = drive.of(EventKind.JOURNEY_EXITED)
    ids = [notice.id for notice in left.notices]
    assert len(set(ids)) == len(ids)
    assert {notice.purpose.value for notice in left.notices} == {"information", "cancellation"}
