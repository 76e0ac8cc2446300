"""A report that fitted nowhere is applied by hand as if it had come in time."""

from __future__ import annotations

from typing import Any

import pytest

from journey import errors, mending_errors
from schemas.events import EventKind
from tests.driving import Drive, at, variant
from tests.sample import both, outcome


def test_an_open_step_is_answered_and_its_figures_count_to_when_the_report_came() -> None:
    drive = Drive().booked().to("2026-03-06 10:00").match("offer.made", "offered", happened="2026-03-04 09:00")
    (answered,) = drive.of(EventKind.TASK_COMPLETED, "offer")
    assert (answered.report, answered.by, answered.outcome) == ("offer.made", "anna", "offered")
    assert (answered.calendar_days, answered.working_days) == (2, 2)
    assert drive.open == ["move"]


@pytest.mark.parametrize("happened", ["2026-03-01 09:00", "2026-03-09 09:00"])
def test_figures_count_to_now_where_the_report_came_before_the_opening_or_says_so(happened: str) -> None:
    drive = Drive().booked().to("2026-03-06 10:00").match("offer.made", "offered", happened=happened)
    (answered,) = drive.of(EventKind.TASK_COMPLETED, "offer")
    assert (answered.calendar_days, answered.working_days) == (4, 4)


def test_a_report_for_a_step_that_is_not_open_yet_waits_and_answers_it_then() -> None:
    drive = Drive().match("offer.made", "offered", event="e7")
    assert drive.happened == ["event_parked"]
    assert (drive.last[0].report, drive.last[0].reason) == ("offer.made", "early")
    drive.booked()
    (answered,) = drive.of(EventKind.TASK_COMPLETED, "offer")
    assert (answered.command, answered.by) == ("e7", "anna")
    assert drive.open == ["move"]


def test_a_step_that_has_ended_is_opened_anew_and_answered_at_once() -> None:
    drive = Drive().booked().complete("offer", "offered").to("2026-03-05 10:00")
    drive.match("offer.made", "no_answer", happened="2026-03-03 10:00")
    assert drive.happened == [
        "went_back offer",
        "task_closed move",
        "task_opened offer",
        "task_completed offer",
        "task_opened interview",
    ]
    assert drive.last[0].taken_back == ("move",)
    assert drive.last[3].report == "offer.made"


def test_nobody_is_asked_by_letter_for_what_is_answered_at_once() -> None:
    def asking(plan: dict[str, Any]) -> None:
        plan["steps"]["offer"]["opens_with"] = [{"notice": "please_answer"}]

    drive = Drive(programme=variant(asking)).booked()
    assert [notice.template for notice in drive.last[-1].notices] == ["please_answer"]
    drive.complete("offer", "offered").match("offer.made", "no_answer")
    assert [notice.template for event in drive.last for notice in event.notices] == []


def test_a_report_that_had_been_refused_as_late_is_applied() -> None:
    drive = Drive().booked().complete("offer", "offered").report("offer.made", "no_answer", key="e1")
    assert drive.last[-1].reason == "late"
    drive.match("offer.made", "no_answer", event="e1")
    assert drive.open == ["interview"]


def test_the_same_answer_with_another_date_is_news() -> None:
    def dated(plan: dict[str, Any]) -> None:
        plan["steps"]["offer"]["outcomes"]["offered"]["asks_dates"] = ["course_start"]

    first, later = at("2026-04-01 00:00").date(), at("2026-05-01 00:00").date()
    drive = Drive(programme=variant(dated)).booked().complete("offer", "offered", dates={"course_start": first})
    with pytest.raises(mending_errors.AnsweredSo):
        drive.match("offer.made", "offered", dates={"course_start": first})
    drive.match("offer.made", "offered", dates={"course_start": later})
    assert drive.state.dates["course_start"] == later


def test_a_report_that_was_applied_when_it_came_is_not_applied_again() -> None:
    drive = Drive().booked().report("offer.made", "offered", key="e1")
    with pytest.raises(mending_errors.ReportApplied):
        drive.match("offer.made", "no_answer", event="e1")


def test_what_it_says_is_judged() -> None:
    with pytest.raises(errors.UnknownOutcome, match="offer cannot end with eaten; choose one of: offered, no_answer"):
        Drive().match("offer.made", "eaten")
    with pytest.raises(errors.UnknownFact):
        Drive().booked().match("offer.made", "offered", facts={"shoe_size": "yes"})


def study_only(plan: dict[str, Any]) -> None:
    plan["steps"]["offer"]["when"] = {"route": ["study"]}


def test_a_step_that_does_not_concern_the_person_gets_no_answer() -> None:
    with pytest.raises(mending_errors.StepDoesNotApply):
        Drive(programme=variant(study_only)).willing("job").match("offer.made", "offered")


def test_who_has_left_is_to_be_taken_in_again_first() -> None:
    drive = Drive().booked().complete("offer", "offered").complete("move", "arrived")
    with pytest.raises(mending_errors.PersonHasLeft):
        drive.match("offer.made", "no_answer")
    with pytest.raises(errors.JourneyOver):
        Drive().exit().match("offer.made", "offered")


def test_a_report_about_the_follow_up_is_applied_after_the_exit() -> None:
    def surveyed(plan: dict[str, Any]) -> None:
        plan["steps"]["survey"] = {
            "kind": "wait", "title": both("Survey"), "phase": "e", "role": "coordinator", "after_exit": ["OK1"],
            "waiting_on": "participant", "event": "survey.answered", "due": {"days": 28, "after": "exited"},
            "end": {"after_due": {"days": 9}, "hand_to": "leader"},
            "outcomes": {"answered": outcome("Answered", go_on=True)},
        }  # fmt: skip

    drive = Drive(programme=variant(surveyed)).match("survey.answered", "answered", event="early")
    assert drive.happened == ["event_parked"]
    drive.booked().complete("offer", "offered").complete("move", "arrived")
    assert drive.open == ["follow_up"]
    with pytest.raises(mending_errors.AnsweredSo):
        drive.match("survey.answered", "answered", event="late")


def test_reports_are_applied_during_a_rest() -> None:
    assert Drive().booked().hold("2026-04-01 09:00").match("offer.made", "offered").open == ["move"]
