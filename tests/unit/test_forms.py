"""The forms: each accepted as it should be filled in, and each of its own rules."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from journey.calendars import local_to_utc
from schemas.forms import DATES, FACTS, FORMS, Form, FormProblem, FormRefused, check_form
from schemas.forms.identify import Enrolment

TODAY = date(2026, 11, 23)
CAP = {"travel_grant_cap": Decimal(3600)}
SAMPLES: dict[str, dict[str, dict[str, Any]]] = json.loads(
    Path(__file__).with_name("form_samples.json").read_text("utf-8")
)
EACH_OUTCOME = [(form, outcome) for form, outcomes in SAMPLES.items() for outcome in outcomes]


def check(name: str, outcome: str, answers: dict[str, Any], **more: Any) -> Form:
    return check_form(name, outcome, answers, **{"today": TODAY, "to_utc": local_to_utc, "parameters": CAP, **more})


def problems(name: str, outcome: str, answers: dict[str, Any], **more: Any) -> dict[str, FormProblem]:
    with pytest.raises(FormRefused) as refused:
        check(name, outcome, answers, **more)
    return {problem.field: problem for problem in refused.value.problems}


@pytest.mark.parametrize(("name", "outcome"), EACH_OUTCOME)
def test_a_form_filled_in_as_it_should_be_is_accepted_and_read_back_the_same(name: str, outcome: str) -> None:
    form = check(name, outcome, SAMPLES[name][outcome])
    stored = json.loads(json.dumps(form.answers()))
    assert set(stored) == {field for field, answer in SAMPLES[name][outcome].items() if answer != []}
    assert FORMS[name].model_validate(stored) == form


def test_every_form_has_a_sample_and_every_field_is_filled_in_by_one_of_them() -> None:
    assert set(SAMPLES) == set(FORMS)
    filled: dict[type[Form], set[str]] = {}
    for name, outcomes in SAMPLES.items():
        filled.setdefault(FORMS[name], set()).update(*outcomes.values())
    empty = {form.__name__: set(form.fields()) - fields - {"note", "wake_at"} for form, fields in filled.items()}
    assert not {name: fields for name, fields in empty.items() if fields}


@pytest.mark.parametrize("name", FORMS)
def test_every_field_is_called_something_in_both_languages(name: str) -> None:
    for field in FORMS[name].fields():
        words = FORMS[name].words(field)
        assert words.sv
        assert words.en
        assert bool(words.help_sv) == bool(words.help_en)


@pytest.mark.parametrize("name", FORMS)
def test_a_screen_can_be_made_from_the_model_alone(name: str) -> None:
    fields = FORMS[name].model_json_schema()["properties"]
    for field in FORMS[name].fields():
        assert set(fields[field]["label"]) == {"sv", "en"}


@pytest.mark.parametrize("name", FORMS)
def test_a_fact_or_date_means_the_same_in_every_form(name: str) -> None:
    for field, info in FORMS[name].model_fields.items():
        shared = FACTS.get(field) or DATES.get(field)
        if shared is not None:
            assert info.annotation == get_args(shared)[0] or str(info.annotation) in str(shared)
            assert FORMS[name].words(field) in getattr(shared, "__metadata__", ())


@pytest.mark.parametrize("name", FORMS)
def test_what_an_outcome_requires_are_fields_of_the_form_and_each_is_missed(name: str) -> None:
    for outcome, required in FORMS[name].requires.items():
        assert set(required) <= set(FORMS[name].fields())
        assert set(problems(name, outcome, {})) == set(required)


def test_facts_and_dates_are_taken_out_of_the_answers_and_nothing_else_is() -> None:
    form = check("vux_application", "sent", SAMPLES["vux_application"]["sent"])
    assert form.facts() == {"needs_ike": "yes", "foreign_citizen": "no", "income": "csn"}
    assert form.dates() == {
        "application_closes": date(2026, 12, 1),
        "course_start": date(2027, 1, 18),
        "course_end": date(2027, 6, 4),
        "csn_last_day": date(2027, 2, 8),
    }


def test_a_form_prints_without_a_single_answer() -> None:
    form = check("welcome_call", "willing", SAMPLES["welcome_call"]["willing"])
    shown = f"{form} {form!r} {[form]} {form.model_copy().attempts!r}"  # type: ignore[attr-defined]
    assert "WelcomeCall(" in shown
    assert "attempts" in shown
    assert not any(answer in shown for answer in ("Vill flytta", "moving_cost", "phone", "2026"))


# --- the welcome call


def test_nobody_is_called_unreached_without_an_attempt() -> None:
    found = problems("welcome_call", "not_reached", {"attempts": []})
    assert found["attempts"].en == (
        "Fill in “Attempts to reach the person” (attempts): the outcome not_reached needs it."
    )
    assert found["attempts"].sv == "Fyll i ”Försök att nå personen” (attempts): utfallet not_reached behöver det."


def test_an_attempt_needs_its_time_and_channel_and_an_empty_row_says_so() -> None:
    found = problems("welcome_call", "not_reached", {"attempts": [{"at": "", "result": "no_answer"}]})
    assert found["attempts[0].at"].en == "Attempts to reach the person, 1, When: Fill it in."
    assert found["attempts[0].channel"].sv == "Försök att nå personen, 1, Hur: Fyll i det."


@pytest.mark.parametrize(
    "answers",
    [
        {"attempts": [{"at": "2026-11-23 08:30", "channel": "phone", "result": "reached"}]},
        {"attempts": [{"at": "2026-11-23 08:30", "channel": "phone"}], "reached_at": "2026-11-23 08:30"},
    ],
)
def test_nobody_is_both_reached_and_not_reached(answers: dict[str, Any]) -> None:
    (found,) = problems("welcome_call", "not_reached", answers).values()
    assert "choose another outcome" in found.en


def test_an_attempt_is_not_made_tomorrow() -> None:
    found = problems("welcome_call", "not_reached", {"attempts": [{"at": "2026-11-24 08:30", "channel": "phone"}]})
    assert "cannot lie ahead" in found["attempts[0].at"].en


# --- enrolment


def test_enrolment_keeps_the_number_in_twelve_digits_and_how_it_was_checked() -> None:
    form = check("enrolment", "enrolled", SAMPLES["enrolment"]["enrolled"])
    assert isinstance(form, Enrolment)
    assert form.answers()["id_number"] == "198507099805"
    assert form.identity is not None
    assert (form.identity.digits, form.identity.verified) == ("198507099805", "id_shown")
    assert Enrolment().identity is None


def test_a_wrong_identity_number_is_refused_with_its_own_sentence() -> None:
    answers = {"id_number": "850709-9806", "start_date": "2026-11-23"}
    found = problems("enrolment", "enrolled", answers)["id_number"]
    assert found.en == ("Personal or coordination number: The number's check digit does not match; check every digit.")
    assert "9806" not in found.sv + found.en


# --- the trip


def test_a_trip_dearer_than_grant_and_project_money_is_refused_with_the_three_sums() -> None:
    answers = {"source": "resebidrag", "cost_travel": 3000, "cost_lodging": "1 250,50", "approved_project_money": 500}
    (found,) = problems("trip_funding", "funded", answers).values()
    assert found.sv == (
        "Resan kostar 4 250,50 kr, men resebidraget täcker högst 3 600 kr och beviljade projektmedel är 500 kr; "
        "få mer projektmedel beviljade eller sänk kostnaden."
    )
    assert found.en == (
        "The trip costs 4,250.50 kr, but the travel grant covers at most 3,600 kr and the approved project money is "
        "500 kr; have more project money approved or lower the cost."
    )


@pytest.mark.parametrize(
    ("cap", "project", "accepted"), [(2500, 0, False), (2500, 1099, False), (2500, 1100, True), (3600, 0, True)]
)
def test_the_cap_is_the_one_of_the_day(cap: int, project: int, accepted: bool) -> None:
    answers = {"source": "resebidrag", "cost_travel": 2600, "cost_lodging": 1000, "approved_project_money": project}
    parameters = {"travel_grant_cap": Decimal(cap)}
    if accepted:
        assert check("trip_funding", "funded", answers, parameters=parameters)
    else:
        assert (
            f"{cap:,} kr"
            in problems("trip_funding", "funded", answers, parameters=parameters)["approved_project_money"].en
        )


def test_only_a_travel_grant_counts_as_a_grant() -> None:
    answers = {"cost_travel": 1000, "cost_lodging": 1000, "approved_project_money": 1999}
    for outcome, more in (("project_money", {}), ("funded", {"source": "projektmedel"})):
        (found,) = problems("trip_funding", outcome, answers | more).values()
        assert "at most 0 kr" in found.en
        assert check("trip_funding", outcome, answers | more | {"approved_project_money": 2000})


def test_a_persons_own_money_has_no_ceiling() -> None:
    answers = {"source": "egen", "cost_travel": 9000, "cost_lodging": 1000}
    assert check("trip_funding", "funded", answers)
    assert check("trip_funding", "own_money", answers)


def test_a_programme_without_a_cap_cannot_fund_by_grant() -> None:
    answers = {"source": "resebidrag", "cost_travel": 1, "cost_lodging": 0}
    (found,) = problems("trip_funding", "funded", answers, parameters={}).values()
    assert "ask the programme's owner" in found.en


def test_a_refused_grant_funds_nothing_and_the_outcome_and_the_source_agree() -> None:
    answers = {"source": "resebidrag", "cost_travel": 1, "cost_lodging": 0, "af_decision": "refused"}
    assert "refused" in problems("trip_funding", "funded", answers)["af_decision"].en
    assert "another way" in problems("trip_funding", "own_money", answers)["source"].en


def test_a_grant_is_applied_for_before_the_trip() -> None:
    answers = SAMPLES["trip_funding"]["funded"] | {"applied_on": "2026-11-20", "trip_date": "2026-11-20"}
    assert "must be before" in problems("trip_funding", "funded", answers)["applied_on"].en


# --- dates in order


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("mapping", "earliest_move", "latest_move"),
        ("insight_course", "sent_on", "completed_on"),
        ("job_offer", "employment_start", "employment_end"),
        ("job_offer", "answered_on", "offer_valid_until"),
        ("trip_offer", "invited_on", "answered_on"),
        ("trip_booking", "trip_date", "home_date"),
        ("job_promise", "issued_on", "course_start"),
        ("job_promise", "course_start", "course_end"),
        ("job_promise", "course_end", "expires_on"),
        ("vux_application", "application_closes", "course_start"),
        ("vux_application", "course_start", "course_end"),
        ("ike_decision", "decided_on", "served_on"),
        ("admission", "course_start", "course_end"),
        ("csn_right", "sent_on", "decided_on"),
        ("csn_right", "decided_on", "valid_to"),
        ("csn_application", "sent_on", "decided_on"),
        ("other_income", "sent_on", "decided_on"),
        ("other_income", "decided_on", "valid_to"),
        ("study_start", "course_start", "course_end"),
        ("promise_fulfilled", "employment_start", "employment_end"),
        ("temporary_home", "available_from", "available_to"),
        ("employment_start", "nystartsjobb_decided_on", "employment_start"),
        ("employment_start", "employment_start", "employment_end"),
    ],
)
def test_what_comes_first_is_dated_first(name: str, first: str, then: str) -> None:
    found = problems(name, "any", {first: "2026-11-20", then: "2026-11-19"})
    assert "2026-11-20" in found[first].sv
    assert "correct the dates" in found[first].en
    assert check(name, "any", {first: "2026-11-19", then: "2026-11-20"})


def test_a_job_promise_is_dated_before_the_course_even_when_the_journey_knows_its_start_already() -> None:
    found = problems("job_promise", "issued", {"issued_on": "2026-11-20"}, known={"course_start": date(2026, 11, 20)})
    assert found["issued_on"].en == (
        "“Job promise issued on” (2026-11-20) must be before “The course begins” (2026-11-20); correct the dates."
    )
    assert check("job_promise", "issued", {"issued_on": "2026-11-19"}, known={"course_start": date(2026, 11, 20)})
    later = {"issued_on": "2026-11-20", "course_start": "2027-01-18"}
    assert check("job_promise", "issued", later, known={"course_start": date(2026, 11, 20)})
    known = {"trip_date": datetime(2026, 11, 20, 12, tzinfo=UTC)}
    assert problems("trip_funding", "any", {"applied_on": "2026-11-20"}, known=known)


def test_a_day_has_24_hours_however_many_times_it_is_written() -> None:
    row = {"day": "2026-11-20", "hours": 12}
    assert check("guide_contacts", "any", {"attended": [row, row]})
    found = problems("guide_contacts", "any", {"attended": [row, row, row | {"hours": 0.5}]})
    assert found["attended"].en == "The hours on 2026-11-20 come to more than 24; correct them."
    assert "from 0 to 24" in problems("trip", "any", {"attended": [row | {"hours": 25}]})["attended[0].hours"].en


def test_what_is_taken_up_again_is_taken_up_on_a_later_day() -> None:
    assert "after today" in problems("generic", "maybe", {"wake_at": "2026-11-23"})["wake_at"].en
    assert check("generic", "maybe", {"wake_at": "2026-11-24"}).dates() == {"wake_at": date(2026, 11, 24)}
