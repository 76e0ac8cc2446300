"""What the desk says: a whole sentence and something to do, in both languages, whatever the cause."""

from __future__ import annotations

import pytest

from schemas.base import Both
from services.outside.words import MISFIT, WORDS, About, words

STEP = About(Both(sv="Besked om {plats}", en="Decision on a {place}"))
NAMES = {"event": "e1", "journey": "j1", "type": "csn.{decided}", "by": "op"}


@pytest.mark.parametrize("cause", [*WORDS, *sorted(MISFIT), "something_new", None])
@pytest.mark.parametrize("journey", ["open", "following_up", "ended", None])
def test_every_cause_has_words_and_something_to_do(cause: str | None, journey: str | None) -> None:
    said = words("unmatched", cause, journey, STEP, **NAMES)
    for both in said:
        assert both.sv != both.en or both.sv.startswith("operator ")
        assert "{cause}" not in both.sv + both.en
    assert said.sentence.sv.endswith(".")
    assert said.sentence.en.endswith(".")
    assert "operator" in said.todo.sv or said.todo.sv == "Inget behöver göras."


@pytest.mark.parametrize(
    ("cause", "journey", "begins"),
    [
        ("late", "open", "“Decision on a {place}” had ended in another way"),
        ("late", "following_up", "The journey j1 has left"),
        ("late", "ended", "The journey j1 has ended"),
        ("ended", "ended", "The journey j1 has ended"),
        ("ended", "open", "The journey j1 had ended when it came, but is under way now"),
        ("missing_answers", "open", "“Decision on a {place}” in j1 cannot be answered like that: missing_answers."),
        ("contradicted", "open", "It says something else of “Decision on a {place}” in j1 than another report does"),
        ("mistake", "open", "The journey j1 did not take it (mistake)"),
        ("unknown_type", "open", "No step of j1 waits for reports of the kind csn.{decided}"),
    ],
)
def test_the_words_follow_from_the_cause_and_from_how_the_journey_stands_now(
    cause: str, journey: str, begins: str
) -> None:
    assert words("unmatched", cause, journey, STEP, **NAMES).sentence.en.startswith(begins)


@pytest.mark.parametrize("status", ["early", "applied", "dismissed", "passed_on"])
def test_a_report_that_is_no_longer_unmatched_says_how_it_stands_instead(status: str) -> None:
    assert words(status, "late", "open", STEP, **NAMES) == words(status, None, None, STEP, **NAMES)
