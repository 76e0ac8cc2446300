"""The heart of a long activity: it beats, so that the server soon sends another worker when this one is gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from temporalio import activity


@asynccontextmanager
async def beating(seconds: float) -> AsyncIterator[None]:
    """Tell the server this often that this worker lives; outside activities, do nothing."""
    if not activity.in_activity():
        yield
        return
    beat = asyncio.create_task(_beat(seconds))
    try:
        yield
    finally:
        beat.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beat


async def _beat(seconds: float) -> None:
    while True:
        activity.heartbeat()
        await asyncio.sleep(seconds)


def is_leaving() -> bool:
    """Whether this worker has been told to stop, so that nothing more should be begun."""
    return activity.in_activity() and activity.is_worker_shutdown()
