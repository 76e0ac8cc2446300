"""Reminding now, giving a task more time, giving it to somebody, and the one message after a rest."""

from __future__ import annotations

from typing import Any

import pytest

from journey import engine, errors, mending_errors
from schemas.commands import AssignTask
from schemas.events import EventKind, Purpose
from schemas.mending import ExtendTask, NudgeTask
from schemas.programme import Programme
from tests.driving import Drive, addressed, at, day, told, variant, wall
from tests.sample import both, outcome


def called(programme: Programme | None = None) -> Drive:
    """Assigned, so that the welcome call alone is open, due Thursday 2026-03-05 17:00."""
    return Drive("2026-03-02 10:00", programme=programme).complete("assignment", "assigned")


def alarms(drive: Drive, step: str) -> list[str]:
    return [f"{alarm.kind.value} {wall(alarm.at)}" for alarm in drive.task(step).alarms]


def with_last_day(plan: dict[str, Any]) -> None:
    """A wait beside the welcome call, whose date is somebody else's."""
    plan["steps"]["last_day"] = {
        "kind": "wait", "title": both("Last day"), "phase": "a", "role": "coordinator", "waiting_on": "csn",
        "needs": {"intake": ["reached"]}, "due": {"days": 14, "fixed": True},
        "outcomes": {"done": outcome("Done", go_on=True)},
    }  # fmt: skip


# ---- nudging


def test_a_nudge_reminds_whoever_has_the_task_at_once() -> None:
    drive = called().nudge("welcome_call")
    [event] = drive.last
    [letter] = event.notices
    assert (event.kind, event.by, event.task) == (EventKind.TASK_NUDGED, "lena", drive.task("welcome_call"))
    assert addressed(event.notices) == [("reminder", "coordinator", "anna")]
    assert (letter.purpose, letter.task) == (Purpose.REMINDER, "j1.welcome_call.1")
    assert (letter.send_after, letter.valid_until) == (drive.now, at("2026-03-05 17:00"))


def test_a_nudge_changes_no_clock() -> None:
    drive = called()
    before = drive.task("welcome_call")
    assert drive.nudge("welcome_call").task("welcome_call") == before


def test_a_nudge_about_something_late_is_worth_sending_for_ever() -> None:
    drive = called().to("2026-03-09 10:00").nudge("welcome_call")
    assert drive.last[-1].notices[0].valid_until is None


@pytest.mark.parametrize("again", ["2026-03-02 10:00", "2026-03-02 23:59"])
def test_nobody_is_nudged_twice_on_one_local_day(again: str) -> None:
    drive = called().nudge("welcome_call").to(again)
    with pytest.raises(mending_errors.RemindedToday, match="2026-03-03"):
        drive.nudge("welcome_call")


def test_the_next_local_day_begins_at_midnight_in_stockholm() -> None:
    drive = called().to("2026-03-02 23:59").nudge("welcome_call").to("2026-03-03 00:00")
    assert drive.nudge("welcome_call").happened == ["task_nudged welcome_call"]


def test_nobody_is_nudged_on_a_day_on_which_the_programme_has_reminded_them() -> None:
    drive = called().to("2026-03-03 08:59")
    assert drive.nudge("welcome_call").happened == ["task_nudged welcome_call"]
    drive = called().to("2026-03-03 09:00")
    with pytest.raises(mending_errors.RemindedToday, match="2026-03-04"):
        drive.nudge("welcome_call")


def test_a_reminder_of_one_task_says_nothing_about_another() -> None:
    drive = Drive().nudge("assignment").nudge("welcome_call")
    assert drive.state.reminded == {"j1.assignment.1": drive.now, "j1.welcome_call.1": drive.now}


def test_that_a_task_was_reminded_of_is_forgotten_when_it_is_not_open_any_more() -> None:
    drive = called().nudge("welcome_call").complete("welcome_call", "not_reached").nudge("welcome_call")
    assert drive.state.reminded == {"j1.welcome_call.2": drive.now}
    assert drive.exit().state.at_rest().reminded == {}


def test_while_a_rest_has_stopped_its_clock_nobody_is_nudged_about_a_task() -> None:
    drive = called().hold("2026-04-01 09:00")
    with pytest.raises(mending_errors.ClockStopped, match="2026-04-01"):
        drive.nudge("welcome_call")


def test_a_date_of_somebody_elses_runs_on_in_a_rest_and_may_be_nudged_about() -> None:
    drive = called(variant(with_last_day)).hold("2026-04-01 09:00").nudge("last_day")
    assert drive.happened == ["task_nudged last_day"]


def participants(remind: list[dict[str, Any]] | None) -> Programme:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["role"] = "participant"
        plan["steps"]["welcome_call"]["remind"] = remind

    return variant(change)


@pytest.mark.parametrize(
    ("remind", "template"),
    [
        ([{"after": {"days": 1}, "to": ["participant"], "notice": "please_answer"}], "please_answer"),
        ([{"after": {"days": 1}, "to": ["owner"], "notice": "please_answer"}], "please_answer"),
        (
            [
                {"after": {"days": 1}, "to": ["leader"], "notice": "look_here"},
                {"after": {"days": 1}, "to": ["participant"], "notice": "please_answer"},
            ],
            "please_answer",
        ),
        ([{"after": {"days": 1}, "to": ["leader"], "notice": "look_here"}], "reminder"),
        ([], "reminder"),
        (None, "reminder"),  # the programme's own default
    ],
)
def test_a_participant_is_nudged_in_the_words_of_the_steps_own_reminder(
    remind: list[dict[str, Any]] | None, template: str
) -> None:
    drive = called(participants(remind)).nudge("welcome_call")
    assert addressed(drive.last[0].notices) == [(template, "participant", None)]


def test_a_nudge_of_what_has_ended_is_refused_as_a_completion_would_be() -> None:
    drive = called()
    for task, refusal in (("j1.assignment.1", errors.TaskEnded), ("j1.moon.1", errors.UnknownTask)):
        with pytest.raises(refusal):
            drive.send(NudgeTask(id="x1", task=task))


# ---- more time


def test_more_time_moves_the_due_time_and_every_alarm_that_is_to_come() -> None:
    drive = called().to("2026-03-04 12:00").extend("welcome_call", "2026-03-10 12:00")
    assert drive.happened == ["task_extended welcome_call"]
    task = drive.task("welcome_call")
    assert (wall(task.due_at), task.extended, task.overdue) == ("Tue 2026-03-10 12:00", True, False)
    assert drive.last[0].task == task
    assert alarms(drive, "welcome_call") == [
        "remind Thu 2026-03-05 09:00",
        "remind Fri 2026-03-06 09:00",
        "remind Mon 2026-03-09 09:00",
        "overdue Tue 2026-03-10 12:00",
        "escalate Tue 2026-03-10 12:00",
    ]


def test_a_task_that_was_late_is_not_late_any_more_and_becomes_late_again() -> None:
    drive = called().to("2026-03-06 10:00")
    assert drive.task("welcome_call").overdue
    drive.extend("welcome_call", "2026-03-06 12:00")
    assert not drive.task("welcome_call").overdue
    assert drive.to("2026-03-06 12:00").happened == ["task_overdue welcome_call", "task_escalated welcome_call"]


def test_the_end_of_a_wait_is_counted_from_the_new_due_time() -> None:
    drive = Drive().booked().to("2026-03-10 10:00").extend("offer", "2026-03-20 12:00")
    assert alarms(drive, "offer")[-1] == "end Tue 2026-04-07 17:00"


def test_more_time_also_for_a_task_that_had_no_due_time() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"].pop("due")
        plan["steps"]["welcome_call"].pop("due_again")

    drive = called(variant(change))
    assert drive.task("welcome_call").due_at is None
    drive.extend("welcome_call", "2026-03-04 12:00")
    assert alarms(drive, "welcome_call") == [
        "remind Tue 2026-03-03 09:00",
        "overdue Wed 2026-03-04 12:00",
        "escalate Wed 2026-03-04 12:00",
    ]


def test_a_due_time_that_somebody_has_given_is_not_moved_by_a_date() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["due"] = {"days": 2, "before": "course_start", "without_date": {"days": 20}}
        plan["steps"]["welcome_call"]["outcomes"]["willing"]["asks_dates"] = ["course_start"]
        plan["steps"]["beside"] = {
            "kind": "task", "title": both("Beside"), "phase": "a", "role": "coordinator",
            "needs": {"welcome_call": ["willing"]}, "due": {"days": 9},
            "outcomes": {"dated": outcome("Dated", go_on=True, asks_dates=["course_start"])},
        }  # fmt: skip

    drive = Drive(programme=variant(change)).complete("assignment", "assigned")
    drive.complete("welcome_call", "willing", facts={"route": "job"}, dates={"course_start": day("2026-04-01")})
    later = {"course_start": day("2026-05-01")}
    drive.extend("interview", "2026-04-20 17:00").complete("beside", "dated", dates=later)
    assert drive.happened == ["task_completed beside"]
    assert wall(drive.task("interview").due_at) == "Mon 2026-04-20 17:00"


def test_what_was_extended_keeps_its_working_time_in_a_rest_as_any_promise_does() -> None:
    drive = called().extend("welcome_call", "2026-03-10 17:00").to("2026-03-09 17:00").hold("2026-04-01 09:00")
    drive.to("2026-03-24 08:00").release()
    assert wall(drive.task("welcome_call").due_at) == "Tue 2026-03-24 17:00"
    assert drive.task("welcome_call").extended


def test_a_step_that_opens_anew_has_the_programmes_time_again() -> None:
    drive = called().extend("welcome_call", "2026-03-20 17:00").complete("welcome_call", "not_reached")
    assert not drive.task("welcome_call").extended
    assert wall(drive.task("welcome_call").due_at) == "Thu 2026-03-05 17:00"


@pytest.mark.parametrize("due", ["2026-03-05 17:00", "2026-03-05 16:59", "2026-03-03 12:00"])
def test_more_time_is_later_than_the_time_there_is(due: str) -> None:
    with pytest.raises(mending_errors.DueNotLater, match="2026-03-05 17:00"):
        called().extend("welcome_call", due)


def test_more_time_lies_ahead_also_where_the_due_time_has_passed() -> None:
    drive = called().to("2026-03-09 10:00")
    for due in ("2026-03-06 17:00", "2026-03-09 10:00"):
        with pytest.raises(mending_errors.DueInThePast):
            drive.extend("welcome_call", due)


def test_a_clock_that_stands_still_is_not_set() -> None:
    with pytest.raises(mending_errors.ClockStopped):
        called().hold("2026-04-01 09:00").extend("welcome_call", "2026-05-01 17:00")


@pytest.mark.parametrize("resting", [False, True])
def test_a_date_of_somebody_elses_is_not_extended_whether_the_journey_rests_or_not(resting: bool) -> None:
    drive = called(variant(with_last_day))
    if resting:
        drive.hold("2026-04-01 09:00")
    with pytest.raises(mending_errors.NotOursToExtend):
        drive.extend("last_day", "2026-05-01 17:00")


def test_more_time_for_what_has_ended_is_refused_as_a_completion_would_be() -> None:
    with pytest.raises(errors.TaskEnded):
        called().send(ExtendTask(id="x1", task="j1.assignment.1", due_at=at("2026-05-01 17:00")))


# ---- giving a task to somebody


def test_a_task_that_somebody_stood_in_for_is_nobody_elses_once_it_is_given_away() -> None:
    drive = called().cover("anna", "bo", "2026-03-02 10:00", "2026-03-09 08:00").assign("welcome_call", "cim")
    task = drive.task("welcome_call")
    assert (task.owner, task.stands_in_for) == ("cim", None)
    assert drive.to("2026-03-09 08:00").task("welcome_call").owner == "cim"
    assert drive.happened[-1] == "cover_ended"


def test_what_is_given_to_somebody_who_is_away_is_with_whoever_stands_in() -> None:
    drive = called().cover("bo", "cim", "2026-03-02 10:00", "2026-03-05 08:00").assign("welcome_call", "bo")
    task = drive.task("welcome_call")
    assert (task.owner, task.stands_in_for) == ("cim", "bo")
    assert drive.to("2026-03-05 08:00").task("welcome_call").owner == "bo"


def test_a_task_may_be_given_away_while_the_journey_rests_and_to_whoever_has_it() -> None:
    drive = called().hold("2026-04-01 09:00").assign("welcome_call", "anna")
    assert drive.happened == ["task_assigned welcome_call"]


def test_a_task_of_an_earlier_opening_is_not_given_away() -> None:
    drive = called().complete("welcome_call", "not_reached")
    with pytest.raises(errors.TaskReplaced):
        drive.send(AssignTask(id="x1", task="j1.welcome_call.1", to="bo"))


# ---- one message after a rest


def test_after_a_rest_one_message_goes_to_whoever_has_what_is_due_first() -> None:
    drive = Drive(programme=variant(with_last_day)).hold("2026-06-01 09:00").to("2026-03-12 10:00")
    drive.release(catch_up=True)
    letters = [notice for event in drive.last for notice in event.notices]
    assert addressed(tuple(letters)) == [("released", "leader", "lena")]
    assert (letters[0].purpose, letters[0].task) == (Purpose.INFORMATION, "j1.assignment.1")
    assert told(drive.last[0]) == "journey_released"


def test_what_is_due_first_is_judged_by_the_clocks_as_they_run_after_the_rest() -> None:
    """The call was due first, but has kept its days; somebody else's date has come nearer meanwhile."""
    drive = called(variant(with_last_day)).hold("2026-06-01 09:00").to("2026-03-13 16:00").release(catch_up=True)
    assert drive.last[0].notices[0].task == "j1.last_day.1"


def test_without_being_asked_for_nothing_is_sent_after_a_rest() -> None:
    drive = Drive().hold("2026-06-01 09:00").to("2026-03-12 10:00").release()
    assert [event.notices for event in drive.last] == [(), (), ()]


def test_where_a_step_opens_after_the_rest_its_role_hears_of_it() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["outcomes"]["maybe"]["hold"]["resume"] = "assignment"

    drive = called(variant(change)).complete("welcome_call", "maybe").release(catch_up=True)
    assert drive.happened[0] == "journey_released"
    assert addressed(drive.last[0].notices) == [("released", "leader", "lena")]


def test_where_nothing_is_open_the_fallbacks_role_hears_of_it() -> None:
    drive = Drive().booked().hold("2026-06-01 09:00").to("2026-05-20 10:00")
    drive.state = drive.state.but(tasks=())
    drive.release(catch_up=True)
    assert addressed(drive.last[0].notices) == [("released", "coordinator", "anna")]


def test_whoever_stands_in_hears_of_the_end_of_a_rest() -> None:
    drive = called().hold("2026-06-01 09:00").cover("anna", "bo", "2026-03-09 08:00", "2026-03-16 08:00")
    drive.to("2026-03-12 10:00").release(catch_up=True)
    assert addressed(drive.last[0].notices) == [("released", "coordinator", "bo")]


# ---- leaving by any exit


def test_operations_may_choose_any_exit_and_others_only_those_for_any_time() -> None:
    assert called().exit("X8", any_exit=True).state.exit == "X8"
    with pytest.raises(errors.ExitNeedsAStep):
        called().exit("X8")


def test_with_any_exit_the_refusal_of_an_unknown_one_lists_them_all() -> None:
    with pytest.raises(errors.UnknownExit, match="X1, X2, X4, X5, X8, OK1"):
        called().exit("X99", any_exit=True)


def test_any_exit_is_there_also_where_none_may_be_chosen_at_any_time() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["exits"]["X5"]["anytime"] = False

    assert called(variant(change)).exit("X5", any_exit=True).state.exit == "X5"


def test_what_has_no_clock_of_its_own_is_not_touched_by_any_of_it() -> None:
    drive = called().nudge("welcome_call").extend("welcome_call", "2026-03-20 17:00").assign("welcome_call", "bo")
    assert engine.next_alarm(drive.state) == at("2026-03-03 09:00")
    assert drive.restored().state == drive.state
