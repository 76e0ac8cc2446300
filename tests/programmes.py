"""The programmes that tests play: the small sample, and the seed programmes as a owner publishes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from journey.checks import check, resolve
from schemas.programme import Programme
from tests.sample import sample

FOLDER = Path(__file__).parent.parent / "programmes"
YEAR = 2026


@cache
def programme(name: str) -> Programme:
    """The programme of this name, with its days off written out."""
    if name == "sample":
        return sample()
    report = check((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    assert report.programme is not None, report.problems
    return resolve(report.programme, YEAR)
