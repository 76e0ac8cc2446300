"""A draft as the rules see it: what could be read, and where everything stands in the file."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TypeVar

from journey.check_problem import problem
from journey.settling import REACHED
from journey.source import Path, Source, Table
from schemas.clocks import Due, Reminder, Rung
from schemas.draft import Code, Problem
from schemas.programme import Again, HoldRule, Kind, NoticeRule, Outcome, Programme, Step, Then

T = TypeVar("T")


class Draft:
    """The programme as far as it could be read, with the source it came from."""

    def __init__(self, source: Source, programme: Programme) -> None:
        self.source = source
        self.programme = programme

    def say(self, code: Code, *path: str | int, **words: object) -> Problem:
        """One problem at the place of this path."""
        return problem(code, self.source.place(path), **words)

    def declared(self, section: str) -> set[str]:
        """The names written in a section, whether or not what they stand for could be used."""
        node = self.source.node((section,))
        return set(node.entries) if isinstance(node, Table) else set()

    def steps(self) -> Iterator[tuple[str, Step]]:
        """Every step with its name, in file order."""
        yield from self.programme.steps.items()

    def outcomes(self) -> Iterator[tuple[str, str, Outcome]]:
        """Every outcome with its step's name and its own."""
        for step, found in self.steps():
            for name, outcome in found.outcomes.items():
                yield step, name, outcome

    def ladder_rules(self) -> Iterator[tuple[Path, Reminder | Rung]]:
        """Every reminder and every rung that is written out."""
        yield from _numbered(("defaults", "remind"), self.programme.defaults.remind)
        yield from _numbered(("defaults", "escalate"), self.programme.defaults.escalate)
        for name, step in self.steps():
            yield from _numbered(("steps", name, "remind"), step.remind or ())
            yield from _numbered(("steps", name, "escalate"), step.escalate or ())

    def dues(self) -> Iterator[tuple[Path, Step, Due]]:
        """Every clock, also that of later generations."""
        for name, step in self.steps():
            if step.due is not None:
                yield ("steps", name, "due"), step, step.due
            if step.due_again is not None:
                yield ("steps", name, "due_again"), step, step.due_again

    def notice_rules(self) -> Iterator[tuple[Path, NoticeRule]]:
        """Every message that the programme sends besides reminders and escalations."""
        for name, step in self.steps():
            yield from _numbered(("steps", name, "opens_with"), step.opens_with)
        for name, outcome, found in self.outcomes():
            yield from _numbered(("steps", name, "outcomes", outcome, "notices"), found.notices)
        for code, exit_ in self.programme.exits.items():
            yield from _numbered(("exits", code, "notices"), exit_.notices)

    def thens(self) -> Iterator[tuple[Path, Then]]:
        """What happens when an `again` or a `hold` is used up."""
        for name, outcome, found in self.outcomes():
            path = ("steps", name, "outcomes", outcome)
            if found.again is not None:
                yield (*path, "again", "then"), found.again.then
            if found.hold is not None:
                yield (*path, "hold", "then"), found.hold.then

    @cached_property
    def ancestors(self) -> dict[str, frozenset[str]]:
        """For each step, every step that it depends on through `needs`, directly or not."""
        found: dict[str, set[str]] = {name: set() for name in self.programme.steps}
        for name, after in self.programme.descendants.items():
            for step in after:
                found.setdefault(step, set()).add(name)
        return {name: frozenset(before) for name, before in found.items()}

    def endings(self, step: str) -> dict[str, bool]:
        """How a step can end: each outcome's name, and whether a step after it may build on it."""
        found = self.programme.steps[step]
        if found.kind is Kind.MILESTONE:
            return {REACHED: True}
        return {name: passes(outcome, step, self.programme) for name, outcome in found.outcomes.items()}


def passes(outcome: Outcome, step: str, programme: Programme) -> bool:
    """Whether the outcome can stand as a result that later steps build on."""
    rule = outcome.again or outcome.hold
    if rule is None:
        return outcome.exit is None
    if rule.then.go_on:
        return True
    target = goes_back_to(outcome, step)
    return target != step and step not in programme.descendants.get(target or step, frozenset())


def goes_back_to(outcome: Outcome, step: str) -> str | None:
    """The step that an outcome opens anew, at once or after a rest; a rest goes back to its own step by default."""
    if outcome.again is not None:
        return outcome.again.step
    return (outcome.hold.resume or step) if outcome.hold is not None else None


def effects(outcome: Outcome) -> list[str]:
    """The names of the effects that are given."""
    given = {"go_on": outcome.go_on, "exit": outcome.exit, "again": outcome.again, "hold": outcome.hold}
    return [name for name, value in given.items() if value]


def exit_of(outcome: Outcome) -> str | None:
    """The exit that an outcome leads to, at once or when its times are used up."""
    rule: Again | HoldRule | None = outcome.again or outcome.hold
    return outcome.exit or (rule.then.exit if rule else None)


def _numbered(path: Path, rules: tuple[T, ...]) -> Iterator[tuple[Path, T]]:
    for index, rule in enumerate(rules):
        yield (*path, index), rule
