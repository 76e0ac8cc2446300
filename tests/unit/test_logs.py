"""Logs of the long-running processes say what went wrong, and never with which values."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from logs import configure

NAME = "Karin Testsson"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Leave logging as it was found."""
    root, level = list(logging.root.handlers), logging.root.level
    yield
    logging.root.handlers[:], logging.root.level = root, level
    structlog.reset_defaults()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_in_the_log_shows_where_but_no_values_and_takes_no_time(
    form: Literal["text", "json"], capsys: pytest.CaptureFixture[str]
) -> None:
    configure("info", form)
    began = time.process_time()
    for _ in range(20):
        try:
            fail(NAME, depth=30)
        except OSError:
            logging.getLogger("a library").exception("no connection")
    spent = time.process_time() - began
    said = capsys.readouterr().err
    assert "no connection" in said
    assert "OSError" in said
    assert "test_logs.py" in said
    assert NAME not in said
    assert spent < 1, "a worker that logs cannot do anything else meanwhile"


def fail(name: str, depth: int) -> None:
    """Go wrong, with personal data among the values."""
    if depth == 0:
        raise OSError
    fail(name, depth - 1)
