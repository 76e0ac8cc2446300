"""What a new stack holds before anybody has typed anything. Safe to repeat.

The programmes are published everywhere; made-up staff and participants are entered only into a database of our own.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.client import Client

from db.pool import SYSTEM, Database
from db.queries import sql
from journey.checks import judged_before, years_for
from schemas.journey import Pace
from services.intake.file import IntakeFile
from services.intake.row import IntakeRow, Rejection
from services.intake.taking_in import begin_pending, take_in
from services.journeys import Journeys
from services.publish import publish

ROOT = Path(__file__).resolve().parent.parent
PROGRAMMES, SAMPLES = ROOT / "programmes", ROOT / "samples"
FIRST_PROGRAMME = "relocate"
DAYS_AGO = (0, 0, 1, 2, 4, 5)
"""When the made-up participants registered their interest, so that some calls are already late."""


async def plant(db: Database, client: Client, pace: Pace, say: Callable[[str], None], *, samples: bool) -> None:
    """Publish the seed programmes; enter the made-up people when `samples`; repair what an earlier stop cut off."""
    now = pace.to_journey(datetime.now(UTC))
    for path in sorted(PROGRAMMES.glob("*.yaml")):
        found = judged_before(path.read_text(encoding="utf-8"), years=years_for(now.year))
        stored = await publish(db, found, now)
        say(f"programme {stored.programme}: version {stored.version}")
    journeys = Journeys(client, pace)
    if samples:
        await _enter_samples(db, journeys, pace, now, say)
    await begin_pending(db, journeys)


async def _enter_samples(
    db: Database, journeys: Journeys, pace: Pace, now: datetime, say: Callable[[str], None]
) -> None:
    async with db.acting_as(SYSTEM) as connection:
        if await connection.fetchval(sql.any_journey):
            return
        await connection.executemany(sql.add_staff, list(staff()))
    report = await take_in(db, journeys, _participants(now), FIRST_PROGRAMME, now=now, pace=pace)
    say(f"participants: {len(report.accepted)} made-up ones entered")


def staff() -> Iterator[tuple[str, str, str, str, str, list[str]]]:
    """The made-up staff, in the order of the query `add_staff`."""
    with (SAMPLES / "staff.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            roles = row["roles"].split()
            yield row["staff"], row["name"], row["email"], row["phone"], row["language"], roles


def _participants(now: datetime) -> Iterator[IntakeRow | Rejection]:
    for number, row in enumerate(IntakeFile.open(SAMPLES / "participants.csv").rows(now)):
        if isinstance(row, IntakeRow):
            yield row.but(received_at=now - timedelta(days=DAYS_AGO[number % len(DAYS_AGO)]))
        else:
            yield row
