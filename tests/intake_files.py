"""Intake files of a test: written, and read row by row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from services.intake.file import IntakeFile
from services.intake.row import IntakeRow, Rejection

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
FULL = "name,email,phone,language,municipality,partner,wish,adults,children,received_at\n"
Write = Callable[..., Path]


def writer(directory: Path) -> Write:
    """Writes an intake file into the folder, from text in an encoding or from bytes."""

    def write(content: str | bytes, encoding: str = "utf-8") -> Path:
        path = directory / "interests.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def read(path: Path) -> list[IntakeRow | Rejection]:
    return list(IntakeFile.open(path).rows(NOW))


def good(path: Path) -> list[IntakeRow]:
    found = read(path)
    assert all(isinstance(row, IntakeRow) for row in found), found
    return [row for row in found if isinstance(row, IntakeRow)]


def refused(path: Path) -> list[Rejection]:
    found = read(path)
    assert all(isinstance(row, Rejection) for row in found), found
    return [row for row in found if isinstance(row, Rejection)]
