"""Another system before a console with real servers behind it: a database, Temporal, a worker, and HTTP."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from temporalio.client import Client as TemporalClient
from temporalio.worker import Worker

from activities.actions import Actions
from activities.journal import Journal
from console.api.signing import sign
from console.app import create_app
from console.desk import Desk
from db.hearing import JOURNAL
from db.pool import SYSTEM, Database
from schemas.journey import Pace
from services import reading
from services.clients import book
from services.journeys import Journeys
from services.publish import publish
from settings import Settings
from tests import servers
from tests.sample import sample
from worker import sandboxed
from workflows.connection import connect
from workflows.journey import ParticipantJourney
from workflows.names import TASK_QUEUE

BASE = "http://127.0.0.1:8080"
PATIENCE = 30


@dataclass
class World:
    """Everything behind the door, and somebody who knocks. `ahead` is how far the console's clock is ahead."""

    db: Database
    journeys: Journeys
    client: httpx.AsyncClient
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def key(self, *roles: str, signs: bool = False) -> book.Issued:
        """A client of its own in these roles."""
        name = f"test-{secrets.token_hex(4)}"
        return await book.add(self.db, name, "A system", roles, signs=signs, by="ops-1", now=self.now())

    async def enter(self) -> str:
        """A journey whose welcome call is open."""
        key = await self.key("registrar")
        answer = await self.start(key, name="Kim Påhittad")
        assert answer.status_code == 201, answer.text
        return await self.opened(answer.json()["journey"], "welcome_call")

    async def start(self, key: book.Issued, *, once: str | None = None, **given: Any) -> httpx.Response:
        said = {"programme": "sample", "email": f"kim.{secrets.token_hex(5)}@example.org", **given}
        return await self.ask("POST", "/journeys", key, json=said, once=once or secrets.token_hex(8))

    async def opened(self, journey: str, step: str) -> str:
        async with asyncio.timeout(PATIENCE), self.db.hearing(JOURNAL) as heard:
            while True:
                found = await reading.journey(self.db, journey, now=datetime.now(UTC))
                for task in found["tasks"]:
                    if task["step"] == step:
                        return str(task["id"])
                await heard.next(0.25)

    async def ask(
        self, method: str, path: str, key: book.Issued | str | None, *, once: str | None = None, **rest: Any
    ) -> httpx.Response:
        """One request of a client, in English unless the headers say otherwise."""
        headers = {"Accept-Language": "en", **rest.pop("headers", {})}
        told = key.key if isinstance(key, book.Issued) else key
        if told is not None:
            headers["Authorization"] = f"Bearer {told}"
        if once is not None:
            headers["Idempotency-Key"] = once
        return await self.client.request(method, f"/api/v1{path}", headers=headers, **rest)

    async def send_signed(
        self,
        issued: book.Issued,
        said: object,
        *,
        message: str | None = None,
        at: datetime | None = None,
        secret: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """A signed message; `said` is its body, as JSON unless it is bytes."""
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        name, at = message or f"msg_{secrets.token_hex(8)}", at or self.now()
        signature = sign(name, at, body, book.secret_bytes(secret or issued.secret or ""))
        signed = {"webhook-id": name, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
        given = {"content-type": "application/json", "accept-language": "en", **signed, **(headers or {})}
        return await self.client.post(f"/api/v1/hooks/{issued.client}", content=body, headers=given)


@asynccontextmanager
async def world(postgres_dsn: str, template: str, temporal_address: str) -> AsyncIterator[World]:
    """A console, as one application, with a worker behind it."""
    name = f"test_{secrets.token_hex(6)}"
    servers.create(postgres_dsn, name, template)
    db = await Database.open(servers.sibling(postgres_dsn, name))
    await publish(db, sample(), datetime.now(UTC))
    async with db.acting_as(SYSTEM) as connection:
        statement = "INSERT INTO staff (staff, name, email, roles) VALUES ('s1', 'S', 's@example.org', $1)"
        await connection.execute(statement, ["coordinator", "leader"])
    temporal = await connect(temporal_address, "default")
    made = World(db, Journeys(temporal), httpx.AsyncClient())
    desk = Desk(db, made.journeys, temporal, Pace(), Settings(), made.now)
    transport = httpx.ASGITransport(create_app(desk), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client, _worker(db, temporal):
        await made.client.aclose()
        made.client = client
        yield made
    await db.close()
    servers.drop(postgres_dsn, name)


@asynccontextmanager
async def _worker(db: Database, client: TemporalClient) -> AsyncIterator[None]:
    worker = Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[ParticipantJourney],
        activities=[Journal(db).write, Actions(db).run],
        workflow_runner=sandboxed(),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    )
    running = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        await worker.shutdown()
        await running
