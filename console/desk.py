"""What every page works with: the database, the way to the journeys, the clock and the settings. Made once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio.client import Client

from db.pool import Database
from schemas.journey import Pace
from services.journeys import Journeys
from services.known_programmes import KnownProgrammes
from settings import Settings


def wall_clock() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """`clock` gives wall time; each journey has its own pace, `pace` is that of new ones."""

    db: Database
    journeys: Journeys
    client: Client
    pace: Pace
    settings: Settings
    clock: Callable[[], datetime] = wall_clock
    programmes: KnownProgrammes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "programmes", KnownProgrammes(self.db))

    def now(self) -> datetime:
        """Wall time."""
        return self.clock()

    def journey_now(self) -> datetime:
        """Journey time of journeys that begin now."""
        return self.pace.to_journey(self.clock())
