"""How the desk and the comparison read to a person: what came from outside can do nothing to the terminal."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console, RenderableType

from cli.desk import reports
from cli.repair import reconciled
from schemas.base import Language
from services.repair.reconcile import Finding, Reconciled
from services.repair.words import What

REPORT: dict[str, Any] = {
    "event": "csn:2026-11-24:1",
    "journey": "j23456789b",
    "type": "csn.decided\x1b[2J [bold]",
    "outcome": "granted",
    "status": "unmatched",
    "cause": "late",
    "at": datetime(2026, 11, 24, 9, tzinfo=UTC),
    "sentence": {"sv": "Det kom för sent.", "en": "It came too late."},
    "todo": {"sv": "operator dismiss", "en": "operator dismiss"},
}


def shown(what: RenderableType) -> str:
    out = io.StringIO()
    Console(file=out, width=80, color_system=None).print(what)
    return out.getvalue()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_report_shows_its_id_when_it_came_why_it_fits_nowhere_and_what_to_do(language: Language) -> None:
    text = shown(reports([REPORT], language))
    assert "\x1b" not in text
    assert "[bold]" in text
    for said in ("csn:2026-11-24:1", "2026-11-24 10:00", "late", REPORT["sentence"][language], "operator dismiss"):
        assert said in text
    assert max(map(len, text.splitlines())) <= 80


def test_an_empty_desk_says_so() -> None:
    assert shown(reports([], "sv")) == "Inga besked väntar på någon.\n"


def test_a_comparison_says_first_what_needs_somebody_and_how_much_there_is() -> None:
    mended = [Finding(f"j{n:03}", What.BEHIND, mended=True, first=3, last=6, count=4) for n in range(60)]
    found = Reconciled(90, [*mended, Finding("j999", What.UNKNOWN_PERSON)], {("relocate", 3)})
    lines = reconciled(found, "en").plain.splitlines()
    assert lines[0] == "Compared: 90. In order: 29. Mended now: 60. Left: 1."
    assert lines[1] == "j999  The journey goes on, but the database no longer knows who it is about."
    assert lines[2].strip().startswith("Find out who it is and correct it: operator correct j999 --name")
    assert lines[3] == "j000  Events 3 to 6 were not in the journal (4)."
    assert lines[-2] == "… and 11 more: operator reconcile --json"
    assert lines[-1].startswith("relocate version 3 lacks the words of its letters and borrows another version's")


def test_a_journey_with_two_faults_is_counted_once() -> None:
    both = [Finding("j1", What.BEHIND, mended=True, first=1, last=9, count=9), Finding("j1", What.UNKNOWN_PERSON)]
    said = reconciled(Reconciled(3, both), "en").plain
    assert said.startswith("Compared: 3. In order: 2. Mended now: 0. Left: 1.\n")
