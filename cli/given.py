"""Reading a form that is given on the command line: as JSON, as @FILE, or as @- from standard input.

It only reads; what the answers mean is judged elsewhere. No sentence repeats what was given.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

from journey.errors import Refusal
from schemas.forms.problems import shown

MOST_BYTES = 1_000_000


class FormFileUnreadable(Refusal):
    """The file {file} cannot be read; check its name and that you may read it."""

    sv = "Filen {file} går inte att läsa; kontrollera namnet och att du får läsa den."


class FormTooLong(Refusal):
    """The form is longer than {most} bytes; shorten it."""

    sv = "Formuläret är längre än {most} byte; korta det."


class FormNotJson(Refusal):
    """The form is not JSON (line {line}, column {column}); write it as {{"field": "answer"}}."""

    sv = 'Formuläret är inte JSON (rad {line}, kolumn {column}); skriv det som {{"fält": "svar"}}.'


class FormNotATable(Refusal):
    """The form must be one JSON object of field names and answers; write it as {{"field": "answer"}}."""

    sv = 'Formuläret ska vara ett enda JSON-objekt med fältnamn och svar; skriv det som {{"fält": "svar"}}.'


class FieldTwice(Refusal):
    """The form answers {field} twice; remove one of the two."""

    sv = "Formuläret svarar på {field} två gånger; ta bort det ena svaret."


def read_form(given: str | None) -> dict[str, Any]:
    """The answers that were given; none when nothing was. Raises a `Refusal`."""
    if given is None:
        return {}
    text = _decoded(_bytes(given[1:])) if given.startswith("@") else given
    try:
        answers = json.loads(text, object_pairs_hook=_table, parse_constant=_not_a_number)
    except json.JSONDecodeError as error:
        raise FormNotJson(line=error.lineno, column=error.colno) from None
    except (ValueError, RecursionError):  # a number of thousands of digits, a table in a table in a table…
        raise FormNotJson(line=1, column=1) from None
    if not isinstance(answers, dict):
        raise FormNotATable
    return answers


def _bytes(name: str) -> bytes:
    try:
        if name == "-":
            raw = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError):
        raise FormFileUnreadable(file=shown(name)) from None
    if len(raw) > MOST_BYTES:
        raise FormTooLong(most=MOST_BYTES)
    return raw


def _decoded(raw: bytes) -> str:
    """UTF-8 or UTF-16 as JSON may be, or else Windows-1252 as an old editor saves it."""
    encoding = json.detect_encoding(raw)
    try:
        return raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field, answer in pairs:
        if field in found:
            raise FieldTwice(field=shown(field))
        found[field] = answer
    return found


def _not_a_number(_: str) -> NoReturn:
    raise ValueError
