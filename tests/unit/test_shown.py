"""By what a journey is found in Temporal's own pages: as it is, but as steady as it can be, for each change costs."""

from __future__ import annotations

from typing import Any

from temporalio.common import SearchAttributePair, TypedSearchAttributes

from tests.driving import Drive, variant
from tests.sample import both
from workflows.showing import PHASE, PROGRAMME, WAITING_ON, attributes, wanted


def known(phase: str, party: str) -> TypedSearchAttributes:
    return TypedSearchAttributes([SearchAttributePair(PHASE, phase), SearchAttributePair(WAITING_ON, party)])


def found(drive: Drive) -> dict[str, str]:
    return {pair.key.name: pair.value for pair in attributes(drive.state)}


def test_a_journey_is_found_by_its_programme_its_phase_and_who_owns_the_next_step() -> None:
    assert found(Drive()) == {"ResanProgramme": "sample", "ResanPhase": "a", "ResanWaitingOn": "us"}
    assert found(Drive().booked())["ResanWaitingOn"] == "employer"
    assert found(Drive().hold("2026-04-01 08:00"))["ResanWaitingOn"] == "participant"


def test_what_only_a_program_has_to_do_says_nothing() -> None:
    drive = Drive().complete("welcome_call", "not_willing")
    assert found(drive) == {"ResanProgramme": "sample"}
    assert wanted(drive.state, known("a", "us")).keys() == {PROGRAMME}, "the last values stay"


def beside_it(plan: dict[str, Any]) -> None:
    """While we prepare the interview, the participant looks at homes, in another phase; and is given less time."""
    plan["steps"]["homes"] = {
        "kind": "task",
        "title": both("Look at homes"),
        "phase": "b",
        "role": "participant",
        "needs": {"welcome_call": ["willing"]},
        "due": {"working_days": 5},
        "outcomes": {"looked": {"title": both("Looked"), "go_on": True}},
    }


def test_the_present_values_stay_while_something_is_open_for_them_and_nothing_else_is_late() -> None:
    drive = Drive(programme=variant(beside_it)).willing()
    assert drive.open == ["interview", "homes"]
    for phase, party in (("a", "us"), ("b", "participant")):
        assert wanted(drive.state, known(phase, party)) == {PROGRAMME: "sample", PHASE: None, WAITING_ON: None}
    assert wanted(drive.state, known("e", "employer")) == {PROGRAMME: "sample", PHASE: "b", WAITING_ON: "participant"}
    due = drive.task("homes").due_at
    assert due is not None
    drive.to(due)
    assert wanted(drive.state, known("a", "us")) == {PROGRAMME: "sample", PHASE: "b", WAITING_ON: "participant"}
