"""Reports from outside systems: in time, early, late, twice, unusable, and from an earlier stay."""

from __future__ import annotations

from typing import Any

import pytest

from journey import engine
from journey.reports import MAX_PARKED
from schemas.commands import RecordEvent
from schemas.events import EventKind
from tests.driving import Drive, at, day, graced, newer, told, variant
from tests.sample import both, outcome


def arrived() -> Drive:
    return Drive().booked().report("offer.made", "offered").to("2026-03-16 11:00").complete("move", "arrived")


def test_a_report_answers_the_step_that_waits_for_it() -> None:
    drive = Drive().booked().report("offer.made", "offered")
    assert drive.happened == ["task_completed offer", "task_opened move"]
    assert drive.last[0].by == "gateway"


def test_an_early_report_is_kept_and_answers_when_its_step_opens() -> None:
    drive = Drive().report("offer.made", "offered", key="early-1")
    assert drive.happened == ["event_parked"]
    drive.restored().booked()
    assert drive.happened == [
        "task_completed interview",
        "task_opened offer",
        "task_completed offer",
        "task_opened move",
    ]
    assert drive.state.parked == ()
    assert "j1.offer.1" in drive.decision.receipt.closed
    assert "j1.offer.1" not in drive.decision.receipt.opened


def test_what_an_early_report_does_is_written_down_as_done_by_whoever_sent_it() -> None:
    drive = Drive().report("offer.made", "offered", key="early-1").booked()
    [answered] = drive.of(EventKind.TASK_COMPLETED, "offer")
    assert (answered.by, answered.command) == ("gateway", "early-1")
    [opened] = drive.of(EventKind.TASK_OPENED, "offer")
    assert (opened.by, opened.command) == ("anna", "c3")


def two_waits(plan: dict[str, Any]) -> None:
    plan["steps"]["papers"] = {
        "kind": "wait", "title": both("Papers"), "phase": "a", "role": "coordinator", "waiting_on": "employer",
        "needs": {"offer": ["offered"]}, "event": "papers.signed", "due": {"days": 10},
        "end": {"after_due": {"days": 30}, "hand_to": "leader"}, "outcomes": {"signed": outcome("Signed", go_on=True)},
    }  # fmt: skip


def test_early_reports_answer_whatever_the_order_they_came_in() -> None:
    drive = Drive(programme=variant(two_waits)).report("papers.signed", "signed").report("offer.made", "offered")
    drive.booked()
    assert drive.state.parked == ()
    assert {"offer", "papers"} <= drive.state.results.keys()
    assert drive.open == ["move"]


def test_a_report_that_nobody_waits_for_is_written_down_as_refused() -> None:
    drive = Drive().report("weather.changed", "sunny")
    assert [(told(event), event.reason) for event in drive.last] == [("event_refused", "unknown_type")]
    assert drive.state.parked == ()


def test_a_report_with_an_outcome_that_the_step_does_not_have_is_written_down_as_refused() -> None:
    drive = Drive().booked().report("offer.made", "eaten")
    assert [(told(event), event.reason) for event in drive.last] == [("event_refused", "unknown_outcome")]
    assert drive.open == ["offer"]


@pytest.mark.parametrize(
    ("outcome", "given", "reason"),
    [
        ("eaten", {}, "unknown_outcome"),
        ("offered", {"facts": {"shoe_size": "yes"}}, "unknown_fact"),
        ("offered", {"facts": {"route": "sideways"}}, "unknown_fact_value"),
        ("offered", {"dates": {"doomsday": at("2026-04-01 10:00")}}, "unknown_date"),
        ("offered", {"dates": {"interview_at": day("2026-04-01")}}, "wrong_kind_of_date"),
    ],
)
def test_an_early_report_that_can_be_no_answer_is_refused_when_it_comes(
    outcome: str, given: dict[str, Any], reason: str
) -> None:
    drive = Drive().report("offer.made", outcome, key="early-1", **given)
    [refused] = drive.last
    assert (told(refused), refused.reason, refused.command) == ("event_refused", reason, "early-1")
    assert drive.state.parked == ()
    drive.booked()
    assert (drive.open, drive.happened[-1]) == (["offer"], "task_opened offer")


def test_an_early_report_must_bring_what_its_step_will_ask_for() -> None:
    def dated(plan: dict[str, Any]) -> None:
        plan["steps"]["offer"]["outcomes"]["offered"]["asks_dates"] = ["course_start"]

    drive = Drive(programme=variant(dated)).report("offer.made", "offered")
    assert [event.reason for event in drive.last] == ["missing_answers"]
    drive.report("offer.made", "offered", dates={"course_start": day("2026-05-04")})
    assert drive.happened == ["event_parked"]


def test_an_early_report_that_a_newer_version_has_no_place_for_is_refused_when_its_step_opens() -> None:
    def renamed(plan: dict[str, Any]) -> None:
        outcomes = plan["steps"]["offer"]["outcomes"]
        outcomes["job_offered"] = outcomes.pop("offered")
        plan["steps"]["move"]["needs"] = {"offer": ["job_offered"]}

    drive = Drive().report("offer.made", "offered").adopt(newer(renamed)).booked()
    assert drive.happened[-1] == "event_refused"
    assert (drive.open, drive.state.parked) == (["offer"], ())


def test_of_two_early_reports_that_contradict_each_other_neither_is_believed() -> None:
    drive = Drive().report("offer.made", "offered", key="e1").report("offer.made", "no_answer", key="e2")
    refused = [(event.command, event.by, event.outcome, event.reason) for event in drive.last]
    assert refused == [
        ("e1", "gateway", "offered", "contradicted"),
        ("e2", "gateway", "no_answer", "contradicted"),
    ]
    drive.restored().booked()
    assert (drive.open, drive.state.parked) == (["offer"], ())


def test_the_same_outcome_with_another_date_contradicts_and_one_without_it_does_not() -> None:
    first, later = {"course_start": day("2026-05-04")}, {"course_start": day("2026-06-01")}
    drive = Drive().report("offer.made", "offered", dates=first).report("offer.made", "offered")
    assert drive.happened == ["event_parked"]
    drive.report("offer.made", "offered", dates=later)
    assert drive.happened == ["event_refused", "event_refused"]
    assert [early.dates for early in drive.state.parked] == [{}]


def test_after_a_contradiction_whoever_matches_one_by_hand_decides() -> None:
    drive = Drive().report("offer.made", "offered", key="e1").report("offer.made", "no_answer", key="e2")
    drive.match("offer.made", "offered", event="e1").report("offer.made", "no_answer", key="e3")
    assert [event.reason for event in drive.last] == ["contradicted"]
    assert [early.id for early in drive.state.parked] == ["e1"]
    drive.match("offer.made", "no_answer", event="e2")  # they have learnt better
    assert drive.happened == ["event_refused", "event_parked"]
    drive.booked()
    assert [event.command for event in drive.of(EventKind.TASK_COMPLETED, "offer")] == ["e2"]


def test_a_contradicted_report_does_not_wait_again_when_the_act_before_it_is_taken_back() -> None:
    drive = Drive(programme=graced()).report("offer.made", "offered", key="e1").willing()
    drive.report("offer.made", "no_answer", key="e2").undo()
    assert drive.state.parked == ()
    assert "event_parked" not in drive.happened


def test_a_report_that_comes_after_its_step_has_ended_is_refused_and_never_answers_a_later_opening() -> None:
    drive = (
        Drive()
        .booked()
        .report("offer.made", "no_answer")
        .complete("interview", "booked", dates={"interview_at": at("2026-03-12 10:00")})
    )
    drive.report("offer.made", "offered").report("offer.made", "offered")
    assert [(told(event), event.reason) for event in drive.last] == [("event_refused", "late")]
    assert drive.state.parked == ()


def test_a_report_from_an_earlier_stay_does_not_answer_for_the_next_one() -> None:
    drive = Drive().report("offer.made", "offered").exit()
    assert "event_refused" in drive.happened
    assert drive.state.parked == ()
    drive.reopen().booked()
    assert drive.open[-1] == "offer"


def test_a_report_that_waited_in_vain_is_written_down_as_refused_under_its_own_id() -> None:
    drive = Drive().report("offer.made", "offered", key="early-1").exit()
    [refused] = drive.of(EventKind.EVENT_REFUSED)
    assert (refused.by, refused.command, refused.report) == ("gateway", "early-1", "offer.made")
    [left] = drive.of(EventKind.JOURNEY_EXITED)
    assert (left.by, left.command) == ("anna", "c1")


def test_a_report_to_a_journey_that_is_over_is_written_down_under_its_own_id() -> None:
    report = RecordEvent(id="e1", by="gateway", type="offer.made", outcome="offered")
    over = Drive().exit()
    [refused] = engine.note_refused(over.state, "journey_over", over.now, report).outbox[len(over.log) :]
    assert (refused.by, refused.command, refused.report) == ("gateway", "e1", "offer.made")
    [unreadable] = engine.note_refused(over.state, "unreadable", over.now).outbox[len(over.log) :]
    assert (unreadable.by, unreadable.command, unreadable.reason) == ("system", None, "unreadable")


def test_a_report_after_the_exit_is_refused_unless_a_follow_up_waits_for_it() -> None:
    drive = arrived().report("offer.made", "offered")
    assert [(told(event), event.reason) for event in drive.last] == [("event_refused", "late")]


def test_early_reports_are_bounded() -> None:
    drive = Drive()
    for _ in range(MAX_PARKED + 1):
        drive.report("offer.made", "offered")
    assert len(drive.state.parked) == MAX_PARKED
    assert drive.last[0].reason == "too_many"
