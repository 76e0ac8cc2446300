"""A draft as its page shows it: each problem with the lines around it. It reads and judges nothing itself. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.base import Language
from schemas.draft import CheckReport, Problem, Severity

AROUND = 2
"""Lines shown before and after the one that a problem is about."""

LONGEST = 160
"""Characters of a line that are shown."""

MOST = 60
"""Problems on one page: putting those right takes a while, and then it is checked again."""


@dataclass(frozen=True)
class Row:
    """A line of the draft. `before`, `at` and `after` are its text, parted where the problem stands."""

    number: int
    before: str
    at: str = ""
    after: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Found:
    """A problem in words, at its place."""

    sentence: str
    hint: str
    line: int
    column: int
    path: str
    error: bool
    rows: tuple[Row, ...]


def found(report: CheckReport, text: str, language: Language) -> list[Found]:
    """The problems, in the order of the file, not more than can be read."""
    lines = text.splitlines()
    return [_found(problem, lines, language) for problem in report.problems[:MOST]]


def digest(text: str) -> str:
    """Tells a draft from another, whatever its line ends."""
    return hashlib.sha256("\n".join(text.splitlines()).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _found(problem: Problem, lines: list[str], language: Language) -> Found:
    sentence, hint = (problem.sv, problem.hint_sv) if language == "sv" else (problem.en, problem.hint_en)
    place = problem.place
    return Found(
        sentence,
        hint,
        place.line,
        place.column,
        place.path,
        problem.severity is Severity.ERROR,
        tuple(_excerpt(lines, place.line, place.column)),
    )


def _excerpt(lines: list[str], line: int, column: int) -> Iterator[Row]:
    for number in range(max(1, line - AROUND), min(len(lines), line + AROUND) + 1):
        text = lines[number - 1]
        if number != line:
            yield Row(number, _cut(text))
            continue
        start = min(max(0, column - 1), len(text))
        end = _end_of_word(text, start)
        lead = text[:start] if start <= LONGEST else "…" + text[start - LONGEST // 2 : start]
        yield Row(number, lead, text[start:end][:LONGEST], _cut(text[end:]), marked=True)


def _end_of_word(text: str, start: int) -> int:
    """Where what stands at the place ends: a name, or one character."""
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in "_-."):
        end += 1
    return max(end, min(start + 1, len(text)))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
