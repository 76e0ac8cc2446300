"""What an owner sees of a check: each problem with its place as editors understand it, in either language."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.text import Text

from cli.owner import DraftUnreadable, judge, judgement
from cli.run import ExitCode
from schemas.base import Language

SMALL = Path(__file__).parent / "drafts" / "small.yaml"


def draft(tmp_path: Path, old: str = "", new: str = "") -> Path:
    file = tmp_path / "draft.yaml"
    file.write_text(SMALL.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("language", "sentence", "hint"),
    [
        ("sv", "fel: Steget ”revue” finns inte. [fallback]", "Menade du ”review”?"),
        ("en", 'error: There is no step "revue". [fallback]', 'Did you mean "review"?'),
    ],
)
def test_a_problem_is_said_with_file_line_column_and_hint(
    tmp_path: Path, language: Language, sentence: str, hint: str
) -> None:
    file = draft(tmp_path, "fallback: review", "fallback: revue")
    answer = judgement(file, judge(file), language)
    assert isinstance(answer.text, Text)
    assert answer.text.plain.splitlines()[:2] == [f"{file}:5:1: {sentence}", f"    {hint}"]
    assert answer.code is ExitCode.CHECK_FAILED


def test_the_report_for_programs_has_every_problem_and_its_place(tmp_path: Path) -> None:
    file = draft(tmp_path, "fallback: review", "fallback: revue")
    data = judgement(file, judge(file), "en").data
    assert (data["passed"], data["errors"], data["warnings"], data["programme"]) == (False, 1, 0, None)
    (problem,) = data["problems"]
    assert problem["place"] == {"line": 5, "column": 1, "path": "fallback"}
    assert {"code", "severity", "sv", "en", "hint_sv", "hint_en"} <= set(problem)


def test_a_warning_does_not_stop_a_draft(tmp_path: Path) -> None:
    file = draft(tmp_path, "  OUT: {title", "  SIDE: {title: {sv: Sidan, en: Side}}\n  OUT: {title")
    answer = judgement(file, judge(file), "sv")
    assert answer.code is ExitCode.OK
    assert answer.data["warnings"] == 1
    assert "varning: Avslutet ”SIDE” används ingenstans." in str(answer.text)


def test_a_draft_without_a_flaw_says_how_many_steps_it_has(tmp_path: Path) -> None:
    file = draft(tmp_path)
    assert str(judgement(file, judge(file), "en").text) == (
        f"{file}: the programme small can be published. Steps: 8. Warnings: 0."
    )


def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for file in (tmp_path / "missing.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(DraftUnreadable, match="cannot be read"):
            judge(file)
