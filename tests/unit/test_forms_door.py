"""The door to the forms: what any answer at all gets, whatever the form."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from journey.calendars import local_to_utc
from schemas.forms import FORMS, Form, FormProblem, FormRefused, check_form

TODAY = date(2026, 11, 23)


def check(name: str, outcome: str, answers: Any, **more: Any) -> Form:
    return check_form(name, outcome, answers, **{"today": TODAY, "to_utc": local_to_utc, **more})


def problems(name: str, answers: Any, outcome: str = "any", **more: Any) -> dict[str, FormProblem]:
    with pytest.raises(FormRefused) as refused:
        check(name, outcome, answers, **more)
    return {problem.field: problem for problem in refused.value.problems}


def one(name: str, answers: Any, **more: Any) -> FormProblem:
    (problem,) = problems(name, answers, **more).values()
    return problem


# --- names


def test_an_unknown_field_is_refused_with_the_nearest_name() -> None:
    problem = one("welcome_call", {"wilingness_to_move": "yes"})
    assert problem.en == "The form has no field wilingness_to_move; did you mean willingness_to_move?"
    assert problem.sv == "Formuläret har inget fält wilingness_to_move; menade du willingness_to_move?"
    assert one("welcome_call", {"qqq": 1}).en == "The form has no field qqq; leave it out."


def test_an_unknown_field_in_a_row_is_refused_with_the_nearest_name_of_that_row() -> None:
    answers = {"attempts": [{"at": "2026-11-23 08:30", "chanel": "sms", "channel": "sms"}]}
    problem = problems("welcome_call", answers)["attempts[0].chanel"]
    assert problem.en == "The form has no field chanel; did you mean channel?"


def test_what_the_base_keeps_for_itself_cannot_be_answered() -> None:
    assert "no field more_facts" in one("generic", {"more_facts": {"route": "job"}}).en


def test_an_unknown_form_is_refused_with_the_nearest_name() -> None:
    assert one("welcom_call", {}).en == "There is no form welcom_call; did you mean welcome_call?"
    assert "owner" in one("zzz", {}).en


@pytest.mark.parametrize("answers", [[], "text", None, 1, [{"note": "x"}], {str(n): 1 for n in range(201)}])
def test_what_is_not_a_table_of_answers_is_refused(answers: object) -> None:
    assert "one JSON object" in one("generic", answers).en


def test_a_wrongly_typed_name_is_shown_safe_and_short() -> None:
    problem = one("generic", {"a\x1b[31m\x00\ud800\n" + "b" * 100: 1})
    assert problem.field.isprintable()
    assert len(problem.field) <= 41
    problem.model_dump_json()


# --- everything at once


def test_all_problems_are_told_at_once_and_each_once() -> None:
    found = problems(
        "trip_funding",
        {"cost_travel": -1, "cost_lodging": "dyrt", "sorce": "egen", "applied_on": "0201-01-01", "trip_date": "x"},
        "funded",
        asks={"route"},
    )
    assert set(found) == {"cost_travel", "cost_lodging", "sorce", "applied_on", "trip_date", "source", "route"}


def test_a_rule_speaks_even_when_another_answer_is_wrong() -> None:
    found = problems("job_promise", {"issued_on": "2026-11-20", "course_start": "2026-11-19", "status": "?"}, "issued")
    assert set(found) == {"issued_on", "status"}


# --- what the programme asks for


def test_what_the_programme_asks_for_is_required() -> None:
    problem = one("mapping", {}, asks=["route"])
    assert problem.en == "Fill in “Route: job or study” (route): the outcome any needs it."
    assert check("mapping", "any", {"route": "job"}, asks=["route"]).facts() == {"route": "job"}


def test_a_programme_may_ask_for_facts_and_dates_that_no_form_has() -> None:
    asks = ["has_dog", "diet", "start_on", "meeting_at"]
    answers = {"has_dog": True, "diet": "vegan", "start_on": "2026-12-01", "meeting_at": "2026-12-01 10:00"}
    form = check("generic", "any", answers, asks=asks)
    assert form.facts() == {"has_dog": "yes", "diet": "vegan"}
    assert form.dates() == {"start_on": date(2026, 12, 1), "meeting_at": datetime(2026, 12, 1, 9, tzinfo=UTC)}
    assert FORMS["generic"].model_validate(json.loads(json.dumps(form.answers()))) == form
    assert set(problems("generic", {"diet": "2026-02-30"}, asks=asks)) == set(asks)
    assert "no field diet" in one("generic", {"diet": "vegan"}).en


def test_a_time_at_midnight_stays_a_time_when_it_is_read_back() -> None:
    form = check("generic", "any", {"meeting_at": "2026-12-01T00:00:00Z"}, asks=["meeting_at"])
    stored = json.loads(json.dumps(form.answers()))
    midnight = {"meeting_at": datetime(2026, 12, 1, tzinfo=UTC)}
    assert FORMS["generic"].model_validate(stored).dates() == midnight == form.dates()


def test_an_empty_field_counts_as_not_answered() -> None:
    blanks: list[object] = [None, "", "  ", [], {}]
    for blank in blanks:
        assert set(problems("job_promise", {"issued_on": blank}, "issued")) == {"issued_on"}
        assert check("job_promise", "refused", {"issued_on": blank, "status": blank}).answers() == {}


# --- dates and times


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("0201-01-18", "between 1926 and 2046"),
        ("2126-01-18", "between 1926 and 2046"),
        ("2027-02-29", "does not exist"),
        ("2027-13-01", "does not exist"),
        ("27-01-18", "like 2026-11-23"),
        ("18/1 2027", "like 2026-11-23"),
        ("2027-W03-1", "like 2026-11-23"),
        ("\uff12027-01-18", "like 2026-11-23"),
        ("2027-01-18 10:00", "like 2026-11-23"),
        (1800000000, "like 2026-11-23"),
        (True, "like 2026-11-23"),
        ({"year": 2027}, "like 2026-11-23"),
    ],
)
def test_an_absurd_date_is_refused(answer: object, why: str) -> None:
    assert why in one("study_start", {"course_start": answer}).en


@pytest.mark.parametrize(
    ("answer", "utc"),
    [
        ("2026-12-01 10:00", datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
        ("2026-07-01T10:00", datetime(2026, 7, 1, 8, 0, tzinfo=UTC)),
        ("2026-12-01T10:00:30+05:30", datetime(2026, 12, 1, 4, 30, 30, tzinfo=UTC)),
        ("2026-12-01T10:00Z", datetime(2026, 12, 1, 10, 0, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T02:30+01:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_a_time_is_local_unless_it_has_an_offset(answer: str, utc: datetime) -> None:
    assert check("matching", "any", {"interview_at": answer}).dates() == {"interview_at": utc}


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    problem = one("matching", {"interview_at": "2026-03-29T02:30"})
    assert "does not exist" in problem.en
    assert "finns inte" in problem.sv


def test_a_time_that_comes_twice_is_refused_and_asks_for_an_offset() -> None:
    problem = one("matching", {"interview_at": "2026-10-25 02:30"})
    assert "twice" in problem.en
    assert "+02:00" in problem.en
    assert "+01:00" in problem.sv


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("2026-12-01", "date and a time"),
        ("2026-12-01 25:00", "does not exist"),
        ("2026-12-01 10:00+99:00", "does not exist"),
        ("0001-01-01 00:00", "Check the year"),
        ("9999-12-31 23:59-12:00", "Check the year"),
        ("tomorrow at ten", "date and a time"),
        (1800000000, "date and a time"),
    ],
)
def test_an_absurd_time_is_refused(answer: object, why: str) -> None:
    assert why in one("matching", {"interview_at": answer}).en


def test_a_fault_in_the_reader_of_local_times_is_not_taken_for_a_refusal() -> None:
    def broken(moment: datetime) -> datetime:
        raise RuntimeError(moment.tzinfo)

    with pytest.raises(RuntimeError):
        check("matching", "any", {"interview_at": "2026-12-01 10:00"}, to_utc=broken)


def test_a_stored_form_is_read_back_however_long_ago_it_was_filled_in() -> None:
    old = FORMS["enrolment"].model_validate({"start_date": "1890-01-01", "id_number": "198507099805", "gone": 1})
    assert old.answers() == {"start_date": "1890-01-01", "id_number": "198507099805"}


# --- numbers, choices, text


@pytest.mark.parametrize("answer", [0, 7, "7", "7,5", "7.50", 7.5, Decimal("7.5"), "24"])
def test_hours_are_read_as_people_write_them(answer: object) -> None:
    form = check("trip", "any", {"attended": {"day": "2026-11-20", "hours": answer}})
    assert Decimal(form.answers()["attended"][0]["hours"]) == Decimal(str(answer).replace(",", "."))


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (-1, "from 0 to 10000000"),
        ("-0,01", "from 0 to 10000000"),
        (10_000_001, "from 0 to 10000000"),
        ("1,005", "at most 2 decimals"),
        ("dyrt", "number in digits"),
        ("1e3", "number in digits"),
        ("٣", "number in digits"),
        (True, "number in digits"),
        (float("nan"), "number in digits"),
        (float("inf"), "number in digits"),
        (10**400, "number in digits"),
        ([1], "number in digits"),
    ],
)
def test_an_absurd_amount_is_refused(answer: object, why: str) -> None:
    assert why in one("trip_funding", {"cost_travel": answer}).en


def test_a_count_is_whole() -> None:
    assert "whole number" in one("intake", {"adults": 1.5}).en
    assert check("intake", "any", {"adults": "2.0"}).answers() == {"adults": 2}


def test_a_choice_that_does_not_exist_is_answered_with_those_that_do() -> None:
    problem = one("mapping", {"route": "both"})
    assert problem.en == "Route: job or study: Choose one of: job or study."
    assert problem.sv.endswith("Välj något av: job eller study.")
    assert "rader" in one("mapping", {"certificates": ["x"] * 51}).sv
    assert "as a list" in one("mapping", {"certificates": 5}).en
    assert "as an object" in one("temporary_home", {"need": 5}).en


@pytest.mark.parametrize(
    ("answer", "fact"), [("yes", "yes"), ("Ja", "yes"), (True, "yes"), (" nej ", "no"), (False, "no")]
)
def test_yes_and_no_are_understood_in_both_languages(answer: object, fact: str) -> None:
    assert check("mapping", "any", {"needs_ike": answer}).facts() == {"needs_ike": fact}


def test_text_has_a_length_and_can_be_stored() -> None:
    assert "at most 4000" in one("generic", {"note": "x" * 4001}).en
    assert "at most 200" in one("matching", {"employer": "x" * 201}).en
    assert "cannot be stored" in one("generic", {"note": "a\x00b"}).en
    assert "cannot be stored" in one("matching", {"employer": "a\ud800b"}).en
    assert "as text" in one("generic", {"note": 5}).en
    form = check("matching", "any", {"employer": "  Provverkstaden\n  AB ", "note": " två\nrader "})
    assert form.answers() == {"employer": "Provverkstaden AB", "note": "två\nrader"}
