"""What a decision has changed: the states before and after it, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from journey.coming import letters
from schemas.base import Both
from schemas.commands import Command, CompleteTask, HoldJourney, RecordEvent
from schemas.events import Event, EventKind
from schemas.foresight import Answered, Change, Closed, Difference, Given, Letter, Moved, StayReason, Stays
from schemas.journey import JourneyState, Receipt
from schemas.mending import AdoptProgramme, CorrectAnswers, MatchEvent, MoveDate
from schemas.programme import Programme
from schemas.tasks import Task


class Decided(NamedTuple):
    """A journey before and after a command, and what the engine said of it."""

    before: JourneyState
    after: JourneyState
    command: Command
    events: tuple[Event, ...]
    receipt: Receipt


def change(decided: Decided, coming: Difference, journal: Mapping[int, Event]) -> Change:
    """Everything that the command would do. `journal` holds events by number: the messages that an undo stops."""
    before, after, command, events, receipt = decided
    made = Change.made(
        what=command.what,
        at=after.at,
        repeated=receipt.repeated,
        opened=tuple(newly_open(decided)),
        restored=tuple(newly_open(decided, EventKind.TASK_RESTORED)),
        closed=tuple(closed(events)),
        moved=tuple(moved(before, after)),
        assigned=tuple(assigned(before, after)),
        stays=tuple(_stays(decided)),
        sent=tuple(letter for event in events for letter in letters(event)),
        unsent=tuple(_unsent(events, journal)),
        answers=tuple(_answers(before, after)),
        taken_back=_taken_back(decided),
        kept=_kept(decided),
        expired=tuple(step for event in events for step in event.expired),
        waived=tuple(event.step for event in events if event.kind is EventKind.STEP_WAIVED and event.step),
        status_before=before.status,
        status_after=after.status,
        exit_before=before.exit,
        exit_after=after.exit,
        hold_before=before.hold,
        hold_after=after.hold,
        undo_until=after.undo.until if after.undo is not None and after.undo != before.undo else None,
        coming=coming,
        events=events,
        receipt=receipt,
    )
    return made.but(titles=titles(_steps_of(made), after.programme, before.programme))


def titles(steps: Iterator[str], *programmes: Programme) -> dict[str, Both]:
    """The words for steps, each from the first of the programmes that has it."""
    known = {name: step.title for programme in reversed(programmes) for name, step in programme.steps.items()}
    return {step: known[step] for step in sorted(set(steps)) if step in known}


def newly_open(decided: Decided, kind: EventKind = EventKind.TASK_OPENED) -> Iterator[Task]:
    """The tasks that are open now and were not before, by an event of this kind."""
    were = {task.id for task in decided.before.tasks}
    said = {event.task.id for event in decided.events if event.kind is kind and event.task is not None}
    return (task for task in decided.after.tasks if task.id in said - were)


def closed(events: tuple[Event, ...]) -> Iterator[Closed]:
    """The tasks that end, also those that had just opened."""
    for event in events:
        if event.task is not None and event.kind in {EventKind.TASK_COMPLETED, EventKind.TASK_CLOSED}:
            yield Closed.made(task=event.task, outcome=event.outcome, reason=event.reason)


def _still_open(before: JourneyState, after: JourneyState) -> Iterator[tuple[Task, Task]]:
    were = {task.id: task for task in before.tasks}
    return ((were[task.id], task) for task in after.tasks if task.id in were)


def moved(before: JourneyState, after: JourneyState) -> Iterator[Moved]:
    """The tasks whose clock is another one than before."""
    for old, new in _still_open(before, after):
        if (old.due_at, old.alarms) != (new.due_at, new.alarms):
            yield Moved.made(
                task=new,
                due_before=old.due_at,
                due_after=new.due_at,
                alarms_before=old.alarms,
                alarms_after=new.alarms,
            )


def assigned(before: JourneyState, after: JourneyState) -> Iterator[Given]:
    """The tasks that are with somebody else than before."""
    for old, new in _still_open(before, after):
        if (old.role, old.owner) != (new.role, new.owner):
            yield Given.made(task=new, role_before=old.role, owner_before=old.owner)


def _stays(decided: Decided) -> Iterator[Stays]:
    """The open tasks that the command might have moved and does not: it says that it is about their date or clock."""
    before, after, command = decided.before, decided.after, decided.command
    kept = command.keep if isinstance(command, MoveDate) else ()
    for old, new in _still_open(before, after):
        if old.due_at != new.due_at or not _concerns(command, new, after):
            continue
        if new.id in kept:
            yield Stays.made(task=new, reason=StayReason.KEPT)
        elif new.fixed:
            yield Stays.made(task=new, reason=StayReason.FIXED)
        elif new.extended:
            yield Stays.made(task=new, reason=StayReason.EXTENDED)
        elif not isinstance(command, HoldJourney | AdoptProgramme):
            yield Stays.made(task=new, reason=StayReason.SAME)


def _concerns(command: Command, task: Task, state: JourneyState) -> bool:
    match command:
        case MoveDate():
            return command.date in counts_from(state, task)
        case CorrectAnswers() | CompleteTask() | RecordEvent() | MatchEvent():
            return not counts_from(state, task).isdisjoint(command.dates)
        case HoldJourney():
            return task.fixed
        case AdoptProgramme():
            return task.extended
        case _:
            return False


def counts_from(state: JourneyState, task: Task) -> frozenset[str]:
    """The named dates that a task's clock counts from."""
    step = state.programme.steps[task.step]
    again = task.generation - state.openings_before.get(task.step, 0) > 1
    due = (step.due_again or step.due) if again else step.due
    named = (due.before, due.after) if due is not None else ()
    return frozenset(name for name in named if name in state.programme.dates)


def _answers(before: JourneyState, after: JourneyState) -> Iterator[Answered]:
    for old, new in ((before.facts, after.facts), (before.dates, after.dates)):
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                yield Answered.made(name=name, before=old.get(name), after=new.get(name))


def _taken_back(decided: Decided) -> tuple[str, ...]:
    """The steps whose result is forgotten, but for those that have grown too old."""
    if not _reopened(decided):
        return tuple(step for event in decided.events for step in event.taken_back)
    expired = {step for event in decided.events for step in event.expired}
    return tuple(step for step in decided.before.results if step not in {*decided.after.results, *expired})


def _kept(decided: Decided) -> tuple[str, ...]:
    """The steps whose result stands although something before them is opened anew, or the person had left."""
    if not _reopened(decided):
        return tuple(step for event in decided.events for step in event.kept)
    return tuple(step for step in decided.before.results if step in decided.after.results)


def _reopened(decided: Decided) -> bool:
    return any(event.kind is EventKind.JOURNEY_REOPENED for event in decided.events)


def _unsent(events: tuple[Event, ...], journal: Mapping[int, Event]) -> Iterator[Letter]:
    """The messages of an undone act that had not left yet."""
    for event in events:
        if event.undoes is None:
            continue
        first, last = event.undoes
        for number in range(first, last + 1):
            if number in journal:
                yield from (letter for letter in letters(journal[number]) if letter.at > event.at)


def _steps_of(change: Change) -> Iterator[str]:
    tasks = [*change.opened, *change.restored]
    for several in (change.closed, change.moved, change.assigned, change.stays):
        tasks += [one.task for one in several]
    yield from (task.step for task in tasks)
    yield from (*change.taken_back, *change.kept, *change.expired, *change.waived)
    pairs = [one for pair in change.coming.shifted for one in (pair.before, pair.after)]
    for said in (change.sent, change.unsent, change.coming.gone, change.coming.added, pairs):
        yield from (one.step for one in said if one.step is not None)
