"""Another time for a call or an appointment: what is offered is always taken, and what becomes of a wish."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey import calendars, wishing
from journey.errors import Refusal
from journey.mending_errors import TimeHasPassed, TimeOutsideHours
from schemas.events import EventKind, Purpose
from tests.driving import OFFICE, Drive, addressed, at, graced, variant, wall


def calls_and_interviews(plan: dict[str, Any]) -> None:
    """Calls are by phone, and what follows an interview counts from it."""
    plan["steps"]["welcome_call"]["by_phone"] = True
    plan["steps"]["after_interview"] = {
        **plan["steps"]["plan_review"],
        "needs": {"interview": ["booked"]},
        "due": {"working_days": 5, "after": "interview_at", "without_date": {"working_days": 5}},
    }


def drive(received: str = "2026-03-02 10:00", **rest: Any) -> Drive:
    return Drive(received, programme=variant(calls_and_interviews), **rest)


def booked(interview: str = "2026-03-10 13:00") -> Drive:
    return drive().booked(interview=interview)


def times(found: Drive, step: str) -> list[str]:
    state = found.state
    window = wishing.window(state.programme, found.task(step), state.dates, found.now, state.hold)
    return [wall(one) for one in wishing.offered(window, found.now)]


def test_a_wish_is_on_the_task_and_whoever_has_it_hears_of_it() -> None:
    found = drive().ask("welcome_call", "2026-03-03 10:00")
    assert found.happened == ["time_wished welcome_call"]
    assert wall(found.task("welcome_call").wished_at) == "Tue 2026-03-03 10:00"
    (notice,) = found.last[0].notices
    assert addressed((notice,)) == [("time_wished", "coordinator", "anna")]
    assert notice.purpose is Purpose.INFORMATION
    assert notice.appointment_at == notice.valid_until == at("2026-03-03 10:00")
    assert found.last[0].by == "participant"


def test_calls_are_offered_within_the_time_promised_and_never_at_once() -> None:
    offered = times(drive("2026-03-02 13:30"), "welcome_call")
    assert offered[0] == "Mon 2026-03-02 16:00"  # two hours ahead, on the hour
    assert offered[-1] == "Thu 2026-03-05 16:00"
    assert not [one for one in offered if "12:00" in one]


def test_a_late_call_is_offered_within_a_week() -> None:
    offered = times(drive("2026-03-02 10:00", now="2026-03-09 10:00"), "welcome_call")
    assert (offered[0], offered[-1]) == ("Mon 2026-03-09 13:00", "Mon 2026-03-16 16:00")


def test_an_interview_is_offered_on_ten_working_days_and_ends_before_the_office_closes() -> None:
    offered = times(booked(), "after_interview")
    assert (offered[0], offered[-1]) == ("Mon 2026-03-02 13:00", "Fri 2026-03-13 16:00")
    assert "Tue 2026-03-10 13:00" not in offered  # the time that it is now
    assert not [one for one in offered if "17:00" in one or one.startswith(("Sat", "Sun"))]


def test_nothing_is_offered_on_a_day_off() -> None:
    offered = times(drive("2026-04-01 10:00"), "welcome_call")  # Maundy Thursday follows, then Easter
    assert {one[:14] for one in offered} == {"Wed 2026-04-01", "Thu 2026-04-02", "Tue 2026-04-07"}


MINUTES = st.integers(min_value=0, max_value=60 * 24 * 300)


@given(after=MINUTES, step=st.sampled_from(["welcome_call", "after_interview"]), chosen=st.integers(min_value=0))
def test_whatever_is_offered_is_taken(after: int, step: str, chosen: int) -> None:
    now = at("2026-01-02 08:00") + timedelta(minutes=after)
    found = drive(f"{calendars.local(now, OFFICE):%Y-%m-%d %H:%M}")
    if step == "after_interview":
        found.booked(interview=f"{calendars.local(now + timedelta(days=9), OFFICE):%Y-%m-%d %H:%M}")
    state = found.state
    window = wishing.window(state.programme, found.task(step), state.dates, found.now)
    offered = wishing.offered(window, found.now)
    assert offered
    wished = offered[chosen % len(offered)]
    found.ask(step, wished)
    assert found.task(step).wished_at == wished
    assert calendars.within_office_hours(wished, OFFICE)
    assert offered == tuple(sorted(set(offered)))


@given(minutes=st.integers(min_value=-60 * 24 * 40, max_value=60 * 24 * 40))
def test_what_is_taken_is_within_office_hours_and_the_time_promised(minutes: int) -> None:
    found = drive()
    wished = found.now + timedelta(minutes=minutes)
    before = found.state.model_dump_json()
    try:
        found.ask("welcome_call", wished)
    except Refusal:
        assert found.state.model_dump_json() == before
        return
    due = found.task("welcome_call").due_at
    assert due is not None
    assert found.now < wished <= due
    assert calendars.within_office_hours(wished, OFFICE)


def test_setting_the_time_answers_the_wish_also_of_a_task_that_keeps_its_due_time() -> None:
    found = booked().ask("after_interview", "2026-03-11 10:00")
    found.move("interview_at", at("2026-03-11 10:00"), "after_interview")
    assert found.happened == ["date_moved", "wish_answered after_interview"]
    assert found.task("after_interview").wished_at is None


def test_booking_anew_answers_the_wish_and_an_unrelated_answer_does_not() -> None:
    found = booked().ask("after_interview", "2026-03-11 10:00")
    found.correct({"route": "study"})
    assert found.task("after_interview").wished_at is not None
    found.correct(interview_at=at("2026-03-12 10:00"))
    assert found.task("after_interview").wished_at is None
    assert [event.kind for event in found.last][:2] == [EventKind.ANSWERS_CORRECTED, EventKind.WISH_ANSWERED]


def test_an_appointment_must_end_before_the_office_closes_and_not_have_been() -> None:
    with pytest.raises(TimeOutsideHours):
        booked().ask("after_interview", "2026-03-11 16:30")
    with pytest.raises(TimeHasPassed):
        booked().to("2026-03-10 14:00").ask("after_interview", "2026-03-11 10:00")


def test_a_wish_does_not_stand_in_the_way_of_taking_back_what_was_done_last() -> None:
    def both(plan: dict[str, Any]) -> None:
        plan["steps"]["plan_review"]["by_phone"] = True
        plan["steps"]["plan_review"]["needs"] = {"intake": ["reached"]}
        plan["fallback"] = "follow_up"

    found = Drive(programme=graced(both))
    found.complete("assignment", "assigned").complete("welcome_call", "not_reached")
    found.ask("plan_review", "2026-03-03 10:00").undo()
    assert found.task("plan_review").wished_at == at("2026-03-03 10:00")
    assert found.task("welcome_call").generation == 1


def test_a_wish_survives_a_checkpoint() -> None:
    found = drive().ask("welcome_call", "2026-03-03 10:00").restored()
    wished: datetime | None = found.task("welcome_call").wished_at
    assert wished == at("2026-03-03 10:00")
