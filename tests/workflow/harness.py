"""A corner of its own for one test: a database, a task queue, workers that come and go, and journeys that live there.

Journeys begin on a Monday morning in March 2026, journey time, whatever the day on which the test is run.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHandle, WorkflowHistory
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities.mailer import SmtpMailer
from db.pool import SYSTEM, Database
from schemas.commands import CompleteTask, RecordEvent, StartJourney
from schemas.events import Event, EventKind
from schemas.journey import DAY, JourneyState, Pace, Receipt
from schemas.programme import Kind, Programme
from services.intake.plan import new_id
from services.journeys import Journeys
from services.publish import publish
from stack.ports import LOOPBACK, free_port
from tests.sample import sample
from worker import build
from workflows.names import journey_workflow_id
from workflows.showing import register

T = TypeVar("T")
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""09:00 in Stockholm: the morning on which journeys begin, journey time."""

PATIENCE = 120.0
STAFF = {"anna": ["coordinator"], "lena": ["leader"]}
NOBODY_THERE = "nobody-there.example.org"


class Spent(NamedTuple):
    """What a journey has cost in Temporal's history, over all its runs."""

    events: int
    kinds: dict[str, int]


async def eventually(look: Callable[[], Awaitable[T]], what: str, patience: float = PATIENCE) -> T:
    """Look again and again until it is so (true or not empty), for at most `patience` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while not (found := await look()):
        assert loop.time() < deadline, f"in vain: {what}"
        await asyncio.sleep(0.05)
    return found


def accelerated(day: timedelta, journey: datetime = MONDAY, wall: datetime | None = None) -> Pace:
    """It is Monday morning now, and a journey day lasts this long. `wall` is the server's clock, where not ours."""
    return Pace(wall=wall or datetime.now(UTC), journey=journey, day=day)


class House:
    """One test's corner. `journeys` sends commands as the command line does."""

    def __init__(self, client: Client, db: Database, pace: Pace, queue: str) -> None:
        self.client, self.db, self.pace, self.queue = client, db, pace, queue
        self.journeys = Journeys(client, pace, visible=True)
        self.programme: Programme = sample()

    # ---- people and workers

    async def furnish(self, programme: Programme | None = None) -> House:
        """Publish the programme and let the staff in."""
        self.programme = await publish(self.db, programme or sample(), MONDAY)
        async with self.db.acting_as(SYSTEM) as connection:
            for staff, roles in STAFF.items():
                await connection.execute(
                    "INSERT INTO staff (staff, name, email, roles) VALUES ($1, $2, $3, $4)",
                    staff, f"Synthetic {staff}", f"{staff}@staff.example.org", roles,
                )  # fmt: skip
        return self

    def worker(self, **how: Any) -> Worker:
        """A worker for this corner, built as the real one is. Nobody delivers mail here."""
        mailer = SmtpMailer(LOOPBACK, free_port(), seconds=1)
        return build(self.client, self.db, mailer, self.pace, task_queue=self.queue, **how)

    async def enter(self, journey: str | None = None) -> str:
        """The rows of a new participant."""
        journey = journey or new_id("j")
        async with self.db.acting_as(SYSTEM) as connection:
            await connection.execute(
                "INSERT INTO people (person, name, email, created_at) VALUES ($1, $2, $3, $4)",
                f"p-{journey}", f"Synthetic {journey}", f"{journey}@{NOBODY_THERE}", MONDAY,
            )  # fmt: skip
            await connection.execute(
                "INSERT INTO journeys (journey, person, programme, version, received_at, pace)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                journey, f"p-{journey}", self.programme.programme, self.programme.version, self.pace.journey or MONDAY,
                self.pace.model_dump(mode="json"),
            )  # fmt: skip
        return journey

    async def begin(self, journey: str | None = None, **given: Any) -> str:
        """A new journey, under way."""
        return await self.start(await self.enter(journey), **given)

    async def start(self, journey: str, **given: Any) -> str:
        """Set a participant who has been entered on the way."""
        received = given.pop("received_at", self.pace.journey or datetime.now(UTC))
        start = StartJourney(
            id=f"start-{journey}", journey=journey, programme=self.programme, received_at=received, **given
        )
        await self.journeys.start(start)
        return journey

    # ---- acts

    async def complete(
        self, journey: str, step: str, outcome: str, *, key: str | None = None, generation: int = 1, **given: Any
    ) -> Receipt:
        """Say how a task ended, as a coordinator does."""
        return await self.journeys.complete(completion(journey, step, outcome, key, generation, **given))

    async def report(self, journey: str, type_: str, outcome: str, *, key: str | None = None, **given: Any) -> None:
        """An outside system reports."""
        key = key or secrets.token_hex(6)
        await self.journeys.record_event(
            journey, RecordEvent(id=key, by="gateway", type=type_, outcome=outcome, **given)
        )

    async def settled(self, journey: str) -> None:
        """Everything that had to happen by itself has: owners are found and nothing waits to be written."""

        async def quiet() -> bool:
            state = await self.state(journey)
            steps = [state.programme.steps[task.step] for task in state.tasks]
            return not state.outbox and not any(step.kind is Kind.AUTOMATIC for step in steps)

        await eventually(quiet, f"{journey} settles")

    async def checkpointed(self, journey: str) -> str:
        """A checkpoint on demand that has come about; gives the id of the new run."""
        before = await self.run_of(journey)
        await self.journeys.checkpoint(journey)

        async def another() -> str | None:
            now = await self.run_of(journey)
            return now if now != before else None

        return await eventually(another, f"{journey} goes on in a new run") or ""

    # ---- looks

    def now(self) -> datetime:
        """Journey time now, on a server in real time."""
        return self.pace.to_journey(datetime.now(UTC))

    async def run_of(self, journey: str) -> str:
        return (await self.journeys.handle(journey).describe()).run_id or ""

    async def state(self, journey: str) -> JourneyState:
        return await self.journeys.state(journey)

    async def journal(self, journey: str) -> list[Event]:
        """What is in the journal now."""
        async with self.db.acting_as(SYSTEM) as connection:
            rows = await connection.fetch("SELECT seq, event FROM journal WHERE journey = $1 ORDER BY seq", journey)
        assert [row["seq"] for row in rows] == list(range(1, len(rows) + 1)), "the journal has a gap"
        return [Event.model_validate(row["event"]) for row in rows]

    async def written(self, journey: str, seq: int = 0, *kinds: EventKind, patience: float = PATIENCE) -> list[Event]:
        """The journal, once it has come to `seq` and has an event of each of these kinds."""

        async def there() -> list[Event] | None:
            found = await self.journal(journey)
            enough = len(found) >= seq and set(kinds) <= {event.kind for event in found}
            return found if found and enough else None

        return await eventually(there, f"the journal of {journey} with {seq} {kinds}", patience) or []

    async def ended(self, journey: str) -> list[Event]:
        """The journal of a journey, once it is over."""
        return await self.written(journey, 0, EventKind.JOURNEY_ENDED)

    async def row(self, table: str, key: str, value: str) -> dict[str, Any]:
        async with self.db.acting_as(SYSTEM) as connection:
            found = await connection.fetchrow(f"SELECT * FROM {table} WHERE {key} = $1", value)
        return dict(found) if found else {}

    async def histories(self, journey: str) -> list[WorkflowHistory]:
        """The history of each run of a journey, first to last."""
        handle: WorkflowHandle[Any, Any] = self.journeys.handle(journey)
        first: str | None = (await handle.describe()).raw_description.workflow_execution_info.first_run_id
        found = []
        while first:
            one = self.client.get_workflow_handle(journey_workflow_id(journey), run_id=first)
            found.append(await one.fetch_history())
            first = _next_run(found[-1])
        return found

    async def spent(self, journey: str) -> Spent:
        """The history events of a journey's whole life so far."""
        return counted(await self.histories(journey))


def counted(histories: Iterable[WorkflowHistory]) -> Spent:
    """How many events, and of which kinds."""
    kinds: dict[str, int] = {}
    for history in histories:
        for event in history.events:
            name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
            kinds[name] = kinds.get(name, 0) + 1
    return Spent(sum(kinds.values()), kinds)


def _next_run(history: WorkflowHistory) -> str | None:
    last = history.events[-1]
    if last.HasField("workflow_execution_continued_as_new_event_attributes"):
        return last.workflow_execution_continued_as_new_event_attributes.new_execution_run_id
    return None


def completion(
    journey: str, step: str, outcome: str, key: str | None = None, generation: int = 1, **given: Any
) -> CompleteTask:
    """The command by which a coordinator ends a task."""
    task = f"{journey}.{step}.{generation}"
    return CompleteTask(id=key or secrets.token_hex(6), by="anna", task=task, outcome=outcome, **given)


def usual(journey: str, route: str = "job", now: datetime = MONDAY) -> list[CompleteTask]:
    """What people say in the usual life from first call to follow-up, each with a key of its own."""
    answers: list[tuple[str, str, dict[str, Any]]] = [
        ("welcome_call", "willing", {"facts": {"route": route}}),
        ("interview", "booked", {"dates": {"interview_at": now + 30 * DAY}}),
        ("offer", "offered", {"facts": {"foreign_citizen": "no"} if route == "study" else {}}),
        *([("csn", "granted", {})] if route == "study" else []),
        ("move", "arrived", {}),
        ("follow_up", "answered", {}),
    ]
    return [completion(journey, step, end, f"{journey}-{step}", **given) for step, end, given in answers]


async def live(house: House, journey: str, route: str = "job") -> None:
    """The usual life, every step done by a person at once."""
    await house.settled(journey)
    for command in usual(journey, route):
        await house.journeys.complete(command)


async def over(house: House, journey: str) -> None:
    """The journey's workflow has come to its end."""

    async def closed() -> bool:
        try:
            return (await house.journeys.handle(journey).describe()).close_time is not None
        except RPCError:
            return False

    await eventually(closed, f"{journey} is over")


@asynccontextmanager
async def house_on(
    client: Client,
    dsn: str,
    pace: Pace | None = None,
    queue: str | None = None,
    programme: Programme | None = None,
) -> AsyncIterator[House]:
    """A corner of its own on a server, in a migrated database. Its journeys have a task queue of their own."""
    queue = queue or f"test-{secrets.token_hex(6)}"
    db = await Database.open(dsn, most=6)
    try:
        await register(client)
        with pytest.MonkeyPatch.context() as patch:
            for sender in ("services.journeys", "services.stuck.course", "services.bulk.acts"):
                patch.setattr(f"{sender}.TASK_QUEUE", queue)
            yield await House(client, db, pace or accelerated(DAY), queue).furnish(programme)
    finally:
        await db.close()
