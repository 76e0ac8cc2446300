"""What was done last is taken back within the grace, and nothing of it has left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from journey import engine, errors, mending_errors
from schemas.commands import SYSTEM, CompleteTask
from schemas.events import EventKind, Purpose
from schemas.journey import Status
from schemas.mending import CorrectIdentity, WaiveStep
from tests.driving import Drive, at, day, graced, told, variant, wall
from tests.sample import both, outcome

GRACE = graced()


def booked() -> Drive:
    """The interview is booked at ten; the wait for an offer is open."""
    return Drive(programme=GRACE).booked()


def known(drive: Drive) -> dict[str, Any]:
    """All that taking back gives back, and nothing that it does not."""
    state = drive.state
    names = (
        "status",
        "exit",
        "exited_at",
        "ended_at",
        "hold",
        "facts",
        "dates",
        "owners",
        "results",
        "taken",
        "parked",
    )
    return {name: getattr(state, name) for name in (*names, "tasks", "invited")}


def with_packing(plan: dict[str, Any]) -> None:
    """A step beside the others whose clock hangs on a date that the welcome call asks for."""
    plan["steps"]["packing"] = {
        "kind": "task", "title": both("Packing"), "phase": "a", "role": "coordinator",
        "needs": {"intake": ["reached"]}, "due": {"days": 1, "after": "course_start", "without_date": {"days": 8}},
        "remind": [{"after": {"working_days": 1}}], "outcomes": {"done": outcome("Done", go_on=True)},
    }  # fmt: skip
    plan["steps"]["welcome_call"]["outcomes"]["willing"]["asks_dates"] = ["course_start"]


# ---- what is remembered


def test_letters_of_an_act_leave_a_minute_after_it_may_be_taken_back() -> None:
    (booking,) = booked().of(EventKind.TASK_COMPLETED, "interview")
    assert [(notice.template, wall(notice.send_after)) for notice in booking.notices] == [
        ("invitation", "Mon 2026-03-02 10:06")
    ]


def test_without_a_grace_letters_leave_at_once_and_nothing_is_remembered() -> None:
    drive = Drive().booked()
    (booking,) = drive.of(EventKind.TASK_COMPLETED, "interview")
    assert [wall(notice.send_after) for notice in booking.notices] == ["Mon 2026-03-02 10:00"]
    assert drive.state.undo is None


@pytest.mark.parametrize(("time", "leaves"), [("10:06", "10:00"), ("10:07", "10:06")])
def test_an_invitation_to_a_time_that_comes_sooner_leaves_at_once(time: str, leaves: str) -> None:
    drive = Drive(programme=GRACE).booked(interview=f"2026-03-02 {time}")
    (booking,) = drive.of(EventKind.TASK_COMPLETED, "interview")
    assert [wall(notice.send_after) for notice in booking.notices] == [f"Mon 2026-03-02 {leaves}"]


def test_letters_of_an_exit_and_of_the_tasks_that_open_wait_too() -> None:
    def greeting(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["opens_with"] = [{"notice": "hello"}]

    drive = Drive(programme=graced(greeting)).willing()
    assert {notice.template: wall(notice.send_after) for event in drive.last for notice in event.notices} == {
        "hello": "Mon 2026-03-02 10:06"
    }
    drive.to("2026-03-02 11:00").exit()
    assert {notice.template: wall(notice.send_after) for event in drive.last for notice in event.notices} == {}
    drive = booked().to("2026-03-02 11:00").exit()
    assert {notice.template: wall(notice.send_after) for event in drive.last for notice in event.notices} == {
        "cancellation": "Mon 2026-03-02 11:06"
    }


def test_automatic_steps_that_an_act_opens_wait_until_it_may_no_longer_be_taken_back() -> None:
    def later(plan: dict[str, Any]) -> None:
        plan["steps"]["assignment"]["needs"] = {"welcome_call": ["willing"]}

    drive = Drive(programme=graced(later)).complete("welcome_call", "willing", facts={"route": "job"})
    assert wall(drive.task("assignment").acts_after) == "Mon 2026-03-02 10:05"
    (opened,) = drive.of(EventKind.TASK_OPENED, "assignment")
    assert opened.task == drive.task("assignment")
    assert drive.task("interview").acts_after is None


def test_what_is_open_before_the_act_does_not_wait() -> None:
    drive = Drive(programme=GRACE).complete("welcome_call", "willing", facts={"route": "job"})
    assert drive.task("assignment").acts_after is None


def test_what_the_system_or_an_outside_report_does_is_not_taken_back() -> None:
    drive = Drive(programme=GRACE)
    drive.send(CompleteTask(id="a", by=SYSTEM, task="j1.assignment.1", outcome="assigned"))
    assert drive.state.undo is None
    assert booked().report("offer.made", "offered").state.undo is None


# ---- a completion


def test_a_completion_is_taken_back_and_its_task_is_open_again_under_the_same_id() -> None:
    drive = Drive(programme=GRACE).complete("assignment", "assigned")
    before = known(drive)
    drive.to("2026-03-02 10:03").complete("welcome_call", "willing", facts={"route": "job"})
    drive.to("2026-03-02 10:07").undo("welcome_call")
    assert drive.happened == [
        "act_undone welcome_call",
        "task_closed interview",
        "task_restored welcome_call",
    ]
    assert known(drive) == before
    assert drive.state.undo is None
    assert drive.decision.receipt.opened == ("j1.welcome_call.1",)
    assert drive.decision.receipt.closed == ("j1.interview.1",)


def test_it_says_which_events_were_undone_and_what_holds_again() -> None:
    drive = booked()
    act = [event.seq for event in drive.last]
    drive.undo()
    undone = drive.last[0]
    assert undone.undoes == (act[0], act[-1])
    assert undone.reason == "complete j1.interview.1 booked"
    assert undone.restored is not None
    assert (undone.restored.facts, undone.restored.dates) == ({"route": "job"}, {})
    assert drive.last[1].reason == "undone"


def test_taking_back_sends_nothing() -> None:
    drive = booked().undo()
    assert [notice for event in drive.last for notice in event.notices] == []
    assert drive.state.invited == {}


def test_an_invitation_that_has_left_already_is_taken_back_by_a_cancellation() -> None:
    drive = Drive(programme=GRACE).booked(interview="2026-03-02 10:04").to("2026-03-02 10:02").undo()
    assert [(notice.purpose, notice.to, wall(notice.appointment_at)) for notice in drive.last[0].notices] == [
        (Purpose.CANCELLATION, "participant", "Mon 2026-03-02 10:04")
    ]


def test_it_is_too_late_after_the_grace_and_after_anything_else_that_counts() -> None:
    with pytest.raises(mending_errors.UndoTooLate):
        booked().to("2026-03-02 10:05").undo()
    with pytest.raises(mending_errors.NothingToUndo):
        booked().hold("2026-03-20 09:00").undo()
    with pytest.raises(mending_errors.NothingToUndo):
        booked().report("offer.made", "offered").undo()
    assert booked().to("2026-03-02 10:04").undo().open == ["interview"]


def test_only_the_latest_act_is_taken_back() -> None:
    drive = booked().complete("offer", "offered").undo()
    assert drive.open == ["offer"]
    with pytest.raises(mending_errors.NothingToUndo):
        drive.undo()


def test_what_happens_beside_it_does_not_stand_in_the_way() -> None:
    drive = booked()
    drive.join().assign("offer", "bo").report("weather.changed", "sunny")
    drive.send(CorrectIdentity(id="i", fields=("name",), submission="s1"))
    assert drive.undo().open == ["interview"]


def test_a_task_that_was_given_away_meanwhile_stays_with_whoever_has_it() -> None:
    drive = Drive(programme=GRACE).complete("welcome_call", "willing", facts={"route": "job"})
    drive.assign("assignment", "bo").undo()
    assert drive.task("assignment").owner == "bo"


def test_the_next_opening_of_a_step_that_only_the_undone_act_had_opened_is_its_first() -> None:
    def again(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["due_again"] = {"working_days": 1}

    drive = Drive(programme=graced(again)).willing()
    first = drive.task("interview").due_at
    drive.undo().complete("welcome_call", "willing", facts={"route": "job"})
    assert (drive.task("interview").id, drive.task("interview").due_at) == ("j1.interview.2", first)


def test_tries_are_given_back() -> None:
    drive = Drive(programme=GRACE)
    for _ in range(5):
        drive.complete("welcome_call", "not_reached").undo()
    assert drive.state.taken == {}
    assert drive.task("welcome_call").id == "j1.welcome_call.1"
    drive.complete("welcome_call", "not_reached")
    assert drive.task("welcome_call").id == "j1.welcome_call.7"
    with pytest.raises(errors.TaskReplaced):
        drive.send(CompleteTask(id="x", task="j1.welcome_call.6", outcome="maybe"))


def test_the_same_undo_twice_acts_once() -> None:
    drive = booked().undo()
    again = engine.decide(drive.state, drive.sent, drive.now)
    assert again.receipt == drive.decision.receipt.but(repeated=True)
    assert again.state is drive.state


# ---- clocks


def test_what_fell_due_while_the_task_was_thought_to_be_done_goes_off_now() -> None:
    drive = Drive(programme=GRACE).to("2026-03-05 16:58").complete("welcome_call", "willing", facts={"route": "job"})
    drive.to("2026-03-05 17:02").undo()
    assert drive.task("welcome_call").alarms[0].at == drive.now
    drive.to("2026-03-05 17:02")
    assert drive.happened == ["task_overdue welcome_call", "task_escalated welcome_call"]
    assert [wall(event.at) for event in drive.last] == ["Thu 2026-03-05 17:02"] * 2


def test_what_has_gone_off_for_another_task_does_not_go_off_again() -> None:
    drive = Drive(programme=GRACE).to("2026-03-03 08:58").complete("assignment", "assigned")
    drive.to("2026-03-03 09:00")
    assert drive.happened == ["task_reminded welcome_call"]
    drive.undo().to("2026-03-03 09:30")
    assert "task_reminded welcome_call" not in drive.happened


def test_a_clock_that_the_act_moved_is_as_it_was() -> None:
    drive = Drive(programme=graced(with_packing))
    before = drive.task("packing")
    drive.to("2026-03-02 16:58")
    drive.complete("welcome_call", "willing", facts={"route": "job"}, dates={"course_start": day("2026-03-01")})
    drive.to("2026-03-02 17:01")
    assert drive.happened == ["task_overdue packing", "task_escalated packing"]
    drive.undo()
    assert "task_retimed packing" in drive.happened
    assert drive.task("packing") == before


def test_what_has_gone_off_on_a_moved_clock_does_not_go_off_again() -> None:
    drive = Drive(programme=graced(with_packing)).to("2026-03-03 08:58")
    drive.complete("welcome_call", "willing", facts={"route": "job"}, dates={"course_start": day("2026-03-20")})
    drive.to("2026-03-03 09:01")
    assert drive.happened == ["task_reminded packing"]
    drive.undo()
    assert wall(drive.task("packing").due_at) == "Tue 2026-03-10 17:00"
    assert "task_reminded packing" not in drive.to("2026-03-03 10:00").happened


# ---- rests and exits


def test_a_rest_that_followed_from_a_completion_is_taken_back_with_it() -> None:
    drive = Drive(programme=GRACE).to("2026-03-03 08:58").complete("welcome_call", "maybe")
    assert drive.happened[-1] == "journey_held"
    drive.to("2026-03-03 09:02").undo()
    assert drive.state.hold is None
    assert drive.open == ["assignment", "welcome_call"]
    assert drive.to("2026-03-03 09:02").happened == ["task_reminded welcome_call"]


def test_an_exit_during_a_rest_is_taken_back_and_the_rest_goes_on() -> None:
    drive = Drive(programme=GRACE).willing().to("2026-03-02 11:00").hold("2026-03-30 09:00")
    before = known(drive)
    drive.exit().to("2026-03-02 11:04").undo()
    assert known(drive) == before
    drive.to("2026-03-16 11:00").release()
    assert wall(drive.task("interview").due_at) == "Mon 2026-03-30 17:00"  # two weeks later than without it


def test_a_review_that_came_meanwhile_is_not_asked_for_again() -> None:
    drive = Drive(programme=GRACE).willing().hold("2026-03-10 09:00").to("2026-03-10 08:58")
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-20 13:00")}).to("2026-03-10 09:01")
    assert drive.happened == ["hold_review_due"]
    drive.undo()
    assert drive.state.hold is not None
    assert drive.state.hold.reviewed
    assert drive.to("2026-03-10 09:05").last == ()


def test_a_review_that_would_have_come_while_the_journey_was_thought_to_be_over_comes_now() -> None:
    drive = Drive(programme=GRACE).willing().hold("2026-03-10 09:00").to("2026-03-10 08:58").exit()
    drive.to("2026-03-10 09:01").undo().to("2026-03-10 09:01")
    assert [(told(event), wall(event.at)) for event in drive.last] == [("hold_review_due", "Tue 2026-03-10 09:01")]


def test_an_exit_is_taken_back_and_what_was_open_is_open_again() -> None:
    drive = booked()
    drive.to("2026-03-02 12:00")
    before = known(drive)
    drive.exit()
    assert drive.state.status is Status.ENDED
    assert engine.next_alarm(drive.state) == at("2026-03-02 12:05")
    drive.to("2026-03-02 12:04").undo()
    assert drive.happened == ["act_undone", "task_restored offer"]
    assert known(drive) == before
    assert drive.last[0].restored is not None
    assert drive.last[0].restored.exit is None


def test_an_ended_journey_listens_until_the_grace_is_over_and_then_falls_silent() -> None:
    drive = Drive(programme=GRACE).exit()
    with pytest.raises(errors.JourneyOver):
        drive.join()
    drive.to("2026-03-02 10:05")
    assert drive.last == ()
    assert drive.state.undo is None
    assert engine.next_alarm(drive.state) is None
    with pytest.raises(errors.JourneyOver):
        drive.undo()


def test_a_person_who_had_just_left_may_be_taken_in_again_at_once() -> None:
    drive = Drive(programme=GRACE).exit().to("2026-03-02 10:02").reopen()
    assert drive.state.status is Status.OPEN
    assert drive.state.undo is None


def test_the_answer_that_ended_the_follow_up_is_taken_back_and_the_exit_stands() -> None:
    drive = booked().report("offer.made", "offered").complete("move", "arrived").to("2026-04-01 10:00")
    drive.complete("follow_up", "answered")
    assert drive.state.status is Status.ENDED
    drive.undo()
    assert (drive.state.status, drive.state.exit, drive.open) == (Status.FOLLOWING_UP, "OK1", ["follow_up"])


def test_a_journey_that_ended_by_itself_does_not_listen() -> None:
    def ends(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["end"] = {"after_due": {"days": 2}, "outcome": "not_willing"}

    drive = Drive(programme=graced(ends)).complete("assignment", "assigned").to("2026-04-01 10:00")
    assert drive.state.status is Status.ENDED
    assert engine.next_alarm(drive.state) is None


def test_what_ends_by_itself_meanwhile_stands_and_the_act_before_it_can_no_longer_be_taken_back() -> None:
    def ends(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["end"] = {"after_due": {"days": 0}, "outcome": "not_reached"}

    drive = Drive(programme=graced(ends)).to("2026-03-05 16:58").complete("assignment", "assigned")
    drive.to("2026-03-05 17:01")
    assert "task_completed welcome_call" in drive.happened
    with pytest.raises(mending_errors.NothingToUndo):
        drive.undo()


# ---- reports


def test_a_report_that_the_act_took_in_waits_again() -> None:
    drive = Drive(programme=GRACE).willing().report("offer.made", "offered", key="r1")
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.open == ["move"]
    drive.undo()
    assert drive.open == ["interview"]
    parked = drive.last[-1]
    assert (parked.kind, parked.command, parked.by, parked.report) == (
        EventKind.EVENT_PARKED,
        "r1",
        "gateway",
        "offer.made",
    )
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.open == ["move"]


def test_a_report_that_came_after_the_act_answers_the_task_that_is_open_again() -> None:
    drive = booked().back("interview").report("offer.made", "offered", key="r1").undo()
    assert [told(event) for event in drive.last] == [
        "act_undone",
        "task_closed interview",
        "task_restored offer",
        "task_completed offer",
        "task_opened move",
    ]


# ---- what else may be taken back


def test_going_back_is_taken_back() -> None:
    drive = booked().complete("offer", "offered")
    before = known(drive)
    drive.back("interview").to("2026-03-02 10:04").undo()
    assert known(drive) == before


def test_doing_without_a_step_is_taken_back_whether_it_was_open_or_still_ahead() -> None:
    drive = Drive(programme=GRACE).willing()
    before = known(drive)
    for step in ("interview", "offer"):
        drive.send(WaiveStep(id=drive.key(), by="lena", step=step, expires_on=day("2026-03-04")))
        assert step in drive.state.results
        drive.undo()
        assert known(drive) == before
    assert "waiver_expired interview" not in drive.to("2026-03-10 10:00").happened


def test_a_waiver_that_would_have_expired_meanwhile_expires_now() -> None:
    drive = (
        Drive(programme=GRACE).willing().complete("interview", "booked", dates={"interview_at": at("2026-03-09 09:00")})
    )
    drive.send(WaiveStep(id="w", by="lena", step="offer", expires_on=day("2026-03-04")))
    drive.to("2026-03-04 07:58").exit().to("2026-03-04 08:02").undo().to("2026-03-04 08:02")
    assert [(told(event), wall(event.at)) for event in drive.last] == [
        ("waiver_expired offer", "Wed 2026-03-04 08:02"),
        ("task_opened offer", "Wed 2026-03-04 08:02"),
    ]


def test_a_programme_without_a_grace_says_so_even_to_a_journey_that_had_one() -> None:
    drive = booked()
    drive.state = drive.state.but(programme=variant(lambda _: None))
    with pytest.raises(mending_errors.NothingIsUndone):
        drive.undo()


def test_a_checkpoint_within_the_grace_forgets_nothing() -> None:
    drive = booked().restored()
    assert drive.undo().open == ["interview"]


def test_the_final_state_kept_of_an_ended_journey_has_nothing_to_take_back() -> None:
    drive = Drive(programme=GRACE).exit()
    assert drive.state.undo is not None
    assert drive.state.at_rest().undo is None
    assert drive.state.undo.until - drive.now == timedelta(minutes=5)
