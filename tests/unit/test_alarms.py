"""What falls due by itself: reminders, overdue, escalations and ends, each at its own journey time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from journey import engine
from schemas.commands import CompleteTask
from schemas.events import Event, EventKind, Purpose
from schemas.journey import Status
from tests.driving import OWNERS, Drive, addressed, at, told, variant, wall
from tests.sample import both, outcome


def timeline(events: tuple[Event, ...]) -> list[str]:
    return [f"{wall(event.at)} {told(event)}" for event in events]


def called() -> Drive:
    """Assigned, so that the welcome call alone is open."""
    return Drive("2026-03-02 10:00").complete("assignment", "assigned")


def test_all_alarms_that_are_due_go_off_in_one_pass_in_order_at_their_own_times() -> None:
    drive = called().to("2026-03-20 10:00")
    assert timeline(drive.last) == [
        "Tue 2026-03-03 09:00 task_reminded welcome_call",
        "Wed 2026-03-04 09:00 task_reminded welcome_call",
        "Thu 2026-03-05 17:00 task_overdue welcome_call",
        "Thu 2026-03-05 17:00 task_escalated welcome_call",
    ]
    assert {event.recorded_at for event in drive.last} == {at("2026-03-20 10:00")}
    assert [event.seq for event in drive.last] == list(range(6, 10))
    assert {event.by for event in drive.last} == {"system"}


def test_the_alarms_of_several_tasks_go_off_in_the_order_of_their_times() -> None:
    drive = Drive("2026-03-02 10:00").to("2026-03-04 12:00")
    assert timeline(drive.last) == [
        "Mon 2026-03-02 14:00 task_overdue assignment",
        "Mon 2026-03-02 14:00 task_escalated assignment",
        "Tue 2026-03-03 09:00 task_reminded welcome_call",
        "Tue 2026-03-03 17:00 task_handed_over assignment",
        "Wed 2026-03-04 09:00 task_reminded welcome_call",
    ]


def test_nothing_goes_off_early_and_the_next_alarm_says_when() -> None:
    drive = called()
    assert engine.next_alarm(drive.state) == at("2026-03-03 09:00")
    assert drive.to(at("2026-03-03 09:00") - timedelta(microseconds=1)).last == ()
    assert drive.to("2026-03-03 09:00").happened == ["task_reminded welcome_call"]
    assert engine.next_alarm(drive.state) == at("2026-03-04 09:00")


def test_an_alarm_goes_off_once_however_often_time_is_looked_at() -> None:
    drive = called().to("2026-03-03 09:00")
    assert drive.to("2026-03-03 09:00").last == ()
    assert drive.restored().to("2026-03-03 10:00").last == ()


def test_of_several_reminders_that_were_slept_through_only_the_newest_is_sent() -> None:
    drive = called().to("2026-03-04 10:00")
    assert [len(event.notices) for event in drive.last] == [0, 1]
    assert called().to("2026-03-03 10:00").last[0].notices != ()


def test_a_reminder_is_not_sent_when_the_task_has_been_escalated_since() -> None:
    drive = called().to("2026-03-05 17:00")
    reminders = [event for event in drive.last if event.kind is EventKind.TASK_REMINDED]
    assert [len(event.notices) for event in reminders] == [0, 0]


def test_a_reminder_is_worth_sending_only_until_the_task_is_due() -> None:
    [letter] = called().to("2026-03-03 09:00").last[0].notices
    assert (letter.purpose, letter.template, letter.task) == (Purpose.REMINDER, "reminder", "j1.welcome_call.1")
    assert (letter.send_after, letter.valid_until) == (at("2026-03-03 09:00"), at("2026-03-05 17:00"))


def test_the_overdue_mark_stays_and_the_completion_tells_it() -> None:
    drive = called().to("2026-03-06 10:00")
    assert drive.task("welcome_call").overdue
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    done = drive.last[0]
    assert done.task is not None
    assert (done.task.overdue, done.task.alarms) == (True, ())
    assert (done.calendar_days, done.working_days) == (4, 4)


@pytest.mark.parametrize(("moment", "late"), [("2026-03-05 16:59", False), ("2026-03-05 17:00", True)])
def test_the_journal_and_the_completion_agree_on_whether_a_task_was_late(moment: str, late: bool) -> None:
    drive = called().to(moment).complete("welcome_call", "willing", facts={"route": "job"})
    done = drive.last[0].task
    assert done is not None
    assert done.overdue is late
    assert bool(drive.of(EventKind.TASK_OVERDUE)) is late


def test_an_escalation_that_repeats_goes_on_until_somebody_acts() -> None:
    drive = called().complete("welcome_call", "willing", facts={"route": "job"}).to("2026-04-17 12:00")
    escalated = [wall(event.at) for event in drive.last if event.kind is EventKind.TASK_ESCALATED]
    assert escalated == [
        "Mon 2026-03-16 17:00",
        "Mon 2026-03-23 09:00",
        "Mon 2026-03-30 09:00",
        "Wed 2026-04-08 09:00",  # Easter lies between
        "Wed 2026-04-15 09:00",
    ]
    drive.complete("interview", "booked", dates={"interview_at": at("2026-05-01 10:00")})
    assert drive.to("2026-04-20 12:00").last == ()  # the offer is not due yet, and nobody nags about the interview


def test_an_escalation_may_hand_the_task_to_somebody_else() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["escalate"] = [{"to": ["owner"], "reassign_to": "leader"}]

    drive = Drive(programme=variant(change)).to("2026-03-05 17:00")
    task = drive.task("welcome_call")
    assert (task.role, task.owner) == ("leader", "lena")
    assert addressed(drive.last[-1].notices) == [("overdue", "leader", "lena")]


def test_one_person_in_two_roles_is_written_to_once() -> None:
    drive = Drive(owners={"coordinator": "anna", "leader": "anna"}).to("2026-03-05 17:00")
    assert addressed(drive.last[-1].notices) == [("overdue", "coordinator", "anna")]
    nobody = Drive(owners={}).to("2026-03-05 17:00")
    assert addressed(nobody.last[-1].notices) == [("overdue", "coordinator", None), ("overdue", "leader", None)]


def test_one_person_in_two_roles_gets_each_message_of_an_outcome_once() -> None:
    def change(plan: dict[str, Any]) -> None:
        rule = {"notice": "invitation", "to": ["participant", "owner", "leader"], "invite": "interview_at"}
        plan["steps"]["interview"]["outcomes"]["booked"]["notices"] = [rule]

    drive = Drive(programme=variant(change), owners={"coordinator": "anna", "leader": "anna"}).willing()
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-20 10:00")})
    sent = [notice for event in drive.last for notice in event.notices]
    assert addressed(tuple(sent)) == [("invitation", "participant", None), ("invitation", "coordinator", "anna")]


# ---- waits: answered, late, and never


def waiting(**end: Any) -> Drive:
    """The offer is waited for since 2026-03-02, due on the 9th."""

    def change(plan: dict[str, Any]) -> None:
        if end:
            plan["steps"]["offer"]["end"] = end
        plan["steps"]["offer"]["outcomes"] |= {
            "gone": outcome("Gone", exit="X8"),
            "later": outcome("Later", hold={
                "cause": "silent", "on": "employer", "days": 10, "at_most": 1, "then": {"exit": "X8"},
            }),
            "without": outcome("Without", go_on=True),
        }  # fmt: skip
        plan["steps"]["move"]["needs"]["offer"].append("without")

    return Drive(programme=variant(change)).booked()


def test_a_wait_that_nobody_answers_ends_by_itself_at_its_own_time() -> None:
    drive = waiting(after_due={"working_days": 10}, outcome="without").to("2026-04-10 10:00")
    [ended] = drive.of(EventKind.TASK_COMPLETED, "offer")
    assert wall(ended.at) == "Mon 2026-03-23 17:00"
    assert (ended.outcome, ended.by, ended.calendar_days, ended.working_days) == ("without", "system", 21, 15)
    assert drive.state.results["offer"].at == at("2026-03-23 17:00")


def test_what_opens_after_a_late_end_counts_from_the_end_and_its_own_alarms_go_off() -> None:
    drive = waiting(after_due={"working_days": 10}, outcome="without").to("2026-04-08 10:00")
    move = drive.task("move")
    assert (wall(move.opened_at), wall(move.due_at)) == ("Mon 2026-03-23 17:00", "Wed 2026-04-08 17:00")
    assert f"{wall(at('2026-04-07 09:00'))} task_reminded move" in timeline(drive.last)
    assert {event.recorded_at for event in drive.last} == {at("2026-04-08 10:00")}


def test_a_wait_that_nobody_answers_may_lead_back_until_it_has_been_tried_often_enough() -> None:
    drive = Drive().booked().to("2026-03-23 17:00")
    assert drive.happened[-2:] == ["task_completed offer", "task_opened interview"]
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-24 13:00")}).to("2026-06-01 10:00")
    assert (drive.state.status, drive.state.exit) == (Status.ENDED, "X8")
    assert wall(drive.state.exited_at) == "Wed 2026-04-15 17:00"


def test_a_wait_that_nobody_answers_may_lead_out() -> None:
    drive = waiting(after_due={"days": 1}, outcome="gone").to("2026-04-10 10:00")
    assert (drive.state.exit, wall(drive.state.ended_at)) == ("X8", "Tue 2026-03-10 17:00")


def test_a_wait_that_nobody_answers_may_let_the_journey_rest_and_try_again() -> None:
    drive = waiting(after_due={"days": 1}, outcome="later").to("2026-03-20 08:59")
    assert drive.state.hold is not None
    assert (wall(drive.state.hold.since), wall(drive.state.hold.review_at)) == (
        "Tue 2026-03-10 17:00",
        "Fri 2026-03-20 09:00",
    )
    assert drive.to("2026-03-20 09:00").happened == ["journey_released", "task_opened offer"]


def test_a_wait_that_nobody_answers_may_be_handed_to_somebody_who_finds_out() -> None:
    drive = waiting(after_due={"days": 1}, hand_to="leader").to("2026-03-10 17:00")
    task = drive.task("offer")
    assert (drive.happened[-1], task.role, task.owner) == ("task_handed_over offer", "leader", "lena")
    assert addressed(drive.last[-1].notices) == [("handed_over", "leader", "lena")]
    assert [alarm.kind.value for alarm in task.alarms] == ["escalate"]  # and it goes on being escalated
    drive.complete("offer", "offered")
    assert drive.open == ["move"]


def test_an_answer_in_the_last_moment_counts_and_one_at_the_moment_itself_comes_too_late() -> None:
    end = {"after_due": {"days": 1}, "outcome": "gone"}
    last = waiting(**end).to(at("2026-03-10 17:00") - timedelta(seconds=1)).report("offer.made", "offered")
    assert last.open == ["move"]
    late = waiting(**end).to("2026-03-10 17:00")
    assert late.state.status is Status.ENDED


# ---- a command after a while


def test_deciding_is_letting_time_pass_and_then_doing_it() -> None:
    drive = Drive()
    call = CompleteTask(id="k", by="anna", task="j1.welcome_call.1", outcome="willing", facts={"route": "job"})
    now = at("2026-03-06 10:00")
    at_once = engine.decide(drive.state, call, now)
    passed, fired = engine.advance(drive.state, now)
    then = engine.decide(passed, call, now)
    assert at_once.state == then.state
    assert at_once.events == (*fired, *then.events)
    assert at_once.receipt == then.receipt


def test_a_command_is_judged_after_whatever_fell_due_before_it() -> None:
    drive = waiting(after_due={"days": 1}, outcome="without")
    drive.now = at("2026-03-16 10:00")
    drive.report("offer.made", "offered")
    assert drive.happened[-1] == "event_refused"
    assert drive.open == ["move"]


def test_a_task_that_opens_and_falls_due_while_nobody_looked_does_both() -> None:
    """The worker was away from the end of the wait until long after the move was due."""
    drive = waiting(after_due={"days": 1}, outcome="without").to("2026-12-01 10:00")
    moves = [told(event) for event in drive.last if event.step == "move"]
    assert moves[:4] == ["task_opened move", "task_reminded move", "task_overdue move", "task_escalated move"]
    assert [event.at for event in drive.log] == sorted(event.at for event in drive.log)


def test_a_journey_that_has_ended_has_nothing_left_to_fall_due() -> None:
    drive = Drive().exit()
    assert engine.next_alarm(drive.state) is None
    assert drive.to("2030-01-01 10:00").last == ()


def test_two_alarms_at_the_same_moment_go_off_task_by_task() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["twin"] = {
            "kind": "task", "title": both("Twin"), "phase": "a", "role": "coordinator",
            "needs": {"intake": ["reached"]}, "due": {"days": 3}, "remind": [],
            "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    drive = Drive(programme=variant(change), owners=OWNERS).complete("assignment", "assigned").to("2026-03-05 17:00")
    assert [told(event) for event in drive.last if event.at == at("2026-03-05 17:00")] == [
        "task_overdue welcome_call",
        "task_escalated welcome_call",
        "task_overdue twin",
        "task_escalated twin",
    ]
