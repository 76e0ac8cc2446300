"""A programme as its pages show it: its steps phase by phase, whom they concern, which letters they send. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from journey.deadlines import reminders, rungs
from journey.rules import Rules, Said
from journey.steps import not_applicable
from schemas.base import Both
from schemas.comparison import Aspect
from schemas.programme import Kind, Programme, Step, Template


@dataclass(frozen=True)
class Line:
    """A step in the list. `due` is when it is done by, in a few words; `pale`: it does not concern whoever is meant."""

    name: str
    step: Step
    who: Both | None
    due: Both | None
    pale: bool


@dataclass(frozen=True)
class Stage:
    """A phase with its steps."""

    name: str
    title: Both
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Letter:
    """A letter that a step sends; without `template` the words are the built-in ones."""

    name: str
    template: Template | None


def stages(programme: Programme, pale: frozenset[str]) -> tuple[Stage, ...]:
    """Every phase that has steps, in the programme's order."""
    rules = Rules(programme)
    found: dict[str, list[Line]] = {}
    for name, step in programme.steps.items():
        who = rules.party(step.waiting_on) if step.waiting_on else rules.role(step.role) if step.role else None
        due = rules.brief(step.due) if step.due else None
        found.setdefault(step.phase, []).append(Line(name, step, who, due, name in pale))
    return tuple(Stage(key, phase.title, tuple(found[key])) for key, phase in programme.phases.items() if key in found)


def questions(programme: Programme) -> tuple[str, ...]:
    """The facts that steps depend on, those that most steps do first."""
    asked = programme.asked_by
    return tuple(sorted((fact for fact in programme.facts if fact in asked), key=lambda fact: -len(asked[fact])))


def pale_steps(programme: Programme, facts: Mapping[str, str]) -> frozenset[str]:
    """The steps that do not concern somebody with these answers."""
    return not_applicable(programme, facts, None) if facts else frozenset()


def told(rules: Rules, name: str) -> list[Said]:
    """Everything that is said of a step but its title; what holds for all steps is written out."""
    programme = rules.programme
    step, found = programme.steps[name], []
    for each in rules.of_step(name):
        lines = each.lines
        if each.aspect is Aspect.REMIND and step.remind is None:
            lines = tuple(map(rules.reminder, programme.defaults.remind))
        if each.aspect is Aspect.ESCALATE and step.escalate is None:
            lines = tuple(map(rules.rung, programme.defaults.escalate))
        if each.aspect is not Aspect.TITLE and lines:
            found.append(Said(each.aspect, each.label, lines, each.value, each.name, each.title))
    return found


def letters(programme: Programme, name: str) -> list[Letter]:
    """The letters that a step may send, each once."""
    return [Letter(each, programme.notices.get(each)) for each in dict.fromkeys(_letters(programme, name))]


def _letters(programme: Programme, name: str) -> Iterator[str]:
    step = programme.steps[name]
    yield from (rule.notice for rule in step.opens_with)
    for outcome in step.outcomes.values():
        yield from (rule.notice for rule in outcome.notices)
    if step.kind is Kind.MILESTONE:
        return
    yield from (rule.notice for rule in reminders(programme, step))
    yield from (rung.notice for rung in rungs(programme, step))
    if step.end is not None and step.end.hand_to is not None:
        yield step.end.notice
