"""Asking many journeys how they stand, some at a time. Nothing is changed by it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from temporalio.client import WorkflowQueryFailedError
from temporalio.service import RPCError

from db.pool import SYSTEM, Database
from journey.errors import Refusal
from schemas.journey import JourneyState
from services.completing.errors import NotCarriedOn
from services.journeys import Journeys
from services.mending.acts import state_of

T = TypeVar("T")
AT_ONCE = 16
PATIENCE = timedelta(seconds=5)
"""How long one journey is waited for, where thousands are asked."""


async def ask_each(
    whom: Iterable[T], ask: Callable[[T], Awaitable[None]], progress: Callable[[int], None] | None = None
) -> None:
    """Ask each of them, some at a time. `progress` is told how many have been asked."""
    left, asked = iter(whom), itertools.count(1)

    async def some() -> None:
        for each in left:
            await ask(each)
            if progress is not None:
                progress(next(asked))

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


class Standings:
    """How journeys stand. When as many in a row have not answered as are asked at once, nobody else is asked."""

    def __init__(self, db: Database, journeys: Journeys, by: str = SYSTEM) -> None:
        self._db, self._journeys, self._by = db, journeys, by
        self._silent = 0

    async def of(self, journey: str) -> JourneyState | None:
        """How one stands; None when it has not begun, or does not answer."""
        if self._silent >= AT_ONCE:
            return None
        try:
            state = await state_of(self._db, self._journeys, journey, self._by)
        except NotCarriedOn:
            return None
        except (Refusal, RPCError, WorkflowQueryFailedError):
            self._silent += 1
            return None
        self._silent = 0
        return state
