"""What fails again and again for one journey is written down, so that operations find it among a million others.

It watches the activities and changes nothing about them: whatever goes wrong here, the activity ends as it would have.
Only the kind of an error is kept, never its text, which may say who somebody is.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import asyncpg
import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from db.pool import SYSTEM, Database
from db.queries import sql

WORTH_NOTING = 3
"""At which attempt an act counts as failing again and again."""

PATIENCE_SECONDS = 2.0
"""How long a note may take; the activity waits for it."""

REST_SECONDS = 10.0
"""After a note that failed nothing is noted for this long: Postgres is away, and everybody's acts fail alike."""

_NOT_NOTED = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)


class TroubleBook(Interceptor):
    """Keeps the table `trouble`: a row for each act of a journey that fails again and again, until it succeeds."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: set[tuple[str, str]] = set()
        self._rests_until = 0.0

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002 (Temporal's name)
        return _Watch(next, self)

    async def failed(self, journey: str, what: str, error: BaseException) -> None:
        """Note an attempt that failed, if it was not among the first."""
        info = activity.info()
        if info.attempt >= WORTH_NOTING and await self._wrote(
            sql.note_trouble, journey, what, kind_of(error), info.attempt, info.scheduled_time, datetime.now(UTC)
        ):
            self._noted.add((journey, what))

    async def succeeded(self, journey: str, what: str) -> None:
        """Take the note back, if there may be one."""
        noted = (journey, what) in self._noted or activity.info().attempt > WORTH_NOTING
        if noted and await self._wrote(sql.end_trouble, journey, what):
            self._noted.discard((journey, what))

    async def _wrote(self, query: str, *values: object) -> bool:
        if monotonic() < self._rests_until:
            return False
        try:
            async with asyncio.timeout(PATIENCE_SECONDS), self._database.acting_as(SYSTEM) as connection:
                await connection.execute(query, *values)
        except _NOT_NOTED as error:
            self._rests_until = monotonic() + REST_SECONDS
            structlog.get_logger().warning("trouble_not_noted", error=type(error).__name__)
            return False
        return True


class _Watch(ActivityInboundInterceptor):
    """Looks at one activity. Only those that say for which journey they work are of interest."""

    def __init__(self, following: ActivityInboundInterceptor, book: TroubleBook) -> None:
        super().__init__(following)
        self._book = book

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002 (Temporal's name)
        given = input.args[0] if input.args else None
        journey, task = getattr(given, "journey", None), getattr(given, "task", None)
        what = f"{activity.info().activity_type} {task or ''}".strip()
        if journey is None:
            return await super().execute_activity(input)
        try:
            found = await super().execute_activity(input)
        except Exception as error:
            await self._book.failed(journey, what, error)
            raise
        await self._book.succeeded(journey, what)
        return found


def kind_of(error: BaseException) -> str:
    """What kind of error it is, in a word of a program's."""
    named = error.type if isinstance(error, ApplicationError) else None
    return named or type(error).__name__
