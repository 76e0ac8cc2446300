"""The map of a journey: every step of its programme, phase by phase, and how it stands for this person. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from journey.steps import not_applicable
from schemas.base import Both
from schemas.journey import Result
from schemas.programme import Kind, Programme
from schemas.tasks import Task


class Stands(StrEnum):
    """How a step stands for somebody: a closed set."""

    DONE = "done"
    WAIVED = "waived"
    NOW = "now"
    AHEAD = "ahead"
    NOT = "not"


@dataclass(frozen=True)
class Stop:
    """One step on the map. `outcome` and `at` say how and when it ended; `task` is what is open."""

    step: str
    title: Both
    stands: Stands
    outcome: Both | None = None
    at: datetime | None = None
    task: Task | None = None
    milestone: bool = False


@dataclass(frozen=True)
class Stretch:
    """A phase with its steps; those that do not concern this person apart."""

    title: Both
    stops: tuple[Stop, ...]
    others: tuple[Stop, ...]

    @property
    def done(self) -> int:
        return sum(stop.stands in (Stands.DONE, Stands.WAIVED) for stop in self.stops)

    @property
    def stands(self) -> Stands:
        """How the phase stands as a whole."""
        found = {stop.stands for stop in self.stops}
        if Stands.NOW in found:
            return Stands.NOW
        if not found:
            return Stands.NOT
        done = found & {Stands.DONE, Stands.WAIVED}
        return Stands.DONE if done and Stands.AHEAD not in found else Stands.NOW if done else Stands.AHEAD


def journey_map(
    programme: Programme,
    results: Mapping[str, Result],
    tasks: Sequence[Task],
    facts: Mapping[str, str],
    exit_code: str | None,
) -> tuple[Stretch, ...]:
    """Every phase that has steps, in the programme's order."""
    opened = {task.step: task for task in tasks}
    excluded = not_applicable(programme, facts, exit_code)
    stops: dict[str, list[Stop]] = {}
    for name, step in programme.steps.items():
        left_out = (
            name in excluded
            or (bool(step.after_exit) and exit_code is None)
            or (name == programme.fallback and name not in opened and name not in results)
        )
        stops.setdefault(step.phase, []).append(
            _stop(programme, name, results.get(name), opened.get(name), left_out=left_out)
        )
    return tuple(
        Stretch(
            phase.title,
            tuple(stop for stop in stops[key] if stop.stands is not Stands.NOT),
            tuple(stop for stop in stops[key] if stop.stands is Stands.NOT),
        )
        for key, phase in programme.phases.items()
        if key in stops
    )


def _stop(programme: Programme, name: str, result: Result | None, task: Task | None, *, left_out: bool) -> Stop:
    step = programme.steps[name]
    milestone = step.kind is Kind.MILESTONE
    if task is not None:
        return Stop(name, step.title, Stands.NOW, task=task)
    if result is not None:
        outcome = step.outcomes.get(result.outcome)
        stands = Stands.WAIVED if result.waived else Stands.DONE
        return Stop(name, step.title, stands, outcome.title if outcome else None, result.at, milestone=milestone)
    return Stop(name, step.title, Stands.NOT if left_out else Stands.AHEAD, milestone=milestone)
