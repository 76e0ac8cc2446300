"""Corrections: what was answered, who the person is, and dates that move. What hangs on them follows.

Who the person is, is known in Postgres only: a correction of that passes through here as the names of what changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from journey import appointments, calendars, replies
from journey.letters import places_taken
from journey.mending_errors import DateHasPassed, DateIsSo, KnownAlready, NoSuchDate, UnknownField
from journey.steps import not_applicable
from journey.turn import Turn, dates_of
from schemas.events import EventKind, Notice
from schemas.mending import CorrectAnswers, CorrectIdentity, MoveDate
from schemas.people import IDENTITY


def answers(turn: Turn, command: CorrectAnswers) -> None:
    """Correct facts and named dates; clocks that hang on a date follow, those fixed by somebody else too."""
    replies.judge_answers(turn.programme, command.facts, command.dates)
    facts = {fact: value for fact, value in command.facts.items() if turn.facts.get(fact) != value}
    dates = {name: value for name, value in command.dates.items() if turn.dates.get(name) != value}
    if not facts and not dates:
        raise KnownAlready
    before, changed = turn.dates, turn.note_dates(dates)
    notices = appointments.moved(turn, before, changed)
    notices = (*notices, *_given_up(turn, facts, after=places_taken(notices)))
    turn.emit(EventKind.ANSWERS_CORRECTED, facts=facts, dates=dates, notices=notices)
    turn.learn(facts, {}, changed)


def _given_up(turn: Turn, facts: Mapping[str, str], after: int) -> tuple[Notice, ...]:
    """Appointments of steps that do not concern the person any more are taken back."""
    excluded = not_applicable(turn.programme, {**turn.facts, **facts}, turn.exit) - turn.excluded
    return appointments.taken_back(turn, gone=excluded, without=excluded, after=after) if excluded else ()


def identity(turn: Turn, command: CorrectIdentity) -> None:
    """Take note that who the person is was corrected."""
    if not command.fields:
        raise KnownAlready
    for field in command.fields:
        if field not in IDENTITY:
            raise UnknownField(field=field, choices=", ".join(IDENTITY))
    turn.emit(EventKind.IDENTITY_CORRECTED, fields=command.fields, submission=command.submission)


def move(turn: Turn, command: MoveDate) -> None:
    """Move a named date. Open tasks that count from it follow, but for fixed and extended ones and those in `keep`."""
    name, to = command.date, command.to
    if name not in turn.programme.dates:
        raise NoSuchDate(date=name, choices=", ".join(turn.programme.dates) or "-")
    replies.judge_answers(turn.programme, {}, {name: to})
    if turn.dates.get(name) == to:
        raise DateIsSo(date=name, to=_spoken(turn, to))
    if _has_passed(turn, to):
        raise DateHasPassed(date=name, to=_spoken(turn, to))
    keep = {replies.open_task(turn, task).id for task in command.keep}
    before = turn.dates
    notices = appointments.moved(turn, before, turn.note_dates({name: to}))
    turn.emit(EventKind.DATE_MOVED, dates={name: to}, notices=notices)
    for task in tuple(turn.tasks.values()):
        if name in dates_of(turn.step_of(task)):
            task = turn.answer_wish(task)  # noqa: PLW2901 (the same task, changed)
            if not task.fixed and task.id not in keep:
                turn.retime(task)


def _has_passed(turn: Turn, to: date | datetime) -> bool:
    if isinstance(to, datetime):
        return to <= turn.at
    return to < calendars.local_day(turn.at, turn.programme.office)


def _spoken(turn: Turn, to: date | datetime) -> str:
    calendar = turn.programme.office
    return f"{calendars.local(to, calendar):%Y-%m-%d %H:%M}" if isinstance(to, datetime) else to.isoformat()
