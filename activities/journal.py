"""The journal: what has happened is written to Postgres exactly once, in order, with everything that follows from it.

Events, read tables and notices to be sent are one transaction. It decides nothing; whatever it is given again it
recognises by the number. How it is written is in `db.journal`.
"""

from __future__ import annotations

from temporalio import activity
from temporalio.exceptions import ApplicationError

from db import journal
from db.pool import SYSTEM, Database
from schemas.base import Identifier, Model
from schemas.events import Event
from schemas.journey import JourneyState


class JournalBatch(Model):
    """What has happened to one journey since the last batch, oldest first. `closed` is the state it ended in."""

    journey: Identifier
    events: tuple[Event, ...]
    closed: JourneyState | None = None


class Journal:
    """Writes what has happened."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @activity.defn(name="write_journal")
    async def write(self, batch: JournalBatch) -> int:
        """Write the events that are not written yet and return the number of the latest that is.

        Safe to repeat, with overlapping batches too. Raises a retryable error when the journey has no row yet or
        when an event before these is missing.
        """
        async with self._db.acting_as(SYSTEM) as connection:
            try:
                return await journal.write(connection, batch.journey, batch.events, batch.closed)
            except journal.NoJourney as missing:
                raise ApplicationError(str(missing), type="UnknownJourney") from None
            except journal.JournalGap as gap:
                raise ApplicationError(str(gap), type="JournalGap") from None
