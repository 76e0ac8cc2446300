"""A programme as its pages show it: every step once, who and by when in a few words, and whose way it is."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from console.plan_picture import picture
from console.programme_view import letters, pale_steps, questions, stages, told
from journey.rules import Rules
from schemas.base import Language
from schemas.comparison import Aspect
from tests.programmes import programme

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", ["sample", "relocate", "react_eu"])
def test_every_step_stands_in_its_phase_once(name: str) -> None:
    plan = programme(name)
    found = [line.name for stage in stages(plan, frozenset()) for line in stage.lines]
    assert sorted(found) == sorted(plan.steps)
    assert [stage.name for stage in stages(plan, frozenset())] == [
        phase for phase in plan.phases if any(step.phase == phase for step in plan.steps.values())
    ]


def test_a_line_says_who_and_by_when_in_a_few_words() -> None:
    lines = {line.name: line for stage in stages(programme("sample"), frozenset()) for line in stage.lines}

    def said(name: str) -> tuple[str | None, str | None]:
        line = lines[name]
        return line.who.en if line.who else None, line.due.en if line.due else None

    assert said("interview") == ("coordinator", "10 working days")
    assert said("offer") == ("The employer", "5 working days")
    assert said("welcome_call") == ("coordinator", "3 days after the interest came in")
    assert said("csn") == ("CSN", "5 days before “Course start”")
    assert said("enrolled") == (None, None)


def test_what_the_way_depends_on_most_is_asked_first() -> None:
    assert questions(programme("sample")) == ("route", "foreign_citizen")
    assert questions(programme("relocate"))[0] == "route"


def test_steps_that_do_not_concern_somebody_are_pale() -> None:
    plan = programme("sample")
    assert pale_steps(plan, {}) == frozenset()
    assert pale_steps(plan, {"route": "job"}) == {"csn", "csn_right"}
    lines = {line.name: line.pale for stage in stages(plan, frozenset({"csn"})) for line in stage.lines}
    assert lines["csn"]
    assert not lines["move"]


def test_what_holds_for_all_steps_is_written_out_on_the_page_of_each() -> None:
    found = {each.aspect: each for each in told(Rules(programme("sample")), "interview")}
    assert Aspect.TITLE not in found
    (reminder,) = found[Aspect.REMIND].lines
    assert reminder.en == "1 working day before it is due: the letter “reminder” to whoever has the task"
    assert len(found[Aspect.ESCALATE].lines) == 2


def test_the_letters_of_a_step_are_found_with_their_words() -> None:
    found = {letter.name: letter.template for letter in letters(programme("relocate"), "welcome_call")}
    assert list(found) == ["call_us", "reminder", "overdue", "handed_over"]
    assert found["call_us"] is not None
    assert found["call_us"].subject.en == "We have tried to reach you"
    assert [letter.template for letter in letters(programme("sample"), "welcome_call")] == [None, None]
    assert letters(programme("sample"), "enrolled") == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_picture_on_a_page_leads_to_every_step_and_styles_nothing_itself(language: Language) -> None:
    plan = programme("relocate")
    drawn = picture(plan, language, lambda name: f"/steps/{name}?a=1&b=2", frozenset({"welcome_call"}))
    assert "style" not in drawn
    root = ET.fromstring(str(drawn).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))
    links = list(root.iter(f"{SVG}a"))
    assert [link.get("href") for link in links] == [f"/steps/{name}?a=1&b=2" for name in plan.steps]
    pale = [link.get("aria-label") for link in links if link.get("class") == "pale"]
    assert pale == [{"sv": "Välkomstsamtal, gäller inte", "en": "Welcome call, does not apply"}[language]]
    _, _, width, _ = map(int, (root.get("viewBox") or "").split())
    assert width <= 1056  # what a page has room for
