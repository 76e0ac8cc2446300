"""Drafts broken at random, and programmes with a piece taken out: pure like the unit tests, only longer."""

from __future__ import annotations

import random
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.check_draft import Draft
from journey.check_runs import check_runs
from journey.check_shape import Shape
from journey.checks import check, resolve
from journey.source import read
from schemas.draft import Code
from tests.breadth import examples

ROOT = Path(__file__).parents[2]
SMALL = (ROOT / "tests" / "unit" / "drafts" / "small.yaml").read_text(encoding="utf-8")
RELOCATE = (ROOT / "programmes" / "relocate.yaml").read_text(encoding="utf-8")
YEARS = range(2026, 2029)
ON = {"go_on": True, "exit": None, "again": None}
DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

VALUES = st.sampled_from(
    [
        "",
        "~",
        "[]",
        "{}",
        "5",
        "-1",
        "999999999999",
        "true",
        "yes",
        "[a, b]",
        "{a: b}",
        "'x y'",
        "åäö",
        "{days: 3}",
        "1.5",
    ]
)


@given(line=st.integers(0, SMALL.count("\n") - 1), value=VALUES, keep=st.booleans())
@settings(max_examples=examples(150))
def test_any_value_put_anywhere_in_a_programme_gives_a_report_and_never_an_error(
    line: int, value: str, keep: bool
) -> None:
    lines = SMALL.splitlines()
    key, colon, _ = lines[line].partition(":")
    lines[line] = f"{key}{colon} {value}" if keep else value
    report = check("\n".join(lines), years=YEARS)
    assert report.passed == (report.programme is not None and not report.errors)


@given(start=st.integers(0, len(SMALL) - 1), length=st.integers(1, 200))
@settings(max_examples=examples(150))
def test_any_piece_cut_out_of_a_programme_gives_a_report_and_never_an_error(start: int, length: int) -> None:
    check(SMALL[:start] + SMALL[start + length :], years=YEARS)


def cuts() -> Iterator[tuple[str, ...]]:
    """Every step of Relocate, and the parts of each that it cannot do without."""
    steps = loaded()["steps"]
    for name, step in steps.items():
        yield (name,)
        for key in ("role", "due", "end", "outcomes", "waiting_on", "kind", "title", "phase", "action"):
            if key in step:
                yield name, key
        for outcome in step.get("outcomes", {}):
            for key in ("go_on", "exit", "again", "hold", "title"):
                if step["outcomes"][outcome].get(key):
                    yield name, "outcomes", outcome, key


@cache
def loaded() -> dict[str, Any]:
    """Relocate as plain values. The base loader makes only text, so numbers and true or false are made here."""
    return dict(plain(yaml.load(RELOCATE, Loader=yaml.BaseLoader)))


def plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: plain(child) for key, child in value.items()}
        case list():
            return [plain(child) for child in value]
        case "true" | "false":
            return value == "true"
        case str() if value.isdigit():
            return int(value)
        case _:
            return value


def written(programme: dict[str, Any]) -> str:
    return str(yaml.dump(programme, Dumper=DUMPER, allow_unicode=True, sort_keys=False))


def without(path: tuple[str, ...]) -> str:
    programme = deepcopy(loaded())
    around = programme["steps"]
    for key in path[:-1]:
        around = around[key]
    del around[path[-1]]
    return written(programme)


LEAVES = {"follow_up_6m", "moved", "studying", "employed"}
"""Steps that nothing else hangs on, so that a programme without one is as good as before."""

CUTS = [cut for cut in cuts() if len(cut) > 1 or cut[0] not in LEAVES]


@pytest.mark.parametrize("cut", random.Random(1234).sample(CUTS, 60), ids=".".join)
def test_relocate_without_any_one_of_its_parts_is_not_passed_in_silence(cut: tuple[str, ...]) -> None:
    assert check(without(cut), years=YEARS).problems


@pytest.mark.parametrize("name", ["relocate", "react_eu"])
def test_a_seed_programme_passes_with_no_error_and_no_warning(name: str) -> None:
    report = check((ROOT / "programmes" / f"{name}.yaml").read_text(encoding="utf-8"), years=YEARS)
    assert report.problems == ()
    assert report.passed


def test_a_programme_that_nothing_ends_is_noticed() -> None:
    source = read(SMALL)
    small = Shape(source).programme
    assert small is not None
    steps = dict(small.steps)
    for name in ("review", "close"):
        on = {end: found.model_copy(update=ON) for end, found in steps[name].outcomes.items()}
        steps[name] = steps[name].model_copy(update={"outcomes": on})
    endless = resolve(small.model_copy(update={"steps": steps}), YEARS)
    found = check_runs(Draft(source, endless), endless)
    assert Code.RUN_WITHOUT_END in {one.code for one in found}


def test_relocate_written_by_a_program_is_judged_like_the_one_written_by_hand() -> None:
    again = check(written(loaded()), years=YEARS)
    assert again.problems == ()
    assert again.programme == check(RELOCATE, years=YEARS).programme
