"""Answers, dates and identities are corrected, and what hangs on them follows."""

from __future__ import annotations

from typing import Any

import pytest

from journey import errors, mending_errors
from schemas.events import EventKind, Purpose
from schemas.mending import CorrectIdentity, MoveDate
from tests.driving import Drive, at, day, variant, wall
from tests.sample import both, outcome


def studying() -> Drive:
    """The wait for CSN is open, five days before the course starts, and fixed; so is the packing, which is not."""
    drive = Drive(programme=variant(with_packing), facts={"foreign_citizen": "no"}).booked("study")
    return drive.report("offer.made", "offered", dates={"course_start": day("2026-04-20")})


def with_packing(plan: dict[str, Any]) -> None:
    plan["steps"]["packing"] = {
        "kind": "task", "title": both("Packing"), "phase": "a", "role": "coordinator",
        "needs": {"offer": ["offered"]}, "when": {"route": ["study"]},
        "due": {"working_days": 2, "before": "course_start", "without_date": {"days": 8}},
        "outcomes": {"done": outcome("Done", go_on=True)},
    }  # fmt: skip


def due(drive: Drive, step: str) -> str:
    return wall(drive.task(step).due_at)


# ---- answers


def test_steps_open_and_close_by_what_is_right() -> None:
    drive = studying().correct({"route": "job"})
    assert drive.happened == ["answers_corrected", "task_closed csn", "task_closed packing", "task_opened move"]
    assert drive.last[0].facts == {"route": "job"}
    assert drive.last[1].reason == "not_applicable"


def test_only_what_is_different_is_said() -> None:
    drive = studying().correct({"route": "study", "foreign_citizen": "yes"})
    assert drive.last[0].facts == {"foreign_citizen": "yes"}
    assert "task_opened csn_right" in drive.happened


def test_a_corrected_date_moves_every_clock_that_hangs_on_it_a_fixed_one_too() -> None:
    drive = studying()
    assert (due(drive, "csn"), due(drive, "packing")) == ("Wed 2026-04-15 17:00", "Thu 2026-04-16 17:00")
    drive.correct(course_start=day("2026-05-18"))
    assert drive.happened == ["answers_corrected", "task_retimed csn", "task_retimed packing"]
    assert (due(drive, "csn"), due(drive, "packing")) == ("Wed 2026-05-13 17:00", "Wed 2026-05-13 17:00")


def test_answers_are_judged_as_those_of_a_completion_are() -> None:
    with pytest.raises(errors.UnknownFact):
        studying().correct({"shoe_size": "yes"})
    with pytest.raises(errors.UnknownFactValue):
        studying().correct({"route": "walk"})
    with pytest.raises(errors.UnknownDate):
        studying().correct(birthday=day("2026-04-20"))
    with pytest.raises(errors.WrongKindOfDate):
        studying().correct(course_start=at("2026-04-20 10:00"))


def test_nothing_at_all_is_no_correction() -> None:
    with pytest.raises(mending_errors.KnownAlready):
        studying().correct()
    with pytest.raises(mending_errors.KnownAlready):
        studying().correct(course_start=day("2026-04-20"))


def test_answers_are_corrected_during_a_rest_and_after_leaving_but_not_after_the_end() -> None:
    drive = studying().hold("2026-04-01 09:00").correct({"route": "job"})
    assert drive.open == ["move"]
    drive.release().complete("move", "arrived").correct({"foreign_citizen": "yes"})
    assert drive.state.facts["foreign_citizen"] == "yes"
    with pytest.raises(errors.JourneyOver):
        Drive().exit().correct({"route": "job"})


def test_whoever_is_invited_to_a_time_that_is_another_now_is_invited_anew() -> None:
    drive = Drive().booked(interview="2026-03-10 13:00").correct(interview_at=at("2026-03-11 14:00"))
    assert [(n.template, n.purpose, n.to, wall(n.appointment_at)) for n in drive.last[0].notices] == [
        ("invitation", Purpose.INVITATION, "participant", "Wed 2026-03-11 14:00")
    ]
    drive.correct(interview_at=at("2026-03-01 14:00"))  # it had been: the time that they have noted is off
    assert [(n.template, n.purpose, n.to, wall(n.appointment_at)) for n in drive.last[0].notices] == [
        ("cancellation", Purpose.CANCELLATION, "participant", "Wed 2026-03-11 14:00")
    ]
    assert drive.correct(interview_at=at("2026-03-01 15:00")).last[0].notices == ()
    drive.correct(interview_at=at("2026-03-12 09:00"))
    assert [notice.purpose for notice in drive.last[0].notices] == [Purpose.INVITATION]


def test_nobody_is_invited_to_a_time_that_nobody_had_been_invited_to() -> None:
    drive = Drive().willing().correct(interview_at=at("2026-03-11 14:00"))
    assert drive.last[0].notices == ()


# ---- who the person is


def test_a_corrected_identity_is_told_by_the_names_of_its_fields_only() -> None:
    drive = Drive().send(CorrectIdentity(id="i1", by="anna", fields=("name", "email"), submission="s1"))
    (event,) = drive.last
    assert (event.kind, event.fields, event.submission) == (EventKind.IDENTITY_CORRECTED, ("name", "email"), "s1")


def test_an_identity_without_a_field_is_no_correction() -> None:
    with pytest.raises(mending_errors.KnownAlready):
        Drive().send(CorrectIdentity(id="i1", fields=(), submission="s1"))


# ---- dates that move


def test_what_counts_from_the_date_follows_and_what_somebody_else_has_fixed_stays() -> None:
    drive = studying().move("course_start", day("2026-05-18"))
    assert drive.happened == ["date_moved", "task_retimed packing"]
    assert drive.last[0].dates == {"course_start": day("2026-05-18")}
    assert (due(drive, "csn"), due(drive, "packing")) == ("Wed 2026-04-15 17:00", "Wed 2026-05-13 17:00")


def test_a_task_may_be_kept_where_it_is() -> None:
    drive = studying().move("course_start", day("2026-05-18"), "packing")
    assert drive.happened == ["date_moved"]
    assert due(drive, "packing") == "Thu 2026-04-16 17:00"


def test_a_task_that_was_given_more_time_keeps_it() -> None:
    drive = studying()
    tasks = tuple(task.but(extended=task.step == "packing") for task in drive.state.tasks)
    drive.state = drive.state.but(tasks=tasks)
    assert drive.move("course_start", day("2026-05-18")).happened == ["date_moved"]
    assert drive.correct(course_start=day("2026-05-25")).happened == ["answers_corrected", "task_retimed csn"]


def test_a_task_to_be_kept_must_be_open() -> None:
    with pytest.raises(errors.TaskEnded):
        studying().send(MoveDate(id="m", date="course_start", to=day("2026-05-18"), keep=("j1.offer.1",)))


def test_today_is_no_day_in_the_past_but_an_hour_ago_is() -> None:
    assert studying().move("course_start", day("2026-03-02")).happened[0] == "date_moved"
    with pytest.raises(mending_errors.DateHasPassed):
        studying().move("interview_at", at("2026-03-02 10:00"))


def test_the_right_kind_of_date_is_asked_for() -> None:
    with pytest.raises(errors.WrongKindOfDate):
        studying().move("interview_at", day("2026-05-18"))


def test_moving_an_appointment_invites_anew() -> None:
    drive = Drive().booked(interview="2026-03-10 13:00").move("interview_at", at("2026-03-11 14:00"))
    assert [(n.template, wall(n.appointment_at)) for n in drive.last[0].notices] == [
        ("invitation", "Wed 2026-03-11 14:00")
    ]


def test_steps_that_open_later_count_from_the_new_day() -> None:
    drive = Drive(programme=variant(with_packing), facts={"foreign_citizen": "no"}).booked("study")
    drive.correct(course_start=day("2026-04-20")).move("course_start", day("2026-05-18")).complete("offer", "offered")
    assert due(drive, "csn") == "Wed 2026-05-13 17:00"
