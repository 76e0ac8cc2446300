"""A problem of a draft is shown with the lines around it, and what stands at its place is marked."""

from __future__ import annotations

import pytest

from console.drafting import AROUND, LONGEST, MOST, digest, found
from journey.checks import check, years_for
from schemas.draft import CheckReport, Code, Place, Problem
from tests.unit.test_owner import SMALL

TEXT = SMALL.read_text(encoding="utf-8")


def shown(text: str, line: int, column: int) -> list[str]:
    """The excerpt, the mark in brackets."""
    problem = Problem(code=Code.SYNTAX, place=Place(line=line, column=column), sv="Fel.", en="Wrong.")
    (one,) = found(CheckReport(problems=(problem,)), text, "sv")
    return [
        f"{row.number} {row.before}[{row.at}]{row.after}" if row.marked else f"{row.number} {row.before}"
        for row in one.rows
    ]


def test_the_lines_around_are_shown_and_the_name_is_marked() -> None:
    text = "a: 1\nb: 2\nc: 3\n  d_e: 4\nf: 5\ng: 6\nh: 7"
    assert shown(text, 4, 3) == ["2 b: 2", "3 c: 3", "4   [d_e]: 4", "5 f: 5", "6 g: 6"]
    assert len(shown(text, 4, 3)) == 2 * AROUND + 1


@pytest.mark.parametrize(
    ("line", "column", "last"),
    [(1, 1, "1 [a]: 1"), (1, 2, "1 a[:] 1"), (1, 4, "1 a: [1]"), (1, 5, "1 a: 1[]"), (1, 999, "1 a: 1[]")],
)
def test_a_place_at_the_edge_of_the_text_is_marked_too(line: int, column: int, last: str) -> None:
    assert shown("a: 1", line, column) == [last]


def test_a_place_behind_the_end_shows_what_there_is() -> None:
    assert shown("a: 1", 3, 1) == ["1 a: 1"]
    assert shown("", 1, 1) == []


def test_a_line_without_end_is_cut_around_the_place() -> None:
    (line,) = shown("x" * 300 + " here " + "y" * 300, 1, 302)
    assert "[here]" in line
    assert len(line) < 2 * LONGEST
    assert line.startswith("1 …x")
    assert line.endswith("…")


def test_each_language_has_its_own_sentence_and_hint() -> None:
    report = check(TEXT.replace("fallback: review", "fallback: revue"), years=years_for(2026))
    (sv,), (en,) = found(report, TEXT, "sv"), found(report, TEXT, "en")
    assert (sv.sentence, sv.hint) == ("Steget ”revue” finns inte.", "Menade du ”review”?")
    assert (en.sentence, en.line, en.path, en.error) == ('There is no step "revue".', 5, "fallback", True)


def test_not_more_is_shown_than_can_be_read() -> None:
    report = check("".join(f"k{number}: 1\n" for number in range(MOST * 2)), years=years_for(2026))
    assert len(found(report, "", "en")) == MOST


def test_a_draft_is_known_again_whatever_its_line_ends() -> None:
    assert digest("a: 1\nb: 2\n") == digest("a: 1\r\nb: 2") != digest("a: 1\nb: 3")
