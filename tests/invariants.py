"""What must be true of every journal, however the journey was disturbed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from schemas.events import Event, EventKind
from schemas.tasks import Task

ALARMS = {
    "remind": EventKind.TASK_REMINDED,
    "overdue": EventKind.TASK_OVERDUE,
    "escalate": EventKind.TASK_ESCALATED,
}
"""The event that each kind of alarm leaves behind; an `end` leaves what the programme says."""

ENDED = {EventKind.TASK_COMPLETED, EventKind.TASK_CLOSED}


def told(events: Iterable[Event]) -> list[str]:
    """Each event as `kind step`."""
    return [f"{event.kind.value} {event.step}" if event.step else event.kind.value for event in events]


def once_each(events: Iterable[Event], commands: Iterable[str]) -> None:
    """Every one of these commands has acted, in one turn of the engine and no more."""
    turns: dict[str, list[Event]] = {}
    for event in events:
        turns.setdefault(event.command or "", []).append(event)
    for command in commands:
        found = turns.get(command, [])
        assert found, f"{command} was acknowledged and is not in the journal"
        assert len({event.recorded_at for event in found}) == 1, f"{command} acted twice"
        numbers = [event.seq for event in found]
        assert numbers == list(range(numbers[0], numbers[-1] + 1)), f"{command} acted in pieces"


def alarms_kept(events: list[Event], until: datetime | None = None) -> int:
    """Every alarm set when a task opened went off while it was open, at its own journey time and once; how many did.

    `until` is how far the journey must have come; its latest event when not given. For journeys that do not rest,
    since that moves alarms.
    """
    horizon = until or max(event.at for event in events)
    ended = {event.task.id: event.at for event in events if event.task and event.kind in ENDED}
    opened = [event.task for event in events if event.task and event.kind is EventKind.TASK_OPENED]
    return sum(_kept(task, min(ended.get(task.id, horizon), horizon), events) for task in opened)


def _kept(task: Task, until: datetime, events: Iterable[Event]) -> int:
    ours = (event for event in events if event.task and event.task.id == task.id)
    fired = Counter((event.kind, event.at) for event in ours if event.kind in ALARMS.values())
    planned = Counter((ALARMS[alarm.kind.value], alarm.at) for alarm in task.alarms if alarm.kind.value in ALARMS)
    missed = Counter({alarm: count for alarm, count in planned.items() if alarm[1] < until}) - fired
    assert not missed, f"{task.id} missed {missed}"
    rungs = [at for kind, at in planned if kind is EventKind.TASK_ESCALATED]
    for (kind, at), count in (fired - planned).items():
        # Only a rung that repeats goes off at moments that were not set from the beginning.
        repeated = kind is EventKind.TASK_ESCALATED and rungs and at > max(rungs)
        assert count == (1 if repeated else 0), f"{task.id}: {kind} at {at}, {count} times too often"
    return fired.total()
