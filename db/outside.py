"""What became of reports from outside, as the journal tells: applied, waiting for their step, or fitting nowhere.

It is written in the journal's own transaction, so that a report is never neither waiting nor answered for. It writes
only to `outside_events`; a report that never came through that table is none of its business.
"""

from __future__ import annotations

from collections.abc import Iterable

from db.pool import Connection
from db.queries import sql
from schemas.events import Event, EventKind

LATE = "late"
DUPLICATE = "duplicate"
ENDED = "ended"
_CAUSES = {"journey_over": ENDED}
"""Causes that are called otherwise on the desk than by the engine."""


async def note(connection: Connection, journey: str, events: Iterable[Event]) -> None:
    """Take note of what these events of a locked journey, already in its read tables, say of reports."""
    for event in events:
        match event.kind:
            case EventKind.TASK_COMPLETED if event.command is not None:
                await _settle(connection, journey, event.command, "applied", None)
            case EventKind.EVENT_PARKED if event.command is not None:
                await _settle(connection, journey, event.command, "early", None)
            case EventKind.EVENT_REFUSED if event.command is not None:
                cause = await _cause(connection, journey, event)
                await _settle(connection, journey, event.command, "unmatched", cause)
            case EventKind.JOURNEY_ENDED:
                await connection.execute(sql.reports_wait_in_vain, journey)
            case EventKind.ACT_UNDONE if event.undoes is not None:
                await connection.execute(sql.reports_wait_again, journey, event.undoes[0])
            case _:
                pass


async def _settle(connection: Connection, journey: str, command: str, status: str, cause: str | None) -> None:
    await connection.execute(sql.settle_outside_event, command, journey, status, cause)


async def _cause(connection: Connection, journey: str, event: Event) -> str:
    """Why a report fits nowhere. A late one is a duplicate when its step has ended with the very same outcome."""
    cause = event.reason or ""
    if cause != LATE:
        return _CAUSES.get(cause, cause)
    same = await connection.fetchval(sql.report_answered_before, journey, event.report, event.outcome)
    return DUPLICATE if same else LATE
