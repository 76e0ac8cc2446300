"""A journey that rests: promises of ours keep the working time they had left, dates of somebody else's never move."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journey import calendars, engine
from schemas.commands import HoldJourney, ReleaseJourney, StartJourney
from schemas.journey import Status
from schemas.programme import Programme
from tests.driving import OFFICE, Drive, addressed, at, day, variant, wall
from tests.sample import both, outcome


def called() -> Drive:
    """Assigned, so that the welcome call alone is open."""
    return Drive("2026-03-02 10:00").complete("assignment", "assigned")


# ---- holds that an outcome brings


def test_a_person_who_thinks_it_over_is_left_alone_and_called_again_on_the_day() -> None:
    drive = called().to("2026-03-04 10:00").complete("welcome_call", "maybe")
    hold = drive.state.hold
    assert hold is not None
    assert (hold.cause, hold.on, wall(hold.review_at), hold.resume) == (
        "thinking",
        "participant",
        "Tue 2026-04-07 09:00",  # thirty days on is Good Friday: moved past Easter
        "welcome_call",
    )
    assert drive.happened == ["task_completed welcome_call", "journey_held"]
    assert engine.next_alarm(drive.state) == hold.review_at
    assert drive.to("2026-04-07 08:59").last == ()
    drive.to("2026-04-07 09:00")
    assert drive.happened == ["journey_released", "task_opened welcome_call"]
    assert drive.last[0].reason == "thinking"
    assert wall(drive.task("welcome_call").due_at) == "Fri 2026-04-10 17:00"
    assert drive.state.hold is None


def test_the_person_may_say_when_to_call_again() -> None:
    drive = called().complete("welcome_call", "maybe", dates={"wake_at": day("2026-06-19")})
    assert drive.state.hold is not None
    assert wall(drive.state.hold.review_at) == "Mon 2026-06-22 09:00"  # midsommarafton is a day off


def test_a_date_that_has_passed_does_not_end_the_hold_at_once() -> None:
    """The date of an earlier hold is still known; without a new one the days count."""
    said = {"wake_at": day("2026-03-20")}

    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["outcomes"]["maybe"]["hold"]["at_most"] = 2

    drive = Drive(programme=variant(change)).complete("welcome_call", "maybe", dates=said).to("2026-03-23 10:00")
    drive.complete("welcome_call", "maybe")
    assert drive.state.hold is not None
    assert wall(drive.state.hold.review_at) == "Wed 2026-04-22 09:00"


def test_an_appointment_ends_a_hold_at_its_own_minute() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["dates"]["wake_at"]["minutes"] = 15

    drive = Drive(programme=variant(change)).complete("assignment", "assigned")
    drive.complete("welcome_call", "maybe", dates={"wake_at": at("2026-03-12 11:45")})
    assert engine.next_alarm(drive.state) == at("2026-03-12 11:45")
    late = Drive(programme=variant(change)).to("2026-03-20 10:00")
    late.complete("welcome_call", "maybe", dates={"wake_at": at("2026-03-12 11:45")})
    assert late.state.hold is not None
    assert wall(late.state.hold.review_at) == "Mon 2026-04-20 09:00"


def test_a_hold_that_has_been_used_up_leads_out_instead() -> None:
    drive = called().complete("welcome_call", "maybe").to("2026-04-07 09:00").complete("welcome_call", "maybe")
    assert (drive.state.status, drive.state.exit, drive.state.hold) == (Status.ENDED, "X2", None)


def test_a_hold_without_a_named_step_opens_the_same_step_again() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["outcomes"]["maybe"]["hold"]["resume"] = None

    drive = Drive(programme=variant(change)).complete("welcome_call", "maybe").to("2026-04-10 10:00")
    assert drive.task("welcome_call").generation == 2


def test_a_person_who_decides_earlier_is_called_at_once() -> None:
    drive = called().complete("welcome_call", "maybe").to("2026-03-06 10:00").release()
    assert drive.happened == ["journey_released", "task_opened welcome_call"]
    assert drive.to("2026-04-01 10:00").happened[-1] == "task_escalated welcome_call"


def test_a_second_rest_by_an_outcome_ends_the_first_one_properly() -> None:
    """The clocks that stood still go on with the time they had, and stop again."""

    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["beside"] = {
            "kind": "task", "title": both("Beside"), "phase": "a", "role": "coordinator",
            "needs": {"intake": ["reached"]}, "due": {"working_days": 4}, "remind": [],
            "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    drive = Drive(programme=variant(change)).complete("assignment", "assigned").to("2026-03-03 10:00")
    drive.hold("2026-06-01 09:00").to("2026-04-01 10:00").complete("welcome_call", "maybe")
    assert [event.split()[0] for event in drive.happened] == [
        "task_completed",
        "journey_released",
        "task_retimed",
        "journey_held",
    ]
    drive.to("2026-05-04 09:00")  # the thirty days are over
    beside = drive.task("beside")
    assert not beside.overdue
    left = calendars.office_time_between(at("2026-03-03 10:00"), at("2026-03-06 17:00"), OFFICE)
    assert beside.due_at is not None
    assert calendars.office_time_between(at("2026-05-04 09:00"), beside.due_at, OFFICE) == left


# ---- holds that staff ask for


def test_a_hold_of_staff_is_looked_at_again_on_its_day_and_does_not_end_by_itself() -> None:
    drive = called().hold("2026-03-20 09:00", cause="illness")
    assert drive.happened == ["journey_held"]
    drive.to("2026-03-20 09:00")
    assert drive.happened == ["hold_review_due"]
    assert addressed(drive.last[0].notices) == [("hold_review", "coordinator", "anna")]
    assert drive.state.hold is not None
    assert drive.state.hold.reviewed
    assert drive.release().happened == ["journey_released", "task_retimed welcome_call"]


def test_a_hold_that_nobody_looks_at_is_asked_about_again_and_again() -> None:
    drive = called().hold("2026-03-20 09:00").to("2026-04-15 10:00")
    asked = [(event.kind.value, wall(event.at)) for event in drive.last]
    assert asked == [
        ("hold_review_due", "Fri 2026-03-20 09:00"),
        ("hold_review_due", "Fri 2026-03-27 09:00"),
        ("hold_review_due", "Tue 2026-04-07 09:00"),  # Good Friday and Easter Monday are days off
        ("hold_review_due", "Tue 2026-04-14 09:00"),
    ]


def test_while_a_journey_rests_nobody_is_reminded_and_nothing_becomes_late() -> None:
    drive = called().hold("2026-06-01 09:00").to("2026-05-01 10:00")
    assert drive.happened == []
    assert not drive.task("welcome_call").overdue
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    done = drive.last[0].task
    assert done is not None
    assert not done.overdue


def test_what_is_done_while_a_journey_rests_counts_and_opens_what_comes_next() -> None:
    drive = (
        called()
        .hold("2026-06-01 09:00")
        .to("2026-05-01 10:00")
        .complete("welcome_call", "willing", facts={"route": "job"})
    )
    assert drive.open == ["interview"]
    assert drive.state.hold is not None
    drive.to("2026-06-04 10:00").release()
    interview = drive.task("interview")
    left = calendars.office_time_between(at("2026-05-01 10:00"), at("2026-05-18 17:00"), OFFICE)
    assert interview.due_at is not None
    assert calendars.office_time_between(drive.now, interview.due_at, OFFICE) == left


def test_reports_are_taken_in_while_a_journey_rests() -> None:
    drive = Drive().booked().hold("2026-06-01 09:00").to("2026-04-01 10:00").report("offer.made", "offered")
    assert drive.open == ["move"]


def test_an_exit_ends_a_rest() -> None:
    drive = called().hold("2026-06-01 09:00").exit()
    assert (drive.state.status, drive.state.hold) == (Status.ENDED, None)


@pytest.mark.parametrize(
    ("held", "released", "due"),
    [
        # The call is due Thursday 2026-03-05 17:00.
        ("2026-03-04 17:00", "2026-03-10 08:00", "Tue 2026-03-10 17:00"),  # a whole working day was left
        ("2026-03-05 15:00", "2026-03-16 10:00", "Mon 2026-03-16 12:00"),  # two hours
        ("2026-03-05 15:00", "2026-03-13 16:00", "Mon 2026-03-16 09:00"),  # over a weekend
        ("2026-03-05 15:00", "2026-03-14 12:00", "Mon 2026-03-16 10:00"),  # released on a Saturday
        ("2026-03-05 15:00", "2026-04-02 16:00", "Tue 2026-04-07 09:00"),  # over Easter
        ("2026-03-05 15:00", "2026-06-18 16:00", "Mon 2026-06-22 09:00"),  # over midsummer
        ("2026-03-05 15:00", "2026-12-23 16:00", "Mon 2026-12-28 09:00"),  # over Christmas
        ("2026-03-05 15:00", "2026-03-29 04:00", "Mon 2026-03-30 10:00"),  # released in the odd night of spring
        ("2026-03-05 15:00", "2026-10-25 04:00", "Mon 2026-10-26 10:00"),  # and of autumn
    ],
)
def test_a_promise_keeps_the_working_time_it_had_left(held: str, released: str, due: str) -> None:
    drive = called().to(held).hold("2026-12-31 09:00").to(released).release()
    assert wall(drive.task("welcome_call").due_at) == due


def test_the_reminders_that_were_left_come_after_the_rest() -> None:
    drive = called().to("2026-03-02 17:00").hold("2026-03-31 09:00").to("2026-03-23 08:00").release()
    assert [f"{alarm.kind.value} {wall(alarm.at)}" for alarm in drive.task("welcome_call").alarms] == [
        "remind Mon 2026-03-23 09:00",
        "remind Tue 2026-03-24 09:00",
        "overdue Wed 2026-03-25 17:00",
        "escalate Wed 2026-03-25 17:00",
    ]


def test_a_task_that_was_late_before_the_rest_is_late_after_it_and_not_announced_again() -> None:
    drive = called().to("2026-03-06 10:00").hold("2026-03-31 09:00").to("2026-03-20 10:00").release()
    assert drive.happened == ["journey_released"]
    assert drive.task("welcome_call").overdue
    assert wall(drive.task("welcome_call").due_at) == "Thu 2026-03-05 17:00"
    assert drive.to("2026-03-25 10:00").last == ()


def fixed_and_promised() -> Programme:
    """A second task beside the welcome call, whose date is somebody else's."""

    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["last_day"] = {
            "kind": "wait", "title": both("Last day"), "phase": "a", "role": "coordinator", "waiting_on": "csn",
            "needs": {"intake": ["reached"]}, "due": {"days": 14, "fixed": True},
            "end": {"after_due": {"days": 30}, "hand_to": "leader"}, "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    return variant(change)


def test_a_date_of_somebody_elses_passes_while_the_journey_rests() -> None:
    drive = Drive(programme=fixed_and_promised()).complete("assignment", "assigned").hold("2026-06-01 09:00")
    drive.to("2026-03-16 17:00")
    assert drive.happened == ["task_reminded last_day", "task_overdue last_day", "task_escalated last_day"]
    before = drive.task("last_day")
    drive.to("2026-03-18 10:00").release()
    assert drive.task("last_day") == before
    assert drive.happened == ["journey_released", "task_retimed welcome_call"]


MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2032, 6, 1)).map(
    lambda naive: calendars.instant(naive.date(), naive.time().replace(microsecond=0), OFFICE)
)
HOURS = st.integers(1, 24 * 80).map(lambda hours: timedelta(hours=hours))
FIXED = fixed_and_promised()


@given(MOMENTS, HOURS, HOURS)
def test_no_rest_takes_working_time_from_a_promise_or_moves_a_fixed_date(
    begin: datetime, until_hold: timedelta, rest: timedelta
) -> None:
    """Whatever weekends, holidays and clock changes lie between."""
    start = engine.start(StartJourney(id="s", journey="j1", programme=FIXED, received_at=begin), begin)
    held_at = begin + until_hold
    hold = HoldJourney(id="h", cause="illness", on="csn", review_at=held_at + rest + timedelta(days=1))
    held = engine.decide(start.state, hold, held_at).state
    before = {task.step: task for task in held.tasks}
    released = engine.decide(held, ReleaseJourney(id="r"), held_at + rest).state
    for task in released.tasks:
        was = before[task.step]
        assert was.due_at is not None
        assert task.due_at is not None
        if task.fixed or was.overdue:
            assert task.due_at == was.due_at
        else:
            left = calendars.office_time_between(held_at, was.due_at, OFFICE)
            assert calendars.office_time_between(held_at + rest, task.due_at, OFFICE) == left
            assert task.due_at >= was.due_at
            assert not task.overdue


@given(MOMENTS, HOURS)
def test_a_rest_of_no_length_changes_no_due_time(begin: datetime, until_hold: timedelta) -> None:
    start = engine.start(StartJourney(id="s", journey="j1", programme=FIXED, received_at=begin), begin)
    moment = begin + until_hold
    hold = HoldJourney(id="h", cause="illness", on="csn", review_at=moment + timedelta(days=1))
    held = engine.decide(start.state, hold, moment).state
    released = engine.decide(held, ReleaseJourney(id="r"), moment).state
    assert {t.step: t.due_at for t in released.tasks} == {t.step: t.due_at for t in held.tasks}
