"""What outside systems report: it answers the step that waits for it, now or when that opens, or is refused.

Nobody waits for an answer to a report, so a refusal is written into the journal instead of being raised.
"""

from __future__ import annotations

import re

from journey import replies
from journey.errors import Refusal
from journey.settling import settle
from journey.turn import Turn
from schemas.commands import RecordEvent
from schemas.events import EventKind

_TYPE = re.compile(r"[a-z][a-z0-9_]{0,30}(\.[a-z0-9_]{1,30}){1,3}")

MAX_PARKED = 100
"""How many early outside events a journey keeps; later ones are refused into the journal."""

CONTRADICTED = "contradicted"
"""Why a report is not kept for its step: another that waits for it says otherwise, and nobody knows which is right."""


def record(turn: Turn, command: RecordEvent) -> None:
    """An outside report: it answers the open step that waits for it, or is kept until that step opens.

    Whether it can be an answer is judged when it comes, not only when its step opens. Of two that say different things
    of the same step neither is believed: a person matches the one that is right. What a person has matched stays.
    """
    try:
        if replies.answer(turn, command):
            return
        reason = _unwanted(turn, command)
        if reason is None and turn.rules:
            replies.judge_report(turn.programme, command)
    except Refusal as refusal:
        reason = refusal.code
    if reason is None and let_contradictions_go(turn, command):
        reason = CONTRADICTED
    if reason is not None:
        refuse(turn, command, reason)
        return
    turn.parked.append(command)
    turn.emit(EventKind.EVENT_PARKED, outcome=command.outcome, report=known_type(command), reason="early")


def let_contradictions_go(turn: Turn, command: RecordEvent, *, matched_too: bool = False) -> bool:
    """Let the reports go that wait for the same step and say otherwise; whether there were any.

    Those that a person has matched stay, unless `matched_too`.
    """
    others = [early for early in turn.parked if turn.rules and _says_otherwise(early, command)]
    for early in others:
        if matched_too or not is_matched(turn, early.id):
            let_go(turn, early, CONTRADICTED)
            if turn.undo is not None:  # should the latest act be taken back, it does not wait again
                before = turn.undo.before
                parked = tuple(found for found in before.parked if found.id != early.id)
                turn.undo = turn.undo.but(before=before.but(parked=parked))
    return bool(others)


def _says_otherwise(one: RecordEvent, other: RecordEvent) -> bool:
    if one.type != other.type:
        return False
    known, said = {**one.facts, **one.dates}, {**other.facts, **other.dates}
    return one.outcome != other.outcome or any(known[name] != said[name] for name in known.keys() & said.keys())


def is_matched(turn: Turn, event: str) -> bool:
    """Whether a person has matched this report by hand."""
    return any(receipt.what.startswith(f"match {event} ") for receipt in turn.receipts.values())


def let_go(turn: Turn, early: RecordEvent, reason: str) -> None:
    """A report that was kept for later finds no step to answer any more."""
    asked = turn.by, turn.command
    turn.parked.remove(early)
    turn.by, turn.command = early.by, early.id
    refuse(turn, early, reason)
    turn.by, turn.command = asked


def refuse(turn: Turn, command: RecordEvent, reason: str) -> None:
    """Write down that a report does not fit, and why."""
    turn.emit(EventKind.EVENT_REFUSED, outcome=command.outcome, report=known_type(command), reason=reason)


def known_type(command: RecordEvent) -> str | None:
    """The report's type, when it looks like one: whatever else an outside system sends is not ours to keep."""
    return command.type if _TYPE.fullmatch(command.type) else None


def _unwanted(turn: Turn, command: RecordEvent) -> str | None:
    """Why this report is not kept; None when a step that waits for it may still open."""
    waiting = {name: step for name, step in turn.programme.steps.items() if step.event == command.type}
    if not waiting:
        return "unknown_type"
    ahead = [name for name, step in waiting.items() if turn.exit is None or turn.exit in step.after_exit]
    if all(name in turn.results for name in ahead):
        return "late"
    return "too_many" if len(turn.parked) >= MAX_PARKED else None


def settle_with_reports(turn: Turn) -> None:
    """Open what has become possible, and let reports that came early answer it, whatever their order."""
    settle(turn)
    asked = turn.by, turn.command, turn.why
    while (early := _answerable(turn)) is not None:
        turn.parked.remove(early)
        turn.by, turn.command, turn.why = early.by, early.id, early.why
        record(turn, early)
        settle(turn)
    turn.by, turn.command, turn.why = asked


def _answerable(turn: Turn) -> RecordEvent | None:
    if not turn.parked:
        return None
    wanted = {turn.step_of(task).event for task in turn.tasks.values()}
    return next((early for early in turn.parked if early.type in wanted), None)
