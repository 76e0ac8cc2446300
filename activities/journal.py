"""The journal: what has happened is written to Postgres exactly once, in order, with everything that follows from it.

Events, read tables and notices to be sent are one transaction. It decides nothing; whatever it is given again it
recognises by the number.
"""

from __future__ import annotations

from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.situation import Cause
from db.hearing import JOURNAL
from db.pool import SYSTEM, Connection, Database
from db.projection import lock, project
from db.queries import sql
from schemas.base import Identifier, Model
from schemas.events import Event, EventKind, Notice
from schemas.journey import JourneyState

_ENDED = {EventKind.TASK_COMPLETED, EventKind.TASK_CLOSED}


class JournalBatch(Model):
    """What has happened to one journey since the last batch, oldest first. `closed` is the state it ended in."""

    journey: Identifier
    events: tuple[Event, ...]
    closed: JourneyState | None = None


class Journal:
    """Writes what has happened."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn(name="write_journal")
    async def write(self, batch: JournalBatch) -> int:
        """Write the events that are not written yet and return the number of the latest that is.

        Safe to repeat, with overlapping batches too. Raises a retryable error when the journey has no row yet or
        when an event before these is missing.
        """
        async with self._db.acting_as(SYSTEM) as connection:
            row = await lock(connection, batch.journey)
            if row is None:
                raise ApplicationError(f"The journey {batch.journey} is not in the database.", type="UnknownJourney")
            new = tuple(event for event in batch.events if event.seq > row.seq)
            _refuse_gaps(batch.journey, row.seq, new)
            if new or batch.closed is not None:
                await _add(connection, batch.journey, new)
                row = await project(connection, batch.journey, row, new, batch.closed)
            if new:
                await connection.execute(sql.announce, JOURNAL, f"{batch.journey} {row.seq}")
        return row.seq


def _refuse_gaps(journey: str, reached: int, new: tuple[Event, ...]) -> None:
    for expected, event in enumerate(new, reached + 1):
        if event.seq != expected:
            raise ApplicationError(
                f"The journal of {journey} has come to {reached}; event {expected} is missing before {event.seq}.",
                type="JournalGap",
            )


async def _add(connection: Connection, journey: str, events: tuple[Event, ...]) -> None:
    if not events:
        return
    await connection.executemany(sql.add_to_journal, [_journal_values(journey, event) for event in events])
    notices = [_notice_values(journey, event.seq, notice) for event in events for notice in event.notices]
    if notices:
        await connection.executemany(sql.add_notice, notices)
    if ended := [event.task.id for event in events if event.task is not None and event.kind in _ENDED]:
        await connection.execute(sql.see_to_reminders, journey, ended, SYSTEM)
    for event in events:
        if event.undoes is not None:
            await connection.execute(sql.withdraw_notices, journey, *event.undoes, Cause.UNDONE, event.at)


def _journal_values(journey: str, event: Event) -> tuple[Any, ...]:
    stored = event.model_dump(mode="json")
    return journey, event.seq, event.at, event.recorded_at, event.kind, event.step, event.command, stored


def _notice_values(journey: str, seq: int, notice: Notice) -> tuple[Any, ...]:
    # fmt: off
    return (
        notice.id, journey, seq, notice.template, notice.purpose, notice.to, notice.staff, notice.task,
        notice.send_after, notice.valid_until, notice.appointment, notice.appointment_at,
    )
    # fmt: on
