"""The engine: it decides. `start`, `decide` and `advance` are pure; whoever calls them keeps time and does the acts.

A command is decided at `now`, after every alarm that fell due before it. What is refused raises a `Refusal` and
leaves the state as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from journey import adoption, calendars, deadlines, effects, replies, reports
from journey.errors import (
    AlreadyOnHold,
    CommandIdReused,
    ExitNeedsAStep,
    JourneyNotOver,
    JourneyOver,
    NoExitAnytime,
    NotAssignable,
    NotOnHold,
    ReviewInThePast,
    UnknownExit,
    UnknownParty,
    UnknownStep,
)
from journey.reports import settle_with_reports
from journey.turn import Turn
from schemas.clocks import Offset, Rung
from schemas.commands import (
    AssignTask,
    Command,
    CompleteTask,
    ExitJourney,
    HoldJourney,
    JoinInterest,
    RecordEvent,
    ReleaseJourney,
    ReopenJourney,
    StartJourney,
)
from schemas.events import Event, EventKind, Notice, Purpose
from schemas.journey import JourneyState, Receipt, Status
from schemas.mending import AdoptProgramme
from schemas.programme import PARTICIPANT, Kind
from schemas.tasks import Alarm, AlarmKind, Hold, Task

HOLD_REVIEW = "hold_review"
ASK_AGAIN_AFTER = Offset(working_days=5)
"""A rest that nobody looks at on its review date is asked about again and again: nothing rests silently for ever."""

INTEREST_AGAIN = "interest_again"


class Decision(NamedTuple):
    """What a command leads to. `events` are also in the new state's outbox."""

    state: JourneyState
    events: tuple[Event, ...]
    receipt: Receipt


def start(command: StartJourney, now: datetime) -> Decision:
    """Begin a journey: its first steps are open when this returns."""
    state = JourneyState(
        journey=command.journey,
        programme=command.programme.riding(),
        received_at=command.received_at,
        started_at=now,
        at=now,
        facts=command.facts,
        owners=command.owners,
    )
    turn = Turn(state, now, command.by, command.id)
    turn.emit(EventKind.JOURNEY_STARTED, received_at=command.received_at, facts=command.facts, owners=command.owners)
    settle_with_reports(turn)
    return _decision(turn, command)


def decide(state: JourneyState, command: Command, now: datetime) -> Decision:
    """Decide a command at journey time `now`.

    The same command id again gives the first receipt, marked `repeated`, and changes nothing. Raises `Refusal`.
    """
    earlier = state.ledger.get(command.id)
    if earlier is not None:
        if earlier.what != command.what:
            raise CommandIdReused(command=command.id)
        return Decision(state, (), earlier.but(repeated=True))
    ready, fired = advance(state, now)
    turn = Turn(ready, max(now, ready.at), command.by, command.id)
    _perform(turn, ready, command)
    settle_with_reports(turn)
    decision = _decision(turn, command)
    return decision._replace(events=(*fired, *decision.events)) if fired else decision


def _perform(turn: Turn, state: JourneyState, command: Command) -> None:
    if state.status is Status.ENDED and not isinstance(command, ReopenJourney):
        raise JourneyOver(exit=state.exit)
    _ACTS[type(command)](turn, command)


def _decision(turn: Turn, command: Command) -> Decision:
    events = tuple(turn.events)
    still = {task.id for task in turn.tasks.values()}
    opened, closed = [], []
    for event in events:
        if event.task is None:
            continue
        if event.kind is EventKind.TASK_OPENED and event.task.id in still:
            opened.append(event.task.id)
        elif event.kind is EventKind.TASK_COMPLETED or event.kind is EventKind.TASK_CLOSED:
            closed.append(event.task.id)
    receipt = Receipt.made(
        command=command.id,
        what=command.what,
        seq=turn.seq,
        status=turn.status,
        exit=turn.exit,
        opened=tuple(opened),
        closed=tuple(closed),
    )
    return Decision(turn.finish(receipt), events, receipt)


def note_refused(state: JourneyState, reason: str, now: datetime) -> JourneyState:
    """Write into the journal that an outside report could not be taken in, after whatever fell due before it."""
    ready, _ = advance(state, now)
    turn = Turn(ready, max(now, ready.at))
    turn.emit(EventKind.EVENT_REFUSED, reason=reason)
    return turn.finish()


# ---- commands


def _hold(turn: Turn, command: HoldJourney) -> None:
    if turn.hold is not None:
        raise AlreadyOnHold(review=_day(turn, turn.hold.review_at))
    if command.on not in turn.programme.parties:
        raise UnknownParty(party=command.on, choices=", ".join(turn.programme.parties))
    if command.review_at <= turn.at:
        raise ReviewInThePast(review=_day(turn, command.review_at))
    effects.rest(turn, Hold(cause=command.cause, on=command.on, since=turn.at, review_at=command.review_at))


def _day(turn: Turn, moment: datetime) -> date:
    return calendars.local_day(moment, next(iter(turn.programme.calendars.values())))


def _release(turn: Turn, _: ReleaseJourney) -> None:
    if turn.hold is None:
        raise NotOnHold
    effects.release(turn)


def _exit(turn: Turn, command: ExitJourney) -> None:
    if turn.exit is not None:
        raise JourneyOver(exit=turn.exit)
    anytime = ", ".join(code for code, found in turn.programme.exits.items() if found.anytime)
    if not anytime:
        raise NoExitAnytime
    chosen = turn.programme.exits.get(command.exit)
    if chosen is None:
        raise UnknownExit(exit=command.exit, choices=anytime)
    if not chosen.anytime:
        raise ExitNeedsAStep(exit=command.exit, choices=anytime)
    effects.leave(turn, command.exit)


def _reopen(turn: Turn, command: ReopenJourney) -> None:
    if turn.exit is None:
        raise JourneyNotOver
    found = turn.programme.steps.items()
    steps = [name for name, step in found if step.kind is not Kind.MILESTONE and not step.after_exit]
    if command.step is not None and command.step not in steps:
        raise UnknownStep(step=command.step, choices=", ".join(steps))
    turn.received_at = command.received_at or turn.at
    effects.come_back(turn, command.step)


def _join(turn: Turn, command: JoinInterest) -> None:
    task = next(iter(turn.tasks.values()), None)
    addressing = turn.addressing(task)
    role = task.role if task and task.role != PARTICIPANT else turn.programme.steps[turn.programme.fallback].role
    notices = addressing.about_task(INTEREST_AGAIN, [role] if role else [], Purpose.INFORMATION)
    turn.emit(EventKind.INTEREST_JOINED, received_at=command.received_at, notices=notices)


def _assign(turn: Turn, command: AssignTask) -> None:
    task = replies.open_task(turn, command.task)
    if task.role == PARTICIPANT:
        raise NotAssignable(task=task.id)
    turn.emit(EventKind.TASK_ASSIGNED, task=turn.replace_task(task, owner=command.to))


_ACTS: dict[type[Command], Callable[[Turn, Any], None]] = {
    CompleteTask: replies.complete,
    RecordEvent: reports.record,
    HoldJourney: _hold,
    ReleaseJourney: _release,
    ExitJourney: _exit,
    ReopenJourney: _reopen,
    JoinInterest: _join,
    AssignTask: _assign,
    AdoptProgramme: adoption.adopt,
}
"""What each command does to a turn: one entry for each command that a journey under way takes."""


# ---- alarms


def next_alarm(state: JourneyState) -> datetime | None:
    """When something falls due next, if nobody acts; None when nothing ever will."""
    moments = [task.alarms[0].at for task in state.tasks if task.alarms and _runs(task, state)]
    if state.hold is not None:
        moments.append(state.hold.alarm_at)
    return min(moments, default=None)


def _runs(task: Task, state: JourneyState) -> bool:
    return state.hold is None or task.fixed


def advance(state: JourneyState, now: datetime) -> tuple[JourneyState, tuple[Event, ...]]:
    """Let every alarm up to `now` go off, in order, each at its own journey time."""
    fired: list[Event] = []
    while (moment := next_alarm(state)) is not None and moment <= now:
        turn = Turn(state, max(now, state.at))
        turn.at = moment
        if state.hold is not None and state.hold.alarm_at == moment:
            _review(turn)
        else:
            task = next(t for t in state.tasks if t.alarms and t.alarms[0].at == moment and _runs(t, state))
            _go_off(turn, task, now)
        settle_with_reports(turn)
        state = turn.finish()
        fired.extend(turn.events)
    return state, tuple(fired)


def _review(turn: Turn) -> None:
    hold = turn.hold
    assert hold is not None
    if hold.wakes:
        effects.release(turn)
        return
    calendar = next(iter(turn.programme.calendars.values()))
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
        task = turn.replace_task(task, role=rung.reassign_to, owner=turn.owners.get(rung.reassign_to))
    notices = _about(turn, task, rung.notice, rung.to, Purpose.ESCALATION)
    turn.emit(EventKind.TASK_ESCALATED, task=task, notices=notices)


def _end(turn: Turn, task: Task) -> None:
    step = turn.step_of(task)
    assert step.end is not None
    if step.end.outcome is not None:
        replies.finish(turn, task, step.end.outcome)
    elif step.end.hand_to is not None:
        task = turn.replace_task(task, role=step.end.hand_to, owner=turn.owners.get(step.end.hand_to))
        notices = _about(turn, task, step.end.notice, (step.end.hand_to,), Purpose.ESCALATION)
        turn.emit(EventKind.TASK_HANDED_OVER, task=task, notices=notices)
