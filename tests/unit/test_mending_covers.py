"""Standing in: whose a task is while somebody is away, who hears of it, and that it comes back."""

from __future__ import annotations

from typing import Any

import pytest

from journey import engine, errors, mending_errors
from journey.explain import explain
from schemas.commands import CompleteTask
from schemas.events import Event, EventKind
from schemas.mending import UndoLast
from schemas.programme import Programme
from tests.driving import Drive, addressed, at, told, variant
from tests.sample import both, outcome

FROM, UNTIL = "2026-03-03 08:00", "2026-03-10 08:00"


def called(programme: Programme | None = None, **rest: Any) -> Drive:
    """Assigned, so that the welcome call alone is open, and Anna's."""
    return Drive("2026-03-02 10:00", programme=programme, **rest).complete("assignment", "assigned")


def away(programme: Programme | None = None) -> Drive:
    """Anna is away from the next morning for a week, and Bo stands in."""
    return called(programme).cover("anna", "bo", FROM, UNTIL)


def held_by(drive: Drive, step: str = "welcome_call") -> tuple[str | None, str | None]:
    task = drive.task(step)
    return task.owner, task.stands_in_for


def assigned(events: tuple[Event, ...]) -> list[tuple[str | None, str | None, str | None]]:
    found = [event for event in events if event.kind is EventKind.TASK_ASSIGNED and event.task]
    return [(event.step, event.task.owner, event.task.stands_in_for) for event in found if event.task]


# ---- it begins and ends


def test_what_is_somebodys_goes_to_the_stand_in_when_the_absence_begins_and_comes_back_when_it_ends() -> None:
    drive = away()
    assert drive.happened == ["cover_agreed"]
    assert drive.last[0].cover == drive.state.covers[0]
    assert held_by(drive) == ("anna", None)
    assert engine.next_alarm(drive.state) == at(FROM)
    drive.to(FROM)
    assert assigned(drive.last) == [("welcome_call", "bo", "anna")]
    assert (drive.last[0].by, drive.last[0].at) == ("system", at(FROM))
    drive.to(UNTIL)
    assert drive.happened[-2:] == ["task_assigned welcome_call", "cover_ended"]
    assert held_by(drive) == ("anna", None)
    assert drive.state.covers == ()


def test_an_absence_that_has_begun_already_begins_at_once() -> None:
    drive = called().cover("anna", "bo", "2026-02-23 08:00", UNTIL)
    assert drive.happened == ["cover_agreed", "task_assigned welcome_call"]
    assert held_by(drive) == ("bo", "anna")
    assert drive.last[1].by == "lena"


def test_what_is_not_theirs_stays_where_it_is() -> None:
    drive = Drive().cover("anna", "bo", "2026-03-02 10:00", UNTIL)
    assert assigned(drive.last) == [("welcome_call", "bo", "anna")]
    assert held_by(drive, "assignment") == ("lena", None)


def test_nothing_that_is_open_is_needed_for_an_absence_to_count() -> None:
    drive = Drive().cover("cim", "bo", FROM, UNTIL).assign("welcome_call", "cim").to(FROM)
    assert assigned(drive.last) == [("welcome_call", "bo", "cim")]
    assert Drive().cover("dag", "bo", FROM, UNTIL).to(UNTIL).happened[-1] == "cover_ended"


def test_a_participants_own_task_is_nobody_elses() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["role"] = "participant"

    drive = called(variant(change), owners={"coordinator": "anna", "leader": "lena", "participant": "anna"})
    drive.cover("anna", "bo", "2026-03-02 10:00", UNTIL)
    assert drive.happened == ["cover_agreed"]


# ---- what becomes theirs meanwhile


def test_what_opens_meanwhile_is_with_the_stand_in_and_so_are_its_letters() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["opens_with"] = [{"notice": "information", "to": ["owner", "coordinator"]}]

    drive = away(variant(change)).to("2026-03-04 10:00").complete("welcome_call", "willing", facts={"route": "job"})
    opened = drive.of(EventKind.TASK_OPENED, "interview")[0]
    assert (opened.task and opened.task.owner, opened.task and opened.task.stands_in_for) == ("bo", "anna")
    assert addressed(opened.notices) == [("information", "coordinator", "bo")]
    assert assigned(drive.to(UNTIL).last) == [("interview", "anna", None)]


def test_the_moment_an_absence_begins_belongs_to_it_and_the_moment_it_ends_does_not() -> None:
    drive = away().to("2026-03-03 07:59").complete("welcome_call", "not_reached")
    assert held_by(drive) == ("anna", None)
    drive = away().to(FROM).complete("welcome_call", "not_reached")
    assert held_by(drive) == ("bo", "anna")
    drive = away().to(UNTIL).complete("welcome_call", "not_reached")
    assert held_by(drive) == ("anna", None)


def test_reminders_and_escalations_go_to_the_stand_in() -> None:
    drive = away().to("2026-03-05 17:00")
    reminded, escalated = drive.of(EventKind.TASK_REMINDED)[-1], drive.of(EventKind.TASK_ESCALATED)[-1]
    assert escalated.notices[0].staff == "bo"
    assert reminded.task is not None
    assert reminded.task.owner == "bo"


def test_letters_to_the_role_of_somebody_who_is_away_go_to_the_stand_in_too() -> None:
    drive = called().cover("lena", "maja", FROM, UNTIL).to("2026-03-05 17:00")
    assert addressed(drive.last[-1].notices) == [("overdue", "coordinator", "anna"), ("overdue", "leader", "maja")]


def test_an_owner_who_is_learnt_of_and_away_is_stood_in_for() -> None:
    drive = Drive(owners={"leader": "lena"}).cover("anna", "bo", "2026-03-02 10:00", UNTIL)
    task = drive.task("assignment").id
    drive.send(CompleteTask(id="x1", task=task, outcome="assigned", owners={"coordinator": "anna"}))
    assert assigned(drive.last) == [("welcome_call", "bo", "anna")]
    assert drive.state.owners["coordinator"] == "anna"


def test_a_task_that_is_escalated_to_somebody_who_is_away_goes_to_their_stand_in() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["escalate"][0]["reassign_to"] = "leader"

    drive = called(variant(change)).cover("lena", "maja", FROM, UNTIL).to("2026-03-05 17:00")
    assert (drive.task("welcome_call").role, *held_by(drive)) == ("leader", "maja", "lena")
    assert drive.last[-1].notices[0].staff == "maja"


def test_a_task_that_is_handed_to_somebody_who_is_away_goes_to_their_stand_in() -> None:
    drive = Drive().cover("lena", "maja", FROM, UNTIL).to("2026-03-03 17:00")
    assert drive.of(EventKind.TASK_HANDED_OVER)[0].notices[0].staff == "maja"
    assert held_by(drive, "assignment") == ("maja", "lena")


# ---- several absences


def test_of_each_person_only_the_newest_absence_counts() -> None:
    drive = away().to("2026-03-04 10:00").cover("anna", "cim", "2026-03-04 10:00", UNTIL)
    assert drive.happened == ["cover_agreed", "task_assigned welcome_call"]
    assert held_by(drive) == ("cim", "anna")
    assert len(drive.state.covers) == 1


def test_whoever_comes_back_earlier_has_their_tasks_from_then_on() -> None:
    drive = away().to("2026-03-04 10:00").cover("anna", "bo", FROM, "2026-03-04 12:00").to("2026-03-04 12:00")
    assert assigned(drive.last) == [("welcome_call", "anna", None)]


def test_an_absence_that_is_put_off_gives_the_tasks_back_until_then() -> None:
    drive = away().to("2026-03-04 10:00").cover("anna", "bo", "2026-03-05 08:00", UNTIL)
    assert assigned(drive.last) == [("welcome_call", "anna", None)]
    assert assigned(drive.to("2026-03-05 08:00").last) == [("welcome_call", "bo", "anna")]


def test_where_the_stand_in_is_away_too_a_third_person_has_it_and_it_stays_the_first_ones() -> None:
    drive = away().cover("bo", "cim", "2026-03-04 08:00", "2026-03-06 08:00").to("2026-03-04 08:00")
    assert held_by(drive) == ("cim", "anna")
    assert held_by(drive.to("2026-03-06 08:00")) == ("bo", "anna")
    assert held_by(drive.to(UNTIL)) == ("anna", None)


def test_the_first_one_may_come_back_before_the_second() -> None:
    drive = away().cover("bo", "cim", "2026-03-04 08:00", "2026-03-20 08:00").to(UNTIL)
    assert held_by(drive) == ("anna", None)
    assert assigned(drive.to("2026-03-20 08:00").last) == []


def test_what_is_the_stand_ins_own_comes_back_to_them_alone() -> None:
    drive = Drive().cover("lena", "anna", FROM, "2026-03-20 08:00").cover("anna", "bo", FROM, UNTIL).to(FROM)
    assert held_by(drive, "assignment") == ("bo", "lena")
    assert held_by(drive) == ("bo", "anna")
    drive.complete("assignment", "assigned").to(UNTIL)
    assert held_by(drive) == ("anna", None)


def test_two_who_stand_in_for_each_other_leave_nobody() -> None:
    with pytest.raises(mending_errors.StandInAway, match="anna is away too"):
        away().cover("bo", "anna", "2026-03-09 08:00", "2026-03-20 08:00")
    with pytest.raises(mending_errors.StandInAway, match="cim is away too"):
        away().cover("cim", "anna", FROM, UNTIL).cover("bo", "cim", FROM, UNTIL)


def test_two_who_stand_in_for_each_other_one_after_the_other_leave_somebody() -> None:
    drive = away().cover("bo", "anna", UNTIL, "2026-03-20 08:00")
    assert drive.happened == ["cover_agreed"]


def test_a_stand_in_who_is_away_with_a_stand_in_of_their_own_will_do() -> None:
    assert away().cover("cim", "anna", FROM, UNTIL).happened == ["cover_agreed"]


# ---- what cannot be


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-02-02 08:00", "2026-03-02 10:00"),
        ("2026-03-05 08:00", "2026-03-05 08:00"),
        ("2026-03-06 08:00", "2026-03-05 08:00"),
    ],
)
def test_an_absence_ends_after_it_begins_and_after_now(since: str, until: str) -> None:
    with pytest.raises(mending_errors.CoverEndsTooSoon, match=until):
        called().cover("anna", "bo", since, until)


def test_nobody_stands_in_for_themselves() -> None:
    with pytest.raises(mending_errors.NobodyStandsIn):
        called().cover("anna", "anna", FROM, UNTIL)


# ---- beside everything else


def test_an_absence_begins_and_ends_while_the_journey_rests() -> None:
    drive = away().hold("2026-06-01 09:00").to(FROM)
    assert held_by(drive) == ("bo", "anna")
    before = drive.task("welcome_call").due_at
    drive.to(UNTIL)
    assert drive.happened == ["task_assigned welcome_call", "cover_ended"]
    assert drive.task("welcome_call").due_at == before


def test_nothing_of_an_absence_happens_in_a_journey_that_has_ended() -> None:
    drive = away().exit()
    assert engine.next_alarm(drive.state) is None
    assert drive.to("2026-04-01 10:00").last == ()
    with pytest.raises(errors.JourneyOver):
        drive.cover("anna", "bo", "2026-04-01 10:00", "2026-05-01 10:00")


def test_an_absence_goes_on_for_who_comes_back_and_one_that_is_over_is_forgotten() -> None:
    drive = away().exit().to("2026-03-04 10:00").reopen()
    assert held_by(drive) == ("bo", "anna")
    assert assigned(drive.to(UNTIL).last) == [("welcome_call", "anna", None)]
    assert away().exit().to("2026-03-11 10:00").reopen().state.covers == ()


def test_what_is_taken_back_is_with_whoever_has_it_by_then() -> None:
    def grace(plan: dict[str, Any]) -> None:
        plan["undo_minutes"] = 30

    drive = Drive("2026-03-03 07:50", programme=variant(grace)).complete("assignment", "assigned")
    drive.cover("anna", "bo", FROM, UNTIL).complete("welcome_call", "willing", facts={"route": "job"})
    drive.to("2026-03-03 08:10").send(UndoLast(id="u1", by="anna"))
    assert drive.open == ["welcome_call"]
    assert held_by(drive) == ("bo", "anna")
    assert held_by(drive.to(UNTIL)) == ("anna", None)


def test_an_absence_that_ended_while_the_journey_was_over_ends_when_that_is_taken_back() -> None:
    def grace(plan: dict[str, Any]) -> None:
        plan["undo_minutes"] = 30

    drive = Drive("2026-03-10 07:50", programme=variant(grace)).complete("assignment", "assigned")
    drive.cover("anna", "bo", "2026-03-10 07:50", UNTIL).exit().to("2026-03-10 08:10")
    drive.send(UndoLast(id="u1", by="anna")).to("2026-03-10 08:11")
    assert held_by(drive) == ("anna", None)
    assert drive.happened == ["cover_ended"]
    assert drive.last[0].at == at("2026-03-10 08:10")


def test_an_absence_that_is_found_late_begins_and_ends_at_its_own_times() -> None:
    drive = away().to("2026-03-20 10:00")
    moments = {told(event): event.at for event in drive.last if event.kind is not EventKind.TASK_ASSIGNED}
    assert moments["cover_ended"] == at(UNTIL)
    assert [event.at for event in drive.last] == sorted(event.at for event in drive.last)


def test_an_absence_goes_through_a_checkpoint() -> None:
    drive = away().restored().to(FROM).restored()
    assert held_by(drive) == ("bo", "anna")
    assert held_by(drive.to(UNTIL)) == ("anna", None)


def test_that_somebody_stands_in_is_said_in_words() -> None:
    drive = away().to(FROM)
    said = explain(drive.state.programme, drive.state, drive.now)
    assert "Just nu har en ersättare uppgiften." in said.sv
    assert "A stand-in has the task for now." in said.en
    drive.to(UNTIL)
    assert "stand-in" not in explain(drive.state.programme, drive.state, drive.now).en


def test_that_somebody_stands_in_is_said_of_a_task_without_a_due_time_too() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["beside"] = {
            "kind": "task", "title": both("Beside"), "phase": "a", "role": "coordinator",
            "needs": {"intake": ["reached"]}, "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    drive = called(variant(change)).complete("welcome_call", "willing", facts={"route": "job"})
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")}).report(
        "offer.made", "offered"
    )
    drive.state = drive.state.but(tasks=(drive.task("beside"),))
    drive.cover("anna", "bo", "2026-03-02 10:00", UNTIL)
    assert explain(drive.state.programme, drive.state, drive.now).en == (
        "The coordinator has had “Beside” to do since Monday 2 March 2026. A stand-in has the task for now."
    )
