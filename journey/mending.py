"""Mending the clock or the owner of one open task: reminding now, giving more time, giving it to somebody.

Going back, correcting and waiving have modules of their own; what falls due later is in `journey.alarms`.
"""

from __future__ import annotations

from datetime import datetime

from journey import calendars, deadlines, replies
from journey.errors import NotAssignable
from journey.mending_errors import ClockStopped, DueInThePast, DueNotLater, NotOursToExtend, RemindedToday
from journey.turn import Turn
from schemas.clocks import OWNER
from schemas.commands import AssignTask
from schemas.events import EventKind, Purpose
from schemas.mending import ExtendTask, NudgeTask
from schemas.programme import PARTICIPANT
from schemas.tasks import Task

REMINDER = "reminder"


def nudge(turn: Turn, command: NudgeTask) -> None:
    """Remind whoever has the task, at most once a day, whatever its clock says."""
    task = replies.open_task(turn, command.task)
    _judge_clock(turn, task)
    calendar = turn.calendar_of(task)
    today, last = calendars.local_day(turn.at, calendar), turn.reminded.get(task.id)
    if last is not None and calendars.local_day(last, calendar) == today:
        raise RemindedToday(task=task.id, again=today + calendars.ONE_DAY)
    until = task.due_at if task.due_at is not None and task.due_at > turn.at else None
    letter = turn.addressing(task).notice(1, _words(turn, task), OWNER, Purpose.REMINDER, valid_until=until)
    turn.note_reminded(task)
    turn.emit(EventKind.TASK_NUDGED, task=task, notices=(letter,))


def _words(turn: Turn, task: Task) -> str:
    """A participant is asked in the words of the step's own reminder, where it has one for them."""
    if task.role != PARTICIPANT:
        return REMINDER
    rules = deadlines.reminders(turn.programme, turn.step_of(task))
    return next((rule.notice for rule in rules if {OWNER, PARTICIPANT} & {*rule.to}), REMINDER)


def extend(turn: Turn, command: ExtendTask) -> None:
    """Give a task more time: its alarms are worked out anew, and it is not late any more."""
    task = replies.open_task(turn, command.task)
    if task.fixed:
        raise NotOursToExtend(task=task.id)
    _judge_clock(turn, task)
    calendar = turn.calendar_of(task)
    if command.due_at <= turn.at:
        raise DueInThePast(due=calendars.local_minute(command.due_at, calendar))
    if task.due_at is not None and command.due_at <= task.due_at:
        raise DueNotLater(task=task.id, due=calendars.local_minute(task.due_at, calendar))
    task = turn.replace_task(task, **_until(turn, task, command.due_at))
    turn.emit(EventKind.TASK_EXTENDED, task=task)


def _until(turn: Turn, task: Task, due_at: datetime) -> dict[str, object]:
    timing = deadlines.Clock(task.anchor_at or task.opened_at, due_at, fixed=False, calendar=turn.calendar_of(task))
    alarms = deadlines.alarms(turn.programme, turn.step_of(task), timing, task.opened_at, turn.at)
    return {"due_at": due_at, "alarms": alarms, "overdue": False, "extended": True}


def _judge_clock(turn: Turn, task: Task) -> None:
    if turn.hold is not None and not task.fixed:
        review = calendars.local_day(turn.hold.review_at, turn.calendar_of(task))
        raise ClockStopped(task=task.id, review=review)


def assign(turn: Turn, command: AssignTask) -> None:
    """Give a task to somebody; while they are away, to whoever stands in for them."""
    task = replies.open_task(turn, command.task)
    if task.role == PARTICIPANT:
        raise NotAssignable(task=task.id)
    turn.give(task, command.to)
