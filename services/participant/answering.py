"""What a participant answers on their own page: their own answers end a step, what others decided they report.

Which outcomes may be reported so is the programme's to say (`own_page`); nothing else passes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.pool import Database
from journey.check_own_page import is_theirs
from schemas.base import Language
from schemas.mending import AskForTime
from schemas.programme import PARTICIPANT, OwnAnswer, OwnStep, Programme
from schemas.tasks import journey_of_task
from services.completing.completing import complete
from services.completing.filling_in import Place, find_place
from services.completing.form_help import form_of_step
from services.journeys import Journeys
from services.keys import digest
from services.mending.acts import mend
from services.outside.receiving import receive
from services.participant.errors import NotYoursToSay


@dataclass(frozen=True)
class Answered:
    """What came of an answer. `waits`: staff look at it before it counts."""

    visible: bool = True
    waits: bool = False


def question_of(programme: Programme, step: str) -> OwnStep | None:
    """What the participant may answer about a step; None when that is not theirs to say."""
    own = programme.own_page.get(step)
    return own if own is not None and own.answers else None


def described(programme: Programme, step: str) -> dict[str, Any]:
    """The step's form as far as it is the participant's: their outcomes in their words, what those need, and more."""
    own, whole = programme.own_page[step], form_of_step(programme, step)
    if not is_theirs(programme.steps[step]):
        whole = whole | {"fields": []}
    outcomes = [
        each | {"title": own.answers[each["outcome"]].words.model_dump()}
        for each in whole["outcomes"]
        if each["outcome"] in own.answers
    ]
    wanted = {*own.fields, *(name for each in outcomes for name in each["needs"])}
    return whole | {"outcomes": outcomes, "fields": [each for each in whole["fields"] if each["field"] in wanted]}


async def answer(
    db: Database,
    journeys: Journeys,
    task: str,
    outcome: str,
    answers: Mapping[str, Any],
    *,
    journey: str,
    key: str,
    now: datetime,
    language: Language,
) -> Answered:
    """Take in an answer of the participant of `journey`. `now` is wall time; under the same `key` it acts once.

    Raises a `Refusal` that says why not.
    """
    place = await _place(db, journey, task, now)
    said = _permitted(place, outcome)
    if not is_theirs(place.step):
        return await _tell(db, journeys, place, outcome, confirm=said.confirm, now=now)
    known = {each["field"] for each in described(place.programme, place.step_name)["fields"]}
    permitted = {name: value for name, value in answers.items() if name in known}
    done = await complete(db, journeys, task, outcome, permitted, key=key, by=PARTICIPANT, now=now, language=language)
    return Answered(visible=done.visible)


async def ask_for_time(
    db: Database, journeys: Journeys, task: str, at: datetime | None, *, journey: str, key: str, now: datetime
) -> bool:
    """Ask for a call or an appointment at another time, or no longer. Whether reads agree already.

    Raises a `Refusal` that says why not.
    """
    await _place(db, journey, task, now)
    command = AskForTime(id="to-be-named", task=task, at=at)
    return (await mend(db, journeys, journey, command, key=key, by=PARTICIPANT, now=now)).visible


async def _place(db: Database, journey: str, task: str, now: datetime) -> Place:
    """The task, which must be of this journey. Raises `NotYoursToSay`."""
    if journey_of_task(task) != journey:
        raise NotYoursToSay
    return await find_place(db, task, now, PARTICIPANT)


def _permitted(place: Place, outcome: str) -> OwnAnswer:
    own = question_of(place.programme, place.step_name)
    if own is None or outcome not in own.answers:
        raise NotYoursToSay
    return own.answers[outcome]


async def _tell(
    db: Database, journeys: Journeys, place: Place, outcome: str, *, confirm: bool, now: datetime
) -> Answered:
    """A report of what somebody else decided, as the participant tells it. The same of the same task is one."""
    report = {"journey": place.journey, "type": place.step.event, "outcome": outcome}
    event = f"told-{digest(place.task, outcome)}"
    came = await receive(db, journeys, event, report, by=PARTICIPANT, now=now, to_confirm=confirm)
    return Answered(visible=came.status != "passed_on", waits=came.status == "unmatched")
