"""Whoever comes back after a version was rolled out to all joins that roll-out, as if they had been under way then.

It is written in the journal's own transaction, so that nobody who is taken in again is forgotten; the act for many,
which is durable, does the rest: the journey adopts once, or says why it cannot, and the way back is for it too.
"""

from __future__ import annotations

from collections.abc import Iterable

from db.pool import Connection
from db.projection import JourneyRow
from db.queries import sql
from schemas.events import Event, EventKind


async def note(connection: Connection, journey: str, row: JourneyRow, events: Iterable[Event]) -> None:
    """Take note of whether these events take a locked journey, already in its read tables as in `row`, in again."""
    if any(event.kind is EventKind.JOURNEY_REOPENED for event in events):
        await connection.execute(sql.join_roll_out, row.programme, journey)
