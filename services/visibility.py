"""Acknowledged means visible: waiting until the read tables have come as far as an answer says.

It only waits. When the time is up the caller says that the change is saved and will show shortly.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import asyncpg

from db.hearing import JOURNAL, Ear
from db.pool import SYSTEM, Database
from db.queries import sql

AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What is raised when Postgres cannot be reached."""

LOOK_AGAIN_SECONDS = 0.25  # an announcement can be lost with its connection


async def shows(db: Database, journey: str, seq: int) -> bool:
    """Whether the read tables come so far in time; what is done is done, even if they cannot be asked."""
    with suppress(*AWAY):
        return await wait_until_visible(db, journey, seq)
    return False


async def wait_until_visible(db: Database, journey: str, seq: int, timeout: float = 1.0) -> bool:  # noqa: ASYNC109 (a bound on patience: the answer is False, not an error)
    """Wait until the journey's read tables include event `seq`; False when they do not within `timeout` seconds."""
    if await _visible(db, journey, seq):
        return True
    loop = asyncio.get_running_loop()
    until = loop.time() + timeout
    async with db.hearing(JOURNAL) as heard:
        while not await _visible(db, journey, seq):
            left = until - loop.time()
            if left <= 0:
                return False
            await _word_of(heard, journey, loop.time() + min(left, LOOK_AGAIN_SECONDS))
    return True


async def _visible(db: Database, journey: str, seq: int) -> bool:
    async with db.acting_as(SYSTEM) as connection:
        reached = await connection.fetchval(sql.seq_of_journey, journey)
    return reached is not None and reached >= seq


async def _word_of(heard: Ear.Subscription, journey: str, until: float) -> None:
    """Wait for news of this journey, passing over news of others, at most until `until` of the loop's clock."""
    loop = asyncio.get_running_loop()
    while (left := until - loop.time()) > 0:
        news = await heard.next(left)
        if news is None or news.split(" ")[0] == journey:
            return
