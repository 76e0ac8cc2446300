"""What operations read of what is stuck: by cause, in their language, in 80 columns, with ids that can be copied."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console, RenderableType

from cli.stuck import UnknownCause, _cause, notices_view, stuck_view
from schemas.base import Both, Language
from schemas.stuck import Stuck, StuckCause, StuckRow, Trouble, WaitingOn
from services.stuck import course
from services.stuck import words as stuck_words
from services.stuck.process import Verdict

AT = datetime(2026, 11, 26, 16, tzinfo=UTC)
TASK = "j23456789b.eligibility_decision.1"
ROW = StuckRow(
    cause=StuckCause.OVERDUE,
    journey="j23456789b",
    task=TASK,
    since=AT,
    waiting_on=WaitingOn(party="us", role="project_leader", owner="pl-1"),
    what_to_do=Both(sv=f"Påminn: operator nudge {TASK}.", en=f"Remind them: operator nudge {TASK}."),
    explain=Both(sv="Projektledaren skulle ha gjort det. " * 5, en="The leader should have done it. " * 5),
)


def shown(what: RenderableType, width: int = 80) -> str:
    out = io.StringIO()
    Console(file=out, width=width, color_system=None).print(what)
    return out.getvalue()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_is_stuck_is_shown_by_cause_with_what_to_type(language: Language) -> None:
    away = StuckRow(
        cause=StuckCause.TECHNICAL, since=AT, trouble=Trouble(what="worker", cause="away"),
        what_to_do=Both(sv="Starta: make run.", en="Start: make run."), explain=Both(sv="Borta.", en="Away."),
    )  # fmt: skip
    found = Stuck(
        counts={StuckCause.TECHNICAL: 1, StuckCause.OVERDUE: 1000, StuckCause.REST: 0},
        more=(StuckCause.OVERDUE,),
        stuck=(away, ROW),
    )
    text = shown(stuck_view(found, language))
    assert max(map(len, text.splitlines())) <= 80
    whole = " ".join(text.split())
    assert stuck_words.CAUSES[StuckCause.OVERDUE][language] in text
    assert ("(1000+, visas: 1)" if language == "sv" else "(1000+, shown: 1)") in text
    assert stuck_words.CAUSES[StuckCause.REST][language] not in text
    assert text.count(TASK) == 2
    assert "us · project_leader · pl-1" in whole
    assert "2026-11-26 17:00" in text
    assert ROW.what_to_do[language] in whole


def test_when_nothing_is_stuck_it_says_so() -> None:
    assert shown(stuck_view(Stuck(counts={StuckCause.REST: 0}), "en")) == "Nothing is stuck.\n"
    assert shown(notices_view([], "sv")) == "Alla brev har kommit fram.\n"


def test_a_cause_that_there_is_not_is_refused_with_the_choices() -> None:
    assert _cause(None) is None
    assert _cause("rest") is StuckCause.REST
    with pytest.raises(UnknownCause, match="called slow; choose one of: technical, behind, unowned"):
        _cause("slow")


def test_a_letter_is_shown_with_its_id_and_what_to_type() -> None:
    letter: dict[str, Any] = {
        "notice": "j23456789b.17.1", "send_after": AT, "sentence": {"sv": "Det kom inte fram.", "en": "It did not."},
        "what_to_do": {"sv": "operator resend", "en": "operator resend"},
    }  # fmt: skip
    assert "j23456789b.17.1  2026-11-26 17:00" in shown(notices_view([letter], "en"))


@pytest.mark.parametrize("what", [course.WORKER, course.SERVER, course.WORKFLOW, "write_journal", "run_action"])
@pytest.mark.parametrize(
    "cause", [course.AWAY, course.MISSING, course.ASLEEP, course.NO_ANSWER, course.NOT_BEGUN, "ValueError"]
)
def test_every_trouble_has_a_sentence_and_something_to_do(what: str, cause: str) -> None:
    trouble = Trouble(what=what, cause=cause, attempts=3)
    for said in (
        stuck_words.of_trouble(trouble),
        stuck_words.for_trouble(Verdict(StuckCause.TECHNICAL, "j1", AT, trouble)),
    ):
        assert said.sv[-1] in ".…"
        assert said.sv != said.en


def test_every_cause_has_words() -> None:
    assert set(stuck_words.CAUSES) == set(StuckCause)
