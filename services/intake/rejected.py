"""Writing the rows that were not taken in beside their file, so that they can be corrected and given again.

The same columns and separator, with the line and the reason added; UTF-8 with a byte-order mark, for spreadsheets.
Left out: columns for personal numbers, and everything about a person with a protected identity.

A cell that a spreadsheet would run as a formula gets an apostrophe in front, and the reader takes it away again. What
begins with + or - and holds only digits, spaces and ().- besides is a phone number or a number, and is left as it is.
"""

from __future__ import annotations

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from schemas.base import Both
from services.intake.file import OWN_COLUMNS, IntakeFile
from services.intake.row import Rejection

_FORMULA = re.compile(r"[=+\-@\t\r]")
_HARMLESS = re.compile(r"[+-][\d\s().-]*")


def write_rejected(file: IntakeFile, rejections: Sequence[Rejection]) -> Path | None:
    """Write `<stem>.rejected.csv` and return its path; None, and nothing is touched, when no row was rejected.

    An earlier file of that name is replaced as a whole. Raises `OSError` when the folder cannot be written to.
    """
    if not rejections:
        return None
    target = file.path.with_name(f"{file.path.stem}.rejected.csv")
    keep = [place for place, name in enumerate(file.header) if _kept(name, file.columns[place])]
    rows = ([*(_at(row.cells, place) for place in keep), str(row.line), one_line(row.reason)] for row in rejections)
    _replace(target, [[*(file.header[place] for place in keep), "line", "reason"], *rows], file.delimiter)
    return target


def one_line(reason: Both) -> str:
    """The reason in both languages, as it stands in reports."""
    return f"{reason.sv} / {reason.en}"


def _kept(name: str, meaning: str | None) -> bool:
    return meaning != "id_number" and name.casefold() not in OWN_COLUMNS


def _at(cells: tuple[str, ...], place: int) -> str:
    return _harmless(cells[place]) if place < len(cells) else ""


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) and not _HARMLESS.fullmatch(cell) else cell


def _replace(target: Path, rows: Iterable[Sequence[str]], delimiter: str) -> None:
    descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=".rejected-")
    try:
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as out:  # noqa: PTH123 (a descriptor, readable only by its owner)
            csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
        Path(draft).replace(target)
    except BaseException:
        os.unlink(draft)  # noqa: PTH108 (as it was made)
        raise
