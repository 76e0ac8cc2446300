"""What another version would do to everybody who is on their way: each journey is asked how it stands.

Nothing is changed. Journeys that do not answer are told apart, so that the numbers are about those that did.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.pool import SYSTEM, Database
from journey.errors import Refusal
from journey.preview import Tally, preview
from schemas.foresight import Outlook
from schemas.programme import Programme
from services.bulk.where import Conditions, NothingMatches, in_words, matching
from services.journeys import Journeys
from services.whom import Standings, ask_each


@dataclass(frozen=True)
class Seen:
    """What was found. `already` follow the version, `silent` have not answered; neither is part of the outlook."""

    outlook: Outlook
    already: int
    silent: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The outlook, with `already` and `silent`."""
        return {**self.outlook.model_dump(mode="json"), "already": self.already, "silent": list(self.silent)}


class NobodyUnderWay(Refusal):
    """Nobody is on their way in {programme} yet, so there is nobody to look at; new journeys begin with it at once."""

    sv = "Ingen är på väg i {programme} än, så det finns ingen att se efter hos; nya resor börjar med den direkt."


class Look:
    """One look at all the journeys that fit. `now` is journey time."""

    def __init__(self, db: Database, journeys: Journeys, programme: Programme, now: datetime, by: str = SYSTEM) -> None:
        self._db, self._programme, self._now, self._by = db, programme, now, by
        self._standings = Standings(db, journeys, by)
        self._tally = Tally(programme)
        self._already = 0
        self._silent: list[str] = []

    async def whom(self, where: Conditions) -> list[str]:
        """The journeys that fit. Raises `NothingMatches`, or `NobodyUnderWay` where nothing narrows them."""
        fitting = await matching(self._db, where, self._now, by=self._by)
        if not fitting and not where.keys() - {"programme"}:
            raise NobodyUnderWay(programme=self._programme.programme)
        if not fitting:
            raise NothingMatches(conditions=in_words(where))
        return [match.journey for match in fitting]

    async def at(self, whom: Sequence[str], progress: Callable[[int], None] | None = None) -> Seen:
        """Ask each of them how it stands, some at a time. `progress` is told how many have been asked."""
        await ask_each(whom, self._look_at, progress)
        return Seen(self._tally.outlook(), self._already, tuple(sorted(self._silent)))

    async def _look_at(self, journey: str) -> None:
        state = await self._standings.of(journey)
        if state is None:
            self._silent.append(journey)
        elif (state.programme.version, state.programme.hash) == (self._programme.version, self._programme.hash):
            self._already += 1
        else:
            self._tally.add(preview(state, self._programme, self._now))
