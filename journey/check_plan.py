"""How to bring a simulated journey to a step: which outcomes the steps before it must end with, and which facts.

A plan is a good guess, not a proof: the walk shows whether it holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from journey.check_draft import passes
from schemas.programme import Outcome, Programme, Step

MAX_DEPTH = 200
TURNS = 3


@dataclass
class Plan:
    """What is wanted on the way to `target`. `facts` are to be so; `ends` says how steps may end."""

    target: str
    facts: dict[str, str] = field(default_factory=dict)
    ends: dict[str, set[str]] = field(default_factory=dict)


def plans(programme: Programme, target: str) -> Iterator[Plan]:
    """Ways to a step, the likeliest first: each asks for other values of the facts that leave a choice."""
    for turn in range(TURNS):
        plan = Plan(target)
        _want(programme, target, plan, turn, MAX_DEPTH)
        codes = set(programme.steps[target].after_exit)
        if codes:
            _want_exit(programme, codes, plan, turn)
        yield plan


def _want_exit(programme: Programme, codes: set[str], plan: Plan, turn: int) -> None:
    """For a step after the exit: a step that leaves by a fitting exit."""
    doors = [
        (name, end)
        for name, step in programme.steps.items()
        for end, outcome in step.outcomes.items()
        if outcome.exit in codes
    ]
    if doors:
        name, end = doors[turn % len(doors)]
        _want(programme, name, plan, turn, MAX_DEPTH)
        plan.ends[name] = {end}


def _want(programme: Programme, name: str, plan: Plan, turn: int, depth: int) -> None:
    step = programme.steps[name]
    if depth == 0 or _ruled_out(step, plan):
        return
    for fact, values in step.when.items():
        if values:
            plan.facts.setdefault(fact, values[turn % len(values)])
    for needed, accepted in step.needs.items():
        if needed not in programme.steps:
            continue
        outcomes = programme.steps[needed].outcomes
        good = {end for end in accepted if end in outcomes and passes(outcomes[end], needed, programme)}
        seen_before = needed in plan.ends
        plan.ends[needed] = (plan.ends.get(needed, good) & good) or good
        if not seen_before:
            _want(programme, needed, plan, turn, depth - 1)


def _ruled_out(step: Step, plan: Plan) -> bool:
    return any(fact in plan.facts and plan.facts[fact] not in values for fact, values in step.when.items())


def fits(outcome: Outcome, plan: Plan) -> bool:
    """Whether the outcome leaves the wanted facts as they should be."""
    return all(plan.facts.get(fact, value) == value for fact, value in outcome.sets.items())


def choose(programme: Programme, name: str, plan: Plan) -> str:
    """How a step on the way should end."""
    outcomes = programme.steps[name].outcomes
    wanted = plan.ends.get(name, set())

    def rank(item: tuple[str, Outcome]) -> tuple[bool, bool, bool, bool]:
        end, outcome = item
        gives = any(plan.facts.get(fact) == value for fact, value in outcome.sets.items())
        asks = any(fact in plan.facts for fact in outcome.asks)
        quiet = outcome.go_on
        return (bool(wanted) and end not in wanted, not fits(outcome, plan), not (gives or asks), not quiet)

    return min(outcomes.items(), key=rank)[0]
