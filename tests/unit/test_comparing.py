"""What differs between two versions is told in words, and nothing that makes another version goes untold."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from journey.comparing import compare
from journey.rules import Rules
from schemas.base import Both, Language
from schemas.comparison import Aspect, Chapter, Section, What
from schemas.programme import Outcome, Programme, Step
from services.publish import content_hash
from tests.programmes import programme
from tests.sample import PLAN, both, outcome

Plan = dict[str, Any]


def changed(change: Callable[[Plan], object], plan: Plan = PLAN) -> tuple[Chapter, ...]:
    other = copy.deepcopy(plan)
    change(other)
    return compare(Programme.model_validate(plan), Programme.model_validate(other)).chapters


def told(chapters: tuple[Chapter, ...], language: Language = "en") -> list[str]:
    """`what title: label: before -> after`, a line for each."""

    def words(lines: tuple[Both, ...]) -> str:
        return "; ".join(line[language] for line in lines)

    return [
        f"{chapter.what} {chapter.title[language]}: {shift.label[language]}: "
        f"{words(shift.before)} -> {words(shift.after)}"
        for chapter in chapters
        for shift in chapter.shifts
    ]


def test_the_same_differs_in_nothing() -> None:
    for name in ("sample", "relocate", "react_eu"):
        assert compare(programme(name), programme(name)).chapters == ()


def test_a_deadline_is_told_in_words_before_and_after() -> None:
    chapters = changed(lambda plan: plan["steps"]["offer"].update(due={"working_days": 8}))
    assert told(chapters) == [
        "changed Offer: Done by: 5 working days after the step opened -> 8 working days after the step opened"
    ]
    assert told(chapters, "sv") == [
        (
            "changed Offer (sv): Klart senast: 5 arbetsdagar efter att steget öppnades -> "
            "8 arbetsdagar efter att steget öppnades"
        )
    ]


def test_what_is_said_either_way_is_left_out() -> None:
    def change(plan: Plan) -> None:
        plan["steps"]["csn"]["due"]["days"] = 7

    assert told(changed(change)) == [
        "changed Study support: Done by: 5 days before “Course start” -> 7 days before “Course start”"
    ]


def test_another_role_and_other_words_are_told() -> None:
    def change(plan: Plan) -> None:
        plan["steps"]["interview"].update(role="leader", title=both("Talk"))
        plan["steps"]["welcome_call"]["outcomes"]["willing"]["title"] = both("Happy to")

    assert told(changed(change)) == [
        "changed Welcome call: Outcome “Willing”: “Willing” -> “Happy to”",
        "changed Talk: Name: Interview -> Talk",
        "changed Talk: Who: Coordinator -> Leader",
    ]


def test_a_step_that_is_new_says_who_and_when_and_one_that_is_gone_is_gone() -> None:
    def change(plan: Plan) -> None:
        del plan["steps"]["follow_up"]
        plan["steps"]["papers"] = {
            "kind": "task", "title": both("Papers"), "phase": "a", "role": "leader", "due": {"days": 0},
            "needs": {"welcome_call": ["willing"]}, "outcomes": {"done": outcome("Done", go_on=True)},
        }  # fmt: skip

    papers, gone = changed(change)
    assert (papers.what, papers.section, papers.name) == (What.ADDED, Section.STEPS, "papers")
    assert told((papers,)) == [
        "added Papers: Kind:  -> Somebody does it",
        "added Papers: Phase:  -> Identify",
        "added Papers: Who:  -> Leader",
        "added Papers: Opens when:  -> “Welcome call” has ended with “Willing”",
        "added Papers: Done by:  -> On the day that the step opened",
        "added Papers: Outcome “Done”:  -> The journey goes on",
    ]
    assert (gone.what, gone.title.en, gone.shifts) == (What.REMOVED, "Follow-up", ())


def test_outcomes_that_come_go_and_lead_elsewhere_are_told() -> None:
    def change(plan: Plan) -> None:
        outcomes = plan["steps"]["welcome_call"]["outcomes"]
        outcomes["busy"] = outcome("Busy", go_on=True, counts=False)
        outcomes["not_willing"]["exit"] = "X1"
        del outcomes["maybe"]

    assert told(changed(change)) == [
        (
            "changed Welcome call: Outcome “Not willing”: Leaves the programme: X2 Not willing -> "
            "Leaves the programme: X1 Declined"
        ),
        "changed Welcome call: Outcome “Busy”:  -> The journey goes on; The activity is not counted",
        (
            "changed Welcome call: Outcome “Maybe”: The journey rests for 30 days (thinking), waiting for the "
            "participant, or until “Wake at” where that is known; Then “Welcome call” opens; "
            "At most once; after that the programme is left: X2 Not willing -> "
        ),
    ]


def test_the_words_of_letters_are_told_one_language_at_a_time() -> None:
    first = programme("relocate")
    thanks = first.notices["thanks"]
    other = first.but(notices={**first.notices, "thanks": thanks.but(body=Both(sv="Hej då.", en=thanks.body.en))})
    (chapter,) = compare(first, other).chapters
    assert (chapter.section, chapter.name) == (Section.NOTICES, "thanks")
    (shift,) = chapter.shifts
    assert (shift.aspect, shift.after) == (Aspect.BODY_SV, (Both(sv="Hej då.", en="Hej då."),))


def test_an_order_that_is_shown_is_told() -> None:
    def change(plan: Plan) -> None:
        steps = plan["steps"]
        steps["interview"] = steps.pop("interview")

    (chapter,) = changed(change)
    assert (chapter.title.en, chapter.shifts[0].aspect) == ("Order", Aspect.ORDER)


def test_every_field_of_a_step_and_of_an_outcome_is_told_of() -> None:
    """Else a version could differ and nobody see in what."""
    other = {
        "kind": "task", "title": both("T"), "phase": "b", "role": "leader", "waiting_on": "csn", "needs": {},
        "when": {"route": ["job"]}, "after_exit": ["X1"], "due": None, "due_again": {"days": 3}, "remind": [],
        "escalate": [], "end": None, "outcomes": {}, "form": "intake", "event": "a.b", "action": "assign_owners",
        "opens_with": [{"notice": "goodbye"}], "counts": "trip", "keep": True, "valid": {"days": 9},
        "help": both("Help"), "by_phone": True,
    }  # fmt: skip
    assert set(other) == set(Step.model_fields)
    for name, value in other.items():
        assert told(changed(lambda plan, n=name, v=value: plan["steps"]["offer"].update({n: v}))), name  # type: ignore[misc]
    hold = PLAN["steps"]["welcome_call"]["outcomes"]["maybe"]["hold"]
    ended = {
        "title": both("T"), "go_on": True, "exit": "X4", "hold": hold,
        "again": {"step": "offer", "at_most": 2, "then": {"exit": "X1"}}, "sets": {"route": "job"}, "asks": ["route"],
        "asks_dates": ["wake_at"], "notices": [{"notice": "goodbye"}], "counts": False,
    }  # fmt: skip
    assert set(ended) == set(Outcome.model_fields)
    for name, value in ended.items():
        change = {"title": both("Declined"), "exit": "X1"} | {name: value}
        assert told(changed(lambda plan, c=change: plan["steps"]["move"]["outcomes"].update(declined=c))), name  # type: ignore[misc]


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a programme."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    elif isinstance(value, list) and value:
        for place, inner in enumerate(value):
            yield from _leaves(inner, (*path, place))
    else:
        yield path


def _otherwise(content: Any, path: tuple[Any, ...]) -> Any:
    """The content with another value there."""
    content = copy.deepcopy(content)
    place = content
    for key in path[:-1]:
        place = place[key]
    value = place[path[-1]]
    place[path[-1]] = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"
    return content


@pytest.mark.parametrize("name", ["sample", "relocate"])
def test_whatever_makes_another_version_is_told(name: str) -> None:
    first = programme(name)
    content = first.model_dump(mode="json", exclude={"calendars": {"__all__": {"holidays"}}})
    tried = 0
    for path in list(_leaves(content))[:: 1 if name == "sample" else 41]:
        try:
            other = Programme.model_validate(_otherwise(content, path))
        except ValueError:
            continue  # no programme at all
        if content_hash(other) != content_hash(first) and path[0] != "format":
            tried += 1
            assert compare(first, other).chapters, path
    assert tried > 40


def test_a_step_is_told_in_full_in_both_languages() -> None:
    found = {each.key: each for each in Rules(programme("relocate")).of_step("welcome_call")}
    escalated = found[Aspect.ESCALATE, ""]
    assert escalated.lines[1].en == (
        "2 working days after the time is up: the letter “handed_over” to project leader "
        "and the task goes to project leader"
    )
    assert escalated.lines[2].sv.startswith(
        "4 arbetsdagar efter att tiden gått ut, och sedan med 2 arbetsdagar emellan"
    )
    assert found[Aspect.OUTCOME, "not_reached"].lines[0].sv == (
        "”Välkomstsamtal” görs om, högst 3 gånger; därefter lämnas programmet: X4 Ej nådd"
    )
    assert found[Aspect.REMIND, ""].lines[0].en.startswith("Each working morning before the last day")


def test_nothing_that_is_told_has_a_gap_left_open() -> None:
    for name in ("sample", "relocate", "react_eu"):
        rules = Rules(programme(name))
        lines = [
            line for step in rules.programme.steps for each in rules.of_step(step) for line in (each.label, *each.lines)
        ]
        assert [line for line in lines if "{" in line.sv + line.en or "None" == line.en[:4] != line.en] == []
