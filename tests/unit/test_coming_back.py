"""A person who had left is taken in again: what starts over, and what is kept."""

from __future__ import annotations

from typing import Any

from schemas.events import EventKind
from schemas.journey import Status
from tests.driving import Drive, at, variant, wall


def arrived() -> Drive:
    return Drive().booked().report("offer.made", "offered").to("2026-03-16 11:00").complete("move", "arrived")


def test_coming_back_starts_over_with_the_history_kept_and_the_welcome_call_clock_anew() -> None:
    drive = Drive().complete("welcome_call", "not_reached").to("2026-03-04 10:00").exit()
    drive.to("2026-05-04 10:00").reopen(received="2026-05-04 09:00")
    assert drive.happened == [
        "journey_reopened",
        "milestone_reached intake",
        "task_opened assignment",
        "task_opened welcome_call",
    ]
    call = drive.task("welcome_call")
    assert (call.id, wall(call.due_at)) == ("j1.welcome_call.3", "Thu 2026-05-07 17:00")
    assert len(drive.of(EventKind.JOURNEY_STARTED)) == 1
    assert (drive.state.exit, drive.state.exited_at, drive.state.ended_at) == (None, None, None)


def test_coming_back_without_a_new_interest_counts_from_now_and_is_not_overdue_at_once() -> None:
    drive = Drive().exit().to("2026-05-04 10:00").reopen()
    assert wall(drive.task("welcome_call").due_at) == "Thu 2026-05-07 17:00"
    assert drive.to("2026-05-04 10:00").last == ()


def test_tries_are_counted_anew_after_coming_back() -> None:
    drive = Drive()
    for _ in range(4):
        drive.complete("welcome_call", "not_reached")
    assert drive.state.exit == "X4"
    drive.reopen().complete("welcome_call", "not_reached")
    assert drive.state.status is Status.OPEN


def test_coming_back_at_a_later_step_keeps_what_came_before_it() -> None:
    drive = arrived().to("2026-05-04 10:00").reopen(step="interview")
    assert drive.open == ["interview"]
    assert drive.happened == ["task_closed follow_up", "journey_reopened interview", "task_opened interview"]
    assert drive.state.results.keys() == {"intake", "assignment", "welcome_call", "enrolled"}
    assert wall(drive.task("interview").due_at) == "Tue 2026-05-19 17:00"  # ten working days of its own
    drive.complete("interview", "booked", dates={"interview_at": at("2026-05-10 13:00")})
    assert [task.id for task in drive.state.tasks] == ["j1.offer.2"]


def test_coming_back_from_the_beginning_keeps_only_what_the_programme_keeps() -> None:
    drive = arrived().reopen()
    assert drive.state.results.keys() == {"enrolled", "intake"}  # the interest is reached again
    assert len(drive.of(EventKind.MILESTONE_REACHED, "enrolled")) == 1


def test_what_led_out_is_asked_again_after_coming_back_even_where_the_programme_keeps_results() -> None:
    def keeping(plan: dict[str, Any]) -> None:
        plan["steps"]["move"]["keep"] = True

    drive = Drive(programme=variant(keeping)).booked().report("offer.made", "offered").complete("move", "declined")
    assert drive.state.exit == "X1"
    drive.reopen().willing().complete("interview", "booked", dates={"interview_at": at("2026-06-10 13:00")})
    drive.report("offer.made", "offered")
    assert "move" in drive.open


def test_coming_back_ends_a_rest_of_the_follow_up() -> None:
    drive = arrived().hold("2026-09-01 09:00").reopen()
    assert drive.state.hold is None
    drive.to("2026-03-20 17:00")
    assert drive.task("welcome_call").overdue


def test_a_person_may_leave_and_come_back_many_times() -> None:
    drive = Drive()
    for _ in range(3):
        drive.exit().reopen()
    assert drive.task("welcome_call").id == "j1.welcome_call.4"
    assert [event.seq for event in drive.log] == list(range(1, drive.state.seq + 1))
