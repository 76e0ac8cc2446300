"""What a journey is told of who is away: the same whether it is told with many others or when it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.bulk import command_id
from schemas.commands import StartJourney
from schemas.mending import CoverStaff


@dataclass(frozen=True)
class Absence:
    """Somebody is away from `since` until `until` (journey time), and `stand_in` does what is theirs."""

    staff: str
    stand_in: str
    since: datetime
    until: datetime

    def cover(self, command: str, by: str = SYSTEM, why: str | None = None) -> CoverStaff:
        """What a journey is told."""
        return CoverStaff(
            id=command, by=by, why=why, absent=self.staff, stand_in=self.stand_in, since=self.since, until=self.until
        )


async def covers_for(db: Database, start: StartJourney, now: datetime) -> list[CoverStaff]:
    """What a journey that has just begun must know of who is away, now or later. `now` is journey time."""
    async with db.acting_as(SYSTEM) as connection:
        records = await connection.fetch(sql.absences_to_come, now)
    found = []
    for record in records:
        if record["staff"] in start.owners.values():
            absence = Absence(record["staff"], record["stand_in"], record["since"], record["until"])
            found.append(absence.cover(command_id(record["absence"], start.journey), by=record["by"]))
    return found
