"""What an event means for the read tables, in one place: the journal writes through it and a rebuild runs it again.

The fold is pure. Notices are no part of it: they are a queue with a life of its own, and making the read tables
again must never send a message again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pydantic import Field

from db import figures
from db.pool import Connection
from db.queries import sql
from schemas.base import Instant, Model
from schemas.events import Event, EventKind
from schemas.journey import JourneyState, Status
from schemas.tasks import Task

_ENDED = {EventKind.TASK_COMPLETED: "completed", EventKind.TASK_CLOSED: "closed"}
_OPEN = {
    EventKind.TASK_OPENED,
    EventKind.TASK_ASSIGNED,
    EventKind.TASK_REMINDED,
    EventKind.TASK_OVERDUE,
    EventKind.TASK_ESCALATED,
    EventKind.TASK_HANDED_OVER,
    EventKind.TASK_RETIMED,
    EventKind.TASK_NUDGED,
    EventKind.TASK_EXTENDED,
    EventKind.TASK_RESTORED,
    EventKind.TIME_WISHED,
    EventKind.WISH_ANSWERED,
}


class JourneyRow(Model):
    """The read row of a journey, as far as its events decide it. JSON columns are as they are stored.

    `version` is the one that the journey follows now: its beginning does not say it, only an adoption does.
    """

    programme: str = ""
    version: int = 0
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

    @property
    def review_at(self) -> datetime | None:
        """When somebody is to look at the rest of this journey."""
        return None if self.hold is None or self.hold["wakes"] else datetime.fromisoformat(self.hold["review_at"])

    @property
    def wakes_at(self) -> datetime | None:
        """When the rest of this journey ends by itself."""
        return datetime.fromisoformat(self.hold["review_at"]) if self.hold is not None and self.hold["wakes"] else None

    def runs(self, task: Task) -> bool:
        """Whether the task's clock runs: a rest stops those that are promises of ours."""
        return self.hold is None or task.fixed


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
        case EventKind.ACT_UNDONE if event.restored is not None:
            change |= event.restored.model_dump(mode="json", include={"hold", "facts", "dates", "owners"})
            change |= {"exit": event.restored.exit, "exited_at": event.restored.exited_at, "ended_at": None}
            change |= {"status": Status.FOLLOWING_UP if event.restored.exit else Status.OPEN}
        case EventKind.PROGRAMME_ADOPTED:
            change |= {"version": event.version or row.version}
        case _:
            pass
    return row.model_copy(update=change)


def is_about_task(event: Event) -> bool:
    """Whether the event changes the read row of a task."""
    return event.task is not None and (event.kind in _OPEN or event.kind in _ENDED)


def task_values(journey: str, row: JourneyRow, event: Event) -> tuple[Any, ...]:
    """The columns of a task's read row after the latest event about it, in the order of `save_task`.

    `row` is how the journey stands now: whether a rest stops the clock is not the task's to say.
    """
    task = event.task
    assert task is not None
    status = _ENDED.get(event.kind, "open")
    ended_at: datetime | None = None if status == "open" else event.at
    runs = ended_at is None and row.runs(task)
    # fmt: off
    return (
        task.id, journey, task.step, task.generation, event.phase, status, task.role, task.owner, task.opened_at,
        task.due_at, task.alarms[0].at if task.alarms and runs else None, ended_at,
        event.outcome if ended_at else None, event.reason if ended_at else None, event.calendar_days,
        event.working_days, event.submission, task.model_dump(mode="json"), task.due_at if runs else None,
        task.stands_in_for, row.programme, row.version,
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
    before, latest, events = row, dict[str, Event](), tuple(events)
    for event in events:
        row = journey_after(row, event)
        if event.task is not None and is_about_task(event):
            latest[event.task.id] = event
    if latest:
        await connection.executemany(sql.save_task, [task_values(journey, row, event) for event in latest.values()])
    if (row.hold is None, row.version) != (before.hold is None, before.version):
        await connection.execute(sql.refresh_open_tasks, journey, row.programme, row.version, row.hold is None)
    # fmt: off
    await connection.execute(
        sql.save_journey, journey, row.status, row.exit, row.seq, row.started_at, row.exited_at, row.ended_at,
        row.hold, row.facts, row.dates, row.owners, row.received_at,
        closed.model_dump(mode="json") if closed is not None and closed.seq == row.seq else None,
        row.version, row.review_at, row.wakes_at,
    )
    # fmt: on
    await figures.count(connection, journey, events)
    return row


async def lock(connection: Connection, journey: str) -> JourneyRow | None:
    """The journey's read row, locked until the transaction ends; None when there is no such journey."""
    record = await connection.fetchrow(sql.lock_journey, journey)
    return JourneyRow.model_validate(dict(record)) if record else None


async def rebuild(connection: Connection, journey: str) -> JourneyRow | None:
    """Make the read tables of one journey again from its journal alone."""
    if (known := await lock(connection, journey)) is None:
        return None
    begun = JourneyRow(programme=known.programme, version=known.version)
    events = [Event.model_validate(record["event"]) for record in await connection.fetch(sql.read_journal, journey)]
    await connection.execute(sql.forget_tasks, journey)
    await connection.execute(sql.forget_figures, journey)
    return await project(connection, journey, begun, events)
