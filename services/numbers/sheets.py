"""A table of numbers as it is shown everywhere: on the page, on the command line, as CSV and as JSON. Pure.

There is one sheet for each question; whoever shows it adds no figure of their own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.base import Both, Language

Value = int | float | None
"""None is a number that is not shown."""

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
SEPARATOR = ";"
HIDDEN = ".."
"""What stands in place of a number that is not shown; the sign that Statistics Sweden uses for it."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Row:
    """A line of a sheet. `key` is the same in every language; a line of `strong` type sums the others up."""

    key: str
    title: Both
    values: tuple[Value, ...]
    strong: bool = False


@dataclass(frozen=True)
class Column:
    """What stands in one column; `share` are per cent of something, `days` may have a decimal."""

    key: str
    title: Both
    share: bool = False
    days: bool = False


@dataclass(frozen=True)
class Sheet:
    """One question and its answer in numbers. `first` is what the lines are about."""

    name: str
    title: Both
    first: Both
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def hides(self) -> bool:
        """Whether any number is not shown."""
        return any(value is None for row in self.rows for value in row.values)

    def as_json(self) -> dict[str, Any]:
        """`title {sv, en}, columns [key], rows [{key, title {sv, en}, values {column: number or null}}]`."""
        keys = [column.key for column in self.columns]
        rows = [
            {"key": row.key, "title": row.title.model_dump(), "values": dict(zip(keys, row.values, strict=True))}
            for row in self.rows
        ]
        return {"title": self.title.model_dump(), "columns": keys, "rows": rows}


def written(value: Value, column: Column, language: Language) -> str:
    """A number as people read it: two points where it is not shown."""
    if value is None:
        return HIDDEN
    number = f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"
    if language == "sv":
        number = number.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")
    return f"{number}\N{NO-BREAK SPACE}%" if column.share else number


def as_csv(sheets: Iterable[Sheet], about: Sequence[tuple[Both, Both]], language: Language) -> str:
    """Sheets as CSV that spreadsheets open by a double click: UTF-8 with its mark, semicolons, decimal commas in sv.

    `about` stands in front: what the numbers are of. A text that a spreadsheet would take for a formula is made text.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=SEPARATOR, lineterminator="\r\n")
    for name, value in about:
        writer.writerow([_text(name[language]), _text(value[language])])
    for sheet in sheets:
        writer.writerow([])
        writer.writerow([_text(sheet.title[language])])
        writer.writerow([_text(sheet.first[language]), *(_text(column.title[language]) for column in sheet.columns)])
        for row in sheet.rows:
            writer.writerow([_text(row.title[language]), *(_number(value, language) for value in row.values)])
    return BYTE_ORDER_MARK + out.getvalue()


def _number(value: Value, language: Language) -> str:
    if value is None:
        return HIDDEN
    return f"{value:.1f}".replace(".", "," if language == "sv" else ".") if isinstance(value, float) else str(value)


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
