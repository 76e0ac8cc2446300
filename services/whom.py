"""Asking many journeys how they stand, some at a time. Nothing is changed by it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from db.pool import SYSTEM, Database
from journey.errors import Refusal
from schemas.journey import JourneyState
from services.journeys import Journeys
from services.mending import state_of

T = TypeVar("T")
AT_ONCE = 16


async def ask_each(
    whom: Iterable[T], ask: Callable[[T], Awaitable[None]], progress: Callable[[int], None] | None = None
) -> None:
    """Ask each of them. `progress` is told how many have been asked."""
    slots, asked = asyncio.Semaphore(AT_ONCE), itertools.count(1)

    async def one(each: T) -> None:
        async with slots:
            await ask(each)
        if progress is not None:
            progress(next(asked))

    await asyncio.gather(*(one(each) for each in whom))


async def standing(db: Database, journeys: Journeys, journey: str, by: str = SYSTEM) -> JourneyState | None:
    """How a journey stands; None when it has not begun, or does not answer."""
    try:
        return await state_of(db, journeys, journey, by)
    except Refusal:
        return None
