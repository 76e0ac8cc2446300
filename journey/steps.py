"""Which steps may open: memberships over results and facts, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from schemas.journey import Result
from schemas.programme import Programme, Step

_MEMO_LIMIT = 1_024


class Standing(StrEnum):
    """How a step stands towards its conditions."""

    READY = "ready"
    WAITING = "waiting"
    BLOCKED = "blocked"
    NOT_APPLICABLE = "not_applicable"


def not_applicable(programme: Programme, facts: Mapping[str, str], exit_code: str | None) -> frozenset[str]:
    """The steps that do not concern a participant with these facts. Kept, for it is asked at every turn."""
    memo = programme.memo
    key = (exit_code, *facts.items())
    found = memo.get(key)
    if found is None:
        if len(memo) >= _MEMO_LIMIT:
            memo.clear()
        found = memo[key] = _not_applicable(programme, facts, exit_code)
    return found


def _not_applicable(programme: Programme, facts: Mapping[str, str], exit_code: str | None) -> frozenset[str]:
    found: dict[str, bool] = {}

    def excluded(name: str) -> bool:
        if name not in found:
            found[name] = False  # a cycle, which the checks refuse, ends here instead of recursing
            step = programme.steps[name]
            needs = [excluded(needed) for needed in step.needs]
            found[name] = _ruled_out(step, facts, exit_code) or (bool(needs) and all(needs))
        return found[name]

    return frozenset(name for name in programme.steps if excluded(name))


def _ruled_out(step: Step, facts: Mapping[str, str], exit_code: str | None) -> bool:
    if step.after_exit and exit_code is not None and exit_code not in step.after_exit:
        return True
    return any(fact in facts and facts[fact] not in values for fact, values in step.when.items())


def standing(
    programme: Programme, name: str, results: Mapping[str, Result], facts: Mapping[str, str], exit_code: str | None
) -> Standing:
    """How a step stands at this moment."""
    excluded = not_applicable(programme, facts, exit_code)
    if name in excluded:
        return Standing.NOT_APPLICABLE
    return standing_of(programme.steps[name], excluded, results, facts, exit_code)


def standing_of(
    step: Step,
    excluded: frozenset[str],
    results: Mapping[str, Result],
    facts: Mapping[str, str],
    exit_code: str | None,
) -> Standing:
    """How a step stands that does apply, when it is known which steps do not."""
    waiting = bool(step.after_exit) and exit_code is None
    for needed, accepted in step.needs.items():
        if needed in excluded:
            continue
        result = results.get(needed)
        if result is None:
            waiting = True
        elif result.outcome not in accepted:
            return Standing.BLOCKED
    if waiting:
        return Standing.WAITING
    for fact in step.when:
        if fact not in facts:
            return Standing.WAITING
    return Standing.READY
