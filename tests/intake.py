"""Interests of made-up people, and journeys without a server to take them: for the tests of intake."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from activities.journal import Journal, JournalBatch
from db.pool import SYSTEM, Database
from journey import engine
from schemas.commands import Command, JoinInterest, ReopenJourney, StartJourney
from schemas.journey import JourneyState, Status
from schemas.people import email_key, phone_key
from services.intake.row import IntakeRow, Rejection
from services.intake.taking_in import IntakeReport, take_in
from services.journeys import NoLongerRunning

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
PROGRAMME = "sample"


class Away(Exception):  # noqa: N818 (a state of the world)
    """Nobody answers."""


class Process:
    """Journeys without a server: the engine decides, the journal writes, and every call is counted."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.now = MONDAY
        self.states: dict[str, JourneyState] = {}
        self.calls: Counter[str] = Counter()
        self.starts: dict[str, StartJourney] = {}
        self.away = False
        self.away_after: int | None = None

    async def start(self, command: StartJourney) -> None:
        self._answer("start")
        if command.journey not in self.states:
            self.starts[command.journey] = command
            await self._write(engine.start(command, self.now).state)

    def journey_time(self) -> datetime:
        return self.now

    async def perform(self, journey: str, command: Command) -> None:
        self._answer("perform")
        await self.do(journey, command)

    async def join(self, journey: str, command: JoinInterest) -> None:
        self._answer("join")
        await self.do(journey, command)

    async def come_back(self, journey: str, command: ReopenJourney) -> None:
        if self.states[journey].status is Status.ENDED and self.states[journey].undo is None:
            raise NoLongerRunning(journey)
        self._answer("come_back")
        await self.do(journey, command)

    async def reopen(self, journey: str, closed: JourneyState, command: ReopenJourney) -> None:
        self._answer("reopen")
        if command.id not in self.states[journey].ledger:
            assert closed.model_dump() == self.states[journey].model_dump()
            await self._write(engine.decide(closed, command, self.now).state)

    async def do(self, journey: str, command: Command) -> None:
        await self._write(engine.decide(self.states[journey], command, self.now).state)

    async def sleep(self, length: timedelta) -> None:
        self.now += length
        for state in list(self.states.values()):
            await self._write(engine.advance(state, self.now)[0])

    def _answer(self, what: str) -> None:
        if self.away or (self.away_after is not None and self.calls.total() >= self.away_after):
            raise Away
        self.calls[what] += 1

    async def _write(self, state: JourneyState) -> None:
        done = state.model_copy(update={"outbox": ()})
        self.states[state.journey] = done
        closed = done if done.ended_at else None
        await Journal(self.db).write(JournalBatch(journey=state.journey, events=state.outbox, closed=closed))


def person(line: int, name: str, email: str | None = None, phone: str | None = None, **rest: Any) -> IntakeRow:
    keys = {"email_key": email and email_key(email), "phone_key": phone and phone_key(phone)}
    return IntakeRow(line=line, name=name, email=email, phone=phone, **keys, **rest)


ANNA = person(2, "Anna Alm", "anna@example.org", "070-174 06 05", received_at=MONDAY - DAY)
BO = person(3, "Bo Ek", "bo@example.org")


async def enter(db: Database, process: Process, *rows: IntakeRow | Rejection, **rest: Any) -> IntakeReport:
    return await take_in(db, process, rows, PROGRAMME, now=process.now, **rest)


async def count(db: Database, table: str) -> int:
    async with db.acting_as(SYSTEM) as connection:
        found: int = await connection.fetchval(f"SELECT count(*) FROM {table}")
    return found


async def kinds(db: Database, journey: str) -> Counter[str]:
    async with db.acting_as(SYSTEM) as connection:
        rows = await connection.fetch("SELECT kind FROM journal WHERE journey = $1", journey)
    return Counter(row["kind"] for row in rows)
