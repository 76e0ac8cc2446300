"""The desk: reports from outside that fitted nowhere, or wait, and what an operator says is to become of them.

Whoever is first decides: a report is claimed in the database before anything is done with it.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.base import Both
from schemas.forms.problems import shown
from schemas.programme import Programme
from services.outside_errors import NoSuchReport, ReportApplied, ReportSeenTo, ReportUnderWay, ReportWaits
from services.outside_words import words
from services.publish import load

SLOW = timedelta(minutes=1)
"""A report of which its journey has not said within so long what became of it is shown too."""

MOST = 500
"""How many are shown when all are asked for."""


async def on_desk(db: Database, *, now: datetime, everything: bool = False, by: str = SYSTEM) -> list[dict[str, Any]]:
    """The reports that somebody should look at, the oldest first; with `everything` the latest of all.

    `now` is wall time. Each has `event, journey, type, outcome, status, cause, at, received_at, repeats, matched,
    handled_by`, and `sentence {sv, en}` and `todo {sv, en}`.
    """
    async with db.acting_as(by) as connection:
        query = (sql.latest_reports, MOST) if everything else (sql.desk, now - SLOW)
        rows = await connection.fetch(*query)
    versions = {(row["programme"], row["version"]) for row in rows if row["programme"] is not None}
    programmes = {version: await load(db, *version, by=by) for version in versions}
    return [_described(row, programmes.get((row["programme"], row["version"]))) for row in rows]


async def dismiss(db: Database, event: str, *, reason: str, by: str, now: datetime) -> None:
    """Lay a report aside for good. Raises a `Refusal` when there is nothing to lay aside (any more)."""
    async with db.acting_as(by) as connection:
        why = await keep_reason(connection, reason, by, now)
        if await connection.fetchval(sql.dismiss_report, event, now, by, why) is None:
            await refuse(connection, event)


async def keep_reason(connection: Connection, reason: str, by: str, now: datetime) -> str:
    """Keep a reason in words; its id."""
    why = f"desk-{uuid.uuid4().hex}"
    await connection.execute(sql.keep_desk_reason, why, reason, by, now)
    return why


async def refuse(connection: Connection, event: str) -> None:
    """Say why nothing can be done with a report. Raises the `Refusal`."""
    row = await connection.fetchrow(sql.outside_event, event)
    if row is None:
        raise NoSuchReport(event=shown(event))
    journey = row["matched"] or row["journey"]
    match row["status"]:
        case "applied":
            raise ReportApplied(event=event, journey=journey)
        case "early":
            raise ReportWaits(event=event, journey=journey)
        case "dismissed":
            raise ReportSeenTo(event=event, by=row["handled_by"])
        case _:
            raise ReportUnderWay(event=event, journey=journey)


def _described(row: asyncpg.Record, programme: Programme | None) -> dict[str, Any]:
    journey = row["matched"] or row["journey"]
    names = {"event": row["event"], "journey": journey, "type": row["type"], "by": row["handled_by"]}
    said = words(row["status"], row["cause"], row["journey_status"], _title(row["type"], programme), **names)
    columns = ("event", "journey", "type", "outcome", "status", "cause", "at", "received_at", "repeats", "matched")
    found = {name: row[name] for name in (*columns, "handled_by")}
    return found | {"sentence": said.sentence.model_dump(), "todo": said.todo.model_dump()}


def _title(type_: str, programme: Programme | None) -> Both:
    """The step that waits for reports of this type, as people call it."""
    steps = programme.steps.values() if programme else ()
    return next((step.title for step in steps if step.event == type_), Both(sv=type_, en=type_))
