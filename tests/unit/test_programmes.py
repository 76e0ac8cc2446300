"""The seed programmes hold what the map of the journey says. That they pass the checks is shown in `property`."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from journey.checks import judged_before, years_for
from schemas.clocks import DayOff
from schemas.programme import PARTICIPANT, Kind, NoticeRule, Programme, Step

FOLDER = Path(__file__).parents[2] / "programmes"
NAMES = ("relocate", "react_eu")
EXITS = {*(f"X{n}" for n in range(1, 15)), "OK1", "OK2", "OK3"}
FORBIDDEN = ("northvolt", "relocate", "react", "skellefte", "flytt", "moving", "jobb", "arbetslös", "unemploy")
"""What would tell a bystander what a message is about, and an employer that is gone."""


@cache
def programme(name: str) -> Programme:
    return judged_before((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), years=years_for(2026))


@pytest.mark.parametrize("name", NAMES)
def test_every_exit_is_there_and_staff_may_choose_three_of_them_at_any_time(name: str) -> None:
    exits = programme(name).exits
    assert set(exits) == EXITS
    assert {code for code, found in exits.items() if found.anytime} == {"X5", "X12", "X14"}
    assert {code for code, found in exits.items() if found.good} == {"OK1", "OK2", "OK3", "X12"}


@pytest.mark.parametrize("name", NAMES)
def test_the_steps_that_an_owner_looks_for_are_there(name: str) -> None:
    wanted = {
        "intake", "welcome_call", "speed_interview", "trip_booking", "csn_application", "vux_application",
        "temporary_home", "permanent_home", "arrival",
    }  # fmt: skip
    assert wanted <= set(programme(name).steps)


@pytest.mark.parametrize("name", NAMES)
def test_the_welcome_call_is_due_three_days_after_the_interest_and_a_day_off_moves_it_on(name: str) -> None:
    call = programme(name).steps["welcome_call"]
    assert call.due is not None
    assert (call.due.days, call.due.after, call.due.day_off) == (3, "received", DayOff.NEXT)
    assert call.remind is not None
    assert call.remind[0].mornings
    assert call.escalate is not None
    assert (call.escalate[0].after_due.days, call.escalate[0].to) == (0, ("owner", "project_leader"))
    missed = call.outcomes["not_reached"].again
    assert missed is not None
    assert (missed.step, missed.at_most, missed.then.exit) == ("welcome_call", 3, "X4")
    assert call.due_again is not None
    assert call.due_again.working_days is not None


@pytest.mark.parametrize("name", NAMES)
def test_there_are_five_minutes_to_take_things_back_and_offers_grow_old_sooner_than_plans(name: str) -> None:
    found = programme(name)
    assert found.undo_minutes == 5
    days = {step: rule.valid.days or 0 for step, rule in found.steps.items() if rule.valid is not None}
    assert days["temporary_home"] < days["matching"] <= days["speed_interview"] < days["eligibility"] == days["mapping"]


@pytest.mark.parametrize("name", NAMES)
def test_who_comes_back_is_not_enrolled_twice_nor_tested_again_for_what_was_passed(name: str) -> None:
    steps = programme(name).steps
    for step in ("enrolment", "study_result"):
        assert (steps[step].keep, steps[step].valid) == (True, None)


STRICT_ORDERS = [
    ("job_promise", "study_start"),
    ("csn_right", "csn_decision"),
    ("csn_right", "csn_application"),
    ("speed_interview", "trip_offer"),
    ("trip_funding", "trip_booking"),
    ("trip_booking", "trip"),
    ("ike_decision", "admission"),
    ("temporary_home", "move_decision"),
    ("arrival", "permanent_home"),
    ("arrival", "employment_start"),
    ("arrival", "study_start"),
]
PARALLEL = [
    ("csn_application", "ike_decision"),
    ("csn_application", "admission"),
    ("job_promise", "vux_application"),
    ("temporary_home", "vux_application"),
    ("preschool", "matching"),
]


@pytest.mark.parametrize("name", NAMES)
def test_strict_orders_are_kept_and_nothing_else_waits_in_line(name: str) -> None:
    after = programme(name).descendants
    for first, then in STRICT_ORDERS:
        assert then in after[first], (first, then)
    for one, other in PARALLEL:
        assert other not in after[one], (one, other)
        assert one not in after[other], (one, other)


@pytest.mark.parametrize("name", NAMES)
def test_every_wait_says_whom_it_waits_for_and_what_happens_when_nobody_answers(name: str) -> None:
    waits = [step for step in programme(name).steps.values() if step.kind is Kind.WAIT]
    assert len(waits) > 10
    for step in waits:
        assert step.role
        assert step.waiting_on
        assert step.due
        assert step.end


@pytest.mark.parametrize("name", NAMES)
def test_messages_to_a_participant_give_nothing_away(name: str) -> None:
    found = programme(name)
    rules = [rule for step in found.steps.values() for rule in messages(step)]
    rules += [rule for exit_ in found.exits.values() for rule in exit_.notices]
    sent = {rule.notice for rule in rules if PARTICIPANT in rule.to} | {"please_answer", "cancellation"}
    for template in (found.notices[name] for name in sent):
        for text in (template.subject.sv, template.subject.en, template.body.sv, template.body.en):
            assert not [word for word in FORBIDDEN if word in text.casefold()], text


def messages(step: Step) -> list[NoticeRule]:
    return [*step.opens_with, *(rule for outcome in step.outcomes.values() for rule in outcome.notices)]


def test_the_travel_grant_has_its_cap_with_date_and_source() -> None:
    assert [(one.since.year, one.value) for one in programme("relocate").parameters["travel_grant_cap"]] == [
        (2017, Decimal(2500)),
        (2024, Decimal(3600)),
    ]
    assert [one.value for one in programme("react_eu").parameters["travel_grant_cap"]] == [Decimal(2500)]
    assert all(one.source for name in NAMES for one in programme(name).parameters["travel_grant_cap"])


def test_the_two_programmes_differ_where_the_projects_did() -> None:
    relocate, react = programme("relocate").steps, programme("react_eu").steps
    assert {"simulated_recruitment", "validation", "insight_course"} <= set(relocate) - set(react)
    assert {"selection_test", "info_meeting"} <= set(react) - set(relocate)
    counted = {step.counts for step in react.values() if step.counts}
    assert {"job_interview", "selection_test", "info_meeting", "trip", "moving_support", "newcomer_activity"} <= counted


@pytest.mark.parametrize("name", NAMES)
def test_what_rides_in_a_journey_is_far_from_the_size_that_temporal_warns_of(name: str) -> None:
    assert len(programme(name).riding().model_dump_json(exclude_defaults=True)) < 64_000
