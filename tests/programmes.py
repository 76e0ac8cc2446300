"""The programmes that tests play: the small sample, and the seed programmes as an owner publishes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from journey.checks import judged_before, years_for
from schemas.programme import Programme
from tests.sample import sample

FOLDER = Path(__file__).parent.parent / "programmes"
YEAR = 2026


@cache
def programme(name: str) -> Programme:
    """The programme of this name, with its days off written out."""
    if name == "sample":
        return sample()
    return judged_before((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), years=years_for(YEAR))
