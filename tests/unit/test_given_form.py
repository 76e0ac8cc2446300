"""A form given on the command line is read as people save it, or refused in a sentence that repeats nothing of it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from cli.given import read_form
from journey.errors import Refusal

ANSWERS = {"note": "Åsa är på väg", "adults": 2}
TEXT = '{"note": "Åsa är på väg", "adults": 2}'


def test_nothing_given_is_no_answers() -> None:
    assert read_form(None) == {}


def test_json_is_read_as_it_stands() -> None:
    assert read_form(TEXT) == ANSWERS


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_however_an_editor_saved_it(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "form.json"
    file.write_bytes(TEXT.encode(encoding))
    assert read_form(f"@{file}") == ANSWERS


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    assert read_form("@-") == ANSWERS


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "line 1, column 1"),
        ('{"note": "geheim"', "line 1, column 18"),
        ('{\n"note": geheim}', "line 2, column 9"),
        ('["geheim"]', "one JSON object"),
        ("7", "one JSON object"),
        ('{"adults": NaN}', "is not JSON"),
        ('{"adults": ' + "9" * 5000 + "}", "is not JSON"),
        ("[" * 200_000, "is not JSON"),
        ('{"note": "geheim", "note": "x"}', "answers note twice"),
        ("@", "cannot be read"),
        ("@/nowhere/at/all.json", "cannot be read"),
        ("@/", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(given: str, said: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_form(given)
    for sentence in (caught.value.sentence("en"), caught.value.sentence("sv")):
        assert "geheim" not in sentence
        assert "\n" not in sentence
    assert said in caught.value.sentence("en")


def test_a_file_that_is_far_too_long_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "form.json"
    file.write_bytes(b'{"note": "' + b"x" * 1_000_001 + b'"}')
    with pytest.raises(Refusal, match="longer than"):
        read_form(f"@{file}")


def test_what_was_read_is_a_plain_table() -> None:
    found: dict[str, Any] = read_form('{"attempts": [{"at": "2026-11-23 10:00", "channel": "phone"}]}')
    assert found["attempts"][0]["channel"] == "phone"
