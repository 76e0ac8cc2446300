"""Refusals on a page: in words that people use, without ids and without dates as programs write them."""

from __future__ import annotations

import pytest

from console.reasons import plainly
from journey.errors import Refusal, TaskEnded, UnknownOutcome
from journey.mending_errors import RemindedToday
from schemas.base import Both, Language
from services.journeys import RefusedByJourney
from tests.programmes import programme
from workflows.messages import Refused

RELOCATE = programme("relocate")
CALL = "j3kg8tspqf.welcome_call.2"


@pytest.mark.parametrize(
    ("language", "task", "day"),
    [("sv", "”Välkomstsamtal”", "torsdag 7 januari 2027."), ("en", "“Welcome call”", "Thursday 7 January 2027 at")],
)
def test_a_task_is_called_by_its_step_and_a_day_is_said(language: Language, task: str, day: str) -> None:
    said = plainly(RemindedToday(task=CALL, again="2027-01-07"), RELOCATE, language)
    assert task in said
    assert day in said
    assert CALL not in said


def test_a_time_is_said_and_the_words_around_it_stay() -> None:
    class TooEarly(Refusal):
        """The time {at} has passed; give a later one."""

        sv = "Tiden {at} har passerat; ange en senare."

    assert plainly(TooEarly(at="2026-01-01 17:00"), RELOCATE, "sv") == (
        "Tiden torsdag 1 januari 2026 kl. 17.00 har passerat; ange en senare."
    )
    assert plainly(TooEarly(at="17 o'clock"), RELOCATE, "en") == "The time 17 o'clock has passed; give a later one."


def test_what_a_journey_refuses_is_said_as_plainly() -> None:
    said = TaskEnded(task=CALL, how=" (willing)")
    words = {language: said.sentence(language) for language in ("sv", "en")}
    refused = RefusedByJourney(Refused(code="task_ended", sentence=Both(**words)))
    assert plainly(refused, RELOCATE, "sv").startswith("Uppgiften ”Välkomstsamtal” är redan avslutad (Vill flytta);")
    assert plainly(refused, RELOCATE, "en").startswith("The task “Welcome call” has ended already (Willing to move);")


def test_what_the_programme_does_not_know_stays_as_it_is() -> None:
    assert "j1.no_such_step.1" in plainly(TaskEnded(task="j1.no_such_step.1", how=""), RELOCATE, "en")
    refused = UnknownOutcome(task=CALL, outcome="welcome_call", choices="2026-13-45")
    assert "2026-13-45" in plainly(refused, RELOCATE, "sv")
