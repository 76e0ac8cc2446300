"""Why a task is due when it is: the rule of its clock in words, and what goes off until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from console.language import say
from journey.calendars import local
from journey.wording import spoken_day
from schemas.base import Language
from schemas.clocks import Anchor, DayOff, Due, Offset
from schemas.programme import Programme
from schemas.tasks import Task


@dataclass(frozen=True)
class Clock:
    """`why` are short sentences; `ahead` is what goes off and when, earliest first."""

    why: tuple[str, ...]
    ahead: tuple[tuple[datetime, str], ...]


def clock(programme: Programme, task: Task, now: datetime, language: Language, *, held: bool) -> Clock:
    """The clock of an open task."""
    step = programme.steps[task.step]
    due = (step.due_again if task.generation > 1 else None) or step.due
    why = [_extended(language)] if task.extended else _rule(programme, task, due, language) if due else []
    if due is not None and not task.extended and due.day_off is not DayOff.KEEP and (due.days or due.working_days):
        why.append(say(f"clocks.day_off_{due.day_off}", language))
    if task.due_at is not None:
        why.append(say(_standing(task, held=held), language))
    ahead = [(alarm.at, say(f"clocks.alarm_{alarm.kind}", language)) for alarm in task.alarms if alarm.at > now]
    return Clock(tuple(why), tuple(ahead[:5]))


def _extended(language: Language) -> str:
    return say("clocks.extended", language)


def _standing(task: Task, *, held: bool) -> str:
    if task.fixed:
        return "clocks.fixed"
    return "clocks.stopped" if held else "clocks.promise"


def _rule(programme: Programme, task: Task, due: Due, language: Language) -> list[str]:
    if due.before is not None:
        title = programme.dates[due.before].title[language] if due.before in programme.dates else due.before
        return [say("clocks.before", language, length=_length(due, language), date=title)]
    since = spoken_day(local(task.anchor_at or task.opened_at, programme.calendars[due.calendar]), language)
    return [
        say(
            "clocks.after",
            language,
            length=_length(due, language),
            anchor=_anchor(programme, due, language),
            since=since,
        )
    ]


def _anchor(programme: Programme, due: Due, language: Language) -> str:
    if due.after in set(Anchor):
        return say(f"clocks.anchor_{due.after}", language)
    return programme.dates[due.after].title[language] if due.after in programme.dates else due.after


def _length(length: Offset, language: Language) -> str:
    for unit in ("days", "working_days", "office_hours"):
        count = getattr(length, unit)
        if count is not None:
            return say(f"clocks.{unit}_{'one' if count == 1 else 'many'}", language, count=count)
    return say("clocks.days_many", language, count=0)
