"""Another time: which times a participant may ask for, for a call or an appointment, and what becomes of the wish.

A call of ours may be moved within the time that we have promised it by. An appointment is somebody else's too: the wish
is heard, and the time stays what it is until staff move it. Nothing outside office hours is ever offered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from journey import calendars, deadlines, replies
from journey.mending_errors import NothingWished, NoTimeToChoose, RestsNow, TimeIsSo, TimeOutsideHours, TimeTooLate
from journey.mending_errors import TimeHasPassed as Passed
from journey.turn import Turn
from schemas.clocks import OWNER, Calendar
from schemas.events import EventKind, Notice, Purpose
from schemas.mending import AskForTime
from schemas.programme import PARTICIPANT, Kind, Programme, Step
from schemas.tasks import Hold, Task

TIME_WISHED = "time_wished"
A_CALL = timedelta(minutes=15)
"""How long before the office closes a call begins at the latest."""

CALLS_AHEAD, APPOINTMENTS_AHEAD = 5, 20
"""Working days ahead, within which a late call may be asked for, and another time for an appointment."""

OFFERED_DAYS = 10
NOT_BEFORE = timedelta(hours=2)
"""Nobody is offered a time so near that staff may not see the wish in time."""

_HOUR = timedelta(hours=1)
_NOON = 12


class Window(NamedTuple):
    """Between which times, in whose calendar, something of this length may be asked for; `now_at` is its time now."""

    calendar: Calendar
    until: datetime
    length: timedelta
    now_at: datetime | None


def ask(turn: Turn, command: AskForTime) -> None:
    """Take note of a wish; its owner hears of it. Without a time, an earlier wish is over."""
    task = replies.open_task(turn, command.task)
    if command.at is None:
        if task.wished_at is None:
            raise NothingWished
        turn.answer_wish(task)
        return
    judge(window(turn.programme, task, turn.dates, turn.at, turn.hold), command.at, turn.at)
    if command.at == task.wished_at:
        raise TimeIsSo(at=calendars.local_minute(command.at, turn.calendar_of(task)))
    task = turn.replace_task(task, wished_at=command.at)
    turn.emit(EventKind.TIME_WISHED, task=task, notices=(_letter(turn, task),))


def _letter(turn: Turn, task: Task) -> Notice:
    addressing = turn.addressing(task)
    return addressing.notice(
        1, TIME_WISHED, OWNER, Purpose.INFORMATION, valid_until=task.wished_at, appointment_at=task.wished_at
    )


def may_be_asked(programme: Programme, task: Task) -> bool:
    """Whether a step is one for which another time can be asked: a call, or one that follows an appointment."""
    step = programme.steps[task.step]
    return task.role != PARTICIPANT and (step.by_phone or appointment_of(programme, step) is not None)


def appointment_of(programme: Programme, step: Step) -> str | None:
    """The named time at which this step takes place, if it does at one."""
    if step.kind is not Kind.TASK:
        return None
    clocks = (due.after for due in (step.due, step.due_again) if due is not None)
    return next((name for name in clocks if name in programme.dates and programme.dates[name].minutes), None)


def window(
    programme: Programme, task: Task, dates: Mapping[str, date | datetime], now: datetime, hold: Hold | None = None
) -> Window:
    """Within which times another one may be asked for. Raises the refusal that says why none can."""
    step = programme.steps[task.step]
    calendar = deadlines.calendar_of(programme, step)
    if not may_be_asked(programme, task):
        raise NoTimeToChoose
    if hold is not None and not task.fixed:
        raise RestsNow(review=calendars.local_day(hold.review_at, calendar))
    if step.by_phone:
        late = task.due_at is None or task.due_at <= now
        return Window(calendar, _ahead(now, CALLS_AHEAD, calendar) if late else task.due_at or now, A_CALL, None)
    name = appointment_of(programme, step) or ""
    set_for = dates.get(name)
    if not isinstance(set_for, datetime) or set_for <= now:
        raise Passed
    length = timedelta(minutes=programme.dates[name].minutes or 0)
    return Window(calendar, _ahead(now, APPOINTMENTS_AHEAD, calendar), length, set_for)


def judge(found: Window, at: datetime, now: datetime) -> None:
    """Refuse a time that cannot be: passed, outside office hours, too far off, or the one that is set already."""
    calendar = found.calendar
    if at <= now:
        raise Passed
    if not calendars.within_office_hours(at, calendar) or at + found.length > _closing(at, calendar):
        raise TimeOutsideHours(opens=f"{calendar.opens:%H:%M}", closes=f"{calendar.closes:%H:%M}")
    if at > found.until:
        raise TimeTooLate(until=calendars.local_minute(found.until, calendar))
    if at == found.now_at:
        raise TimeIsSo(at=calendars.local_minute(at, calendar))


def offered(found: Window, now: datetime) -> tuple[datetime, ...]:
    """Times to choose among: on the hour, but not at noon, on the next working days."""
    calendar, times, day = found.calendar, list[datetime](), calendars.local_day(now, found.calendar)
    last = calendars.local_day(found.until, calendar)
    for _ in range(OFFERED_DAYS):
        day = calendars.working_day_from(day, calendar)
        if day > last:
            break
        times += _on(day, found, now)
        day += calendars.ONE_DAY
    return tuple(times)


def _on(day: date, found: Window, now: datetime) -> list[datetime]:
    calendar = found.calendar
    opens, closes = calendars.opening(day, calendar), calendars.closing(day, calendar)
    at, times = calendars.next_hour(opens, calendar), list[datetime]()
    while at + found.length <= closes:
        noon = calendars.local(at, calendar).hour == _NOON
        if not noon and at >= now + NOT_BEFORE and at <= found.until and at != found.now_at:
            times.append(at)
        at += _HOUR
    return times


def _ahead(now: datetime, days: int, calendar: Calendar) -> datetime:
    return calendars.closing(calendars.add_working_days(calendars.local_day(now, calendar), days, calendar), calendar)


def _closing(at: datetime, calendar: Calendar) -> datetime:
    return calendars.closing(calendars.local_day(at, calendar), calendar)
