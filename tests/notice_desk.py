"""Rows for the tests of the courier, a clock to move, and a look at what became of each notice."""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from activities.mailer import Mailer
from activities.notices import DeliverDue, Delivered, Notices
from db.pool import SYSTEM, Database
from schemas.journey import Pace
from tests.notice_samples import DUE, TUESDAY, programme

REAL = Pace()


@dataclass
class Desk:
    """A migrated database, a clock, and hands to put rows in."""

    dsn: str
    database: Database
    now: datetime = TUESDAY
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    @classmethod
    @asynccontextmanager
    async def open(cls, dsn: str) -> AsyncIterator[Desk]:
        """A desk with one programme and nobody in it."""
        database = await Database.open(dsn, most=4)
        desk = cls(dsn, database)
        content = programme().model_dump(mode="json")
        await desk.put("programmes", programme="relocate", version=1, hash="h", content=content, published_at=TUESDAY)
        try:
            yield desk
        finally:
            await database.close()

    async def put(self, table: str, **values: Any) -> None:
        names, places = ", ".join(values), ", ".join(f"${n}" for n in range(1, len(values) + 1))
        await self.run(f"INSERT INTO {table} ({names}) VALUES ({places})", *values.values())

    async def run(self, query: str, *values: Any) -> list[asyncpg.Record]:
        async with self.database.acting_as(SYSTEM) as connection:
            rows: list[asyncpg.Record] = await connection.fetch(query, *values)
            return rows

    async def staff(self, staff: str, *roles: str, **rest: Any) -> str:
        usual = {"name": f"Staff {staff}", "email": f"{staff}@staff.example.org", "language": "sv"}
        await self.put("staff", staff=staff, roles=list(roles), **{**usual, **rest})
        return staff

    async def journey(self, journey: str, *, person: str | None = None, pace: Pace | None = None, **rest: Any) -> str:
        """A journey and, unless one is named, its person, whose address is `JOURNEY@example.org`."""
        if person is None:
            person = f"person-{journey}"
            address = rest.pop("email", f"{journey}@example.org")
            phone = None if address else "+46700000000"
            await self.put("people", person=person, name="Åsa Öberg", email=address, phone=phone, created_at=TUESDAY)
        await self.put(
            "journeys",
            journey=journey,
            person=person,
            programme="relocate",
            version=1,
            received_at=TUESDAY,
            pace=pace.model_dump(mode="json") if pace else {},
            owners={"coordinator": "s1"},
            **rest,
        )
        return journey

    async def task(self, journey: str, step: str = "welcome_call", *, due_at: datetime = DUE, **rest: Any) -> str:
        task = f"{journey}.{step}.1"
        usual = {"status": "open", "role": "coordinator", "owner": "s1", "detail": {}}
        known = {"journey": journey, "step": step, "generation": 1, "opened_at": TUESDAY, "due_at": due_at}
        await self.put("tasks", task=task, **known, **{**usual, **rest})
        return task

    async def notice(self, journey: str, **rest: Any) -> str:
        """A notice that is due; information to the participant unless said otherwise."""
        number = next(self.numbers)
        usual = {
            "notice": f"{journey}.{number}.1",
            "seq": number,
            "template": "information",
            "purpose": "information",
            "recipient": "participant",
            "send_after": self.now - timedelta(minutes=1),
        }
        values = {**usual, **rest}
        await self.put("notices", journey=journey, **values)
        return str(values["notice"])

    async def reminder(self, task: str, **rest: Any) -> str:
        """A reminder to the coordinator s1 of a task."""
        usual = {"template": "reminder", "purpose": "reminder", "recipient": "coordinator", "staff": "s1"}
        return await self.notice(task.split(".", maxsplit=1)[0], task=task, **{**usual, **rest})

    async def appointment(self, journey: str, purpose: str = "invitation", **rest: Any) -> str:
        """An invitation of the participant to a time in two days, or its cancellation."""
        when = TUESDAY + timedelta(days=2)
        usual = {"template": purpose, "appointment": "interview_at", "appointment_at": when, "valid_until": when}
        return await self.notice(journey, purpose=purpose, **{**usual, **rest})

    def courier(self, mailer: Mailer, *, pace: Pace = REAL, database: Database | None = None) -> Notices:
        return Notices(database or self.database, mailer, pace, clock=lambda: self.now)

    async def deliver(self, mailer: Mailer, *, most: int = 200, pace: Pace = REAL) -> Delivered:
        """One courier's walk: rounds until there is nothing more to do."""
        courier, total = self.courier(mailer, pace=pace), Delivered()
        for _ in range(50):
            total = total.plus(await courier.deliver_due(DeliverDue(most=most)))
            if not total.more:
                return total
        raise AssertionError("the courier finds no end")

    async def became(self, *notices: str) -> list[tuple[str, str | None]]:
        """Status and cause of each notice."""
        rows = await self.run("SELECT notice, status, cause FROM notices WHERE notice = ANY ($1)", list(notices))
        found = {row["notice"]: (row["status"], row["cause"]) for row in rows}
        return [found[notice] for notice in notices]

    async def row(self, notice: str) -> dict[str, Any]:
        (row,) = await self.run("SELECT * FROM notices WHERE notice = $1", notice)
        return dict(row)

    async def everything(self) -> str:
        """All that stands in the table of notices, as one text."""
        return json.dumps([dict(row) for row in await self.run("SELECT * FROM notices")], default=str)
