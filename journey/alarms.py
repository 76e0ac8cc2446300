"""What falls due by itself: reminders, overdue, escalations, ends, the review of a rest, absences, expiring waivers.

Every alarm goes off once and in order, at its own journey time, however late that is noticed.
"""

from __future__ import annotations

from datetime import datetime

from journey import covering, deadlines, effects, replies, undoing, waiving
from journey.reports import settle_with_reports
from journey.turn import Turn
from schemas.clocks import Offset, Rung
from schemas.events import Event, EventKind, Notice, Purpose
from schemas.journey import JourneyState, Status
from schemas.tasks import Alarm, AlarmKind, Task

HOLD_REVIEW = "hold_review"
ASK_AGAIN_AFTER = Offset(working_days=5)
"""A rest that nobody looks at on its review date is asked about again and again: nothing rests silently for ever."""


def next_alarm(state: JourneyState) -> datetime | None:
    """When something falls due next, if nobody acts; None when nothing ever will."""
    moments = [task.alarms[0].at for task in state.tasks if task.alarms and _runs(task, state)]
    if state.hold is not None:
        moments.append(state.hold.alarm_at)
    if state.status is Status.ENDED and state.undo is not None:
        moments.append(state.undo.until)  # it listens until then
    if state.covers and state.status is not Status.ENDED:
        moments.extend(cover.alarm_at for cover in state.covers)
    if state.waivers and (expiring := waiving.expiring(state)) is not None:
        moments.append(expiring[0])
    return min(moments, default=None)


def _runs(task: Task, state: JourneyState) -> bool:
    return state.hold is None or task.fixed


def advance(state: JourneyState, now: datetime) -> tuple[JourneyState, tuple[Event, ...]]:
    """Let every alarm up to `now` go off, in order, each at its own journey time."""
    fired: list[Event] = []
    earliest = state.at  # what was given back with its alarms may have some that fell due before that
    while (moment := next_alarm(state)) is not None and moment <= now:
        if state.status is Status.ENDED:
            state = state.but(undo=None)
            continue
        turn = Turn(state, max(now, state.at))
        turn.at = max(moment, earliest)
        _fall_due(turn, state, moment, now)
        settle_with_reports(turn)
        undoing.forget(turn)
        state = turn.finish()
        fired.extend(turn.events)
    return state, tuple(fired)


def _fall_due(turn: Turn, state: JourneyState, moment: datetime, now: datetime) -> None:
    """One of the things that fall due at this moment: first who does what, then whether it rests, then what is due."""
    cover = next((found for found in state.covers if found.alarm_at == moment), None)
    if cover is not None and state.status is not Status.ENDED:
        covering.begin_or_end(turn, cover)
    elif state.hold is not None and state.hold.alarm_at == moment:
        _review(turn)
    elif (expiring := waiving.expiring(state)) is not None and expiring[0] == moment:
        waiving.expire(turn, expiring[1])
    else:
        task = next(t for t in state.tasks if t.alarms and t.alarms[0].at == moment and _runs(t, state))
        _go_off(turn, task, now)


def _review(turn: Turn) -> None:
    hold = turn.hold
    assert hold is not None
    if hold.wakes:
        effects.release(turn)
        return
    calendar = turn.programme.office
    turn.hold = hold.but(reviewed=True, ask_again_at=deadlines.shift(turn.at, ASK_AGAIN_AFTER, calendar))
    role = turn.programme.steps[turn.programme.fallback].role
    notices = turn.addressing(None).about_task(HOLD_REVIEW, [role] if role else [], Purpose.INFORMATION)
    turn.emit(EventKind.HOLD_REVIEW_DUE, hold=turn.hold, notices=notices)


def _go_off(turn: Turn, task: Task, now: datetime) -> None:
    alarm, rest = task.alarms[0], task.alarms[1:]
    task = turn.replace_task(task, alarms=rest)
    match alarm.kind:
        case AlarmKind.REMIND:
            rule = deadlines.reminders(turn.programme, turn.step_of(task))[alarm.rule]
            superseded = any(later.at <= now for later in rest)
            notices = () if superseded else _about(turn, task, rule.notice, rule.to, Purpose.REMINDER)
            turn.note_reminded(task)
            turn.emit(EventKind.TASK_REMINDED, task=task, notices=notices)
        case AlarmKind.OVERDUE:
            turn.emit(EventKind.TASK_OVERDUE, task=turn.replace_task(task, overdue=True))
        case AlarmKind.ESCALATE:
            _escalate(turn, task, alarm)
        case AlarmKind.END:
            _end(turn, task)


def _about(turn: Turn, task: Task, template: str, to: tuple[str, ...], purpose: Purpose) -> tuple[Notice, ...]:
    return turn.addressing(task).about_task(template, to, purpose)


def _escalate(turn: Turn, task: Task, alarm: Alarm) -> None:
    rung: Rung = deadlines.rungs(turn.programme, turn.step_of(task))[alarm.rule]
    calendar = turn.calendar_of(task)
    again = deadlines.repeat(alarm, rung, calendar)
    if again is not None:
        task = turn.replace_task(task, alarms=deadlines.insert(again, task.alarms))
    if rung.reassign_to is not None:
        task = turn.hand(task, rung.reassign_to)
    notices = _about(turn, task, rung.notice, rung.to, Purpose.ESCALATION)
    turn.emit(EventKind.TASK_ESCALATED, task=task, notices=notices)


def _end(turn: Turn, task: Task) -> None:
    step = turn.step_of(task)
    assert step.end is not None
    if step.end.outcome is not None:
        replies.finish(turn, task, step.end.outcome)
    elif step.end.hand_to is not None:
        task = turn.hand(task, step.end.hand_to)
        notices = _about(turn, task, step.end.notice, (step.end.hand_to,), Purpose.ESCALATION)
        turn.emit(EventKind.TASK_HANDED_OVER, task=task, notices=notices)
