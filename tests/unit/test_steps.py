"""Which steps may open: every meaning of `needs` and `when`."""

from __future__ import annotations

from typing import Any

import pytest

from journey.steps import Standing, not_applicable, standing
from schemas.journey import Result
from schemas.programme import Programme
from tests.driving import at, variant
from tests.sample import sample


def stands(
    name: str,
    results: dict[str, str],
    facts: dict[str, str] | None = None,
    exit_code: str | None = None,
    programme: Programme | None = None,
) -> Standing:
    kept = {step: Result(generation=1, outcome=outcome, at=at("2026-03-02 10:00")) for step, outcome in results.items()}
    return standing(programme or sample(), name, kept, facts or {}, exit_code)


def test_a_step_without_needs_is_ready_from_the_beginning() -> None:
    assert stands("intake", {}) is Standing.READY


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ({}, Standing.WAITING),
        ({"welcome_call": "willing"}, Standing.READY),
        ({"welcome_call": "maybe"}, Standing.BLOCKED),
    ],
)
def test_a_step_waits_for_what_it_needs_and_is_blocked_by_another_outcome(
    results: dict[str, str], expected: Standing
) -> None:
    assert stands("interview", results) is expected


def test_a_step_that_is_blocked_by_one_need_is_blocked_although_it_waits_for_another() -> None:
    facts = {"route": "study", "foreign_citizen": "yes"}
    assert stands("csn", {"offer": "no_answer"}, facts) is Standing.BLOCKED
    assert stands("csn", {"offer": "offered"}, facts) is Standing.WAITING
    assert stands("csn", {"offer": "offered", "csn_right": "granted"}, facts) is Standing.READY


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, Standing.WAITING),
        ({"route": "study"}, Standing.WAITING),  # the other question is not answered yet
        ({"route": "study", "foreign_citizen": "yes"}, Standing.READY),
        ({"route": "study", "foreign_citizen": "no"}, Standing.NOT_APPLICABLE),
        ({"route": "job"}, Standing.NOT_APPLICABLE),
    ],
)
def test_a_condition_waits_for_its_answers_and_rules_a_step_out_by_another(
    facts: dict[str, str], expected: Standing
) -> None:
    assert stands("csn_right", {"offer": "offered"}, facts) is expected


def test_a_needed_step_that_does_not_apply_counts_as_satisfied() -> None:
    facts = {"route": "study", "foreign_citizen": "no"}
    assert stands("csn", {"offer": "offered"}, facts) is Standing.READY
    assert stands("move", {"offer": "offered"}, {"route": "job"}) is Standing.READY


def test_a_needed_step_that_no_longer_applies_does_not_block_by_how_it_once_ended() -> None:
    results = {"offer": "offered", "csn": "refused"}
    assert stands("move", results, {"route": "study", "foreign_citizen": "no"}) is Standing.BLOCKED
    assert stands("move", results, {"route": "job"}) is Standing.READY


def only(*needs: str) -> Programme:
    """The sample with a step `after` that needs these steps."""

    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["after"] = {
            "kind": "milestone", "title": {"sv": "a", "en": "a"}, "phase": "b",
            "needs": {name: ["granted"] for name in needs},
        }  # fmt: skip

    return variant(change)


def test_a_step_all_of_whose_needs_do_not_apply_does_not_apply_either() -> None:
    for needs in (("csn",), ("csn", "csn_right")):
        assert stands("after", {}, {"route": "job"}, programme=only(*needs)) is Standing.NOT_APPLICABLE
    one_applies = {"route": "study", "foreign_citizen": "no"}
    assert stands("after", {}, one_applies, programme=only("csn", "csn_right")) is Standing.WAITING


def test_a_follow_up_waits_for_the_exit_and_is_ruled_out_by_another() -> None:
    assert stands("follow_up", {}) is Standing.WAITING
    assert stands("follow_up", {}, exit_code="OK1") is Standing.READY
    assert stands("follow_up", {}, exit_code="X5") is Standing.NOT_APPLICABLE


def test_what_does_not_apply_is_worked_out_for_each_set_of_answers() -> None:
    programme = sample()
    assert not_applicable(programme, {}, None) == frozenset()
    assert not_applicable(programme, {"route": "job"}, None) == {"csn", "csn_right"}
    assert not_applicable(programme, {"route": "study", "foreign_citizen": "no"}, None) == {"csn_right"}
    assert not_applicable(programme, {"route": "job"}, "X5") == {"csn", "csn_right", "follow_up"}
    assert not_applicable(programme, {}, None) == frozenset()


def test_a_long_life_of_one_programme_does_not_fill_the_memory() -> None:
    programme = sample()
    for number in range(1_500):
        not_applicable(programme, {"anything": str(number)}, None)
    assert len(programme.memo) <= 1_024
    assert not_applicable(programme, {"route": "job"}, None) == {"csn", "csn_right"}


def test_a_circle_of_needs_ends_instead_of_recursing() -> None:
    """The checks refuse such a programme; one that slipped through may not take the worker down."""

    def change(plan: dict[str, Any]) -> None:
        plan["steps"]["interview"]["needs"]["offer"] = ["offered"]

    assert stands("interview", {"welcome_call": "willing"}, programme=variant(change)) is Standing.WAITING
