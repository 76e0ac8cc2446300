"""At which paces journeys live, so that what is late is judged by each journey's own time.

All journeys of one stack share a pace; a database into which several have written is judged right too, only slower.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from db.pool import Connection
from db.queries import sql
from schemas.journey import Pace

EARLIEST, LATEST = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
"""Before and after everything: where the first page begins, and what no page ends before."""


@dataclass(frozen=True)
class Clocks:
    """Wall time, and the paces at which it passes. `usual` is that of journeys which have none of their own."""

    wall: datetime
    usual: Pace
    others: tuple[Pace, ...] = ()

    @classmethod
    async def read(cls, connection: Connection, wall: datetime, usual: Pace) -> Clocks:
        """The paces of all journeys in the database."""
        found = [Pace.model_validate(record["pace"]) for record in await connection.fetch(sql.paces) if record["pace"]]
        return cls(wall, usual, tuple(pace for pace in found if not _same(pace, usual)))

    def pace(self, own: Mapping[str, Any] | None) -> Pace:
        """The pace of a journey, given as it is stored."""
        return Pace.model_validate(own) if own else self.usual

    def now(self, own: Mapping[str, Any] | None = None, *, ago: timedelta = timedelta(0)) -> datetime:
        """Journey time of a journey with this pace, `ago` of wall time ago; of most journeys when none is given."""
        return self.pace(own).to_journey(self.wall - ago)

    def latest(self, *, ago: timedelta = timedelta(0)) -> datetime:
        """The latest that it can be in any journey."""
        return max(pace.to_journey(self.wall - ago) for pace in (self.usual, *self.others))

    @property
    def one(self) -> bool:
        """Whether all journeys share the usual pace, so that nobody's need be looked at."""
        return not self.others


def _same(one: Pace, other: Pace) -> bool:
    return one == other or (one.real and other.real)
