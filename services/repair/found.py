"""What a journey still knows and the database has lost: its row, a place for its person, reports from outside.

Who the person is cannot be known here: only the database held that. Somebody who is `unknown` is told from others
everywhere until their identity is corrected.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from db.pool import Connection
from db.queries import sql
from schemas.commands import RecordEvent
from schemas.journey import JourneyState, Pace
from services.outside.receiving import read

UNKNOWN_NAME = "Okänd / unknown"


async def place(connection: Connection, state: JourneyState, version: int, pace: Pace, now: datetime) -> None:
    """Make rows for a journey that has none. `now` is journey time. Safe to repeat, and for several at once."""
    person = person_of(state.journey)
    await connection.execute(sql.add_unknown_person, person, UNKNOWN_NAME, now)
    await connection.execute(
        sql.add_found_journey, state.journey, person, state.programme.programme, version, state.received_at,
        pace.model_dump(mode="json"),
    )  # fmt: skip


async def give_back(connection: Connection, journey: str, report: RecordEvent, at: datetime, pace: Pace) -> None:
    """Write down anew a report from outside that came at `at`, wall time, and that the database has lost."""
    said = read(report.id, {"journey": journey, **report.model_dump(exclude={"id", "by"})})
    await connection.execute(sql.add_found_report, *said.columns(), report.by, pace.to_journey(at), at)


def person_of(journey: str) -> str:
    """The id of the unknown person of a journey: the same each time, so that there is one."""
    return f"p{hashlib.sha256(journey.encode()).hexdigest()[:12]}"
