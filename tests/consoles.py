"""The console without a browser and without a process behind it: a database, a clock that the test sets, and HTTP."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
from fastapi import FastAPI

from console.app import create_app
from console.desk import Desk
from db.pool import Database
from schemas.journey import Pace
from settings import Settings

BASE = "http://127.0.0.1:8080"
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
STAFF = [
    ("pm-1", "Petra Exempel", "petra@staff.example.org", None, "sv", ["coordinator"]),
    ("gui-1", "Gun Sample", "gun@staff.example.org", None, "en", ["guide"]),
    ("own-1", "Olga Mönster", "olga@staff.example.org", None, "sv", ["programme_owner"]),
]


@dataclass
class Clock:
    """Wall time, as the test wants it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **length: float) -> None:
        self.now += timedelta(**length)


@dataclass
class Visit:
    """Somebody at the console: keeps cookies, follows no redirects, and knows the token of the page it saw last."""

    client: httpx.AsyncClient
    app: FastAPI
    clock: Clock
    token: str = field(default="")

    async def get(self, path: str, **rest: Any) -> httpx.Response:
        answer = await self.client.get(path, **rest)
        if found := re.search(r'name="form_token" value="([^"]+)"', answer.text):
            self.token = found[1]
        return answer

    async def post(self, path: str, data: dict[str, Any] | None = None, **rest: Any) -> httpx.Response:
        sent = {"form_token": self.token, **(data or {})}
        return await self.client.post(
            path, data={name: value for name, value in sent.items() if value is not None}, **rest
        )

    async def sign_in(self, staff: str = "pm-1") -> httpx.Response:
        await self.get("/sign-in")
        return await self.post("/sign-in", {"staff": staff})

    @property
    def cookie(self) -> str | None:
        return self.client.cookies.get("resan") or self.client.cookies.get("__Host-resan")


@asynccontextmanager
async def visit(dsn: str, *, base: str = BASE, journeys: Any = None, **settings: Any) -> AsyncIterator[Visit]:
    """The console with these settings, before somebody who has not been there yet; `journeys` is who answers behind."""
    db = await Database.open(dsn, most=4)
    clock = Clock()
    nobody = cast(Any, None)
    app = create_app(Desk(db, journeys or nobody, nobody, Pace(), Settings(**settings), clock))
    async with db.acting_as("test") as connection:
        statement = (
            "INSERT INTO staff (staff, name, email, phone, language, roles) VALUES ($1, $2, $3, $4, $5, $6) "
            "ON CONFLICT DO NOTHING"
        )
        await connection.executemany(statement, STAFF)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            yield Visit(client, app, clock)
    finally:
        await db.close()
