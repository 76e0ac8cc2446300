"""What the journal tells that the read tables do not: what may still be taken back, and what is done without.

Pure: it reads events as they are stored, oldest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from journey.undoing import BESIDE
from schemas.commands import SYSTEM
from schemas.events import Event, EventKind
from schemas.programme import Programme


@dataclass(frozen=True)
class LastAct:
    """What was done last, by which command, while it can be taken back: until `until`. `task` is what it completed."""

    command: str
    until: datetime
    task: str | None


@dataclass(frozen=True)
class Waived:
    """A step that is done without, with the reason's id; asked for after all from `until`."""

    step: str
    why: str | None
    until: date | datetime | None


def last_act(programme: Programme, events: Sequence[Event], now: datetime) -> LastAct | None:
    """What can be taken back at journey time `now`; None when nothing can."""
    act = _latest(events)
    if not act or not programme.undo_minutes or not _may_be_undone(act):
        return None
    until = act[0].at + timedelta(minutes=programme.undo_minutes)
    if until <= now:
        return None
    completed = (event.task.id for event in act if event.kind is EventKind.TASK_COMPLETED and event.task)
    return LastAct(command=act[0].command or "", until=until, task=next(completed, None))


def _latest(events: Sequence[Event]) -> list[Event]:
    """The events of the latest command, but for what happens beside others."""
    left = list(events)
    while left:
        last = left[-1]
        if last.kind in BESIDE:
            left.pop()
            continue
        act = [event for event in left if event.command is not None and event.command == last.command]
        if not any(_is_report(event) for event in act):
            return act
        if not any(event.kind is EventKind.EVENT_PARKED for event in act):
            return []
        # It had waited, and belongs to the act that let it in.
        left = [event for event in left if event.command != last.command]
    return []


def _is_report(event: Event) -> bool:
    """Whether somebody outside said so: whoever says it here hands in a form."""
    answered = event.kind is EventKind.TASK_COMPLETED and event.submission is None and event.by != SYSTEM
    return answered or event.report is not None


def _may_be_undone(act: Sequence[Event]) -> bool:
    kinds = {event.kind for event in act}
    answered = EventKind.TASK_COMPLETED in kinds and act[0].by != SYSTEM
    return answered or bool(kinds & {EventKind.STEP_WAIVED, EventKind.WENT_BACK, EventKind.JOURNEY_EXITED})


def waived(programme: Programme, events: Sequence[Event]) -> tuple[Waived, ...]:
    """The steps that are done without now, in the order in which that was said."""
    undone = [range(event.undoes[0], event.undoes[1] + 1) for event in events if event.undoes is not None]
    found: dict[str, Waived] = {}
    for event in events:
        if any(event.seq in taken_back for taken_back in undone):
            continue
        match event.kind:
            case EventKind.STEP_WAIVED if event.step is not None:
                found[event.step] = Waived(event.step, event.why, event.until)
            case EventKind.WAIVER_EXPIRED | EventKind.TASK_OPENED if event.step is not None:
                found.pop(event.step, None)
            case EventKind.WENT_BACK:
                found = {step: one for step, one in found.items() if step not in (event.step, *event.taken_back)}
            case EventKind.JOURNEY_REOPENED:
                found = {step: one for step, one in found.items() if _stands(programme, step, event)}
            case _:
                pass
    return tuple(found.values())


def _stands(programme: Programme, step: str, reopened: Event) -> bool:
    """Whether a step is still done without when somebody comes back: as every result of theirs stands or falls."""
    if reopened.kept or reopened.expired:
        return step in reopened.kept
    if reopened.step is None or step not in programme.steps:
        return step in programme.steps and programme.steps[step].keep
    before = step != reopened.step and step not in programme.descendants[reopened.step]
    return programme.steps[step].keep or before
