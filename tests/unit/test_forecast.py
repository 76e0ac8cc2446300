"""What comes if nobody acts: all that the engine would let happen by itself, and nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from journey import engine
from journey.forecast import MOST, forecast
from schemas.events import Event, EventKind
from schemas.foresight import Coming
from tests.driving import Drive, at, graced, variant, wall
from tests.sample import both, outcome

Plan = dict[str, Any]


def to(drive: Drive, until: str) -> tuple[Coming, ...]:
    return forecast(drive.state, drive.now, at(until))


def told(found: tuple[Coming, ...]) -> list[str]:
    return [f"{wall(one.at)} {one.kind.value} {one.step or ''}".rstrip() for one in found]


def written_to(one: Coming) -> list[tuple[str, str, str | None]]:
    return [(letter.template, letter.to, letter.staff) for letter in one.letters]


def test_reminders_the_due_time_and_the_ladder_come_in_order_with_their_letters() -> None:
    found = to(Drive().booked(), "2026-03-16 12:00")
    assert told(found) == [
        "Fri 2026-03-06 09:00 task_reminded offer",
        "Mon 2026-03-09 17:00 task_overdue offer",
        "Mon 2026-03-09 17:00 task_escalated offer",
        "Mon 2026-03-16 09:00 task_escalated offer",
    ]
    assert written_to(found[0]) == [("reminder", "coordinator", "anna")]
    assert written_to(found[2]) == [("overdue", "coordinator", "anna"), ("overdue", "leader", "lena")]
    assert {(one.role, one.owner, one.task) for one in found} == {("coordinator", "anna", "j1.offer.1")}


def test_what_ends_by_itself_is_foreseen_with_what_follows_from_it() -> None:
    found = to(Drive().booked(), "2026-04-07 12:00")
    assert told(found)[-3:] == [
        "Mon 2026-03-23 17:00 task_completed offer",
        "Mon 2026-03-23 17:00 task_opened interview",
        "Tue 2026-04-07 09:00 task_reminded interview",
    ]
    assert found[-3].outcome == "no_answer"


def test_it_is_what_really_happens() -> None:
    drive = Drive().booked()
    found = to(drive, "2026-08-01 12:00")
    happened: list[Event] = []
    while (moment := engine.next_alarm(drive.state)) is not None and moment <= at("2026-08-01 12:00"):
        happened += drive.to(moment).last
    assert [(one.at, one.kind, one.step) for one in found] == [(e.at, e.kind, e.step) for e in happened]
    assert [len(one.letters) for one in found] == [len(event.notices) for event in happened]


def test_the_journey_itself_does_not_change() -> None:
    drive = Drive().booked()
    before = drive.state.model_dump_json()
    assert to(drive, "2027-03-01 12:00")
    assert drive.state.model_dump_json() == before


def test_a_rest_that_ends_by_itself_and_one_that_is_reviewed_again_and_again() -> None:
    waking = Drive().complete("assignment", "assigned").complete("welcome_call", "maybe")
    assert told(to(waking, "2026-04-01 12:00")) == [
        "Wed 2026-04-01 09:00 journey_released",
        "Wed 2026-04-01 09:00 task_opened welcome_call",
    ]
    resting = Drive().booked().hold("2026-03-20 09:00")
    assert told(to(resting, "2026-03-27 12:00")) == [
        "Fri 2026-03-20 09:00 hold_review_due",
        "Fri 2026-03-27 09:00 hold_review_due",
    ]


def test_a_waiver_that_expires_and_an_absence_that_begins_and_ends() -> None:
    drive = Drive().willing().waive("offer", "offered", until="2026-03-11")
    drive.cover("anna", "bo", "2026-03-10 08:00", "2026-03-12 17:00")
    kinds = {one.kind: wall(one.at) for one in to(drive, "2026-03-13 12:00")}
    assert kinds[EventKind.WAIVER_EXPIRED] == "Wed 2026-03-11 08:00"
    assert kinds[EventKind.COVER_ENDED] == "Thu 2026-03-12 17:00"
    assert kinds[EventKind.TASK_ASSIGNED] == "Thu 2026-03-12 17:00"
    owners = {wall(one.at): one.owner for one in to(drive, "2026-03-13 12:00") if one.step == "interview"}
    assert owners["Tue 2026-03-10 08:00"] == "bo"


def test_what_fell_due_while_nobody_looked_comes_first() -> None:
    drive = Drive().booked()
    drive.now = at("2026-03-10 10:00")
    assert told(to(drive, "2026-03-10 12:00")) == [
        "Fri 2026-03-06 09:00 task_reminded offer",
        "Mon 2026-03-09 17:00 task_overdue offer",
        "Mon 2026-03-09 17:00 task_escalated offer",
    ]


def test_nothing_comes_for_a_journey_that_has_ended_or_up_to_a_moment_that_has_passed() -> None:
    drive = Drive().complete("welcome_call", "not_willing")
    assert to(drive, "2027-01-01 12:00") == ()
    assert to(Drive().booked(), "2026-03-01 12:00") == ()


def test_a_forecast_has_an_end_whatever_it_is_asked_for() -> None:
    def hourly(plan: Plan) -> None:
        plan["defaults"]["escalate"] = [{"to": ["leader"], "every": {"office_hours": 1}}]

    found = to(Drive(programme=variant(hourly)).willing(), "2036-01-01 12:00")
    assert len(found) == MOST
    assert found[-1].at < at("2036-01-01 12:00")


def machine(plan: Plan) -> None:
    """An offer is checked by a program; nobody answers, and the employer is asked once more."""
    plan["steps"]["checked"] = {
        "kind": "automatic", "title": both("Checked"), "phase": "a", "role": "leader", "action": "assign_owners",
        "needs": {"offer": ["no_answer"]}, "due": {"office_hours": 4},
        "outcomes": {"done": outcome("Done", go_on=True)},
    }  # fmt: skip
    plan["steps"]["offer"]["outcomes"]["no_answer"] = outcome("No answer", go_on=True)
    plan["steps"]["asked"] = {
        "kind": "task", "title": both("Asked"), "phase": "a", "role": "leader", "due": {"days": 2},
        "needs": {"checked": ["done"]}, "outcomes": {"done": outcome("Done", go_on=True)},
    }  # fmt: skip


def test_what_a_program_does_is_done_when_its_step_opens() -> None:
    found = to(Drive(programme=variant(machine)).booked(), "2026-03-23 18:00")
    assert told(found)[-4:] == [
        "Mon 2026-03-23 17:00 task_completed offer",
        "Mon 2026-03-23 17:00 task_opened checked",
        "Mon 2026-03-23 17:00 task_completed checked",
        "Mon 2026-03-23 17:00 task_opened asked",
    ]


def test_a_program_that_should_have_been_done_long_ago_is_late_like_anybody() -> None:
    drive = Drive().to("2026-03-02 12:00")
    assert "Mon 2026-03-02 14:00 task_overdue assignment" in told(to(drive, "2026-03-03 12:00"))


def test_a_program_waits_while_what_opened_its_step_may_be_taken_back() -> None:
    drive = Drive(programme=graced(machine)).booked()
    drive.complete("offer", "no_answer")
    opened = drive.task("checked")
    assert opened.acts_after == drive.now + timedelta(minutes=5)
    found = forecast(drive.state, drive.now, drive.now + timedelta(hours=1))
    assert [(one.kind, one.at) for one in found] == [
        (EventKind.TASK_COMPLETED, opened.acts_after),
        (EventKind.TASK_OPENED, opened.acts_after),
    ]
