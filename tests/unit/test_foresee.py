"""What a command would change, command by command, told before it is done and without doing it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest

from journey.errors import Refusal
from journey.forecast import foresee
from journey.mending_errors import DateIsSo, NotWaivable
from schemas.commands import (
    AssignTask,
    Command,
    CompleteTask,
    ExitJourney,
    HoldJourney,
    ReleaseJourney,
    ReopenJourney,
)
from schemas.events import EventKind, Purpose
from schemas.foresight import Change, Coming, StayReason
from schemas.journey import Status
from schemas.mending import (
    AdoptProgramme,
    AskForTime,
    CorrectAnswers,
    CorrectIdentity,
    CoverStaff,
    ExtendTask,
    GoBack,
    MatchEvent,
    Mending,
    MoveDate,
    NudgeTask,
    UndoLast,
    WaiveStep,
)
from tests.driving import Drive, at, day, graced, newer, variant, wall
from tests.sample import both, outcome

Plan = dict[str, Any]
KEY = {"id": "dry", "by": "lena"}


def change(drive: Drive, command: Command, **rest: Any) -> Change:
    """What the command would do. Whatever that is, nothing has been done."""
    before = drive.state.model_dump_json()
    found = foresee(drive.state, command, drive.now, **rest)
    assert drive.state.model_dump_json() == before
    return found


def steps(tasks: Any) -> list[str]:
    return [getattr(one, "task", one).step for one in tasks]


def came(found: tuple[Coming, ...]) -> list[str]:
    return [f"{wall(one.at)} {one.kind.value} {one.step or ''}".rstrip() for one in found]


def shifts(found: Change) -> list[str]:
    return [
        f"{pair.before.kind.value} {wall(pair.before.at)} -> {wall(pair.after.at)}" for pair in found.coming.shifted
    ]


def letters(found: Change) -> list[tuple[str, str, str]]:
    return [(letter.template, letter.to, wall(letter.at)) for letter in found.sent]


# ---- the clock of one task


def test_a_reminder_now() -> None:
    drive = Drive().booked().to("2026-03-03 10:00")
    found = change(drive, NudgeTask(**KEY, task="j1.offer.1"))
    assert letters(found) == [("reminder", "coordinator", "Tue 2026-03-03 10:00")]
    assert found.sent[0].staff == "anna"
    assert (found.moved, found.coming.gone, found.coming.added, found.coming.shifted) == ((), (), (), ())


def test_more_time_moves_everything_that_hangs_on_the_due_time() -> None:
    drive = Drive().booked().to("2026-03-03 10:00")
    found = change(drive, ExtendTask(**KEY, task="j1.offer.1", due_at=at("2026-03-20 17:00")))
    (moved,) = found.moved
    assert (wall(moved.due_before), wall(moved.due_after)) == ("Mon 2026-03-09 17:00", "Fri 2026-03-20 17:00")
    assert moved.alarms_before == drive.task("offer").alarms
    assert shifts(found)[:3] == [
        "task_reminded Fri 2026-03-06 09:00 -> Thu 2026-03-19 09:00",
        "task_overdue Mon 2026-03-09 17:00 -> Fri 2026-03-20 17:00",
        "task_escalated Mon 2026-03-09 17:00 -> Fri 2026-03-20 17:00",
    ]


def test_what_is_put_off_beyond_the_weeks_that_are_compared_is_not_taken_for_gone() -> None:
    drive = Drive().booked().to("2026-03-03 10:00")
    found = change(drive, ExtendTask(**KEY, task="j1.offer.1", due_at=at("2026-06-22 17:00")))
    assert "task_overdue Mon 2026-03-09 17:00 -> Mon 2026-06-22 17:00" in shifts(found)
    assert EventKind.TASK_OVERDUE not in {one.kind for one in found.coming.gone if one.step == "offer"}


def test_a_wish_for_another_time_changes_nothing_but_that_it_is_known() -> None:
    def change_plan(plan: Plan) -> None:
        plan["steps"]["welcome_call"]["by_phone"] = True

    drive = Drive(programme=variant(change_plan))
    found = change(drive, AskForTime(**KEY, task="j1.welcome_call.1", at=at("2026-03-03 10:00")))
    assert letters(found) == [("time_wished", "coordinator", "Mon 2026-03-02 10:00")]
    assert (found.moved, found.coming.gone, found.coming.added, found.coming.shifted) == ((), (), (), ())


def test_giving_a_task_away_and_who_is_written_to_then() -> None:
    drive = Drive().booked()
    found = change(drive, AssignTask(**KEY, task="j1.offer.1", to="bo"))
    (given,) = found.assigned
    assert (given.owner_before, given.task.owner, given.role_before) == ("anna", "bo", "coordinator")
    reminder = found.coming.shifted[0]
    assert [letter.staff for letter in (*reminder.before.letters, *reminder.after.letters)] == ["anna", "bo"]
    assert reminder.before.at == reminder.after.at


def test_an_absence_that_begins_next_week() -> None:
    drive = Drive().booked()
    cover = CoverStaff(**KEY, absent="anna", stand_in="bo", since=at("2026-03-06 08:00"), until=at("2026-03-13 17:00"))
    found = change(drive, cover)
    assert found.assigned == ()
    assert came(found.coming.added) == [
        "Fri 2026-03-06 08:00 task_assigned offer",
        "Fri 2026-03-13 17:00 task_assigned offer",
        "Fri 2026-03-13 17:00 cover_ended",
    ]


# ---- steps


def test_doing_without_a_step() -> None:
    found = change(Drive().willing(), WaiveStep(**KEY, step="interview", expires_on=date(2026, 3, 20)))
    assert (found.waived, steps(found.opened)) == (("interview",), ["offer"])
    (closed,) = found.closed
    assert (closed.task.step, closed.reason) == ("interview", "waived")
    assert "Fri 2026-03-20 08:00 waiver_expired interview" in came(found.coming.added)
    assert found.sent == ()
    assert found.titles["interview"].en == "Interview"


def test_going_back_says_what_is_done_anew_and_what_stands() -> None:
    found = change(Drive().booked(), GoBack(**KEY, step="welcome_call"))
    assert (found.taken_back, found.kept) == (("interview", "offer"), ("enrolled",))
    assert steps(found.opened) == ["welcome_call"]
    assert [(closed.task.step, closed.reason) for closed in found.closed] == [("offer", "step_reopened")]


def test_completing_a_task() -> None:
    drive = Drive().willing()
    found = change(
        drive,
        CompleteTask(**KEY, task="j1.interview.1", outcome="booked", dates={"interview_at": at("2026-03-10 13:00")}),
    )
    assert [(closed.task.step, closed.outcome) for closed in found.closed] == [("interview", "booked")]
    assert steps(found.opened) == ["offer"]
    (invitation,) = found.sent
    assert (invitation.purpose, invitation.appointment) == (Purpose.INVITATION, "interview_at")
    assert [(one.name, one.before) for one in found.answers] == [("interview_at", None)]
    assert found.receipt.opened == ("j1.offer.1",)


# ---- taking back


def test_taking_back_says_which_letters_are_not_sent_and_what_is_open_again() -> None:
    drive = Drive(programme=graced()).willing()
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.state.undo is not None
    found = change(drive, UndoLast(**KEY))
    assert steps(found.restored) == ["interview"]
    assert [(closed.task.step, closed.reason) for closed in found.closed] == [("offer", "undone")]
    assert [(letter.template, letter.to) for letter in found.unsent] == [("invitation", "participant")]
    assert [(one.name, one.after) for one in found.answers] == [("interview_at", None)]


def test_letters_of_what_is_taken_back_are_found_in_the_journal_once_they_have_left_the_state() -> None:
    drive = Drive(programme=graced()).willing()
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    journal = drive.state.outbox
    drive.state = drive.state.written(drive.state.seq)
    assert change(drive, UndoLast(**KEY)).unsent == ()
    assert [letter.template for letter in change(drive, UndoLast(**KEY), journal=journal).unsent] == ["invitation"]


def test_an_invitation_that_could_not_wait_has_left() -> None:
    drive = Drive(programme=graced()).willing()
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-02 10:03")})
    found = change(drive, UndoLast(**KEY))
    assert found.unsent == ()
    assert [letter.template for letter in found.sent] == ["cancellation"]


def test_until_when_it_can_be_taken_back_is_said_beforehand() -> None:
    drive = Drive(programme=graced()).willing()
    booked = CompleteTask(
        **KEY, task="j1.interview.1", outcome="booked", dates={"interview_at": at("2026-03-10 13:00")}
    )
    found = change(drive, booked)
    assert found.undo_until == drive.now + timedelta(minutes=5)
    assert found.sent[0].at == drive.now + timedelta(minutes=6)
    assert change(Drive().willing(), booked).undo_until is None


# ---- answers and dates


def dated(plan: Plan) -> None:
    """Four tasks that hang on the start of the course: two promises, one of them extended, and a fixed date."""
    for name in ("papers", "books", "room"):
        plan["steps"][name] = {
            "kind": "task", "title": both(name), "phase": "a", "role": "coordinator",
            "needs": {"welcome_call": ["willing"]}, "due": {"days": 7, "before": "course_start"},
            "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip
    plan["steps"]["grant"] = {
        **plan["steps"]["papers"], "due": {"days": 20, "before": "course_start", "fixed": True},
    }  # fmt: skip
    plan["steps"]["welcome_call"]["outcomes"]["willing"]["asks_dates"] = ["course_start"]


def starting(start: str = "2026-04-20") -> Drive:
    drive = Drive(programme=variant(dated)).complete("assignment", "assigned")
    drive.complete("welcome_call", "willing", facts={"route": "job"}, dates={"course_start": day(start)})
    return drive.extend("books", "2026-05-20 17:00")


def test_moving_a_date_shows_what_follows_and_what_stays_and_why() -> None:
    found = change(
        starting(),
        MoveDate(**KEY, date="course_start", to=day("2026-05-04"), keep=("j1.room.1",)),
        until=at("2026-04-20 09:00"),
    )
    (moved,) = found.moved
    assert (moved.task.step, wall(moved.due_before), wall(moved.due_after)) == (
        "papers",
        "Mon 2026-04-13 17:00",
        "Mon 2026-04-27 17:00",
    )
    assert {one.task.step: one.reason for one in found.stays} == {
        "books": StayReason.EXTENDED,
        "room": StayReason.KEPT,
        "grant": StayReason.FIXED,
    }
    (answer,) = found.answers
    assert (answer.before, answer.after) == (day("2026-04-20"), day("2026-05-04"))
    assert "task_overdue Mon 2026-04-13 17:00 -> Mon 2026-04-27 17:00" in shifts(found)


def test_a_date_that_moves_within_a_weekend_moves_nothing() -> None:
    drive = Drive(programme=variant(dated)).complete("assignment", "assigned")
    drive.complete("welcome_call", "willing", facts={"route": "job"}, dates={"course_start": day("2026-04-18")})
    found = change(drive, MoveDate(**KEY, date="course_start", to=day("2026-04-19")))
    assert found.moved == ()
    assert {one.task.step: one.reason for one in found.stays if one.reason is not StayReason.FIXED} == {
        "papers": StayReason.SAME,
        "books": StayReason.SAME,
        "room": StayReason.SAME,
    }


def test_correcting_a_date_takes_fixed_dates_along() -> None:
    found = change(starting(), CorrectAnswers(**KEY, dates={"course_start": day("2026-05-04")}))
    assert set(steps(found.moved)) == {"papers", "room", "grant"}
    assert [(one.task.step, one.reason) for one in found.stays] == [("books", StayReason.EXTENDED)]


def test_correcting_an_answer_opens_and_closes_what_hangs_on_it() -> None:
    drive = Drive().booked("study").report("offer.made", "offered")
    drive.correct({"foreign_citizen": "yes"})
    found = change(drive, CorrectAnswers(**KEY, facts={"foreign_citizen": "no"}))
    assert steps(found.opened) == ["csn"]
    assert [(closed.task.step, closed.reason) for closed in found.closed] == [("csn_right", "not_applicable")]
    assert [(one.name, one.before, one.after) for one in found.answers] == [("foreign_citizen", "yes", "no")]


def test_correcting_who_somebody_is_changes_nothing_that_the_engine_knows() -> None:
    found = change(Drive(), CorrectIdentity(**KEY, fields=("email",), submission="s1"))
    assert [event.kind for event in found.events] == [EventKind.IDENTITY_CORRECTED]
    assert (found.opened, found.closed, found.moved, found.sent, found.coming.shifted) == ((), (), (), (), ())


# ---- rests, leaving, coming back


def test_a_rest_stops_our_clocks_and_leaves_somebody_elses() -> None:
    found = change(starting(), HoldJourney(**KEY, cause="illness", on="participant", review_at=at("2026-03-20 09:00")))
    assert found.hold_before is None
    assert found.hold_after is not None
    assert [(one.task.step, one.reason) for one in found.stays] == [("grant", StayReason.FIXED)]
    assert {one.step for one in found.coming.gone} == {"papers", "room", "interview"}
    assert came(found.coming.added)[0] == "Fri 2026-03-20 09:00 hold_review_due"


def test_the_end_of_a_rest_gives_back_what_was_left_and_writes_once() -> None:
    drive = Drive().booked().to("2026-03-03 09:00").hold("2026-05-01 09:00").to("2026-04-13 09:00")
    found = change(drive, ReleaseJourney(**KEY, catch_up=True))
    (moved,) = found.moved
    assert (wall(moved.due_before), wall(moved.due_after)) == ("Mon 2026-03-09 17:00", "Fri 2026-04-17 17:00")
    assert [letter.template for letter in found.sent] == ["released"]
    assert (found.hold_before is not None, found.hold_after) == (True, None)
    assert found.coming.gone[0].kind is EventKind.HOLD_REVIEW_DUE


def test_leaving_closes_everything_and_nothing_comes_any_more() -> None:
    found = change(Drive().booked(), ExitJourney(**KEY, exit="X5"))
    assert (found.exit_before, found.exit_after, found.status_after) == (None, "X5", Status.ENDED)
    assert [(closed.task.step, closed.reason) for closed in found.closed] == [("offer", "exit")]
    assert [letter.template for letter in found.sent] == ["cancellation"]
    assert found.coming.gone
    assert (found.coming.added, found.coming.shifted) == ((), ())


def test_coming_back_into_a_journey_that_has_ended() -> None:
    def valid(plan: Plan) -> None:
        plan["steps"]["interview"]["valid"] = {"days": 30}

    drive = Drive(programme=variant(valid)).booked().exit().to("2026-06-01 10:00")
    found = change(drive, ReopenJourney(**KEY, step="offer"))
    assert (found.exit_before, found.exit_after, found.status_after) == ("X5", None, Status.OPEN)
    assert found.expired == ("interview",)
    assert set(found.kept) == {"intake", "assignment", "welcome_call", "enrolled"}
    assert set(steps(found.opened)) == {"interview", "offer"}
    with pytest.raises(Refusal):
        change(drive, CompleteTask(**KEY, task="j1.offer.1", outcome="offered"))


# ---- reports and versions


def test_a_report_that_is_matched_answers_now_or_waits() -> None:
    told = {**KEY, "event": "e1", "type": "offer.made", "outcome": "offered", "happened_at": at("2026-03-02 09:00")}
    found = change(Drive().booked(), MatchEvent(**told))
    assert [(closed.task.step, closed.outcome) for closed in found.closed] == [("offer", "offered")]
    assert steps(found.opened) == ["move"]
    early = change(Drive().willing(), MatchEvent(**told))
    assert ([event.kind for event in early.events], early.opened) == ([EventKind.EVENT_PARKED], ())


def test_adopting_another_version() -> None:
    def other(plan: Plan) -> None:
        plan["steps"]["interview"]["due"] = {"working_days": 3}
        dated(plan)

    drive = Drive(programme=variant(dated)).complete("assignment", "assigned")
    drive.complete("welcome_call", "willing", facts={"route": "job"}, dates={"course_start": day("2026-04-20")})
    drive.extend("books", "2026-05-20 17:00")
    found = change(drive, AdoptProgramme(**KEY, programme=newer(other)))
    assert steps(found.moved) == ["interview"]
    assert [(one.task.step, one.reason) for one in found.stays] == [("books", StayReason.EXTENDED)]
    gone = change(drive, AdoptProgramme(**KEY, programme=newer(lambda plan: None)))
    assert {closed.task.step for closed in gone.closed} == {"papers", "books", "room", "grant"}
    assert gone.titles["papers"].en == "papers"


# ---- all of them


def test_every_mending_command_is_foreseen_in_this_file() -> None:
    union, _ = get_args(Mending)
    named = {name for name in globals() if name in {command.__name__ for command in get_args(union)}}
    assert named == {command.__name__ for command in get_args(union)}


def test_what_is_refused_is_refused_beforehand_in_the_same_words() -> None:
    drive = starting()
    with pytest.raises(DateIsSo):
        change(drive, MoveDate(**KEY, date="course_start", to=day("2026-04-20")))
    with pytest.raises(NotWaivable):
        change(drive, WaiveStep(**KEY, step="plan_review"))


def test_what_has_been_done_already_would_do_nothing() -> None:
    drive = Drive().booked()
    sent = AssignTask(id="a1", task="j1.offer.1", to="bo")
    drive.send(sent)
    found = change(drive, sent)
    assert (found.repeated, found.assigned, found.events) == (True, (), ())


def test_what_fell_due_before_is_not_taken_for_the_commands_doing() -> None:
    drive = Drive().booked()
    drive.now = at("2026-03-10 10:00")  # overdue since yesterday, and nobody has looked
    found = change(drive, AssignTask(**KEY, task="j1.offer.1", to="bo"))
    assert [event.kind for event in found.events] == [EventKind.TASK_ASSIGNED]
    assert found.moved == ()


def test_the_weeks_that_are_compared_may_be_chosen() -> None:
    drive = Drive().booked()
    extend = ExtendTask(**KEY, task="j1.offer.1", due_at=at("2026-03-20 17:00"))
    near: datetime = at("2026-03-07 09:00")
    assert len(change(drive, extend, until=near).coming.shifted) == 1
    assert change(drive, extend, until=near).coming.until == near
