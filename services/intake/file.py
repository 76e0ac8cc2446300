"""Reading an intake file as people really save it: any usual encoding, separator, line ending and order of columns.

Rows are read one at a time, so that the size of the file does not matter. One physical line is one person: a
quotation mark that is never closed spoils its own line and nothing after it.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path

from journey.calendars import local_to_utc
from schemas.base import Both, without_turns
from services.errors import both
from services.intake import errors
from services.intake.row import (
    COLUMNS,
    IntakeRow,
    Rejection,
    ToUtc,
    is_protected,
    may_hold_personal_number,
    validated,
    without_personal_numbers,
)

LONGEST_LINE = 20_000
DELIMITERS = (",", ";", "\t")
OWN_COLUMNS = frozenset({"line", "reason", "rad", "orsak"})
"""What a file of rejected rows has besides; it may be corrected and given again."""

_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATOR_LINE = re.compile(r"sep=([,;|\t])", re.IGNORECASE)
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_QUOTED_FORMULA = re.compile(r"'(?=[=+\-@\t\r])")


@dataclass(frozen=True)
class IntakeFile:
    """A file whose header has been understood.

    `columns` gives for each column what it means to us, or None when it is ignored. `notes` are sentences about the
    whole file that are worth saying once.
    """

    path: Path
    header: tuple[str, ...]
    columns: tuple[str | None, ...]
    delimiter: str
    header_line: int
    notes: tuple[Both, ...]

    @classmethod
    def open(cls, path: Path) -> IntakeFile:
        """Read the header. Raises `IntakeFileRefused` when nothing in the file can be used."""
        with _lines(path) as lines:
            return _understood(path, lines)

    def rows(self, now: datetime, to_utc: ToUtc = local_to_utc) -> Iterator[IntakeRow | Rejection]:
        """Every row in order, with its physical line number; empty lines are passed over.

        `now` is journey time; `to_utc` reads a local time, and raises a `Refusal` for one that does not exist.
        """
        with _lines(self.path) as lines:
            for number, text in lines:
                if number > self.header_line and (text is None or text.strip(f' "{self.delimiter}\t\r\n\x00')):
                    yield self._row(number, text, now, to_utc)

    def _row(self, number: int, text: str | None, now: datetime, to_utc: ToUtc) -> IntakeRow | Rejection:
        if text is None:
            return Rejection(line=number, reason=both(errors.LineTooLong()))
        values, problem = _values(text, self.delimiter, len(self.columns))
        pairs = tuple(zip_longest(self.columns, values, fillvalue=""))
        cells = {name: value for name, value in pairs if name}
        if is_protected(cells, text):
            return Rejection(line=number, reason=both(errors.ProtectedPerson()))
        if problem is not None and "protected" in self.columns:
            # What cannot be read cannot be trusted to say that the identity is not protected.
            return Rejection(line=number, reason=both(problem))
        safe, found = _masked(pairs, now, looks=may_hold_personal_number(text))
        if found and problem is None:
            problem = errors.PersonalNumberGiven()
        answer = both(problem) if problem else validated(cells, number, now, to_utc)
        return answer if isinstance(answer, IntakeRow) else Rejection(line=number, reason=answer, cells=safe)


def _masked(pairs: Sequence[tuple[str | None, str]], now: datetime, *, looks: bool) -> tuple[tuple[str, ...], bool]:
    """The cells as they may be written down, and whether a personal number stood where none is expected.

    A column that is for personal numbers is never read, and nothing of it is written down.
    """
    read = tuple("" if name == "id_number" else value for name, value in pairs)
    if not looks:
        return read, False
    safe = tuple(without_personal_numbers(value, pair[0], now) for pair, value in zip(pairs, read, strict=True))
    return safe, safe != read


def _values(text: str, delimiter: str, most: int) -> tuple[list[str], errors.RowRefused | None]:
    """The values of a line, and what is wrong with the line as a whole."""
    if _UNREADABLE.search(text.rstrip("\r\n")):
        return _split(_UNREADABLE.sub("\ufffd", text.rstrip("\r\n")), delimiter), errors.UnreadableCharacters()
    try:
        values = _split(text, delimiter, strict=True)
    except csv.Error:
        return _split(text, delimiter), errors.QuoteNotClosed()
    if any(values[most:]):
        return values, errors.TooManyValues()
    return values[:most], None


def _split(text: str, delimiter: str, *, strict: bool = False) -> list[str]:
    reader = csv.reader([text], delimiter=delimiter, strict=strict, skipinitialspace=True)
    return [_clean(value) for value in next(reader, [])]


def _clean(value: str) -> str:
    value = unicodedata.normalize("NFC", without_turns(value)).strip().strip("\ufeff\u200b")
    return _QUOTED_FORMULA.sub("", value, count=1) if value.startswith("'") else value


# ---- the header


def _understood(path: Path, lines: Iterator[tuple[int, str | None]]) -> IntakeFile:
    delimiters: tuple[str, ...] = DELIMITERS
    for number, text in lines:
        line = (text or "").strip("\ufeff\r\n")
        if text is not None and not line.strip():
            continue
        if number == 1 and (separator := _SEPARATOR_LINE.fullmatch(line.strip('"'))):
            delimiters = (separator[1],)
            continue
        # Where several separators fit, the one that gives the most known columns is meant.
        delimiter = max(delimiters, key=lambda each: sum(map(bool, _meanings(_split(line, each)))))
        return _checked(path, tuple(_split(line, delimiter)), delimiter, number)
    raise errors.EmptyFile(file=path.name)


def _meanings(header: list[str] | tuple[str, ...]) -> tuple[str | None, ...]:
    return tuple(COLUMNS.get(re.sub(r"[\W_]", "", name.casefold())) for name in header)


def _checked(path: Path, header: tuple[str, ...], delimiter: str, number: int) -> IntakeFile:
    columns = _meanings(header)
    known = [name for name in columns if name]
    if not known:
        raise errors.NoColumnNames(file=path.name)
    for name in known:
        if known.count(name) > 1:
            raise errors.ColumnTwice(file=path.name, column=name)
    if "name" not in known:
        raise errors.ColumnsMissing(file=path.name, missing="name", missing_sv="namn")
    if not {"email", "phone"} & set(known):
        raise errors.ColumnsMissing(file=path.name, missing="email or phone", missing_sv="e-post eller telefon")
    return IntakeFile(path, header, columns, delimiter, number, tuple(_notes(header, columns)))


def _notes(header: tuple[str, ...], columns: tuple[str | None, ...]) -> Iterator[Both]:
    unknown = [
        name
        for name, meaning in zip(header, columns, strict=True)
        if name and not meaning and name.casefold() not in OWN_COLUMNS
    ]
    if unknown:
        names = ", ".join(re.sub(r"\d{4,}", "…", name)[:40] for name in unknown[:10])
        yield Both(
            sv=f"Okända kolumner läses inte: {names}.",
            en=f"Unknown columns are not read: {names}.",
        )
    if "id_number" in columns:
        yield Both(
            sv="Personnummer efterfrågas inte i det här skedet; kolumnen läses inte. Ta bort den ur filen.",
            en="No personal number is asked for at this stage; the column is not read. Remove it from the file.",
        )


# ---- bytes to lines


@contextmanager
def _lines(path: Path) -> Iterator[Iterator[tuple[int, str | None]]]:
    """Physical lines with their numbers; None in place of a line that is too long to be one person's."""
    try:
        raw = path.open("rb")
    except OSError:
        raise errors.UnreadableFile(file=path.name) from None
    with raw:
        start = raw.read(4)
        raw.seek(0)
        if start.startswith(_SPREADSHEETS):
            raise errors.NotText(file=path.name)
        wide = _wide(start)
        # Latin-1 keeps every byte as it is, so that lines can be told apart before each is decoded by itself.
        text = io.TextIOWrapper(raw, encoding=wide or "latin-1", errors="replace", newline="")
        yield ((number, line if wide or line is None else _decoded(line)) for number, line in _physical(text))


def _wide(start: bytes) -> str | None:
    """The two-byte encoding that the first bytes show, if any."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if start[1:4:2] == b"\x00\x00":
        return "utf-16-le"
    if start[0:3:2] == b"\x00\x00":
        return "utf-16-be"
    return None


def _physical(text: io.TextIOWrapper) -> Iterator[tuple[int, str | None]]:
    number = 0
    while line := text.readline(LONGEST_LINE):
        number += 1
        if len(line) < LONGEST_LINE or line.endswith(("\n", "\r")):
            yield number, line
            continue
        while (rest := text.readline(LONGEST_LINE)) and not rest.endswith(("\n", "\r")):
            pass
        yield number, None


def _decoded(line: str) -> str:
    """UTF-8, or else Windows-1252: no Swedish text in the latter is valid in the former by chance."""
    raw = line.encode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
