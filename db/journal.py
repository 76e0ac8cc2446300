"""Writing a journal: events, read tables and notices to be sent in one transaction, each event exactly once by number.

It decides nothing. The journal activity writes what happens through it, and a repair what was lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from db import latecomers, outside, people
from db.hearing import JOURNAL
from db.pool import SYSTEM, Connection
from db.projection import lock, project, rebuild
from db.queries import sql
from schemas.events import Event, EventKind, Notice
from schemas.journey import JourneyState

UNDONE = "undone"
"""Why a notice of an act that was taken back is not sent."""

_ENDED = {EventKind.TASK_COMPLETED, EventKind.TASK_CLOSED}


class NoJourney(Exception):  # noqa: N818 (an answer, not an error)
    """The journey has no row to write to."""

    def __init__(self, journey: str) -> None:
        super().__init__(f"The journey {journey} is not in the database.")


class JournalGap(Exception):  # noqa: N818 (an answer, not an error)
    """Events before these are missing: nothing has been written."""

    def __init__(self, journey: str, reached: int, missing: int, before: int) -> None:
        super().__init__(f"The journal of {journey} has come to {reached}; event {missing} is missing before {before}.")


async def write(
    connection: Connection, journey: str, events: Sequence[Event], closed: JourneyState | None = None
) -> int:
    """Write those of the events that are not written yet, and give the number of the latest that is.

    `closed` is the state that a journey ended in. Raises `NoJourney` or `JournalGap`.
    """
    row = await lock(connection, journey)
    if row is None:
        raise NoJourney(journey)
    new = tuple(event for event in events if event.seq > row.seq)
    _refuse_gaps(journey, row.seq, new)
    if new or closed is not None:
        await add(connection, journey, new)
        row = await project(connection, journey, row, new, closed)
        await outside.note(connection, journey, new)
        await latecomers.note(connection, journey, row, new)
    if new:
        await announce(connection, journey, row.seq)
    return row.seq


async def restore(
    connection: Connection,
    journey: str,
    events: Sequence[Event] = (),
    *,
    now: datetime,
    closed: JourneyState | None = None,
    least: int = 0,
) -> None:
    """Put back events that the journal of a journey has lost, and make its read tables anew from the journal.

    `now` is journey time: a notice that was to leave before may have been sent, and is not sent again. Raises
    `NoJourney`, or `JournalGap` when the journal would still lack an event or not come to `least`.
    """
    if await lock(connection, journey) is None:
        raise NoJourney(journey)
    known = {record["seq"] for record in await connection.fetch(sql.numbers_in_journal, journey)}
    new = sorted((event for event in events if event.seq not in known), key=lambda event: event.seq)
    _refuse_holes(journey, known | {event.seq for event in new}, least)
    await add(connection, journey, new, doubtful_until=now)
    row = await rebuild(connection, journey)
    assert row is not None
    if closed is not None:
        await project(connection, journey, row, (), closed)
    await outside.note(connection, journey, new)
    await announce(connection, journey, row.seq)


async def add(
    connection: Connection, journey: str, events: Sequence[Event], doubtful_until: datetime | None = None
) -> None:
    """Put events into the journal of a locked journey, with what follows from them: notices, corrected people.

    Of a notice that was to leave by `doubtful_until` nobody knows whether it has.
    """
    if not events:
        return
    await connection.executemany(sql.add_to_journal, [_journal_values(journey, event) for event in events])
    notices = [(event.seq, notice) for event in events for notice in event.notices]
    doubtful = [each for each in notices if doubtful_until is not None and each[1].send_after <= doubtful_until]
    for query, some in ((sql.add_doubtful_notice, doubtful), (sql.add_notice, notices)):
        if some:
            await connection.executemany(query, [_notice_values(journey, *each) for each in some])
    if ended := [event.task.id for event in events if event.task is not None and event.kind in _ENDED]:
        await connection.execute(sql.see_to_reminders, journey, ended, SYSTEM)
    for event in events:
        if event.undoes is not None:
            await connection.execute(sql.withdraw_notices, journey, *event.undoes, UNDONE, event.at)
        if event.kind is EventKind.IDENTITY_CORRECTED:
            await people.correct(connection, journey, event)


async def announce(connection: Connection, journey: str, seq: int) -> None:
    """Tell whoever listens how far a journey has come, once this is committed."""
    await connection.execute(sql.announce, JOURNAL, f"{journey} {seq}")


def _refuse_gaps(journey: str, reached: int, new: Sequence[Event]) -> None:
    for expected, event in enumerate(new, reached + 1):
        if event.seq != expected:
            raise JournalGap(journey, reached, expected, event.seq)


def _refuse_holes(journey: str, numbers: set[int], least: int) -> None:
    last = max(numbers, default=0)
    for number in range(1, max(last, least) + 1):
        if number not in numbers:
            raise JournalGap(journey, number - 1, number, max(last, least))


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
