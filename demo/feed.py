"""What has happened since somebody last looked: events from the journal and letters that the mail server accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from db.pool import SYSTEM, Database
from db.queries import Queries
from schemas.events import Event, Purpose

sql = Queries(Path(__file__).parent / "queries")


@dataclass(frozen=True)
class Sent:
    """A letter. One to the staff may gather several notices, of several journeys."""

    at: datetime
    purposes: frozenset[Purpose]
    journeys: frozenset[str]


class Feed:
    """Tells every event and every letter once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._told: dict[str, int] = {}
        self._letters: set[str] = set()

    async def events(self) -> list[tuple[str, Event]]:
        """The events that are new, each with its journey, in the order in which they were recorded."""
        async with self._db.acting_as(SYSTEM) as connection:
            reached = {record["journey"]: record["seq"] for record in await connection.fetch(sql.demo_journeys)}
            behind = {name: self._told.get(name, 0) for name, seq in reached.items() if seq > self._told.get(name, 0)}
            rows = await connection.fetch(sql.demo_news, list(behind), list(behind.values())) if behind else []
        news = [(row["journey"], Event.model_validate(row["event"])) for row in rows]
        for journey, event in news:
            self._told[journey] = max(self._told.get(journey, 0), event.seq)
        return news

    async def letters(self) -> list[Sent]:
        """The letters that are new."""
        async with self._db.acting_as(SYSTEM) as connection:
            rows = await connection.fetch(sql.demo_letters)
        new = [row for row in rows if row["message"] not in self._letters]
        self._letters |= {row["message"] for row in new}
        return [Sent(row["at"], frozenset(map(Purpose, row["purposes"])), frozenset(row["journeys"])) for row in new]
