"""Putting right what is known: the answers and the dates that a journey goes by. What is not known is for its steps.

Everything known is asked for with what is known filled in; what is left as it is, is not touched.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from console.asking import TO_COME, Asked, Unclear, day_of, moment_of
from console.forms import Shown
from console.viewing import View
from journey import calendars
from schemas.commands import Command
from schemas.mending import CorrectAnswers

FACT, DATE = "fact-", "date-"


def may_be_corrected(view: View) -> bool:
    """Whether anything is known."""
    return bool(_facts(view) or _dates(view))


def correct_fields(asked: Asked) -> Iterable[Shown]:
    """One field for each answer and each date that is known."""
    programme, language = asked.programme, asked.language
    for name, value in _facts(asked.view).items():
        fact = programme.facts[name]
        choices = tuple((each, words[language]) for each, words in fact.values.items())
        typed = asked.one(FACT + name) or value
        yield Shown(name=FACT + name, label=fact.title[language], kind="choice", value=typed, choices=choices)
    for name, moment in _dates(asked.view).items():
        timed = programme.dates[name].minutes is not None
        typed = asked.one(DATE + name) if DATE + name in asked.sent else _typed(asked, moment)
        title = programme.dates[name].title[language]
        yield Shown(name=DATE + name, label=title, kind="time" if timed else "date", value=typed)


def correct(asked: Asked) -> Command:
    """What is to be different. Raises `Unclear`."""
    facts, dates = {}, {}
    for shown in correct_fields(asked):
        kind, name = shown.name[: len(FACT)], shown.name[len(FACT) :]
        if kind == FACT:
            if shown.value not in {value for value, _ in shown.choices}:
                raise Unclear(shown.name, "acts.choose")
            facts[name] = shown.value
        elif shown.value != _typed(asked, known := _dates(asked.view)[name]):
            dates[name] = moment_of(asked, shown.name) if isinstance(known, datetime) else day_of(asked, shown.name)
    changed = {name: value for name, value in facts.items() if value != _facts(asked.view)[name]}
    if not changed and not dates:
        raise Unclear("", "acts.nothing_corrected")
    return CorrectAnswers(id=TO_COME, facts=changed, dates=dates)


def _facts(view: View) -> dict[str, str]:
    known: Mapping[str, str] = view.state.facts if view.state else view.shown["facts"]
    return {name: known[name] for name in view.programme.facts if name in known}


def _dates(view: View) -> dict[str, date | datetime]:
    known = view.state.dates if view.state else view.shown["dates"]
    return {name: _moment(known[name]) for name in view.programme.dates if name in known}


def _moment(value: date | datetime | str) -> date | datetime:
    """As the process has it, or as the read tables do."""
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _typed(asked: Asked, moment: date | datetime) -> str:
    """As a field of a form has it, by the clocks of the office."""
    if isinstance(moment, datetime):
        return f"{calendars.local(moment, asked.office):%Y-%m-%dT%H:%M}"
    return moment.isoformat()
