"""What an event means for the read tables, in one place: the journal writes through it and a rebuild runs it again.

The fold is pure. Notices are no part of it: they are a queue with a life of its own, and making the read tables
again must never send a message again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field

from db.pool import Connection
from db.queries import sql
from schemas.base import Instant, Model
from schemas.events import Event, EventKind
from schemas.journey import JourneyState, Status

_ENDED = {EventKind.TASK_COMPLETED: "completed", EventKind.TASK_CLOSED: "closed"}
_OPEN = {
    EventKind.TASK_OPENED,
    EventKind.TASK_ASSIGNED,
    EventKind.TASK_REMINDED,
    EventKind.TASK_OVERDUE,
    EventKind.TASK_ESCALATED,
    EventKind.TASK_HANDED_OVER,
    EventKind.TASK_RETIMED,
}


class JourneyRow(Model):
    """The read row of a journey, as far as its events decide it. JSON columns are as they are stored."""

    status: Status = Status.OPEN
    exit: str | None = None
    seq: int = 0
    received_at: Instant | None = None
    started_at: Instant | None = None
    exited_at: Instant | None = None
    ended_at: Instant | None = None
    hold: dict[str, Any] | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    dates: dict[str, Any] = Field(default_factory=dict)
    owners: dict[str, Any] = Field(default_factory=dict)


def journey_after(row: JourneyRow, event: Event) -> JourneyRow:
    """The journey's read row after one more event."""
    stored = event.model_dump(mode="json", include={"facts", "dates", "owners", "hold"})
    change: dict[str, Any] = {name: getattr(row, name) | stored[name] for name in ("facts", "dates", "owners")}
    change["seq"] = event.seq
    match event.kind:
        case EventKind.JOURNEY_STARTED:
            change |= {"started_at": event.at, "received_at": event.received_at or row.received_at}
        case EventKind.JOURNEY_HELD | EventKind.HOLD_REVIEW_DUE:
            change |= {"hold": stored["hold"]}
        case EventKind.JOURNEY_RELEASED:
            change |= {"hold": None}
        case EventKind.JOURNEY_EXITED:
            change |= {"status": Status.FOLLOWING_UP, "exit": event.exit, "exited_at": event.at, "hold": None}
        case EventKind.JOURNEY_ENDED:
            change |= {"status": Status.ENDED, "ended_at": event.at, "hold": None}
        case EventKind.JOURNEY_REOPENED:
            change |= {"status": Status.OPEN, "exit": None, "exited_at": None, "ended_at": None, "hold": None}
            change |= {"received_at": event.received_at or row.received_at}
        case _:
            pass
    return row.model_copy(update=change)


def task_values(journey: str, event: Event) -> tuple[Any, ...] | None:
    """The columns of the task's read row after an event about it, in the order of `save_task`; None for others."""
    task = event.task
    if task is None or not (event.kind in _OPEN or event.kind in _ENDED):
        return None
    status = _ENDED.get(event.kind, "open")
    ended_at: datetime | None = None if status == "open" else event.at
    next_alarm_at = task.alarms[0].at if task.alarms and ended_at is None else None
    # fmt: off
    return (
        task.id, journey, task.step, task.generation, event.phase, status, task.role, task.owner, task.opened_at,
        task.due_at, next_alarm_at, ended_at, event.outcome if ended_at else None, event.reason if ended_at else None,
        event.calendar_days, event.working_days, event.submission, task.model_dump(mode="json"),
    )
    # fmt: on


async def project(
    connection: Connection,
    journey: str,
    row: JourneyRow,
    events: Iterable[Event],
    closed: JourneyState | None = None,
) -> JourneyRow:
    """Bring the read tables of one locked journey past these events, which follow on `row`. Returns the new row."""
    tasks = []
    for event in events:
        row = journey_after(row, event)
        if values := task_values(journey, event):
            tasks.append(values)
    if tasks:
        await connection.executemany(sql.save_task, tasks)
    # fmt: off
    await connection.execute(
        sql.save_journey, journey, row.status, row.exit, row.seq, row.started_at, row.exited_at, row.ended_at,
        row.hold, row.facts, row.dates, row.owners, row.received_at,
        closed.model_dump(mode="json") if closed is not None and closed.seq == row.seq else None,
    )
    # fmt: on
    return row


async def lock(connection: Connection, journey: str) -> JourneyRow | None:
    """The journey's read row, locked until the transaction ends; None when there is no such journey."""
    record = await connection.fetchrow(sql.lock_journey, journey)
    return JourneyRow.model_validate(dict(record)) if record else None


async def rebuild(connection: Connection, journey: str) -> JourneyRow | None:
    """Make the read tables of one journey again from its journal alone."""
    if await lock(connection, journey) is None:
        return None
    events = [Event.model_validate(record["event"]) for record in await connection.fetch(sql.read_journal, journey)]
    await connection.execute(sql.forget_tasks, journey)
    return await project(connection, journey, JourneyRow(), events)
