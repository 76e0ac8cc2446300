"""What people asked of a journey, read back from what it left in the journal. Pure.

When the process has gone back in time, what it has forgotten is asked of it once more, under the same ids. What reports
and programs did is not: they come again by themselves. Nor is what was taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from schemas.commands import SYSTEM, AssignTask, Command, CompleteTask, ExitJourney, HoldJourney, ReleaseJourney
from schemas.events import Event, EventKind
from schemas.mending import CorrectAnswers, CorrectIdentity, CoverStaff, ExtendTask, GoBack, MoveDate, WaiveStep


def asked(events: Iterable[Event], reports: frozenset[str] = frozenset()) -> tuple[list[Command], list[Event]]:
    """The commands behind these events, in order, and the first event of each act that cannot be asked for again.

    `reports` are the ids of what outside systems reported, and of the commands that matched it.
    """
    events = sorted(events, key=attrgetter("seq"))
    undone = {number for each in events if each.undoes for number in range(each.undoes[0], each.undoes[1] + 1)}
    undoing = {each.command for each in events if each.undoes}
    stands = (each for each in events if each.seq not in undone and each.command not in undoing)
    commands, left = [], []
    for command, found in groupby(stands, key=attrgetter("command")):
        act = [each for each in found if each.kind not in _BESIDE]
        if command is None or command in reports or not act or act[0].by == SYSTEM:
            continue
        made = _command(act)
        if made is None:
            left.append(act[0])
        else:
            commands.append(made)
    return commands, left


_BESIDE = {
    EventKind.EVENT_PARKED,
    EventKind.EVENT_REFUSED,
    EventKind.INTEREST_JOINED,  # told again by whoever told it
    EventKind.TASK_NUDGED,  # whoever was reminded has been
}


def _command(act: Sequence[Event]) -> Command | None:
    """The command that has led to these events: what it was shows in the first that is no mere consequence."""
    for event in act:
        if (make := _MADE.get(event.kind)) is not None:
            return make(event, {"id": event.command, "by": event.by, "why": event.why})
    return None


def _completed(event: Event, how: dict[str, Any]) -> Command:
    assert event.task is not None
    said = {name: getattr(event, name) for name in ("outcome", "facts", "dates", "owners", "submission")}
    return CompleteTask(task=event.task.id, **said, **how)


def _held(event: Event, how: dict[str, Any]) -> Command | None:
    hold = event.hold
    return HoldJourney(cause=hold.cause, on=hold.on, review_at=hold.review_at, **how) if hold else None


def _extended(event: Event, how: dict[str, Any]) -> Command | None:
    task = event.task
    return ExtendTask(task=task.id, due_at=task.due_at, **how) if task and task.due_at else None


def _assigned(event: Event, how: dict[str, Any]) -> Command | None:
    task = event.task
    to = task and (task.stands_in_for or task.owner)
    return AssignTask(task=task.id, to=to, **how) if task and to else None


def _waived(event: Event, how: dict[str, Any]) -> Command:
    said = {name: getattr(event, name) for name in ("step", "outcome", "facts", "dates")}
    return WaiveStep(expires_on=event.until, **said, **how)


def _moved(event: Event, how: dict[str, Any]) -> Command:
    [(date, to)] = event.dates.items()
    return MoveDate(date=date, to=to, **how)


def _covered(event: Event, how: dict[str, Any]) -> Command | None:
    return CoverStaff(**event.cover.model_dump(exclude={"begun"}), **how) if event.cover else None


_MADE: dict[EventKind, Callable[[Event, dict[str, Any]], Command | None]] = {
    EventKind.TASK_COMPLETED: _completed,
    EventKind.STEP_WAIVED: _waived,
    EventKind.WENT_BACK: lambda event, how: GoBack(step=event.step, **how),
    EventKind.JOURNEY_EXITED: lambda event, how: ExitJourney(exit=event.exit, any_exit=True, **how),
    EventKind.JOURNEY_HELD: _held,
    EventKind.JOURNEY_RELEASED: lambda _, how: ReleaseJourney(**how),
    EventKind.ANSWERS_CORRECTED: lambda event, how: CorrectAnswers(facts=event.facts, dates=event.dates, **how),
    EventKind.IDENTITY_CORRECTED: lambda event, how: CorrectIdentity(
        fields=event.fields, submission=event.submission, **how
    ),
    EventKind.DATE_MOVED: _moved,
    EventKind.TASK_EXTENDED: _extended,
    EventKind.TASK_ASSIGNED: _assigned,
    EventKind.COVER_AGREED: _covered,
}
"""What an act was, by the event that is its own. One that left none of these cannot be read back."""
