"""From what somebody typed to what a journey may be told: the task, the outcome, the form and the facts in it.

It judges and reads; it neither stores nor sends. The form stays here: a journey is told only those of its facts and
dates that the programme knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from db.pool import Database
from db.queries import sql
from journey.calendars import local_day, local_to_utc
from journey.errors import UnknownOutcome, UnknownTask
from schemas.base import DateOrTime, Language, Name
from schemas.forms import FormRefused, check_form
from schemas.forms.problems import shown
from schemas.journey import Pace
from schemas.programme import Programme, Step
from schemas.tasks import journey_of_task
from services.completing.errors import FormNotAccepted
from services.publish import load

GENERIC = "generic"
"""The form of a step that names none: a note, and what the outcome asks for."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,47}")
_DATES: TypeAdapter[dict[str, date | datetime]] = TypeAdapter(dict[Name, DateOrTime])


@dataclass(frozen=True)
class Place:
    """A task in its journey. `now` is journey time; `ended` says that the read tables know the task as ended."""

    task: str
    journey: str
    step_name: str
    programme: Programme
    known: Mapping[str, str | date | datetime]
    now: datetime
    ended: bool

    @property
    def step(self) -> Step:
        return self.programme.steps[self.step_name]

    def day(self, moment: datetime) -> date:
        """The local date, in the calendar of the office."""
        return local_day(moment, self.programme.office)

    def announced(self, task: str, language: Language) -> dict[str, Any]:
        """What is known of another task of this journey from its id alone."""
        name = task.rsplit(".", 2)[1]
        step = self.programme.steps[name]
        return {"id": task, "journey": self.journey, "step": name, "title": step.title[language], "role": step.role}


@dataclass(frozen=True)
class Filled:
    """A form that has been accepted: its name, its answers as they are stored, and what the journey is told."""

    form: str
    answers: dict[str, Any]
    facts: dict[str, str]
    dates: dict[str, date | datetime]


async def find_place(db: Database, task: str, now: datetime, by: str) -> Place:
    """Find a task's journey and its programme. `now` is wall time. Raises `UnknownTask`, also for what may not be seen.

    A task that the read tables do not have (yet) is left to the journey to judge.
    """
    journey = journey_of_task(task) if _is_identifier(task) else None
    if journey is None:
        raise UnknownTask(task=shown(task))
    async with db.acting_as(by) as connection:
        record = await connection.fetchrow(sql.place_of_task, journey, task)
    if record is None:
        raise UnknownTask(task=task)
    programme = await load(db, record["programme"], record["version"], by=by)
    step = task.rsplit(".", 2)[1]
    if step not in programme.steps:
        raise UnknownTask(task=task)
    return Place(
        task=task,
        journey=journey,
        step_name=step,
        programme=programme,
        known={**record["facts"], **_DATES.validate_python(record["dates"])},
        now=Pace.model_validate(record["pace"]).to_journey(now),
        ended=record["task_status"] not in (None, "open"),
    )


def fill_in(place: Place, outcome: str, answers: Mapping[str, Any], kept_at: datetime | None = None) -> Filled:
    """Judge the answers given with an outcome. Raises `UnknownOutcome` or `FormNotAccepted`.

    A form that was kept at `kept_at` is judged as of then and by itself, so that the same again is never too late.
    """
    chosen = place.step.outcomes.get(outcome)
    if chosen is None:
        raise _no_such_outcome(place, outcome)
    name = place.step.form or GENERIC
    today = place.day(kept_at or place.now)
    try:
        form = check_form(
            name,
            outcome,
            answers,
            today=today,
            to_utc=local_to_utc,
            asks=(*chosen.asks, *chosen.asks_dates),
            parameters=parameters_on(place.programme, today),
            known={} if kept_at else place.known,
        )
    except FormRefused as refused:
        raise FormNotAccepted(refused.problems) from None
    facts = {fact: value for fact, value in form.facts().items() if fact in place.programme.facts}
    dates = {name: value for name, value in form.dates().items() if name in place.programme.dates}
    return Filled(form=name, answers=form.answers(), facts=facts, dates=dates)


def named_outcome(place: Place, outcome: str) -> str:
    """The outcome, when it can be one at all. Raises `UnknownOutcome`."""
    if not _NAME.fullmatch(outcome):
        raise _no_such_outcome(place, outcome)
    return outcome


def parameters_on(programme: Programme, day: date) -> dict[str, Decimal]:
    """The programme's parameters as they are on a date; one that begins later is left out."""
    found: dict[str, Decimal] = {}
    for name, values in programme.parameters.items():
        begun = [value for value in values if value.since <= day]
        if begun:
            found[name] = max(begun, key=lambda value: value.since).value
    return found


def _no_such_outcome(place: Place, outcome: str) -> UnknownOutcome:
    return UnknownOutcome(task=place.task, outcome=shown(outcome), choices=", ".join(place.step.outcomes))


def _is_identifier(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}", text))
