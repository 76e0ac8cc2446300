"""Pictures of numbers: bars as SVG, drawn on the server, in the colours of the style sheet.

Widths are shares of the picture and letters keep their size, so that one picture is read on a phone and on paper. Each
has a title and a description; the table beside it says the same in figures. A number that is not shown has no bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from schemas.base import Language
from services.numbers.sheets import Column, Row, Sheet, Value, written

LINE, BAR, GAP, ROOM = 22, 18, 14, 82
"""Height of a line of words, of a bar, of what is between bars; per cent of the width that the longest takes."""


LONGEST = 40
"""Letters of a line of words that fit on a phone; the table has them all."""

_PIECE = Markup('<rect class="{colour}" x="{x:.2f}%" y="{y}" width="{width:.2f}%" height="{height}"/>')


@dataclass(frozen=True)
class Part:
    """A piece of a bar: how long, and which of the style sheet's colours."""

    value: Value
    colour: str


@dataclass(frozen=True)
class Bar:
    """A line of words above pieces beside each other, and what stands at their end."""

    title: str
    parts: tuple[Part, ...]
    end: str


@dataclass(frozen=True)
class Picture:
    """A picture and what its colours mean (pairs of colour and words)."""

    svg: Markup
    legend: tuple[tuple[str, str], ...] = ()


def of_sheet(sheet: Sheet, language: Language, column: int, describe: str) -> Picture:
    """A bar for each line that sums nothing up, by one column. `describe` says what is drawn."""
    rows = [row for row in sheet.rows if not row.strong]
    shown = [(row, row.values[column]) for row in rows]
    bars = [
        Bar(row.title[language], (Part(value, "bar-1"),), written(value, sheet.columns[column], language))
        for row, value in shown
    ]
    return Picture(draw(sheet.name, sheet.title[language], _told(describe, bars), bars))


def stacked(sheet: Sheet, language: Language, columns: Sequence[int], whole: int, describe: str) -> Picture:
    """A bar for each line, in pieces by some columns where all of them are shown, else in one."""
    bars = [_stacked(row, sheet.columns, language, columns, whole) for row in sheet.rows]
    legend = tuple((f"bar-{place}", sheet.columns[column].title[language]) for place, column in enumerate(columns, 1))
    if any(part.colour == "bar-0" for bar in bars for part in bar.parts):
        legend = (*legend, ("bar-0", sheet.columns[whole].title[language]))
    return Picture(draw(sheet.name, sheet.title[language], _told(describe, bars), bars), legend)


def _stacked(row: Row, known: Sequence[Column], language: Language, columns: Sequence[int], whole: int) -> Bar:
    values = [row.values[column] for column in columns]
    parts = tuple(Part(value, f"bar-{place}") for place, value in enumerate(values, 1))
    if None in values:
        parts = (Part(row.values[whole], "bar-0"),)
    return Bar(row.title[language], parts, written(row.values[whole], known[whole], language))


def _told(describe: str, bars: Iterable[Bar]) -> str:
    return f"{describe} " + "; ".join(f"{bar.title}: {bar.end}" for bar in bars) + "."


def draw(name: str, title: str, told: str, bars: Sequence[Bar]) -> Markup:
    """The picture itself."""
    longest = max((sum(part.value or 0 for part in bar.parts) for bar in bars), default=0) or 1
    step = LINE + BAR + GAP
    height = step * len(bars)
    lines = (_bar(bar, place * step, longest) for place, bar in enumerate(bars))
    head = Markup(
        '<svg class="chart" width="100%" height="{height}" role="img" aria-labelledby="{name}-title {name}-told">'
        '<title id="{name}-title">{title}</title><desc id="{name}-told">{told}</desc>'
    ).format(height=height, name=name, title=title, told=told)
    return head + Markup("").join(lines) + Markup("</svg>")


def _bar(bar: Bar, top: int, longest: float) -> Markup:
    title = bar.title if len(bar.title) <= LONGEST else f"{bar.title[: LONGEST - 1]}…"
    words = Markup('<text x="0" y="{y}">{title}</text>').format(y=top + LINE - 7, title=title)
    x, pieces = 0.0, []
    for part in bar.parts:
        width = ROOM * (part.value or 0) / longest
        if width:
            pieces.append(_PIECE.format(colour=part.colour, x=x, y=top + LINE, width=width, height=BAR))
        x += width
    end = Markup('<text class="bar-end" x="{x:.2f}%" dx="{dx}" y="{y}">{end}</text>').format(
        x=x, dx=8 if x else 0, y=top + LINE + BAR - 4, end=bar.end
    )
    return words + Markup("").join(pieces) + end
