"""What somebody who is stuck is told to type is taken as it stands: with a reason, where one is asked for."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from schemas.base import Both
from schemas.stuck import StuckCause, Trouble
from services.stuck import course
from services.stuck import words as stuck_words
from services.stuck.process import Verdict
from tests.programmes import programme

REASONED = re.compile(r"operator (extend|assign|exit|correct|dismiss-notice|waive|back|reopen) ")
TASK = {"task": "j1.call.1", "kind": "task", "fixed": False}
LETTER = {
    "notice": "j1.3.1",
    "journey": "j1",
    "cause": "no_email",
    "status": "undeliverable",
    "recipient": "participant",
}


@pytest.mark.parametrize(
    "said",
    [
        stuck_words.for_task(TASK, None),
        stuck_words.for_nobodys_task(TASK),
        stuck_words.for_rest("j1"),
        stuck_words.for_letter(LETTER),
        stuck_words.for_letter({**LETTER, "status": "unsure", "cause": "restored"}),
    ],
)
def test_an_act_that_asks_for_a_reason_is_told_with_one(said: Both) -> None:
    for words in (said.sv, said.en):
        commands = [part for part in re.split(r"; |\. ", words) if REASONED.search(part)]
        assert commands
        assert all('--reason "…"' in command for command in commands)


@pytest.mark.parametrize("cause", ["no_email", "bad_address", "smtp_550"])
def test_a_letter_that_leaves_by_itself_once_the_address_is_right_is_not_told_to_be_sent(cause: str) -> None:
    assert "resend" not in stuck_words.for_letter({**LETTER, "cause": cause}).en


@pytest.mark.parametrize("cause", ["bad_sender", "technical"])
def test_nobody_is_told_to_correct_an_address_that_is_right(cause: str) -> None:
    said = stuck_words.for_letter({**LETTER, "cause": cause})
    assert "operator correct" not in said.sv + said.en
    assert "operator resend j1.3.1" in said.en


def test_a_journey_whose_turn_has_not_come_is_nobodys_mistake() -> None:
    trouble = Trouble(what=course.WORKFLOW, cause=course.NOT_BEGUN)
    said = stuck_words.for_trouble(Verdict(StuckCause.TECHNICAL, "j1", datetime(2026, 3, 2, tzinfo=UTC), trouble))
    assert "operator reconcile j1" in said.en
    assert "mistake" not in said.en


@pytest.mark.parametrize("cause", [course.NOT_BEGUN, "OSError"])
def test_an_act_for_many_that_fails_can_be_stopped(cause: str) -> None:
    trouble = Trouble(what="perform_bulk", cause=cause, attempts=4)
    verdict = Verdict(StuckCause.TECHNICAL, None, datetime(2026, 3, 2, tzinfo=UTC), trouble, bulk="b234")
    todo, why = stuck_words.of_verdict(verdict, None)
    assert "operator bulk stop b234" in todo.en
    assert why.en == (
        "The act for many is ordered but has not begun."
        if cause == course.NOT_BEGUN
        else "The act for many fails again and again (attempt 4: OSError)."
    )


@pytest.mark.parametrize(
    ("recipient", "task", "sv", "en"),
    [
        ("coordinator", "j1.welcome_call.1", "Försenat: Välkomstsamtal", "Overdue: Welcome call"),
        ("coordinator", "j1.a_step_of_before.1", "Försenat: nästa steg", "Overdue: the next step"),
        ("coordinator", None, "Försenat: nästa steg", "Overdue: the next step"),
        ("participant", "j1.welcome_call.1", "Försenat: nästa steg", "Overdue: the next step"),
    ],
)
def test_a_letter_is_called_what_its_reader_saw(recipient: str, task: str | None, sv: str, en: str) -> None:
    letter = {**LETTER, "template": "overdue", "recipient": recipient, "task": task}
    said = stuck_words.of_letter(letter, programme("relocate"))
    assert f"”{sv}”" in said.sv
    assert f"“{en}”" in said.en
