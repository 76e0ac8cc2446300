"""Hearing what the database announces (LISTEN and NOTIFY), over one connection for the whole process.

An announcement is a hint and may be lost when that connection breaks: who listens must also look for itself now and
then. Nothing is decided from what an announcement says.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from types import TracebackType
from typing import Any

import asyncpg

JOURNAL = "journal"
"""The channel on which the journal says `<journey> <seq>` when events have been written."""


class Ear:
    """One listening connection, opened when the first subscriber comes and again when it was lost."""

    class Subscription:
        """The announcements on one channel since it was entered, oldest first."""

        def __init__(self, ear: Ear, channel: str) -> None:
            self._ear, self._channel = ear, channel
            self._heard: asyncio.Queue[str] = asyncio.Queue()

        async def __aenter__(self) -> Ear.Subscription:
            await self._ear.subscribe(self._channel, self._heard)
            return self

        async def __aexit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            self._ear.unsubscribe(self._channel, self._heard)

        async def next(self, seconds: float) -> str | None:
            """Wait for the next announcement; None when none came in time."""
            await self._ear.open()
            try:
                return await asyncio.wait_for(self._heard.get(), seconds)
            except TimeoutError:
                return None

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._channels: set[str] = set()
        self._subscribers: defaultdict[str, set[asyncio.Queue[str]]] = defaultdict(set)
        self._opening = asyncio.Lock()

    def hearing(self, channel: str) -> Subscription:
        return Ear.Subscription(self, channel)

    async def subscribe(self, channel: str, heard: asyncio.Queue[str]) -> None:
        """Put everything announced on the channel from now on into the queue."""
        self._subscribers[channel].add(heard)
        await self.open()

    def unsubscribe(self, channel: str, heard: asyncio.Queue[str]) -> None:
        self._subscribers[channel].discard(heard)

    async def open(self) -> None:
        """Make sure that every channel with a subscriber is listened to, also after the connection broke."""
        async with self._opening:
            if self._connection is None or self._connection.is_closed():
                self._connection, self._channels = await asyncpg.connect(self._dsn), set()
            for channel in [name for name, queues in self._subscribers.items() if queues]:
                await self._listen(self._connection, channel)

    async def close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close()
        self._connection = None

    async def _listen(self, connection: asyncpg.Connection[asyncpg.Record], channel: str) -> None:
        if channel not in self._channels:
            await connection.add_listener(channel, self._tell)
            self._channels.add(channel)

    def _tell(self, _connection: Any, _pid: int, channel: str, payload: object) -> None:
        for heard in self._subscribers[channel]:
            heard.put_nowait(str(payload))
