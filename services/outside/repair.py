"""Reports that were written down and then cut off: they are given to their journey again until it has taken them in.

Safe to repeat, and while everything runs: a journey knows by its id what it has taken in.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg
import structlog
from temporalio.exceptions import TemporalError

from db import outside
from db.pool import SYSTEM, Database
from db.queries import sql
from journey.errors import Refusal
from schemas.events import Event
from schemas.journey import Pace
from services.asking import ask
from services.errors import NotSavedYet
from services.journeys import Journeys, NoLongerRunning
from services.outside.desk import back_on_desk, match_command
from services.outside.receiving import Report, pass_on

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
            except (NotSavedYet, TemporalError) as error:
                structlog.get_logger().warning("report_not_passed_on", report=row["event"], error=type(error).__name__)
                if isinstance(error, NotSavedYet):  # nobody answers: the rest is left for later too
                    return done
                continue
            done += 1
        if len(rows) < AT_A_TIME:
            return done
        after = rows[-1]["event"]


async def _once_more(db: Database, journeys: Journeys, row: asyncpg.Record) -> None:
    # Of one that is matched the journey may have said something before, under the report's own id.
    journey, command = row["matched"] or row["journey"], row["command"] or row["event"]
    if await _told_before(db, journey, command) or await _taken_in(journeys, journey, command):
        return
    if row["command"] is None:
        await pass_on(db, journeys, Report.model_validate(dict(row)), row["by"])
    else:
        await _match(db, journeys, journey, row)


async def _match(db: Database, journeys: Journeys, journey: str, row: asyncpg.Record) -> None:
    """What an operator began is finished, under the same command; a refusal puts the report back on the desk."""
    async with db.acting_as(SYSTEM) as connection:
        pace = Pace.model_validate(await connection.fetchval(sql.pace_of_journey, journey))
    command = match_command(row, id=row["command"], by=row["handled_by"], why=row["handled_why"])
    try:
        await ask(db, journeys, journey, command, key=row["command"], now=pace.to_journey(datetime.now(UTC)))
    except NotSavedYet:
        raise
    except Refusal:
        await back_on_desk(db, row["event"], row["command"])


async def _told_before(db: Database, journey: str, command: str) -> bool:
    """What became of it is in the journal already: the report was written down anew after a backup was restored."""
    async with db.acting_as(SYSTEM) as connection:
        word = await connection.fetchval(sql.word_of_report, journey, command)
        if word is not None:
            await outside.note(connection, journey, [Event.model_validate(word)])
    return word is not None


async def _taken_in(journeys: Journeys, journey: str, command: str) -> bool:
    """Whether the journey has it already, and the journal is about to say so."""
    try:
        return command in (await journeys.state(journey)).ledger
    except NoLongerRunning:
        return False
