"""The engine: it decides. `start`, `decide` and `advance` are pure; whoever calls them keeps time and does the acts.

A command is decided at `now`, after every alarm that fell due before it. What is refused raises a `Refusal` and
leaves the state as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple

from journey import (
    adoption,
    calendars,
    correcting,
    covering,
    effects,
    going_back,
    matching,
    mending,
    replies,
    reports,
    undoing,
    waiving,
    wishing,
)
from journey.alarms import advance, next_alarm
from journey.errors import (
    AlreadyOnHold,
    CommandIdReused,
    ExitNeedsAStep,
    JourneyNotOver,
    JourneyOver,
    NoExitAnytime,
    NotOnHold,
    ReviewInThePast,
    UnknownExit,
    UnknownParty,
    UnknownStep,
)
from journey.reports import settle_with_reports
from journey.turn import Turn
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
from schemas.events import Event, EventKind, Purpose
from schemas.journey import JourneyState, Receipt, Status
from schemas.mending import (
    AdoptProgramme,
    AskForTime,
    CorrectAnswers,
    CorrectIdentity,
    CoverStaff,
    ExtendTask,
    GoBack,
    MatchEvent,
    MoveDate,
    NudgeTask,
    UndoLast,
    WaiveStep,
)
from schemas.programme import PARTICIPANT, Kind
from schemas.tasks import Hold

__all__ = ["INTEREST_AGAIN", "Decision", "advance", "decide", "next_alarm", "note_refused", "start"]

INTEREST_AGAIN = "interest_again"

# Looked at for every event of every command; a tuple compares by identity, where a set would hash.
_OPENING = (EventKind.TASK_OPENED, EventKind.TASK_RESTORED)
_ENDING = (EventKind.TASK_COMPLETED, EventKind.TASK_CLOSED)


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
    turn = Turn(state, now, command.by, command.id, command.why)
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
    turn = Turn(ready, max(now, ready.at), command.by, command.id, command.why, rules=command.rules)
    _perform(turn, ready, command)
    settle_with_reports(turn)
    undoing.remember(turn, ready, command)
    decision = _decision(turn, command)
    return decision._replace(events=(*fired, *decision.events)) if fired else decision


def _perform(turn: Turn, state: JourneyState, command: Command) -> None:
    if state.status is Status.ENDED and not _comes_after_the_end(state, command):
        raise JourneyOver(exit=state.exit)
    _judge_dates(command)
    _ACTS[type(command)](turn, command)


def _judge_dates(command: Command) -> None:
    given = command.__dict__
    for moment in (*given.values(), *given.get("dates", {}).values()):
        if isinstance(moment, date):
            calendars.must_be_within_reach(moment)


def _comes_after_the_end(state: JourneyState, command: Command) -> bool:
    return isinstance(command, ReopenJourney) or (isinstance(command, UndoLast) and state.undo is not None)


def _decision(turn: Turn, command: Command) -> Decision:
    events = tuple(turn.events)
    still = {task.id for task in turn.tasks.values()}
    opened, closed = [], []
    for event in events:
        if event.task is None:
            continue
        if event.kind in _OPENING and event.task.id in still:
            opened.append(event.task.id)
        elif event.kind in _ENDING:
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


def note_refused(state: JourneyState, reason: str, now: datetime, report: RecordEvent | None = None) -> JourneyState:
    """Write into the journal that an outside report could not be taken in, after whatever fell due before it.

    `report` is what was sent, where it could be read at all.
    """
    ready, _ = advance(state, now)
    turn = Turn(ready, max(now, ready.at))
    if report is None:
        turn.emit(EventKind.EVENT_REFUSED, reason=reason)
    else:
        turn.by, turn.command = report.by, report.id
        reports.refuse(turn, report, reason)
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
    return calendars.local_day(moment, turn.programme.office)


def _release(turn: Turn, command: ReleaseJourney) -> None:
    if turn.hold is None:
        raise NotOnHold
    effects.release(turn, catch_up=command.catch_up)


def _exit(turn: Turn, command: ExitJourney) -> None:
    if turn.exit is not None:
        raise JourneyOver(exit=turn.exit)
    exits = turn.programme.exits
    permitted = [code for code, found in exits.items() if found.anytime or command.any_exit]
    if not permitted:
        raise NoExitAnytime
    if command.exit not in exits:
        raise UnknownExit(exit=command.exit, choices=", ".join(permitted))
    if command.exit not in permitted:
        raise ExitNeedsAStep(exit=command.exit, choices=", ".join(permitted))
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


_ACTS: dict[type[Command], Callable[[Turn, Any], None]] = {
    CompleteTask: replies.complete,
    RecordEvent: reports.record,
    HoldJourney: _hold,
    ReleaseJourney: _release,
    ExitJourney: _exit,
    ReopenJourney: _reopen,
    JoinInterest: _join,
    GoBack: going_back.back,
    UndoLast: undoing.undo,
    CorrectAnswers: correcting.answers,
    CorrectIdentity: correcting.identity,
    MoveDate: correcting.move,
    AskForTime: wishing.ask,
    MatchEvent: matching.match,
    AssignTask: mending.assign,
    NudgeTask: mending.nudge,
    ExtendTask: mending.extend,
    WaiveStep: waiving.waive,
    CoverStaff: covering.cover,
    AdoptProgramme: adoption.adopt,
}
"""What each command does to a turn: one entry for each command that a journey under way takes."""
