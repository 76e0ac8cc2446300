"""How it reads what differs between two versions: a line for each thing, and under it what was said and is said now."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from schemas.base import Both, Language
from schemas.comparison import Chapter, Comparison, Shift, What

WHAT = {
    What.ADDED: Both(sv="nytt", en="new"),
    What.REMOVED: Both(sv="borttaget", en="removed"),
    What.CHANGED: Both(sv="ändrat", en="changed"),
}
SAME = Both(sv="Inget skiljer.", en="Nothing differs.")
DETAIL = Both(sv="en detalj eller ordningen", en="a detail or the order")


def text(found: Comparison, language: Language) -> Text:
    """The whole of it."""
    lines = [line for chapter in found.chapters for line in _chapter(chapter, language)]
    return Text("\n".join(lines or [SAME[language]]))


def _chapter(chapter: Chapter, language: Language) -> Iterator[str]:
    name = ".".join(part for part in (chapter.section.value, chapter.name) if part)
    yield f"{chapter.title[language]} ({name}): {WHAT[chapter.what][language]}"
    for shift in chapter.shifts:
        yield from _shift(shift, language)


def _shift(shift: Shift, language: Language) -> Iterator[str]:
    yield f"    {shift.label[language]}:"
    yield from (f"      - {line[language]}" for line in shift.before)
    yield from (f"      + {line[language]}" for line in shift.after)
    if not shift.before and not shift.after:
        yield f"      {DETAIL[language]}"
