"""The form on a page: made from what a form says of itself, read back as it was typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from console.forms import Maker, Shown, ShownForm, answers_in, choice_words
from journey.calendars import local_to_utc
from schemas.base import Language
from schemas.forms import FORMS, FormRefused, check_form
from schemas.forms.problems import FormProblem
from services.completing.form_help import form_of_step
from tests.programmes import programme

RELOCATE = programme("relocate")
MARCH = date(2026, 3, 3)
Sent = dict[str, list[str]]


def made(step: str, sent: Sent | None = None, language: Language = "en", **rest: Any) -> ShownForm:
    described = form_of_step(RELOCATE, step)
    problems = rest.pop("problems", ())
    maker = Maker(RELOCATE, RELOCATE.steps[step], described, language, sent or {}, problems)
    return maker.form(next(iter((sent or {}).get("outcome", [""]))), **rest)


def fields(form: ShownForm) -> dict[str, Shown]:
    return {each.name: each for each in (*form.needed, *form.more)}


STEPS = [name for name, step in RELOCATE.steps.items() if step.outcomes]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_step_has_a_form_without_a_name_of_the_programmes(step: str, language: Language) -> None:
    form = made(step, language=language)
    assert form.outcomes
    for each in fields(form).values():
        assert each.label
        assert "_" not in each.label
        assert all("_" not in words for _, words in each.choices)
        for cell in (cell for row in each.rows for cell in row):
            assert cell.name.startswith(f"{each.name}[0].")


def test_what_some_ends_need_is_shown_with_the_ends_that_need_it() -> None:
    call = fields(made("welcome_call"))
    assert call["attempts"].needed_by == ("Not reached",)
    assert call["attempts"].kind == "table"
    assert call["wake_at"].needed_by == ("Maybe",)
    assert call["barriers"].kind == "several"
    assert call["children_ages"].kind == "lines"
    assert (call["decision"].kind, call["next_step"].kind, call["note"].kind) == ("note", "text", "note")
    assert call["adults"].kind == "number"
    assert call["attempts"].rows[0][0].kind == "time"
    assert "wake_at" not in fields(made("eligibility"))


def test_facts_of_the_programme_are_called_as_the_programme_calls_them() -> None:
    mapping = fields(made("mapping"))
    assert mapping["needs_validation"].needed_by == ("Straight to a job", "Training first")
    assert choice_words("route", "study").en == "Training first"
    assert choice_words("route_hint", "study").en == "Study"
    assert choice_words("x", "never_heard_of").sv == "never heard of"


SENT: Sent = {
    "outcome": ["not_reached"],
    "attempts[0].at": ["2026-03-02T09:30"],
    "attempts[0].channel": ["phone"],
    "attempts[0].result": [""],
    "attempts[2].at": ["2026-03-02T15:00"],
    "attempts[2].channel": ["sms"],
    "barriers": ["housing", "family"],
    "children_ages": ["3, 7\n11"],
    "adults": [" 2 "],
    "note": ["  Två rader\nav ord  "],
    "decision": [""],
    "no_such_field": ["x"],
}


def test_what_was_sent_is_what_the_door_takes_in() -> None:
    answers = answers_in(form_of_step(RELOCATE, "welcome_call"), SENT)
    assert answers == {
        "attempts": [
            {"at": "2026-03-02T09:30", "channel": "phone"},
            {"at": "2026-03-02T15:00", "channel": "sms"},
        ],
        "barriers": ["housing", "family"],
        "children_ages": ["3", "7", "11"],
        "adults": " 2 ",
        "note": "  Två rader\nav ord  ",
    }
    form = check_form("welcome_call", "not_reached", answers, today=MARCH, to_utc=local_to_utc)
    assert form.answers()["children_ages"] == [3, 7, 11]


def test_a_refused_form_comes_back_as_it_was_typed() -> None:
    shown = fields(made("welcome_call", SENT))
    assert shown["note"].value == "  Två rader\nav ord  "
    assert shown["barriers"].values == ("housing", "family")
    assert [[cell.value for cell in row] for row in shown["attempts"].rows] == [
        ["2026-03-02T09:30", "phone", ""],
        ["", "", ""],
        ["2026-03-02T15:00", "sms", ""],
    ]
    assert len(fields(made("welcome_call", SENT, more_rows="attempts"))["attempts"].rows) == 4


def test_problems_stand_at_their_fields() -> None:
    sent = {"outcome": ["not_reached"], "attempts[0].at": ["2026-03-40T09:30"], "attempts[0].channel": ["phone"]}
    with pytest.raises(FormRefused) as refused:
        check_form(
            "welcome_call",
            "not_reached",
            answers_in(form_of_step(RELOCATE, "welcome_call"), sent),
            today=MARCH,
            to_utc=local_to_utc,
        )
    form = made("welcome_call", sent, problems=refused.value.problems)
    assert [field for field, _ in form.problems] == ["attempts[0].at"]
    attempts = fields(form)["attempts"]
    assert attempts.wrong
    assert attempts.error is None
    assert attempts.rows[0][0].error


def test_a_cell_with_several_choices_is_chosen_from_and_all_that_was_chosen_counts() -> None:
    sent: Sent = {
        "outcome": ["contact_made"],
        "contacts[0].at": ["2026-03-02T09:30"],
        "contacts[0].channel": ["phone"],
        "contacts[0].about": ["work", "home"],
    }
    about = fields(made("guide_support", sent, "sv"))["contacts"].rows[0][2]
    assert (about.kind, about.values) == ("several", ("work", "home"))
    assert ("leisure", "Fritid") in about.choices
    answers = answers_in(form_of_step(RELOCATE, "guide_support"), sent)
    assert answers["contacts"] == [{"at": "2026-03-02T09:30", "channel": "phone", "about": ["work", "home"]}]
    check_form("guide_contacts", "contact_made", answers, today=MARCH, to_utc=local_to_utc)
    untouched = {**sent, "contacts[0].about": []}
    assert "about" not in answers_in(form_of_step(RELOCATE, "guide_support"), untouched)["contacts"][0]


@pytest.mark.parametrize(("problem", "place"), [("children_ages[1]", "children_ages"), ("barriers[0]", "barriers")])
def test_a_problem_with_one_of_several_answers_stands_at_the_field(problem: str, place: str) -> None:
    found = FormProblem(field=problem, sv="Ett heltal.", en="A whole number.")
    form = made("welcome_call", {"outcome": ["willing"]}, problems=(found,))
    assert form.problems == ((place, "A whole number."),)
    assert fields(form)[place].error == "A whole number."


def test_a_problem_with_one_of_several_answers_in_a_row_stands_at_its_cell() -> None:
    found = FormProblem(field="contacts[0].about[1]", sv="Välj.", en="Choose.")
    form = made("guide_support", {"outcome": ["enough"], "contacts[0].about": ["work", "x"]}, problems=(found,))
    assert form.problems == (("contacts[0].about", "Choose."),)
    assert fields(form)["contacts"].rows[0][2].error == "Choose."


def test_what_is_missing_is_called_what_the_page_calls_it() -> None:
    problem = FormProblem(field="attempts", sv="Fyll i (attempts)", en="Fill in (attempts)")
    form = made("welcome_call", {"outcome": ["not_reached"]}, problems=(problem,))
    assert form.problems == (
        ("attempts", "Fill in “Attempts to reach the person”: it is needed when the answer is “Not reached”."),
    )


def test_an_end_that_was_not_chosen_is_the_first_problem() -> None:
    form = made("welcome_call", {}, outcome_error="Choose how it went.")
    assert form.problems[0] == ("outcome", "Choose how it went.")


def test_long_texts_are_told_from_short_ones_in_every_form() -> None:
    def long(said: dict[str, Any]) -> bool:
        return any(each.get("long") for each in said.get("anyOf", [said]))

    for form in FORMS.values():
        assert long(form.model_json_schema()["properties"]["note"])
    call = FORMS["welcome_call"].model_json_schema()["properties"]
    assert long(call["decision"])
    assert not long(call["next_step"])
