"""Reports that were written down and then cut off: they are given to their journey again until it has taken them in.

Safe to repeat, and while everything runs: a journey knows by its id what it has taken in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import asyncpg
import structlog

from db import outside
from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.events import Event
from services.errors import NotSavedYet
from services.journeys import Journeys, NoLongerRunning
from services.outside import Report, pass_on

GRACE = timedelta(seconds=10)
"""A report younger than this is still on its way."""

AT_A_TIME = 100


async def pass_on_pending(db: Database, journeys: Journeys, now: datetime) -> int:
    """Pass on again every report of which no journey has said what became of it. `now` is wall time.

    Returns how many were seen to. What cannot be done now is left for the next time.
    """
    done, after = 0, ""
    while True:
        async with db.acting_as(SYSTEM) as connection:
            rows = await connection.fetch(sql.reports_not_told_of, now - GRACE, after, AT_A_TIME)
        for row in rows:
            try:
                await _once_more(db, journeys, row)
            except NotSavedYet:
                structlog.get_logger().warning("report_not_passed_on", report=row["event"])
                return done
            done += 1
        if len(rows) < AT_A_TIME:
            return done
        after = rows[-1]["event"]


async def _once_more(db: Database, journeys: Journeys, row: asyncpg.Record) -> None:
    journey, ids = row["matched"] or row["journey"], (row["event"], row["command"])
    if await _told_before(db, journey, *ids):
        return
    if not await _taken_in(journeys, journey, *ids):
        await pass_on(db, journeys, Report.model_validate(dict(row)), row["by"])


async def _told_before(db: Database, journey: str, event: str, command: str | None) -> bool:
    """What became of it is in the journal already: the report was written down anew after a backup was restored."""
    async with db.acting_as(SYSTEM) as connection:
        word = await connection.fetchval(sql.word_of_report, journey, event, command)
        if word is not None:
            await outside.note(connection, journey, [Event.model_validate(word)])
    return word is not None


async def _taken_in(journeys: Journeys, journey: str, *ids: str | None) -> bool:
    """Whether the journey has it already, and the journal is about to say so."""
    try:
        ledger = (await journeys.state(journey)).ledger
    except NoLongerRunning:
        return False
    return any(command in ledger for command in ids)
