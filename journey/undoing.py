"""Taking back what was done last, while its effects have not left.

Everything that an act can change is remembered as it was. Its letters leave and its automatic steps act only after the
time in which it may be taken back, so that giving back what was is all there is to do. What happens beside it stays.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from journey import appointments, calendars
from journey.letters import places_taken
from journey.mending_errors import NothingIsUndone, NothingToUndo, NotWhatWasLast, UndoTooLate
from journey.reports import known_type
from journey.steps import not_applicable
from journey.turn import Turn
from schemas.commands import SYSTEM, Command, CompleteTask, ExitJourney
from schemas.events import CloseReason, Event, EventKind, Notice, Restored
from schemas.journey import Before, JourneyState, Undo
from schemas.mending import GoBack, UndoLast, WaiveStep
from schemas.programme import Kind
from schemas.tasks import Hold, Task

UNDOABLE = (CompleteTask, WaiveStep, GoBack, ExitJourney)

MARGIN = timedelta(minutes=1)
"""Letters leave so much later than their act may be taken back: the journal must hear of it first."""

BESIDE = {
    EventKind.TASK_REMINDED,
    EventKind.TASK_OVERDUE,
    EventKind.TASK_ESCALATED,
    EventKind.TASK_HANDED_OVER,
    EventKind.TASK_ASSIGNED,
    EventKind.TASK_NUDGED,
    EventKind.INTEREST_JOINED,
    EventKind.HOLD_REVIEW_DUE,
    EventKind.EVENT_PARKED,
    EventKind.EVENT_REFUSED,
    EventKind.COVER_AGREED,
    EventKind.COVER_ENDED,
    EventKind.IDENTITY_CORRECTED,
    EventKind.TIME_WISHED,
    EventKind.WISH_ANSWERED,
}
"""What may happen after an act and yet let it be taken back: none of it changes how a step ended or what is known."""


# ---- remembering


def remember(turn: Turn, ready: JourneyState, command: Command) -> None:
    """After a command: keep what was before it, if it may be taken back, and hold its effects back until then."""
    minutes = turn.programme.undo_minutes
    if not minutes or not _may_be_undone(command):
        forget(turn)
        return
    until = turn.at + timedelta(minutes=minutes)
    were = {task.id: task for task in ready.tasks}
    for task in tuple(turn.tasks.values()):
        if task.id not in were and turn.step_of(task).kind is Kind.AUTOMATIC:
            turn.replace_task(task, acts_after=until)
    turn.events = [_held_back(turn, event, until) for event in turn.events]
    turn.undo = Undo.made(
        what=command.what,
        until=until,
        first=ready.seq + 1,
        last=turn.seq,
        task=command.task if isinstance(command, CompleteTask) else None,
        before=Before.made(**{name: getattr(ready, name) for name in Before.model_fields}),
        changed=tuple(task for task in turn.tasks.values() if were.get(task.id, task) != task),
    )


def forget(turn: Turn) -> None:
    """After anything else: what was done last can be taken back only if nothing that counts has happened since."""
    if turn.undo is not None and any(event.kind not in BESIDE for event in turn.events):
        turn.undo = None


def _may_be_undone(command: Command) -> bool:
    return isinstance(command, UNDOABLE) and not (isinstance(command, CompleteTask) and command.by == SYSTEM)


def _held_back(turn: Turn, event: Event, until: datetime) -> Event:
    """The event, with what follows from it put off."""
    changes: dict[str, Any] = {}
    if event.notices:
        changes["notices"] = tuple(_later(notice, until + MARGIN) for notice in event.notices)
    if event.kind is EventKind.TASK_OPENED and event.task is not None:
        now = turn.tasks.get(event.task.step)
        if now is not None and now.id == event.task.id and now.acts_after is not None:
            changes["task"] = event.task.but(acts_after=until)
    return event.but(**changes) if changes else event


def _later(notice: Notice, until: datetime) -> Notice:
    """A letter that would then come too late, as for an appointment in two minutes, leaves at once."""
    last = min((at for at in (notice.valid_until, notice.appointment_at) if at is not None), default=None)
    return notice if last is not None and last <= until else notice.but(send_after=max(notice.send_after, until))


# ---- taking back


def undo(turn: Turn, command: UndoLast) -> None:
    """Take back what was done last: everything is as it was, but for what has happened beside it."""
    last = _what_was_last(turn, command)
    calendar = turn.programme.office
    if turn.at >= last.until:
        raise UndoTooLate(until=f"{calendars.local(last.until, calendar):%Y-%m-%d %H:%M}")
    turn.undo = None
    told = _told_at_once(turn, last)
    again = {name for name in told if turn.rules and appointments.is_ahead(turn, last.before, name)}
    off = {name: turn.invited[name] for name in told - again if name in turn.invited}
    notices = turn.addressing(None).cancellations(off, after=0)
    _give_back_answers(turn, last.before)
    notices = (*notices, *appointments.invite(turn, again, after=places_taken(notices)))
    was = last.before
    turn.emit(
        EventKind.ACT_UNDONE,
        step=last.task.rsplit(".", 2)[1] if last.task is not None else None,
        reason=last.what,
        undoes=(last.first, last.last),
        restored=Restored.made(
            exit=was.exit, exited_at=was.exited_at, hold=turn.hold, facts=was.facts, dates=was.dates, owners=was.owners
        ),
        notices=notices,
    )
    _give_back_tasks(turn, last)
    _give_back_reports(turn, was)


def _what_was_last(turn: Turn, command: UndoLast) -> Undo:
    if not turn.programme.undo_minutes:
        raise NothingIsUndone
    if turn.undo is None:
        raise NothingToUndo
    if command.task is not None and command.task != turn.undo.task:
        raise NotWhatWasLast(task=command.task)
    return turn.undo


def _told_at_once(turn: Turn, last: Undo) -> set[str]:
    """The times so near that what the act had people told of them did not wait: an invitation, or that it is off."""
    before, found = last.before, set()
    for name in turn.invited.keys() | before.invited.keys():
        same = before.invited.get(name) == turn.invited.get(name) and before.dates.get(name) == turn.dates.get(name)
        time = (turn if name in turn.invited else before).dates.get(name)
        if not same and isinstance(time, datetime) and time <= last.until + MARGIN:
            found.add(name)
    return found


def _give_back_answers(turn: Turn, before: Before) -> None:
    turn.status, turn.exit = before.status, before.exit
    turn.exited_at, turn.ended_at = before.exited_at, before.ended_at
    turn.facts, turn.dates, turn.owners = before.facts, before.dates, before.owners
    turn.taken, turn.invited = before.taken, before.invited
    turn.hold = _hold_as_before(turn, before.hold)
    turn.results = {
        step: result if result.expires_at is None else result.but(expires_at=max(result.expires_at, turn.at))
        for step, result in before.results.items()
    }
    for step, opened in turn.openings.items():
        # Opened by the act alone: the next opening is the first, with the clock of a first one.
        if before.openings.get(step, 0) == turn.openings_before.get(step, 0) != opened:
            turn.openings_before = {**turn.openings_before, step: opened}
    turn.excluded = not_applicable(turn.programme, turn.facts, turn.exit)


def _hold_as_before(turn: Turn, was: Hold | None) -> Hold | None:
    """The rest as it was; one that has been reviewed meanwhile stays reviewed."""
    now = turn.hold
    if was is None:
        return None
    if now is not None and (now.since, now.cause, now.on, now.resume) == (was.since, was.cause, was.on, was.resume):
        return now
    return was if was.alarm_at >= turn.at else was.but(ask_again_at=turn.at)


def _give_back_tasks(turn: Turn, last: Undo) -> None:
    were = {task.id for task in last.before.tasks}
    for task in tuple(turn.tasks.values()):
        if task.id not in were:
            turn.close_task(task, CloseReason.UNDONE)
    still = {task.id: task for task in turn.tasks.values()}
    left = {task.id: task for task in last.changed}
    turn.tasks = {}
    for was in last.before.tasks:
        now = still.get(was.id)
        task = turn.placed(was) if now is None else _as_before(was, left.get(was.id), now)
        turn.tasks[was.step] = task = _from_now_on(turn, task)
        if now is None:
            turn.emit(EventKind.TASK_RESTORED, task=task)
        elif (task.due_at, task.alarms) != (now.due_at, now.alarms):
            turn.emit(EventKind.TASK_RETIMED, task=task)
        elif task != now:
            turn.emit(EventKind.TASK_ASSIGNED, task=task)


def _as_before(was: Task, left: Task | None, now: Task) -> Task:
    """A task that stayed open. What the act changed is as it was; what has happened since it `left` it so, stays."""
    if left is None:
        return now
    whose = {
        name: getattr(was if getattr(now, name) == getattr(left, name) else now, name)
        for name in ("role", "owner", "stands_in_for", "wished_at")
    }
    if (was.due_at, was.alarms) == (left.due_at, left.alarms):
        return now.but(**whose)
    gone_off = set(left.alarms) - set(now.alarms)
    return was.but(alarms=tuple(alarm for alarm in was.alarms if alarm not in gone_off), **whose)


def _from_now_on(turn: Turn, task: Task) -> Task:
    """What would have gone off meanwhile goes off now."""
    if turn.hold is not None and not task.fixed:
        return task
    return task.but(alarms=tuple(alarm.but(at=max(alarm.at, turn.at)) for alarm in task.alarms))


def _give_back_reports(turn: Turn, before: Before) -> None:
    """Reports that the act took in wait again, and are written down as waiting under their own names."""
    waiting, had = {early.id for early in turn.parked}, {early.id for early in before.parked}
    turn.parked = [*before.parked, *(early for early in turn.parked if early.id not in had)]
    asked = turn.by, turn.command
    for early in before.parked:
        if early.id not in waiting:
            turn.by, turn.command = early.by, early.id
            turn.emit(EventKind.EVENT_PARKED, outcome=early.outcome, report=known_type(early), reason="early")
    turn.by, turn.command = asked
