"""Golden journeys are played again and must come out the same. `make golden` writes them anew, for a person to read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.golden.script import replayed
from tests.programmes import programme

SCRIPTS = sorted(Path(__file__).parent.rglob("*.journey"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_golden_journey_happens_as_it_is_written(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    played = replayed(source, programme, path.parent)
    if os.environ.get("RESAN_WRITE_GOLDEN"):
        path.write_text(played, encoding="utf-8")
        return  # a person judges the difference
    assert played == source
