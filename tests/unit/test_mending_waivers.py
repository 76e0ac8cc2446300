"""Doing without a step: what it counts as, what follows from it and when, and asking for it after all."""

from __future__ import annotations

from typing import Any

import pytest

from journey import engine, errors, mending_errors
from schemas.events import EventKind
from schemas.journey import Result, Status
from schemas.mending import GoBack
from schemas.programme import Programme
from tests.driving import Drive, at, day, told, variant, wall
from tests.sample import both, outcome


def called(programme: Programme | None = None, **rest: Any) -> Drive:
    """Assigned, so that the welcome call alone is open."""
    return Drive("2026-03-02 10:00", programme=programme, **rest).complete("assignment", "assigned")


def back(drive: Drive, step: str) -> Drive:
    return drive.send(GoBack(id=drive.key(), by="lena", step=step))


# ---- what it counts as


def test_an_open_step_is_closed_and_counts_as_ended_and_what_follows_opens() -> None:
    drive = Drive().willing().waive("interview")
    assert drive.happened == ["task_closed interview", "step_waived interview", "task_opened offer"]
    closed, waived, _ = drive.last
    assert (closed.reason, closed.task and closed.task.id) == ("waived", "j1.interview.1")
    assert (waived.outcome, waived.until, waived.by) == ("booked", None, "lena")
    assert drive.state.results["interview"] == Result(generation=1, outcome="booked", at=drive.now, waived=True)


def test_nothing_of_its_outcome_is_sent_or_counted() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["counts"] = "interviewed"
        plan["steps"]["interview"]["outcomes"]["booked"]["notices"] = [{"notice": "information", "to": ["leader"]}]

    drive = Drive(programme=variant(change)).willing().waive("interview")
    assert [(event.counts, event.notices, event.calendar_days) for event in drive.last] == [(None, (), None)] * 3


def test_a_waiver_answers_what_its_outcome_asks_and_sets() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["welcome_call"]["outcomes"]["willing"]["sets"] = {"foreign_citizen": "no"}

    drive = called(variant(change)).waive("welcome_call", facts={"route": "study"})
    assert drive.state.facts == {"route": "study", "foreign_citizen": "no"}
    waived = drive.of(EventKind.STEP_WAIVED)[0]
    assert waived.facts == {"foreign_citizen": "no", "route": "study"}
    assert drive.open == ["interview"]


def test_what_its_outcome_asks_must_be_answered_and_a_date_may_be() -> None:
    with pytest.raises(errors.MissingAnswers, match="route"):
        called().waive("welcome_call")
    drive = Drive().willing().waive("interview", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.state.dates == {"interview_at": at("2026-03-10 13:00")}
    assert drive.of(EventKind.STEP_WAIVED)[0].dates == drive.state.dates
    assert Drive().willing().waive("interview").state.dates == {}


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"facts": {"route": "walk"}}, errors.UnknownFactValue),
        ({"facts": {"route": "job", "shoe_size": "yes"}}, errors.UnknownFact),
        ({"facts": {"route": "job"}, "dates": {"birthday": day("2026-04-01")}}, errors.UnknownDate),
    ],
)
def test_answers_are_judged_as_those_of_a_completion(given: dict[str, Any], refusal: type[errors.Refusal]) -> None:
    with pytest.raises(refusal):
        called().waive("welcome_call", **given)


def test_clocks_follow_a_date_that_a_waiver_tells() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["beside"] = {
            "kind": "task", "title": both("Beside"), "phase": "a", "role": "coordinator",
            "needs": {"intake": ["reached"]}, "due": {"days": 2, "after": "course_start", "without_date": {"days": 9}},
            "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    drive = Drive(programme=variant(change)).willing().waive("interview", dates={"course_start": day("2026-05-04")})
    assert drive.happened[1:3] == ["step_waived interview", "task_retimed beside"]
    assert wall(drive.task("beside").due_at) == "Wed 2026-05-06 17:00"


def several(plan: dict[str, Any]) -> None:
    plan["steps"]["interview"]["outcomes"]["lost"] = outcome("Lost", go_on=True)


def test_which_outcome_it_counts_as_is_said_where_several_lead_on() -> None:
    drive = Drive(programme=variant(several)).willing()
    for chosen in (None, "moon"):
        with pytest.raises(mending_errors.WaivedAsWhat, match="booked, lost"):
            drive.waive("interview", chosen)
    assert drive.waive("interview", "lost").state.results["interview"].outcome == "lost"
    assert drive.open == ["plan_review"]  # the offer needs a booked interview: the ordinary rule


def test_an_outcome_that_does_not_lead_on_is_none_to_count_as() -> None:
    for chosen in ("maybe", "not_willing", "not_reached"):
        with pytest.raises(mending_errors.WaivedAsWhat, match="willing"):
            called().waive("welcome_call", chosen)


def test_only_what_can_be_done_without_now_is_offered_instead() -> None:
    drive = called().complete("welcome_call", "willing", facts={"route": "job"})
    with pytest.raises(mending_errors.NotWaivable) as refused:
        drive.waive("intake")
    assert refused.value.params["choices"] == "interview, offer"


def test_an_automatic_step_can_be_done_without() -> None:
    drive = Drive().waive("assignment")
    assert drive.happened == ["task_closed assignment", "step_waived assignment"]


def test_a_follow_up_is_done_without_only_after_the_exit_and_then_the_journey_ends() -> None:
    drive = Drive().booked().report("offer.made", "offered")
    with pytest.raises(mending_errors.NotWaivable):
        drive.waive("follow_up")
    drive.complete("move", "arrived")
    with pytest.raises(mending_errors.NotWaivable, match="choose one of: follow_up"):
        drive.waive("interview")
    assert drive.waive("follow_up").happened[-1] == "journey_ended"
    assert drive.state.status is Status.ENDED


# ---- still ahead


def test_what_is_waived_beforehand_pulls_nothing_forward() -> None:
    drive = called().waive("interview")
    assert drive.happened == ["step_waived interview"]
    assert drive.open == ["welcome_call"]
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    assert drive.happened == ["task_completed welcome_call", "milestone_reached enrolled", "task_opened offer"]


def test_several_steps_in_a_row_can_be_waived_beforehand() -> None:
    drive = called().waive("offer").waive("interview")
    assert drive.open == ["welcome_call"]
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    assert drive.open == ["move"]


def test_what_is_waived_beforehand_does_not_stand_in_the_way_where_it_would_be_blocked() -> None:
    """The interview is lost, so that nobody would ever wait for an offer: without it the journey goes on."""
    drive = Drive(programme=variant(several)).willing().complete("interview", "lost")
    assert drive.open == ["plan_review"]
    assert drive.waive("offer").open == ["plan_review", "move"]


def test_what_was_open_without_its_needs_is_behind_when_it_is_waived() -> None:
    """Somebody comes back at a step whose own needs have never ended."""
    drive = called().exit().reopen("interview").waive("interview")
    assert "offer" in drive.open


def test_an_answer_that_makes_a_waived_step_irrelevant_lets_the_rest_go_on() -> None:
    drive = called().waive("csn_right")
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.report("offer.made", "offered").open == ["move"]


def test_a_report_for_a_waived_step_is_refused_as_late_and_an_early_one_waits_for_the_end_of_the_waiver() -> None:
    drive = called().report("offer.made", "offered").waive("offer", until="2026-04-01")
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    assert drive.open == ["interview"]
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.open == ["move"]
    assert drive.report("offer.made", "offered").last[-1].reason == "late"
    drive.to("2026-04-01 08:00")
    assert drive.happened[-3:] == ["waiver_expired offer", "task_opened offer", "task_completed offer"]


def test_who_goes_back_to_a_step_that_was_waived_beforehand_takes_the_waiver_away() -> None:
    drive = back(called().waive("interview").waive("offer"), "interview")
    assert drive.happened == ["went_back interview"]
    assert drive.open == ["welcome_call"]
    drive.complete("welcome_call", "willing", facts={"route": "job"})
    assert drive.open == ["interview"]
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-10 13:00")})
    assert drive.open == ["move"]  # the other waiver stands


def test_who_goes_back_to_a_step_that_was_waived_when_open_opens_it() -> None:
    drive = back(Drive().willing().waive("interview"), "interview")
    assert drive.happened == ["went_back interview", "task_closed offer", "task_opened interview"]
    assert drive.task("interview").generation == 2


# ---- until a day


def waived(until: str = "2026-03-10") -> Drive:
    return Drive().willing().waive("interview", until=until)


def test_a_waiver_expires_when_the_office_opens_on_its_day() -> None:
    drive = waived()
    assert drive.of(EventKind.STEP_WAIVED)[0].until == day("2026-03-10")
    assert drive.state.results["interview"].expires_at == at("2026-03-10 08:00")
    drive.to("2026-03-10 07:59")
    assert "waiver_expired interview" not in drive.happened
    assert engine.next_alarm(drive.state) == at("2026-03-10 08:00")
    drive.to("2026-03-10 08:00")
    assert drive.happened == ["waiver_expired interview", "task_opened interview"]
    assert (drive.last[0].outcome, drive.last[0].by, drive.last[0].at) == ("booked", "system", at("2026-03-10 08:00"))
    assert drive.task("interview").generation == 2
    assert wall(drive.task("interview").opened_at) == "Tue 2026-03-10 08:00"


def test_a_waiver_that_expires_on_a_day_off_opens_its_step_then() -> None:
    assert wall(waived("2026-03-15").to("2026-03-17 10:00").task("interview").opened_at) == "Sun 2026-03-15 08:00"


def test_what_followed_from_a_waived_step_stays_when_the_waiver_expires() -> None:
    drive = waived().complete("offer", "offered").to("2026-03-10 08:00")
    assert drive.open == ["move", "interview"]
    assert drive.state.results["offer"].outcome == "offered"
    drive.complete("interview", "booked", dates={"interview_at": at("2026-03-12 13:00")})
    assert drive.open == ["move"]


def test_an_expired_waiver_is_gone_and_the_step_may_be_waived_again() -> None:
    drive = waived().to("2026-03-10 08:00")
    assert engine.next_alarm(drive.state) != at("2026-03-10 08:00")
    drive.waive("interview", until="2026-04-01").to("2026-04-01 08:00")
    assert drive.task("interview").generation == 3


@pytest.mark.parametrize("until", ["2026-03-02", "2026-03-01", "2020-01-01"])
def test_a_waiver_ends_on_a_later_day(until: str) -> None:
    with pytest.raises(mending_errors.WaiverExpiresTooSoon, match=until):
        called().waive("interview", until=until)
    assert called().waive("interview", until="2026-03-03").happened == ["step_waived interview"]


def test_today_is_the_day_in_stockholm() -> None:
    """Half past midnight there is still yesterday in UTC."""
    drive = called().to("2026-03-03 00:30")
    with pytest.raises(mending_errors.WaiverExpiresTooSoon):
        drive.waive("interview", until="2026-03-03")


def test_what_is_still_ahead_when_its_waiver_expires_opens_in_its_own_time() -> None:
    drive = called().waive("interview", until="2026-03-03").to("2026-03-03 08:00")
    assert drive.happened == ["waiver_expired interview"]
    assert drive.open == ["welcome_call"]
    assert drive.complete("welcome_call", "willing", facts={"route": "job"}).open == ["interview"]


def test_what_does_not_concern_the_person_any_more_is_not_asked_for() -> None:
    drive = called().waive("csn", until="2026-03-10")
    drive.complete("welcome_call", "willing", facts={"route": "job"}).to("2026-03-10 08:00")
    assert drive.happened == []
    assert "csn" not in drive.state.results
    assert engine.next_alarm(drive.state) != at("2026-03-10 08:00")


def test_nothing_is_asked_for_once_the_person_has_left() -> None:
    drive = waived().exit()
    assert engine.next_alarm(drive.state) is None
    assert drive.to("2026-03-20 10:00").last == ()


def test_nothing_of_before_the_exit_is_asked_for_while_the_person_is_followed_up() -> None:
    drive = waived("2026-03-25").complete("offer", "offered").complete("move", "arrived")
    assert drive.state.status is Status.FOLLOWING_UP
    drive.to("2026-03-26 10:00")
    assert not [found for found in drive.log if found.kind is EventKind.WAIVER_EXPIRED]
    assert drive.open == ["follow_up"]


def test_a_follow_up_that_is_waived_until_a_day_is_asked_for_then_if_anything_else_keeps_the_journey_alive() -> None:
    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["second"] = {**plan["steps"]["follow_up"], "title": both("Second")}

    drive = Drive(programme=variant(change)).booked().report("offer.made", "offered").complete("move", "arrived")
    drive.waive("follow_up", until="2026-03-10").to("2026-03-10 08:00")
    assert drive.happened == ["waiver_expired follow_up", "task_opened follow_up"]


def test_who_comes_back_has_an_unexpired_waiver_and_no_expired_one() -> None:
    drive = waived("2026-03-10").complete("offer", "offered").exit()
    assert "interview" in drive.to("2026-03-09 10:00").reopen("move").state.results
    later = waived("2026-03-10").complete("offer", "offered").exit().to("2026-03-11 10:00").reopen("move")
    assert "interview" not in later.state.results
    assert later.open == ["move", "interview"]
    assert later.last[0].expired == ("interview",)


def test_a_waiver_expires_also_while_the_journey_rests_and_the_step_then_has_all_its_time() -> None:
    drive = waived("2026-03-10").hold("2026-06-01 09:00").to("2026-03-10 08:00")
    assert drive.happened == ["waiver_expired interview", "task_opened interview"]
    assert drive.to("2026-05-04 08:00").last == ()
    assert wall(drive.release().task("interview").due_at) == "Tue 2026-05-19 17:00"  # ten working days and today


def test_a_waiver_is_found_late_and_expires_at_its_own_time() -> None:
    drive = waived("2026-03-10").to("2026-03-20 10:00")
    moments = [(told(event), event.at) for event in drive.last]
    assert ("waiver_expired interview", at("2026-03-10 08:00")) in moments
    assert [at for _, at in moments] == sorted(at for _, at in moments)


def test_a_waiver_goes_through_a_checkpoint() -> None:
    drive = waived("2026-03-03").restored().to("2026-03-03 08:00")
    assert drive.happened == ["waiver_expired interview", "task_opened interview"]


# ---- twice


def test_a_step_is_done_without_once() -> None:
    with pytest.raises(mending_errors.StepEnded, match="booked"):
        called().waive("interview").waive("interview")


def test_a_step_that_has_ended_in_an_exit_and_come_back_can_be_waived() -> None:
    drive = called().complete("welcome_call", "not_willing").reopen()
    drive.waive("welcome_call", facts={"route": "job"})
    assert drive.open == ["assignment", "interview"]
