"""The desk: reports from outside that fitted nowhere, or wait, and what an operator says is to become of them.

Whoever is first decides: a report is claimed in the database before anything is done with it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from journey.errors import Refusal
from schemas.forms.problems import shown
from schemas.mending import MatchEvent
from schemas.programme import Programme
from services.errors import NoSuchJourney, NotSavedYet
from services.journeys import Journeys
from services.keys import command_id
from services.mending.acts import Mended, checked_reason, mend
from services.mending.errors import NeedsReason
from services.outside.about import about
from services.outside.errors import (
    NoSuchReport,
    ReportApplied,
    ReportQueued,
    ReportSeenTo,
    ReportUnderWay,
    ReportUnreadable,
    ReportWaits,
)
from services.outside.receiving import ILLEGIBLE
from services.outside.words import words
from services.publish import load

SLOW = timedelta(minutes=1)
"""A report of which its journey has not said within so long what became of it is shown too."""

MOST = 500
"""How many are shown when all are asked for."""

TO_COME = "to-come"


async def on_desk(db: Database, *, now: datetime, everything: bool = False, by: str = SYSTEM) -> list[dict[str, Any]]:
    """The reports that somebody should look at, the oldest first; with `everything` the latest of all.

    `now` is wall time. Each has `event, journey, type, outcome, status, cause, at, received_at, repeats, matched,
    handled_by`, and `sentence {sv, en}` and `todo {sv, en}`.
    """
    query = (sql.latest_reports, MOST) if everything else (sql.desk, now - SLOW)
    async with db.acting_as(by) as connection:
        rows = await connection.fetch(*query)
    return await _described_with_programmes(db, rows, by)


async def _described_with_programmes(db: Database, rows: Sequence[asyncpg.Record], by: str) -> list[dict[str, Any]]:
    versions = {(row["programme"], row["version"]) for row in rows if row["programme"] is not None}
    programmes = {version: await load(db, *version, by=by) for version in versions}
    return [_described(row, programmes.get((row["programme"], row["version"]))) for row in rows]


async def one_report(db: Database, event: str, by: str = SYSTEM) -> dict[str, Any]:
    """One report as `on_desk` has it, wherever it is, with its `facts` and `dates` and whether its journey is `known`.

    Raises `NoSuchReport`.
    """
    async with db.acting_as(by) as connection:
        row = await connection.fetchrow(sql.one_report, event)
    if row is None:
        raise NoSuchReport(event=shown(event))
    known = row["programme"] is not None
    said = {"facts": row["facts"], "dates": row["dates"], "known": known, "readable": row["outcome"] != ILLEGIBLE}
    (described,) = await _described_with_programmes(db, [row], by)
    return described | said


async def dismiss(db: Database, event: str, *, reason: str, by: str, now: datetime) -> None:
    """Lay a report aside for good. Raises a `Refusal` when there is nothing to lay aside (any more)."""
    async with db.acting_as(by) as connection:
        why = await keep_reason(connection, reason, by, now)
        if await connection.fetchval(sql.dismiss_report, event, now, by, why) is None:
            await refuse(connection, event)


async def match(
    db: Database, journeys: Journeys, event: str, *, to: str | None = None, reason: str, by: str, now: datetime
) -> Mended:
    """Apply a report as if it had come in time: to the journey that it names, or `to` another. `now` is wall time.

    Raises a `Refusal` that says why not, and leaves it on the desk; or `ReportQueued`, when it is applied later.
    """
    key = uuid.uuid4().hex
    command, journey = await matching(db, event, to, by)
    command = command.but(id=command_id(key))
    async with db.acting_as(by) as connection:
        if await connection.fetchrow(sql.status_of_journey, journey) is None:
            raise NoSuchJourney(journey=shown(journey))
        why = await keep_reason(connection, reason, by, now)
        if await connection.fetchval(sql.claim_report, event, journey, command.id, now, by, why) is None:
            await refuse(connection, event)
    try:
        return await mend(db, journeys, journey, command.but(why=why), key=key, by=by, now=now)
    except NotSavedYet:
        raise ReportQueued(event=event) from None
    except Refusal:
        await back_on_desk(db, event, command.id)
        raise


async def matching(db: Database, event: str, to: str | None, by: str) -> tuple[MatchEvent, str]:
    """The command that applies a report, its id to come, and the journey that it is for. Raises a `Refusal`."""
    async with db.acting_as(by) as connection:
        row = await connection.fetchrow(sql.outside_event, event)
        if row is None or row["status"] not in {"unmatched", "dismissed"}:
            await refuse(connection, event)
    assert row is not None
    if row["outcome"] == ILLEGIBLE:
        raise ReportUnreadable(event=event)
    return match_command(row, id=TO_COME, by=by), to or row["journey"]


def match_command(row: asyncpg.Record, **how: Any) -> MatchEvent:
    """The command by which the report of this row is matched."""
    said = {name: row[name] for name in ("event", "type", "outcome", "facts", "dates")}
    return MatchEvent(happened_at=row["received_at"], **said, **how)


async def back_on_desk(db: Database, event: str, command: str) -> None:
    """The journey has refused the command that matched a report: others may try."""
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(sql.unclaim_report, event, command)


async def keep_reason(connection: Connection, reason: str, by: str, now: datetime) -> str:
    """Keep a reason in words; its id. Raises `NeedsReason` or `ReasonTooLong`."""
    words, why = checked_reason(reason), f"desk-{uuid.uuid4().hex}"
    if words is None:
        raise NeedsReason
    await connection.execute(sql.keep_reason, why, words, by, now)
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
    names = {"event": row["event"], "journey": journey, "type": shown(row["type"]), "by": row["handled_by"]}
    said = words(row["status"], row["cause"], row["journey_status"], about(dict(row), programme), **names)
    columns = ("event", "journey", "type", "outcome", "status", "cause", "at", "received_at", "repeats", "matched")
    found = {name: row[name] for name in (*columns, "handled_by")}
    return found | {"sentence": said.sentence.model_dump(), "todo": said.todo.model_dump()}
