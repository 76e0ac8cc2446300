"""What commands lead to: every effect of an outcome, outside reports, receipts, leaving and coming back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from journey import engine
from journey.errors import CommandIdReused, JourneyOver, Refusal
from schemas.commands import CompleteTask, HoldJourney, JoinInterest, ReopenJourney
from schemas.events import CloseReason, EventKind, Purpose
from schemas.journey import JourneyState, Receipt, Status
from tests.driving import Drive, addressed, at, day, told, variant, wall
from tests.sample import both, outcome, sample

# ---- the beginning


def test_a_journey_starts_with_its_first_steps_open_and_says_so_in_order() -> None:
    drive = Drive()
    assert drive.happened == [
        "journey_started",
        "milestone_reached intake",
        "task_opened assignment",
        "task_opened welcome_call",
    ]
    assert [event.seq for event in drive.log] == [1, 2, 3, 4]
    assert drive.decision.receipt.opened == ("j1.assignment.1", "j1.welcome_call.1")
    assert drive.state.status is Status.OPEN
    assert drive.state.results["intake"].outcome == "reached"


def test_a_journey_carries_its_rules_but_not_the_words_of_its_messages() -> None:
    programme = variant(lambda plan: plan.update(notices={"hello": {"subject": both("s"), "body": both("b")}}))
    riding = Drive(programme=programme).state.programme
    assert riding.notices == {}
    assert riding.steps == programme.steps
    assert riding.hash == programme.hash


def test_tasks_belong_to_the_people_who_were_named_from_the_start() -> None:
    assert Drive().task("welcome_call").owner == "anna"
    assert Drive(owners={}).task("welcome_call").owner is None


def test_an_answer_known_from_the_start_counts() -> None:
    drive = Drive(facts={"foreign_citizen": "no"}).booked("study").report("offer.made", "offered")
    assert drive.open == ["csn"]


# ---- going on


def test_going_on_opens_what_comes_next_and_the_receipt_says_what() -> None:
    drive = Drive().complete("welcome_call", "willing", facts={"route": "job"}, submission="form-7")
    assert drive.happened == ["task_completed welcome_call", "task_opened interview", "milestone_reached enrolled"]
    done = drive.last[0]
    assert (done.by, done.outcome, done.submission, done.facts) == ("anna", "willing", "form-7", {"route": "job"})
    assert drive.decision.receipt == Receipt(
        command="c1",
        what="complete j1.welcome_call.1 willing",
        seq=7,
        opened=("j1.interview.1",),
        closed=("j1.welcome_call.1",),
    )
    assert drive.state.facts == {"route": "job"}


def test_an_automatic_step_gives_tasks_without_an_owner_one() -> None:
    drive = Drive(owners={}).complete("assignment", "assigned", owners={"coordinator": "anna", "leader": "lena"})
    assert drive.happened == ["task_completed assignment", "task_assigned welcome_call"]
    assert drive.task("welcome_call").owner == "anna"
    assert drive.complete("welcome_call", "willing", facts={"route": "job"}).task("interview").owner == "anna"


def test_a_task_that_somebody_took_keeps_its_owner_when_owners_are_named() -> None:
    drive = (
        Drive(owners={}).assign("welcome_call", "bo").complete("assignment", "assigned", owners={"coordinator": "anna"})
    )
    assert drive.task("welcome_call").owner == "bo"


def test_a_task_is_given_an_owner_although_its_clock_moves_in_the_same_breath() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["due"] = {"days": 3, "before": "course_start", "without_date": {"days": 3}}

    drive = Drive(owners={}, programme=variant(change))
    drive.complete("assignment", "assigned", owners={"coordinator": "anna"}, dates={"course_start": day("2026-03-20")})
    assert drive.happened == ["task_completed assignment", "task_retimed welcome_call", "task_assigned welcome_call"]
    assert drive.task("welcome_call").owner == "anna"
    assert wall(drive.task("welcome_call").due_at) == "Tue 2026-03-17 17:00"


def test_an_invitation_goes_out_for_the_time_that_was_given() -> None:
    drive = Drive().booked(interview="2026-03-10 13:00")
    [booked] = drive.of(EventKind.TASK_COMPLETED, "interview")
    [letter] = booked.notices
    assert (letter.purpose, letter.to, letter.appointment) == (Purpose.INVITATION, "participant", "interview_at")
    assert letter.appointment_at == letter.valid_until == at("2026-03-10 13:00")


def test_when_an_answer_changes_what_no_longer_applies_is_closed() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["second_thoughts"] = {
            "kind": "task", "title": both("Second thoughts"), "phase": "b", "role": "coordinator",
            "needs": {"offer": ["offered"]}, "due": {"days": 5},
            "outcomes": {"changed": outcome("Changed", go_on=True, asks=["route"])},
        }  # fmt: skip

    drive = Drive(programme=variant(change), facts={"foreign_citizen": "yes"})
    drive.booked("study").report("offer.made", "offered")
    assert drive.open == ["csn_right", "second_thoughts"]
    drive.complete("second_thoughts", "changed", facts={"route": "job"})
    assert drive.happened == ["task_completed second_thoughts", "task_closed csn_right", "task_opened move"]
    [closed] = drive.of(EventKind.TASK_CLOSED)
    assert closed.reason == CloseReason.NOT_APPLICABLE


def test_a_fact_that_follows_from_the_outcome_needs_no_answer() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["outcomes"]["studies"] = outcome("Studies", go_on=True, sets={"route": "study"})

    drive = Drive(programme=variant(change)).complete("welcome_call", "studies")
    assert drive.state.facts == {"route": "study"}
    assert drive.last[0].facts == {"route": "study"}


# ---- exits


def test_an_exit_closes_everything_says_goodbye_and_ends_the_journey() -> None:
    drive = Drive().complete("welcome_call", "not_willing")
    assert drive.happened == [
        "task_completed welcome_call",
        "task_closed assignment",
        "journey_exited",
        "journey_ended",
    ]
    assert addressed(drive.last[2].notices) == [("goodbye", "participant", None)]
    assert (drive.state.status, drive.state.exit, drive.state.tasks) == (Status.ENDED, "X2", ())
    assert drive.decision.receipt.status is Status.ENDED
    assert drive.decision.receipt.exit == "X2"
    assert engine.next_alarm(drive.state) is None


def test_an_exit_takes_back_invitations_to_times_that_have_not_come() -> None:
    drive = Drive().booked(interview="2026-03-10 13:00").to("2026-03-09 10:00").exit()
    [left] = drive.of(EventKind.JOURNEY_EXITED)
    [letter] = left.notices
    assert (letter.purpose, letter.appointment_at) == (Purpose.CANCELLATION, at("2026-03-10 13:00"))
    late = Drive().booked(interview="2026-03-10 13:00").to("2026-03-10 13:00").exit()
    assert late.of(EventKind.JOURNEY_EXITED)[0].notices == ()


def test_an_invitation_is_taken_back_from_everybody_who_got_it() -> None:
    def change(plan: dict[str, Any]) -> None:
        rule = {"notice": "invitation", "to": ["participant", "owner"], "invite": "interview_at"}
        plan["steps"]["interview"]["outcomes"]["booked"]["notices"] = [rule]

    drive = Drive(programme=variant(change)).booked(interview="2026-03-10 13:00").to("2026-03-09 10:00").exit()
    [left] = drive.of(EventKind.JOURNEY_EXITED)
    assert addressed(left.notices) == [("cancellation", "participant", None), ("cancellation", "coordinator", "anna")]


def arrived() -> Drive:
    return Drive().booked().report("offer.made", "offered").to("2026-03-16 11:00").complete("move", "arrived")


def test_a_good_exit_is_followed_up_and_only_then_ended() -> None:
    drive = arrived()
    assert (drive.state.status, drive.open) == (Status.FOLLOWING_UP, ["follow_up"])
    assert wall(drive.task("follow_up").due_at) == "Mon 2026-04-13 17:00"
    drive.to("2026-04-10 09:00").complete("follow_up", "answered")
    assert drive.happened[-2:] == ["task_completed follow_up", "journey_ended"]
    assert (drive.state.status, drive.state.exit) == (Status.ENDED, "OK1")


def test_follow_ups_of_other_exits_stay_closed() -> None:
    assert Drive().exit("X5").state.status is Status.ENDED


# ---- again


def test_again_opens_the_step_anew_until_it_has_been_tried_often_enough() -> None:
    drive = Drive()
    for generation in (2, 3, 4):
        drive.complete("welcome_call", "not_reached")
        assert drive.task("welcome_call").id == f"j1.welcome_call.{generation}"
        assert drive.state.status is Status.OPEN
    drive.complete("welcome_call", "not_reached")
    assert (drive.state.status, drive.state.exit) == (Status.ENDED, "X4")


def test_what_comes_instead_may_also_be_going_on() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["outcomes"]["not_reached"]["again"].update(at_most=1, then={"go_on": True})
        plan["steps"]["interview"]["needs"]["welcome_call"].append("not_reached")

    drive = Drive(programme=variant(change)).complete("welcome_call", "not_reached")
    assert "interview" not in drive.open
    assert "interview" in drive.complete("welcome_call", "not_reached").open


def test_going_back_to_an_earlier_step_closes_and_reopens_what_follows_from_it() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["beside"] = {
            "kind": "task", "title": both("Beside"), "phase": "a", "role": "coordinator",
            "needs": {"interview": ["booked"]}, "due": {"days": 30}, "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    drive = Drive(programme=variant(change)).booked()
    assert drive.open == ["offer", "beside"]
    drive.complete("offer", "no_answer")
    assert drive.happened == ["task_completed offer", "task_closed beside", "task_opened interview"]
    assert drive.last[1].reason == CloseReason.STEP_REOPENED
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-20 10:00")})
    assert [task.id for task in drive.state.tasks] == ["j1.offer.2", "j1.beside.2"]


def test_a_kept_milestone_is_counted_once_although_an_earlier_step_is_opened_again() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["offer"]["outcomes"]["no_answer"]["again"]["step"] = "welcome_call"
        plan["steps"]["met"] = {
            "kind": "milestone", "title": both("Met"), "phase": "a", "needs": {"welcome_call": ["willing"]},
        }  # fmt: skip

    drive = Drive(programme=variant(change)).booked().complete("offer", "no_answer")
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    assert len(drive.of(EventKind.MILESTONE_REACHED, "enrolled")) == 1  # keep
    assert len(drive.of(EventKind.MILESTONE_REACHED, "met")) == 2


def test_a_kept_step_that_is_open_stays_open() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["home"] = {
            "kind": "task", "title": both("Home"), "phase": "a", "role": "coordinator", "keep": True,
            "needs": {"interview": ["booked"]}, "due": {"days": 30}, "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    drive = Drive(programme=variant(change)).booked().complete("offer", "no_answer")
    assert drive.open == ["home", "interview"]
    assert drive.task("home").generation == 1


# ---- nobody falls between chairs


def test_when_no_step_can_open_the_fallback_does() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["outcomes"]["lost"] = outcome("Lost", go_on=True)

    drive = Drive(programme=variant(change)).willing().complete("interview", "lost")
    assert drive.open == ["plan_review"]
    assert wall(drive.task("plan_review").due_at) == "Wed 2026-03-04 17:00"
    drive.complete("plan_review", "again")
    assert drive.open == ["welcome_call"]
    assert drive.task("welcome_call").generation == 2


def test_a_fallback_that_ends_without_effect_opens_again() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["outcomes"]["lost"] = outcome("Lost", go_on=True)
        plan["steps"]["plan_review"]["outcomes"]["looked"] = outcome("Looked", go_on=True)

    drive = Drive(programme=variant(change)).willing().complete("interview", "lost").complete("plan_review", "looked")
    assert [task.id for task in drive.state.tasks] == ["j1.plan_review.2"]


# ---- receipts


def test_the_same_command_twice_acts_once_and_gets_the_same_answer() -> None:
    drive = Drive()
    done = CompleteTask(id="k1", by="anna", task="j1.welcome_call.1", outcome="willing", facts={"route": "job"})
    first = drive.send(done).decision
    before = drive.state
    again = drive.to("2026-03-20 10:00").restored().send(done).decision
    assert again.receipt == first.receipt.model_copy(update={"repeated": True})
    assert again.events == ()
    assert len(drive.of(EventKind.TASK_COMPLETED)) == 1
    assert before.ledger == drive.state.ledger


def test_a_command_repeated_after_the_journey_ended_still_gets_its_receipt() -> None:
    drive = Drive()
    leave = CompleteTask(id="k1", task="j1.welcome_call.1", outcome="not_willing")
    drive.send(leave).restored().send(leave)
    assert drive.decision.receipt.repeated
    assert drive.decision.receipt.exit == "X2"


def test_an_id_that_was_used_for_something_else_is_refused() -> None:
    drive = Drive().complete("welcome_call", "willing", key="k1", facts={"route": "job"})
    with pytest.raises(CommandIdReused):
        drive.complete("interview", "booked", key="k1", dates={"interview_at": at("2026-03-10 13:00")})
    with pytest.raises(CommandIdReused):
        drive.send(JoinInterest(id="start", received_at=drive.now))


def test_a_refused_command_may_be_sent_again_with_the_same_id_once_it_can_be_done() -> None:
    drive = Drive()
    with pytest.raises(Refusal):
        drive.complete("welcome_call", "willing", key="k1")
    assert not drive.complete("welcome_call", "willing", key="k1", facts={"route": "job"}).decision.receipt.repeated


# ---- other acts


def test_an_interest_that_comes_again_is_told_to_whoever_has_the_next_step() -> None:
    drive = Drive().willing().join()
    assert drive.happened == ["interest_joined"]
    assert addressed(drive.last[0].notices) == [("interest_again", "coordinator", "anna")]


def test_an_interest_that_comes_again_while_the_journey_rests_is_told_to_the_fallbacks_owner() -> None:
    drive = Drive().complete("assignment", "assigned").complete("welcome_call", "maybe").join()
    assert addressed(drive.last[0].notices) == [("interest_again", "coordinator", "anna")]


def test_a_task_can_be_given_to_somebody() -> None:
    drive = Drive().assign("welcome_call", "bo")
    assert drive.happened == ["task_assigned welcome_call"]
    assert drive.task("welcome_call").owner == "bo"
    drive.to("2026-03-03 09:00")
    assert addressed(drive.of(EventKind.TASK_REMINDED, "welcome_call")[0].notices) == [
        ("reminder", "coordinator", "bo")
    ]


def test_nothing_more_is_done_once_the_journey_has_ended_except_coming_back() -> None:
    drive = Drive().exit()
    acts: list[Callable[[], object]] = [
        drive.join,
        drive.release,
        drive.exit,
        lambda: drive.report("offer.made", "offered"),
        lambda: drive.hold("2026-09-01 09:00"),
        lambda: drive.send(CompleteTask(id="x", task="j1.welcome_call.1", outcome="willing")),
    ]
    for act in acts:
        with pytest.raises(JourneyOver):
            act()
    assert drive.reopen().state.status is Status.OPEN


def test_a_report_that_cannot_be_read_is_written_down_after_whatever_fell_due_before_it() -> None:
    drive = Drive()
    state = engine.note_refused(drive.state, "unreadable", at("2026-03-06 10:00"))
    assert [told(event) for event in state.outbox[-2:]] == ["task_escalated welcome_call", "event_refused"]
    assert [event.at for event in state.outbox] == sorted(event.at for event in state.outbox)
    assert (state.outbox[-1].reason, state.outbox[-1].seq) == ("unreadable", state.seq)


def test_a_clock_that_goes_backwards_never_writes_an_event_before_an_earlier_one() -> None:
    drive = Drive().to("2026-03-04 10:00").complete("assignment", "assigned")
    drive.now = at("2026-03-03 10:00")
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    assert drive.last[0].at == at("2026-03-04 10:00")
    assert drive.state.at == at("2026-03-04 10:00")


def test_the_journal_takes_events_out_of_the_outbox_and_nothing_else() -> None:
    drive = Drive().willing()
    seq = drive.state.seq
    drive.state = drive.state.written(3)
    assert [event.seq for event in drive.log] == list(range(4, seq + 1))
    drive.state = drive.state.written(seq)
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.log[0].seq == seq + 1


def test_a_state_is_the_same_after_it_has_been_json() -> None:
    drive = Drive(facts={"foreign_citizen": "yes"}).report("offer.made", "offered").booked("study")
    drive.to("2026-03-04 10:00").hold("2026-05-01 09:00")
    assert JourneyState.model_validate_json(drive.state.model_dump_json()) == drive.state


def test_deciding_leaves_the_state_it_was_given_alone() -> None:
    drive = Drive()
    before = drive.state.model_dump_json()
    engine.decide(drive.state, CompleteTask(id="a", task="j1.welcome_call.1", outcome="not_willing"), drive.now)
    engine.decide(drive.state, HoldJourney(id="b", cause="x", on="csn", review_at=at("2026-04-01 09:00")), drive.now)
    engine.advance(drive.state, at("2027-01-01 09:00"))
    assert drive.state.model_dump_json() == before


def test_a_journey_that_is_taken_up_from_its_rest_in_the_archive_comes_back() -> None:
    """An ended journey's state is kept in Postgres and starts a new workflow when the person returns."""
    ended = Drive().complete("welcome_call", "not_willing").state.at_rest()
    kept = JourneyState.model_validate_json(ended.model_dump_json())
    back = engine.decide(kept, ReopenJourney(id="r1"), at("2026-06-01 10:00"))
    assert back.state.seq == kept.seq + len(back.events)
    assert back.events[0].seq == kept.seq + 1


def test_the_sample_has_every_kind_of_step_and_every_effect() -> None:
    """Else the tests above would miss one."""
    steps = sample().steps.values()
    assert {step.kind.value for step in steps} == {"task", "wait", "automatic", "milestone"}
    ends = [end for step in steps for end in step.outcomes.values()]
    assert any(end.go_on for end in ends)
    assert any(end.exit for end in ends)
    assert any(end.again for end in ends)
    assert any(end.hold for end in ends)
