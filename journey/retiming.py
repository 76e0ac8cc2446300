"""The clock of an open task when the rules it was opened under change: timed again from when it opened.

What rests have given it stays given, and so does what somebody promised by hand. A time that would have passed is given
grace. What has gone off once does not go off again.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from journey import calendars, deadlines
from journey.deadlines import Clock
from journey.turn import Turn
from schemas.clocks import Calendar, Offset, Rung
from schemas.events import EventKind
from schemas.programme import Programme, Step
from schemas.tasks import Alarm, AlarmKind, Task

GRACE = Offset(working_days=1)
_NOTHING = timedelta(0)


class Rules(NamedTuple):
    """What a programme says of an open task: its step, and the clock counted from when the task opened."""

    programme: Programme
    step: Step
    clock: Clock

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return deadlines.rungs(self.programme, self.step)

    @property
    def repeats(self) -> list[Offset | None]:
        return [rung.every for rung in self.rungs]

    def alarms(self, task: Task, due_at: datetime | None, since: datetime) -> tuple[Alarm, ...]:
        return deadlines.alarms(
            self.programme, self.step, self.clock._replace(due_at=due_at), task.opened_at, since=since
        )


def rules_of(turn: Turn, task: Task) -> Rules:
    """What the turn's programme says of a task."""
    return Rules(turn.programme, turn.step_of(task), turn.timing_of(task))


def retime(turn: Turn, task: Task, was: Rules) -> Task:
    """Time an open task by the turn's programme, when `was` was said of it before."""
    now = rules_of(turn, task)
    since = _stopped_at(turn, task, now.clock)
    due_at, grace = _due(task, was.clock, now.clock, since)
    overdue = task.overdue and due_at is not None and due_at <= since
    alarms = _alarms(task, was, now, due_at, since)
    changes = {"anchor_at": now.clock.anchor_at, "due_at": due_at, "fixed": now.clock.fixed}
    changed = task.but(**changes, alarms=alarms, overdue=overdue, grace=grace)
    turn.tasks[task.step] = changed
    if changed != task.but(grace=grace):
        turn.emit(EventKind.TASK_RETIMED, task=changed)
    return changed


def lend(turn: Turn, task: Task) -> None:
    """Give a task that has only just opened grace, where its due time has passed already."""
    now = rules_of(turn, task)
    if task.due_at is None or task.due_at > turn.at:
        return
    due_at = _lent(turn.at, now.clock.calendar)
    grace = calendars.office_time_between(task.due_at, due_at, now.clock.calendar)
    changed = turn.replace_task(task, due_at=due_at, grace=grace, alarms=now.alarms(task, due_at, turn.at))
    turn.emit(EventKind.TASK_RETIMED, task=changed)


def _stopped_at(turn: Turn, task: Task, clock: Clock) -> datetime:
    """What the time is for this clock: it stands still while the journey rests, unless the date is somebody else's."""
    if turn.hold is None or clock.fixed or task.fixed:
        return turn.at
    return max(turn.hold.since, task.opened_at)


def _due(task: Task, was: Clock, now: Clock, since: datetime) -> tuple[datetime | None, timedelta | None]:
    """The due time, and how much working time of it is grace."""
    same = task.extended or was.due_at == now.due_at
    if same and task.fixed == now.fixed:
        return task.due_at, task.grace
    wanted, grace = (task.due_at, task.grace) if same else (_with_rests(task, was, now), None)
    if wanted is None or wanted > since:
        return wanted, grace
    given = task.due_at if task.overdue and task.due_at is not None else _lent(since, now.calendar)
    if given <= wanted:
        return given, grace
    return given, (grace or _NOTHING) + calendars.office_time_between(wanted, given, now.calendar)


def _lent(since: datetime, calendar: Calendar) -> datetime:
    """The end of the next working day."""
    return calendars.closing(calendars.add_working_days(calendars.local_day(since, calendar), 1, calendar), calendar)


def _with_rests(task: Task, was: Clock, now: Clock) -> datetime | None:
    """The due time by the new rules, later by the working time that rests have added to the old one."""
    if now.due_at is None or now.fixed or task.due_at is None or was.due_at is None:
        return now.due_at
    rested = calendars.office_time_between(was.due_at, task.due_at, was.calendar) - (task.grace or _NOTHING)
    return calendars.add_office_time(now.due_at, max(rested, _NOTHING), now.calendar)


def _alarms(task: Task, was: Rules, now: Rules, due_at: datetime | None, since: datetime) -> tuple[Alarm, ...]:
    before, after = was.alarms(task, task.due_at, task.opened_at), now.alarms(task, due_at, task.opened_at)
    if (task.due_at, task.fixed, before, was.repeats) == (due_at, now.clock.fixed, after, now.repeats):
        return task.alarms  # the new rules say the same of it
    if due_at is None or due_at > since or not task.overdue:
        return now.alarms(task, due_at, since)
    left = _Ladder(was, {(alarm.kind, alarm.rule): alarm.at for alarm in before}, task.alarms)
    moved = ((alarm, _of_a_late_one(alarm, left, now, since)) for alarm in after)
    return deadlines.in_order(alarm.but(at=at) for alarm, at in moved if at is not None)


class _Ladder(NamedTuple):
    """What went off, and goes off, of an overdue task by the rules before: when each alarm first did, what is left."""

    was: Rules
    first: dict[tuple[AlarmKind, int], datetime]
    left: tuple[Alarm, ...]

    def ahead(self, kind: AlarmKind, rule: int | None) -> datetime | None:
        return next((alarm.at for alarm in self.left if (alarm.kind, alarm.rule) == (kind, rule)), None)

    def twin(self, rule: int, now: Rules) -> int | None:
        """The rung that was this one before: it did the same to the same people, or stood in its place."""
        acts, acts_now = [_act(rung) for rung in self.was.rungs], [_act(rung) for rung in now.rungs]
        same = [place for place, act in enumerate(acts) if act == acts_now[rule]]
        if same:
            return rule if rule in same else same[0]
        return rule if rule < len(acts) and acts[rule] not in acts_now else None

    def has_gone_off(self, twin: int) -> bool:
        ahead, first = self.ahead(AlarmKind.ESCALATE, twin), self.first.get((AlarmKind.ESCALATE, twin))
        repeated = ahead is not None and first is not None and self.was.rungs[twin].every is not None and first < ahead
        return ahead is None or repeated


def _act(rung: Rung) -> tuple[object, ...]:
    return rung.notice, rung.to, rung.reassign_to


def _of_a_late_one(alarm: Alarm, ladder: _Ladder, now: Rules, since: datetime) -> datetime | None:
    """When an alarm of an overdue task goes off; None when it has gone off already, or came before the due time."""
    match alarm.kind:
        case AlarmKind.ESCALATE:
            return _rung_at(alarm, ladder, now, since)
        case AlarmKind.END:
            return _end_at(alarm, ladder, now, since)
        case _:
            return None


def _rung_at(alarm: Alarm, ladder: _Ladder, now: Rules, since: datetime) -> datetime | None:
    rung, calendar = now.rungs[alarm.rule], now.clock.calendar
    twin = ladder.twin(alarm.rule, now)
    ahead = ladder.ahead(AlarmKind.ESCALATE, twin)
    if twin is not None and ladder.was.rungs[twin] == rung and ahead is not None and ahead > since:
        return ahead
    if rung.every is not None:
        again: Alarm | None = alarm
        while again is not None and again.at <= since:
            again = deadlines.repeat(again, rung, calendar)
        return again.at if again is not None else None
    if twin is not None and ladder.has_gone_off(twin):
        return None
    return alarm.at if alarm.at > since else deadlines.shift(since, GRACE, calendar)


def _end_at(alarm: Alarm, ladder: _Ladder, now: Rules, since: datetime) -> datetime | None:
    before, ahead = ladder.was.step.end, ladder.ahead(AlarmKind.END, 0)
    if before is not None and ahead is None:
        return None  # it has been handed over
    wanted = ahead if ahead is not None and before == now.step.end else alarm.at
    return wanted if wanted > since else _lent(since, now.clock.calendar)
