"""Adopting another version: finished work stays, open work is timed anew, and somebody always owns what comes next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from journey import calendars, engine
from journey.adoption_errors import AdoptedAlready, AdoptionWithoutOutcome
from journey.errors import TaskEnded
from schemas.commands import CompleteTask
from schemas.events import CloseReason, EventKind
from schemas.journey import JourneyState, Status
from schemas.mending import AdoptProgramme
from schemas.tasks import AlarmKind, Task
from tests.driving import OFFICE, Drive, addressed, at, newer, told, wall
from tests.sample import both, outcome, sample

Plan = dict[str, Any]


def due(step: str, **rule: Any) -> Any:
    """A change: this step is due otherwise."""
    return lambda plan: plan["steps"][step].update(due=rule)


def alarms(task: Task) -> list[str]:
    return [f"{alarm.kind.value} {wall(alarm.at)}" for alarm in task.alarms]


def booked(route: str = "job") -> Drive:
    """On Monday 2 March the interview was booked, so that the wait for an offer is open until Monday the 9th."""
    return Drive("2026-03-02 10:00").booked(route)


# ---- what has happened stays


def test_a_version_is_adopted_and_says_so_in_the_journal() -> None:
    drive = booked().to("2026-03-03 09:00").adopt(newer(lambda plan: None), rollout="r1")
    (event,) = drive.last
    assert (event.kind, event.version, event.rollout, event.by) == (EventKind.PROGRAMME_ADOPTED, 2, "r1", "lena")
    assert drive.state.programme.version == 2


def test_finished_work_is_never_opened_again() -> None:
    def change(plan: Plan) -> None:
        plan["steps"]["welcome_call"]["due"] = {"days": 1}
        plan["steps"]["interview"]["needs"] = {"welcome_call": ["willing"], "assignment": ["assigned"]}
        plan["steps"]["welcome_call"]["needs"] = {"assignment": ["assigned"]}

    drive = booked()
    before = drive.state.results
    drive.adopt(newer(change))
    assert drive.state.results == before
    assert drive.open == ["offer"]


def test_what_nothing_is_said_of_does_not_change() -> None:
    drive = booked()
    before = drive.state.tasks
    drive.adopt(newer(due("move", days=99)))
    assert drive.happened == ["programme_adopted"]
    assert drive.state.tasks == before


def test_the_words_of_messages_do_not_ride_along() -> None:
    words = {"reminder": {"subject": both("Reminder"), "body": both("Do it")}}
    drive = booked().adopt(newer(lambda plan: plan.update(notices=words)))
    assert drive.state.programme.notices == {}


def test_journeys_that_adopt_a_published_version_hold_it_once() -> None:
    published = newer(due("offer", working_days=8)).but(hash="h-2")
    again = newer(due("offer", working_days=8)).but(hash="h-2")
    first, second = booked().adopt(published), booked().adopt(again)
    assert first.state.programme is second.state.programme


# ---- open tasks are timed anew


def test_an_open_task_is_timed_from_when_it_opened() -> None:
    drive = booked().to("2026-03-05 10:00").adopt(newer(due("offer", working_days=8)))
    assert wall(drive.task("offer").due_at) == "Thu 2026-03-12 17:00"
    assert drive.happened == ["programme_adopted", "task_retimed offer"]
    assert alarms(drive.task("offer"))[:2] == ["remind Wed 2026-03-11 09:00", "overdue Thu 2026-03-12 17:00"]


def test_a_due_time_that_would_have_passed_is_given_one_working_day() -> None:
    drive = booked().to("2026-03-06 10:00").adopt(newer(due("offer", working_days=1)))
    task = drive.task("offer")
    assert wall(task.due_at) == "Mon 2026-03-09 17:00"  # asked on a Friday
    assert not task.overdue
    drive.to("2026-03-09 16:59")
    assert drive.task("offer").overdue is False
    assert drive.to("2026-03-09 17:00").happened == ["task_overdue offer", "task_escalated offer"]


def test_a_task_that_is_late_stays_late_and_nothing_goes_off_twice() -> None:
    drive = booked().to("2026-03-11 10:00")
    before = drive.task("offer")
    assert before.overdue
    drive.adopt(newer(due("offer", working_days=2)))
    assert drive.task("offer").due_at == before.due_at
    assert drive.task("offer").overdue
    assert drive.task("offer").alarms == before.alarms
    assert drive.to("2026-03-16 08:59").last == ()
    assert drive.to("2026-03-16 09:00").happened == ["task_escalated offer"]


def test_a_late_task_that_has_more_time_now_is_not_late_any_more() -> None:
    drive = booked().to("2026-03-11 10:00").adopt(newer(due("offer", working_days=20)))
    task = drive.task("offer")
    assert (wall(task.due_at), task.overdue) == ("Mon 2026-03-30 17:00", False)
    assert alarms(task)[:2] == ["remind Fri 2026-03-27 09:00", "overdue Mon 2026-03-30 17:00"]


def test_a_late_task_that_came_by_a_stricter_version_is_as_late_again_by_the_former_one() -> None:
    """What was left as it was because it was late already is nothing that somebody has given."""
    drive = booked().to("2026-03-11 10:00")
    before = drive.task("offer")
    drive.adopt(newer(due("offer", working_days=2))).adopt(newer(lambda plan: None, version=3))
    assert (drive.task("offer").due_at, drive.task("offer").overdue) == (before.due_at, True)
    assert drive.to("2026-03-16 09:00").happened == ["task_escalated offer"]
    drive.adopt(newer(due("offer", working_days=20), version=4))
    assert wall(drive.task("offer").due_at) == "Mon 2026-03-30 17:00"


def test_what_a_rest_has_given_stays_given() -> None:
    """The wait had four working days left when the rest began; the new version gives three more."""
    drive = booked().to("2026-03-03 09:00").hold("2026-05-01 09:00").to("2026-04-13 09:00").release()
    assert wall(drive.task("offer").due_at) == "Fri 2026-04-17 17:00"
    drive.adopt(newer(due("offer", working_days=8)))
    assert wall(drive.task("offer").due_at) == "Wed 2026-04-22 17:00"


def test_a_journey_that_rests_adopts_and_its_clocks_stand_still_as_before() -> None:
    drive = booked().to("2026-03-03 09:00").hold("2026-05-01 09:00").to("2026-04-13 09:00")
    drive.adopt(newer(due("offer", working_days=3)))
    assert drive.happened == ["programme_adopted", "task_retimed offer"]
    assert drive.to("2026-04-20 09:00").last == ()
    drive.release()  # two of the three working days are left, today among them
    assert wall(drive.task("offer").due_at) == "Wed 2026-04-22 17:00"


def test_a_due_time_that_passed_before_the_rest_began_gets_its_grace_after_it() -> None:
    drive = booked().to("2026-03-05 09:00").hold("2026-05-01 09:00").to("2026-04-13 09:00")
    drive.adopt(newer(due("offer", working_days=1)))
    assert drive.to("2026-04-20 09:00").last == ()
    drive.release()
    assert wall(drive.task("offer").due_at) == "Tue 2026-04-21 17:00"


def test_a_task_that_opened_late_while_the_journey_rests_is_left_alone_where_nothing_is_said_of_it() -> None:
    def papers(plan: Plan) -> None:
        new_step(plan, "papers", needs={"assignment": ["assigned"]}, due={"days": 3, "after": "received"})

    def and_more(plan: Plan) -> None:
        papers(plan)
        plan["steps"]["move"]["due"] = {"working_days": 40}

    drive = Drive(programme=newer(papers, 1)).hold("2026-05-01 09:00").to("2026-03-20 10:00")
    drive.complete("assignment", "assigned")
    before = drive.task("papers")
    assert (wall(before.due_at), before.overdue) == ("Thu 2026-03-05 17:00", False)
    drive.adopt(newer(and_more))
    assert drive.happened == ["programme_adopted"]
    assert drive.task("papers") == before

    def and_another_ladder(plan: Plan) -> None:
        papers(plan)
        plan["steps"]["papers"]["escalate"] = []

    drive.adopt(newer(and_another_ladder, 3)).to("2026-03-23 10:00").release()
    assert "task_overdue papers" in drive.to("2026-03-23 10:01").happened


def test_a_fixed_date_of_somebody_elses_takes_no_rest_into_account() -> None:
    drive = booked().to("2026-03-03 09:00").hold("2026-05-01 09:00").to("2026-03-10 09:00").release()
    drive.adopt(newer(due("offer", days=30, fixed=True)))
    assert (wall(drive.task("offer").due_at), drive.task("offer").fixed) == ("Wed 2026-04-01 17:00", True)


def test_a_time_that_somebody_has_given_wins() -> None:
    drive = booked().extend("offer", "2026-04-10 17:00").adopt(newer(due("offer", working_days=1)))
    assert wall(drive.task("offer").due_at) == "Fri 2026-04-10 17:00"
    assert drive.task("offer").extended
    assert drive.happened == ["programme_adopted"]


def test_other_reminders_are_those_that_go_off() -> None:
    def change(plan: Plan) -> None:
        plan["steps"]["offer"]["remind"] = [{"mornings": True, "to": ["leader"]}]
        plan["steps"]["offer"]["escalate"] = []

    drive = booked().to("2026-03-04 10:00").adopt(newer(change))
    assert alarms(drive.task("offer")) == [
        "remind Thu 2026-03-05 09:00",
        "remind Fri 2026-03-06 09:00",
        "remind Mon 2026-03-09 09:00",
        "overdue Mon 2026-03-09 17:00",
        "end Mon 2026-03-23 17:00",
    ]
    drive.to("2026-03-05 09:00")
    assert addressed(drive.last[0].notices) == [("reminder", "leader", "lena")]


def test_new_rungs_of_a_late_task_go_off_in_the_next_days_and_not_all_at_once() -> None:
    def change(plan: Plan) -> None:
        hand = {"after_due": {"days": 1}, "to": ["leader"], "notice": "handed_over", "reassign_to": "leader"}
        plan["steps"]["offer"]["escalate"] = [*plan["defaults"]["escalate"], hand]

    drive = booked().to("2026-03-12 10:00")  # due on the 9th, and escalated once
    before = drive.task("offer").alarms
    drive.adopt(newer(change))
    assert alarms(drive.task("offer"))[0] == "escalate Fri 2026-03-13 09:00"
    assert set(before) <= set(drive.task("offer").alarms)
    drive.to("2026-03-13 09:00")
    assert (drive.task("offer").role, drive.task("offer").owner) == ("leader", "lena")


def test_a_rung_that_repeats_goes_on_from_where_it_is() -> None:
    def change(plan: Plan) -> None:
        plan["defaults"]["escalate"][1]["every"] = {"working_days": 1}

    drive = booked().to("2026-03-17 10:00").adopt(newer(change))
    assert alarms(drive.task("offer"))[0] == "escalate Wed 2026-03-18 09:00"


def test_a_rung_that_has_gone_off_does_not_go_off_again_because_it_is_due_later_now() -> None:
    def change(plan: Plan) -> None:
        first = plan["defaults"]["escalate"][0]
        plan["steps"]["offer"]["escalate"] = [{**first, "after_due": {"days": 4}}]

    drive = booked().to("2026-03-11 10:00").adopt(newer(change))
    assert alarms(drive.task("offer")) == ["end Mon 2026-03-23 17:00"]


def test_an_end_that_would_have_come_comes_with_grace() -> None:
    def change(plan: Plan) -> None:
        plan["steps"]["offer"]["end"]["after_due"] = {"days": 0}

    drive = booked().to("2026-03-11 10:00").adopt(newer(change))
    assert alarms(drive.task("offer"))[0] == "end Thu 2026-03-12 17:00"
    assert "task_completed offer" in drive.to("2026-03-12 17:00").happened


def test_a_task_that_was_handed_over_is_not_handed_over_again() -> None:
    def hand(plan: Plan) -> None:
        plan["steps"]["offer"]["end"] = {"after_due": {"days": 1}, "hand_to": "leader"}

    def later(plan: Plan) -> None:
        hand(plan)
        plan["steps"]["offer"]["end"]["after_due"] = {"days": 60}

    drive = Drive("2026-03-02 10:00", programme=newer(hand, 1)).booked().to("2026-03-11 10:00").adopt(newer(later))
    assert AlarmKind.END not in {alarm.kind for alarm in drive.task("offer").alarms}
    assert drive.task("offer").role == "leader"


def test_another_calendar_is_another_clock() -> None:
    def change(plan: Plan) -> None:
        plan["calendars"]["office"]["also_off"] = ["2026-03-06"]

    drive = booked().adopt(newer(change))
    assert wall(drive.task("offer").due_at) == "Tue 2026-03-10 17:00"


# ---- steps that are gone


def test_a_step_that_is_gone_closes_its_task_with_a_reason_and_the_fallback_opens() -> None:
    def change(plan: Plan) -> None:
        del plan["steps"]["offer"]
        for step in ("csn_right", "csn", "move"):
            del plan["steps"][step]["needs"]["offer"]
        plan["steps"]["move"]["needs"] = {"csn": ["granted"]}
        plan["steps"]["csn"]["when"] = {"foreign_citizen": ["yes"]}

    drive = booked().adopt(newer(change))
    assert drive.happened == ["programme_adopted", "task_closed offer", "task_opened plan_review"]
    closed = drive.last[1]
    assert (closed.reason, closed.phase) == (CloseReason.STEP_REMOVED.value, "a")
    assert drive.task("plan_review").owner == "anna"


def test_the_task_of_a_step_that_is_gone_has_ended_for_whoever_still_has_it_on_the_screen() -> None:
    def change(plan: Plan) -> None:
        plan["steps"]["offer"]["kind"] = "milestone"
        plan["steps"]["offer"]["outcomes"] = {}
        plan["steps"]["offer"].pop("end")
        for step in ("csn_right", "csn", "move"):
            plan["steps"][step]["needs"]["offer"] = ["reached"]

    drive = booked().adopt(newer(change))
    assert drive.happened == [
        "programme_adopted",
        "task_closed offer",
        "milestone_reached offer",
        "task_opened move",
    ]
    with pytest.raises(TaskEnded):
        drive.send(CompleteTask(id="late", task="j1.offer.1", outcome="offered"))
    gone = booked().adopt(newer(without_interview))
    with pytest.raises(TaskEnded):
        gone.send(CompleteTask(id="late", task="j1.interview.1", outcome="booked"))


def without_interview(plan: Plan) -> None:
    del plan["steps"]["interview"]
    plan["steps"]["offer"]["needs"] = {"welcome_call": ["willing"]}
    plan["steps"]["offer"]["outcomes"]["no_answer"] = outcome("No answer", exit="X8")


def test_a_result_of_a_step_that_is_gone_is_laid_aside_and_stands_again_when_the_step_is_back() -> None:
    drive = booked()
    before = drive.state.results
    drive.adopt(newer(without_interview))
    assert "interview" not in drive.state.results
    assert drive.open == ["offer"]
    drive.restored().adopt(sample().but(version=3))
    assert drive.state.results == before
    assert drive.state.laid_aside == {}
    assert drive.open == ["offer"]


def test_a_result_that_was_laid_aside_falls_when_what_came_before_it_was_done_anew() -> None:
    def loose(plan: Plan) -> None:
        without_interview(plan)
        plan["steps"]["offer"]["outcomes"]["no_answer"] = outcome(
            "No answer", again={"step": "welcome_call", "at_most": 3, "then": {"exit": "X8"}}
        )

    drive = booked().adopt(newer(loose)).to("2026-03-04 10:00").complete("offer", "no_answer")
    drive.to("2026-03-05 10:00").complete("welcome_call", "willing", facts={"route": "job"})
    drive.adopt(sample().but(version=3))
    assert set(drive.open) == {"offer", "interview"}
    assert drive.task("interview").generation == 2


def test_the_way_back_gives_open_tasks_their_time_back() -> None:
    drive = booked().to("2026-03-06 10:00")
    before = drive.task("offer")
    drive.adopt(newer(due("offer", working_days=1))).restored()
    assert wall(drive.task("offer").due_at) == "Mon 2026-03-09 17:00"
    drive.adopt(newer(due("offer", working_days=40), 3))
    assert wall(drive.task("offer").due_at) == "Wed 2026-04-29 17:00"
    drive.adopt(sample().but(version=4))
    assert drive.task("offer").due_at == before.due_at
    assert drive.task("offer").alarms == before.alarms


def test_a_step_that_was_closed_and_is_back_opens_anew() -> None:
    drive = booked().adopt(newer(lambda plan: plan["steps"].pop("follow_up"))).adopt(sample().but(version=3))
    assert drive.open == ["offer"]

    def change(plan: Plan) -> None:
        plan["steps"]["beside"] = {
            "kind": "task", "title": both("Beside"), "phase": "a", "role": "leader", "due": {"days": 3},
            "needs": {"intake": ["reached"]}, "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    drive.adopt(newer(change, 4))
    drive.adopt(sample().but(version=5))
    assert drive.happened == ["programme_adopted", "task_closed beside"]
    drive.adopt(newer(change, 6))
    assert drive.task("beside").id == "j1.beside.2"


# ---- steps that are new


def new_step(plan: Plan, name: str, **rest: Any) -> None:
    plan["steps"][name] = {
        "kind": "task", "title": both(name), "phase": "a", "role": "leader", "due": {"working_days": 2},
        "outcomes": {"done": outcome("Done", go_on=True)}, **rest,
    }  # fmt: skip


def test_a_new_step_behind_the_person_opens_now_and_what_is_open_stays_open() -> None:
    def change(plan: Plan) -> None:
        new_step(plan, "papers", needs={"welcome_call": ["willing"]})
        plan["steps"]["interview"]["needs"]["papers"] = ["done"]
        plan["steps"]["offer"]["needs"]["papers"] = ["done"]

    drive = booked().adopt(newer(change))
    assert drive.open == ["offer", "papers"]
    drive.complete("papers", "done")
    assert drive.open == ["offer"]


def test_a_new_step_ahead_of_the_person_opens_when_they_get_there() -> None:
    def change(plan: Plan) -> None:
        new_step(plan, "papers", needs={"offer": ["offered"]})
        plan["steps"]["move"]["needs"] = {"papers": ["done"]}

    drive = booked().adopt(newer(change))
    assert drive.open == ["offer"]
    assert drive.report("offer.made", "offered").open == ["papers"]


def test_a_new_step_that_would_be_late_when_it_opens_is_given_grace() -> None:
    def change(plan: Plan) -> None:
        new_step(plan, "papers", needs={"intake": ["reached"]}, due={"days": 3, "after": "received"})

    drive = booked().to("2026-03-06 10:00").adopt(newer(change))
    task = drive.task("papers")
    assert (wall(task.due_at), task.overdue) == ("Mon 2026-03-09 17:00", False)
    assert drive.happened == ["programme_adopted", "task_opened papers", "task_retimed papers"]
    upcoming = engine.next_alarm(drive.state)
    assert upcoming is not None
    assert upcoming > drive.now


def test_what_no_longer_applies_is_closed_as_when_an_answer_says_so() -> None:
    drive = booked("study").adopt(newer(lambda plan: plan["steps"]["offer"].update(when={"route": ["job"]})))
    assert drive.last[1].reason == CloseReason.NOT_APPLICABLE.value


# ---- roles


def test_a_task_goes_to_the_role_that_has_it_now() -> None:
    drive = booked().adopt(newer(lambda plan: plan["steps"]["offer"].update(role="leader")))
    assert (drive.task("offer").role, drive.task("offer").owner) == ("leader", "lena")
    assert drive.happened == ["programme_adopted", "task_assigned offer"]


def test_whom_somebody_has_given_a_task_to_keeps_it() -> None:
    drive = booked().assign("offer", "bo")
    drive.adopt(newer(lambda plan: plan["steps"]["offer"].update(role="leader")))
    assert (drive.task("offer").role, drive.task("offer").owner) == ("leader", "bo")


def test_standing_in_for_the_former_role_is_no_reason_to_keep_a_task() -> None:
    drive = booked().cover("anna", "bo", "2026-03-02 09:00", "2026-03-20 17:00")
    assert drive.task("offer").owner == "bo"
    drive.adopt(newer(lambda plan: plan["steps"]["offer"].update(role="leader")))
    assert (drive.task("offer").owner, drive.task("offer").stands_in_for) == ("lena", None)
    away = booked().cover("lena", "bo", "2026-03-02 09:00", "2026-03-20 17:00")
    away.adopt(newer(lambda plan: plan["steps"]["offer"].update(role="leader")))
    assert (away.task("offer").owner, away.task("offer").stands_in_for) == ("bo", "lena")


def test_a_task_that_becomes_the_participants_own_is_nobody_elses() -> None:
    drive = booked().assign("offer", "bo")
    drive.adopt(newer(lambda plan: plan["steps"]["offer"].update(role="participant")))
    assert (drive.task("offer").role, drive.task("offer").owner) == ("participant", None)


def test_a_task_that_went_to_another_role_stays_there_while_that_role_exists() -> None:
    def handed(plan: Plan) -> None:
        plan["roles"]["chief"] = {"title": both("Chief"), "party": "us"}
        plan["steps"]["offer"]["escalate"] = [{"to": ["chief"], "reassign_to": "chief"}]

    def without(plan: Plan) -> None:
        plan["steps"]["offer"]["escalate"] = []

    drive = Drive(programme=newer(handed, 1)).booked().to("2026-03-10 10:00")
    assert drive.task("offer").role == "chief"

    def still(plan: Plan) -> None:
        handed(plan)
        plan["steps"]["offer"]["role"] = "leader"

    assert drive.adopt(newer(still)).task("offer").role == "chief"
    assert drive.adopt(newer(without, 3)).task("offer").role == "coordinator"


# ---- twice, and who cannot


def test_the_same_version_again_is_refused_and_the_same_command_does_nothing() -> None:
    drive = booked()
    version = newer(due("offer", days=9))
    first = drive.adopt(version).decision
    with pytest.raises(AdoptedAlready):
        drive.adopt(version)
    again = engine.decide(drive.state, AdoptProgramme(id=first.receipt.command, programme=version), drive.now)
    assert again.receipt == first.receipt.but(repeated=True)
    assert again.state is drive.state


def test_a_result_that_nothing_ahead_builds_on_may_have_lost_its_outcome() -> None:
    def change(plan: Plan) -> None:
        plan["steps"]["interview"]["outcomes"]["met"] = plan["steps"]["interview"]["outcomes"].pop("booked")
        plan["steps"]["offer"]["needs"]["interview"] = ["met"]

    assert booked().adopt(newer(change)).open == ["offer"]

    def and_ahead(plan: Plan) -> None:
        change(plan)
        new_step(plan, "papers", needs={"interview": ["met"]})

    with pytest.raises(AdoptionWithoutOutcome):
        booked().adopt(newer(and_ahead))


def test_after_the_exit_what_follows_is_by_the_new_version() -> None:
    drive = booked().report("offer.made", "offered").complete("move", "arrived")
    assert drive.open == ["follow_up"]

    def change(plan: Plan) -> None:
        plan["steps"]["follow_up"]["due"] = {"days": 60, "after": "exited"}
        new_step(plan, "thanks", after_exit=["OK1"])

    drive.adopt(newer(change))
    assert drive.open == ["follow_up", "thanks"]
    assert wall(drive.task("follow_up").due_at) == "Mon 2026-05-04 17:00"
    without = newer(lambda plan: plan["steps"].pop("follow_up"), 3)
    drive.adopt(without)
    assert drive.state.status is Status.ENDED
    assert drive.happened[-1] == "journey_ended"


def test_a_step_that_changes_sides_of_the_exit_is_closed() -> None:
    drive = booked().adopt(newer(lambda plan: plan["steps"]["offer"].update(after_exit=["OK1"])))
    assert [told(event) for event in drive.last][1:] == ["task_closed offer", "task_opened plan_review"]


# ---- reports, rests and answers


def test_a_report_that_nothing_waits_for_any_more_is_let_go_and_said_so() -> None:
    drive = Drive().willing().report("offer.made", "offered", key="e1")
    assert drive.state.parked
    drive.adopt(newer(lambda plan: plan["steps"]["offer"].pop("event")))
    refused = drive.last[1]
    assert (refused.kind, refused.reason, refused.report, refused.command, refused.by) == (
        EventKind.EVENT_REFUSED,
        "unknown_type",
        "offer.made",
        "e1",
        "gateway",
    )
    assert drive.state.parked == ()


def test_a_report_that_came_early_answers_a_step_that_opens_by_the_new_version() -> None:
    def change(plan: Plan) -> None:
        plan["steps"]["offer"]["needs"] = {"welcome_call": ["willing"]}

    drive = Drive().willing().report("offer.made", "offered").adopt(newer(change))
    assert drive.state.results["offer"].outcome == "offered"


def test_a_rest_that_a_step_ends_goes_on_and_ends_by_the_new_version() -> None:
    drive = Drive().complete("assignment", "assigned").complete("welcome_call", "maybe")
    drive.adopt(newer(lambda plan: plan["steps"]["welcome_call"].update(due_again={"working_days": 9})))
    assert drive.happened == ["programme_adopted"]
    drive.to("2026-04-01 09:00")
    assert wall(drive.task("welcome_call").due_at) == "Thu 2026-04-16 17:00"


def test_an_invitation_to_a_time_that_the_version_does_not_know_is_still_taken_back() -> None:
    def change(plan: Plan) -> None:
        del plan["dates"]["interview_at"]
        plan["steps"]["interview"]["outcomes"]["booked"] = outcome("Booked", go_on=True)

    drive = booked().adopt(newer(change)).exit()
    assert [notice.template for notice in drive.last[-2].notices] == ["cancellation"]


def test_a_journey_goes_through_a_checkpoint_with_its_new_version() -> None:
    drive = booked().to("2026-03-06 10:00").adopt(newer(due("offer", working_days=1)))
    again = JourneyState.model_validate_json(drive.state.model_dump_json())
    assert again == drive.state
    assert (
        drive.task("offer").grace
        == calendars.office_time_between(at("2026-03-03 17:00"), at("2026-03-09 17:00"), OFFICE)
        == timedelta(hours=36)
    )
