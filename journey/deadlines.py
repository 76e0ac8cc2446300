"""When a task is due and when its alarms go off: the rules of a programme turned into instants.

Everything is worked out once, when the task opens or is re-timed, so that a later release of a calendar or of this
module never moves the clocks of a task that is already open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from journey import calendars
from schemas.clocks import Anchor, Calendar, DayOff, Due, End, Offset, Reminder, Rung
from schemas.programme import Programme, Step
from schemas.tasks import Alarm, AlarmKind

_MAX_REPEATS = 200
"""A repeated reminder stops at the due time; this bounds a programme that repeats absurdly often."""


_KEPT = 4_096


class Clock(NamedTuple):
    """What a task's clock says: `anchor_at` is what it counts from, `due_at` its last moment."""

    anchor_at: datetime
    due_at: datetime | None
    fixed: bool
    calendar: Calendar


class Anchors(NamedTuple):
    """The moments that a clock can count from; `opened_before` says whether the step has been open before."""

    opened_at: datetime
    received_at: datetime
    exited_at: datetime | None
    dates: Mapping[str, date | datetime]
    opened_before: bool = False


def clock(programme: Programme, step: Step, generation: int, anchors: Anchors) -> Clock:
    """Work out the clock of a step that opens now."""
    due = (step.due_again or step.due) if generation > 1 else step.due
    calendar = calendar_of(programme, step)
    if due is None:
        return Clock(anchors.opened_at, None, fixed=False, calendar=calendar)
    anchor_at, known = _anchor(due, anchors, calendar)
    if known:
        due_at = _due_at(programme, due, due, anchor_at, calendar, backwards=due.before is not None)
        if not anchors.opened_before or due.without_date is None or due_at > anchors.opened_at:
            return Clock(anchor_at, due_at, due.fixed, calendar)
    # Not known yet, or passed when the step opened anew: the date of the last time says nothing about this one.
    offset = due.without_date or due
    return Clock(anchors.opened_at, _due_at(programme, due, offset, anchors.opened_at, calendar), due.fixed, calendar)


def calendar_of(programme: Programme, step: Step) -> Calendar:
    """The calendar that a step's clocks follow; the programme's first one where a step has no clock."""
    name = step.due.calendar if step.due is not None else next(iter(programme.calendars))
    return programme.calendars[name]


def _anchor(due: Due, anchors: Anchors, calendar: Calendar) -> tuple[datetime, bool]:
    if due.before is None:
        match due.after:
            case Anchor.OPENED:
                return anchors.opened_at, True
            case Anchor.RECEIVED:
                return anchors.received_at, True
            case Anchor.EXITED:
                return anchors.exited_at or anchors.opened_at, True
    value = anchors.dates.get(due.before or due.after)
    if value is None:
        return anchors.opened_at, False
    return (value if isinstance(value, datetime) else calendars.opening(value, calendar)), True


def _due_at(
    programme: Programme, due: Due, offset: Offset, anchor_at: datetime, calendar: Calendar, *, backwards: bool = False
) -> datetime:
    if offset.office_hours is not None:
        return shift(anchor_at, offset, calendar, -1 if backwards else 1)
    first = calendars.local_day(anchor_at, calendar)
    key = (id(due), id(offset), first, backwards)  # the programme holds both for as long as it keeps this
    kept = programme.due_times.get(key)
    if kept is None:
        if len(programme.due_times) >= _KEPT:
            programme.due_times.clear()
        day = _count(first, offset, calendar, sign=-1 if backwards else 1)
        kept = programme.due_times[key] = _due_on(due, day, calendar)
    return kept


def _due_on(due: Due, day: date, calendar: Calendar) -> datetime:
    match due.day_off:
        case DayOff.NEXT:
            day = calendars.working_day_from(day, calendar)
        case DayOff.PREVIOUS:
            day = calendars.working_day_from(day, calendar, -1)
        case DayOff.KEEP:
            pass
    return calendars.instant(day, due.at or calendar.closes, calendar)


def _count(day: date, offset: Offset, calendar: Calendar, sign: int = 1) -> date:
    if offset.working_days is not None:
        return calendars.add_working_days(day, sign * offset.working_days, calendar)
    return day + sign * (offset.days or 0) * calendars.ONE_DAY


def alarms(programme: Programme, step: Step, timing: Clock, opened_at: datetime, since: datetime) -> tuple[Alarm, ...]:
    """Every alarm of a task, earliest first: reminders after `since`, then overdue, escalations and the end.

    Of a task that is overdue when it opens (an interest that was registered late) the ladder counts from `since`, so
    that whoever it belongs to has their time; reminders have lost their point.
    """
    if timing.due_at is None:
        return ()
    ladder = _from_due(programme, step, timing.calendar, max(since, timing.due_at))
    if ladder[0].at <= since:
        ladder = tuple(alarm for alarm in ladder if alarm.at > since or alarm.kind is not AlarmKind.REMIND)
    before = tuple(_reminders(reminders(programme, step), timing, opened_at, since))
    return tuple(sorted((*before, *ladder), key=_moment)) if before else ladder


def _from_due(programme: Programme, step: Step, calendar: Calendar, due_at: datetime) -> tuple[Alarm, ...]:
    """The alarms that follow from the due time alone. Kept, for many tasks of a step are due at one moment."""
    key = (id(step), due_at)  # the programme holds its steps for as long as its memo
    kept = programme.ladders.get(key)
    if kept is None:
        if len(programme.ladders) >= _KEPT:
            programme.ladders.clear()
        kept = programme.ladders[key] = _worked_out(programme, step, calendar, due_at)
    return kept


def _worked_out(programme: Programme, step: Step, calendar: Calendar, due_at: datetime) -> tuple[Alarm, ...]:
    found = [
        Alarm.made(at=shift(due_at, reminder.before, calendar, sign=-1), kind=AlarmKind.REMIND, rule=rule)
        for rule, reminder in enumerate(reminders(programme, step))
        if reminder.before is not None
    ]
    found.append(Alarm.made(at=due_at, kind=AlarmKind.OVERDUE))
    for rule, rung in enumerate(rungs(programme, step)):
        found.append(Alarm.made(at=shift(due_at, rung.after_due, calendar), kind=AlarmKind.ESCALATE, rule=rule))
    if step.end is not None:
        found.append(Alarm.made(at=_end_at(step.end, due_at, calendar), kind=AlarmKind.END))
    return tuple(sorted(found, key=_moment))


def reminders(programme: Programme, step: Step) -> tuple[Reminder, ...]:
    """The step's own reminders, or the programme's default ones."""
    return programme.defaults.remind if step.remind is None else step.remind


def rungs(programme: Programme, step: Step) -> tuple[Rung, ...]:
    """The step's own escalation ladder, or the programme's default one."""
    return programme.defaults.escalate if step.escalate is None else step.escalate


_RANK = {AlarmKind.REMIND: 0, AlarmKind.OVERDUE: 1, AlarmKind.ESCALATE: 2, AlarmKind.END: 3}


_moment = attrgetter("at")
"""Alarms that are made in the order of their rank need no more to be sorted by."""


def _order(alarm: Alarm) -> tuple[datetime, int, int]:
    return alarm.at, _RANK[alarm.kind], alarm.rule


def in_order(alarms: Iterable[Alarm]) -> tuple[Alarm, ...]:
    """Alarms, earliest first."""
    return tuple(sorted(alarms, key=_order))


def insert(alarm: Alarm, among: tuple[Alarm, ...]) -> tuple[Alarm, ...]:
    """Put one more alarm in its place."""
    return in_order((*among, alarm))


def still_ahead(new: tuple[Alarm, ...], old: tuple[Alarm, ...]) -> tuple[Alarm, ...]:
    """The alarms of a task that was overdue and still is: what has gone off once does not go off again at once."""
    ahead = {(alarm.kind, alarm.rule): alarm.at for alarm in old}
    kept = (alarm for alarm in new if (alarm.kind, alarm.rule) in ahead)
    return in_order(alarm.but(at=max(alarm.at, ahead[alarm.kind, alarm.rule])) for alarm in kept)


def repeat(alarm: Alarm, rung: Rung, calendar: Calendar) -> Alarm | None:
    """The next alarm of a rung that repeats, counted from the one that has just gone off; always a later one."""
    if rung.every is None:
        return None
    at = shift(alarm.at, rung.every, calendar)
    return alarm.but(at=at) if at > alarm.at else None


def _reminders(rules: tuple[Reminder, ...], timing: Clock, opened_at: datetime, since: datetime) -> Iterator[Alarm]:
    """Those that count from the opening or lie between; what counts back from the due time is in `_from_due`."""
    for rule, reminder in enumerate(rules):
        if reminder.before is not None:
            continue
        moments = {at for at in _moments(reminder, timing, opened_at) if since < at < (timing.due_at or at)}
        yield from (Alarm.made(at=at, kind=AlarmKind.REMIND, rule=rule) for at in moments)


def _moments(reminder: Reminder, timing: Clock, opened_at: datetime) -> Iterator[datetime]:
    if timing.due_at is None:
        return
    if reminder.mornings:
        yield from _mornings(timing, timing.due_at)
    elif reminder.after is not None:
        at = shift(opened_at, reminder.after, timing.calendar)
        yield at
        for _ in range(_MAX_REPEATS if reminder.every else 0):
            at = shift(at, reminder.every or reminder.after, timing.calendar)
            if at >= timing.due_at:
                return
            yield at


def _mornings(timing: Clock, due_at: datetime) -> Iterator[datetime]:
    """The mornings of the days between; one that falls on a day off moves to the next working morning."""
    calendar = timing.calendar
    first, last = calendars.local_day(timing.anchor_at, calendar), calendars.local_day(due_at, calendar)
    for day in calendars.days_strictly_between(first, last):
        yield calendars.instant(calendars.working_day_from(day, calendar), calendar.morning, calendar)


def shift(moment: datetime, offset: Offset, calendar: Calendar, sign: int = 1) -> datetime:
    """`offset` later (earlier, with `sign=-1`), on a working morning when it is counted in days; never a day off."""
    if offset.office_hours is not None:
        length = timedelta(hours=offset.office_hours)
        move = calendars.add_office_time if sign > 0 else calendars.subtract_office_time
        return move(moment, length, calendar)
    if not (offset.days or offset.working_days):
        return moment
    day = _count(calendars.local_day(moment, calendar), offset, calendar, sign)
    return calendars.instant(calendars.working_day_from(day, calendar, sign), calendar.morning, calendar)


def outlived(since: datetime, valid: Offset, calendar: Calendar, now: datetime) -> bool:
    """Whether what was found out at `since` is too old now. With a day count it holds until the last day is over."""
    if valid.office_hours is not None:
        return now > shift(since, valid, calendar)
    return calendars.local_day(now, calendar) > _count(calendars.local_day(since, calendar), valid, calendar)


def _end_at(end: End, due_at: datetime, calendar: Calendar) -> datetime:
    offset = end.after_due
    if offset.office_hours is not None:
        return shift(due_at, offset, calendar)
    day = calendars.working_day_from(_count(calendars.local_day(due_at, calendar), offset, calendar), calendar)
    return max(due_at, calendars.closing(day, calendar))
