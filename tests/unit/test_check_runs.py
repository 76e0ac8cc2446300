"""Simulated runs are a second line: what reading a draft would have refused already, they still notice in motion."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from journey.check_draft import Draft
from journey.check_runs import check_runs
from journey.check_shape import Shape
from journey.check_walk import BEGIN, Seen, Walk, begin
from journey.checks import resolve
from journey.source import Source, read
from schemas.draft import Code, Problem
from schemas.programme import Kind, Programme

SMALL = Path(__file__).parent / "drafts" / "small.yaml"


@cache
def source() -> Source:
    return read(SMALL.read_text(encoding="utf-8"))


def small(**changed_steps: dict[str, Any]) -> Programme:
    programme = Shape(source()).programme
    assert programme is not None
    steps = {name: step.model_copy(update=changed_steps.get(name, {})) for name, step in programme.steps.items()}
    return resolve(programme.model_copy(update={"steps": steps}), range(2026, 2029))


def problems(programme: Programme) -> list[Problem]:
    return list(check_runs(Draft(source(), programme), programme))


def codes(programme: Programme) -> set[Code]:
    return {found.code for found in problems(programme)}


def test_a_sound_programme_shows_everything_in_motion() -> None:
    assert problems(small()) == []


def test_a_task_that_nobody_owns_is_noticed() -> None:
    found = [one for one in problems(small(close={"role": None})) if one.code is Code.RUN_NO_OWNER]
    assert [one.place.path for one in found] == ["steps.close"]


def test_a_wait_without_a_time_is_noticed() -> None:
    found = [one for one in problems(small(answer={"due": None, "end": None})) if one.code is Code.RUN_NO_EXPECTED]
    assert [one.place.path for one in found] == ["steps.answer"]


def test_what_the_engine_refuses_is_said_as_a_sentence_at_the_step() -> None:
    found = problems(small(course={"when": {"route": ("never",)}}))
    assert [(one.code, one.place.path) for one in found] == [(Code.RUN_REFUSED, "steps.close")]
    assert "route cannot be never" in found[0].en  # the run on its way to the step after the course


def test_an_outcome_that_no_run_comes_to_is_noticed() -> None:
    done = small().steps["close"].outcomes["done"]
    sides = {f"side_{n}": small().steps["close"].model_copy(update={"needs": {"talk": ("agreed",)}}) for n in range(3)}
    programme = small()
    steps = {**programme.steps, **sides}
    steps["side_0"] = steps["side_0"].model_copy(update={"kind": Kind.MILESTONE, "outcomes": {"done": done}})
    found = problems(programme.model_copy(update={"steps": steps}))
    assert (Code.OUTCOME_NEVER_REACHED, "steps.side_0.outcomes.done") in [(one.code, one.place.path) for one in found]


def test_the_same_draft_always_gives_the_same_runs() -> None:
    runs = [Seen(), Seen()]
    for seen in runs:
        walk = Walk(begin(small()), seen)
        assert walk.now == BEGIN
        while not walk.over and walk.let_time_pass() and seen.turns < 50:
            pass
    assert runs[0] == runs[1]
    assert problems(small()) == problems(small())
