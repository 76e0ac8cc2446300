"""What opens next: after every change, whatever has become possible, until nothing changes any more.

An open journey is never left without somebody who owns what comes next: when no step can open, the programme's
fallback step does.
"""

from __future__ import annotations

from collections.abc import Iterable

from journey.steps import Standing, not_applicable, standing_of
from journey.turn import ALL, Turn
from schemas.events import CloseReason, EventKind
from schemas.journey import Result, Status
from schemas.programme import Kind

REACHED = "reached"
"""The outcome of a milestone, for the `needs` of the steps after it."""


def settle(turn: Turn) -> None:
    """Open and close steps until nothing changes; then make sure that somebody owns what comes next."""
    while turn.changed or turn.reopenable or turn.new_facts:
        excluded = not_applicable(turn.programme, turn.facts, turn.exit)
        _close_what_no_longer_applies(turn, excluded)
        for name in _candidates(turn, excluded):
            if name in turn.results:
                if turn.results[name].waived:
                    turn.changed.add(name)  # done without beforehand: what follows from it may be able to open now
            elif name not in turn.tasks and _may_open(turn, name, excluded):
                _enter(turn, name)
    if turn.hold is None and not turn.tasks:
        if turn.exit is None:
            turn.open_task(turn.programme.fallback)
        elif turn.status is not Status.ENDED:
            turn.status, turn.ended_at = Status.ENDED, turn.at
            turn.emit(EventKind.JOURNEY_ENDED, exit=turn.exit)


def _candidates(turn: Turn, excluded: frozenset[str]) -> Iterable[str]:
    """The steps that may be able to open now, in the programme's order."""
    changed, new_facts, found = turn.changed, turn.new_facts, turn.reopenable
    applies_now, applies_no_more = turn.excluded - excluded, excluded - turn.excluded
    turn.changed, turn.new_facts, turn.reopenable, turn.excluded = set(), set(), set(), excluded
    if ALL in changed:
        return tuple(turn.programme.steps)
    for step in (*changed, *applies_no_more):
        found.update(turn.programme.dependents[step])
    for fact in new_facts:
        found.update(turn.programme.asked_by.get(fact, ()))
    found |= applies_now
    found -= excluded
    return sorted(found, key=turn.programme.places.__getitem__)


def _close_what_no_longer_applies(turn: Turn, excluded: frozenset[str]) -> None:
    if excluded.isdisjoint(turn.tasks):
        return
    for task in [task for task in turn.tasks.values() if task.step in excluded]:
        if task.step != turn.programme.fallback:
            turn.close_task(task, CloseReason.NOT_APPLICABLE)


def _may_open(turn: Turn, name: str, excluded: frozenset[str]) -> bool:
    step, results = turn.programme.steps[name], turn.results
    for needed in step.needs:
        if needed not in results and needed not in excluded:
            return False  # by far the most common answer
    if name in excluded or name == turn.programme.fallback or bool(step.after_exit) != (turn.exit is not None):
        return False
    if standing_of(step, excluded, results, turn.facts, turn.exit) is not Standing.READY:
        return False
    return not turn.waivers or not any(is_ahead(turn, needed, excluded) for needed in step.needs)


def is_ahead(turn: Turn, name: str, excluded: frozenset[str]) -> bool:
    """Whether a step that was done without beforehand would not be open yet: nothing follows from it until then."""
    result = turn.results.get(name)
    if result is None or not result.waived or result.generation or name in excluded:
        return False
    step = turn.programme.steps[name]
    waiting = standing_of(step, excluded, turn.results, turn.facts, turn.exit) is Standing.WAITING
    return waiting or any(is_ahead(turn, needed, excluded) for needed in step.needs)


def _enter(turn: Turn, name: str) -> None:
    step = turn.programme.steps[name]
    if step.kind is Kind.MILESTONE:
        turn.keep_result(name, Result(generation=1, outcome=REACHED, at=turn.at))
        turn.emit(EventKind.MILESTONE_REACHED, step=name, counts=step.counts)
    else:
        turn.open_task(name)
