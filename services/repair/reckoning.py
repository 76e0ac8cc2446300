"""How far a journey has come: as Temporal tells it, and as Postgres has it. It only looks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum

import asyncpg
from temporalio.client import (
    Client,
    WorkflowExecutionDescription,
    WorkflowExecutionStatus,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.service import RPCError, RPCStatusCode

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.journey import JourneyState, Pace, Status
from services.errors import NotSavedYet
from services.journeys import Journeys, NoLongerRunning
from workflows.messages import JourneyEnd
from workflows.names import JOURNEY_WORKFLOW, journey_of_workflow

PAGE = 500
_GIVE_UP_AFTER = 3
"""Journeys in a row that give no answer, after which the worker is taken to be away and the rest are not waited for."""


class Course(StrEnum):
    """What Temporal knows of a journey."""

    RUNNING = "running"
    ENDED = "ended"
    BROKEN_OFF = "broken_off"
    UNKNOWN = "unknown"
    SILENT = "silent"


@dataclass(frozen=True)
class Told:
    """As Temporal tells it. `seq` is the number of the latest event; those in `waiting` are still to be written."""

    course: Course
    run: str = ""
    seq: int = 0
    waiting: frozenset[int] = frozenset()
    state: JourneyState | None = None


@dataclass(frozen=True)
class Here:
    """As Postgres has it: the read row is at `seq`, the journal has `events` events up to `last`; `open` are tasks.

    `kept`: the state that an ended journey can be reopened from is there. `unknown`: nobody knows who it is about.
    """

    status: Status
    begun: bool
    seq: int
    events: int
    last: int
    kept: bool
    unknown: bool
    open: frozenset[str]
    pace: Pace

    @property
    def whole(self) -> bool:
        """Whether the journal has no gap, and the read row is as far."""
        return self.seq == self.last == self.events

    def agrees(self, told: Told) -> bool:
        """Whether the read tables say what Temporal says, as far as both have come equally far."""
        if told.course is Course.ENDED:
            return self.status is Status.ENDED and self.kept and not self.open
        if told.state is None or told.seq != self.last:
            return True
        return self.status is told.state.status and self.open == {task.id for task in told.state.tasks}


class Witness:
    """Asks Temporal about journeys, and notices when nobody answers there."""

    def __init__(self, client: Client, journeys: Journeys) -> None:
        self._client = client
        self._journeys = journeys
        self._silent = 0

    async def ask(self, journey: str) -> Told:
        """How a journey stands."""
        try:
            found = await self._journeys.handle(journey).describe()
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return Told(Course.UNKNOWN)
            raise
        match found.status:
            case WorkflowExecutionStatus.RUNNING:
                return await self._running(journey, found)
            case WorkflowExecutionStatus.COMPLETED:
                return await self._ended(found)
            case _:
                return Told(Course.BROKEN_OFF, found.run_id or "")

    async def _running(self, journey: str, found: WorkflowExecutionDescription) -> Told:
        if self._silent >= _GIVE_UP_AFTER:
            return Told(Course.SILENT)
        try:
            state = await self._journeys.state(journey)
        except NoLongerRunning:
            return Told(Course.UNKNOWN)
        except (NotSavedYet, RPCError, WorkflowQueryFailedError, WorkflowQueryRejectedError):
            self._silent += 1
            return Told(Course.SILENT)
        self._silent = 0
        waiting = frozenset(event.seq for event in state.outbox)
        return Told(Course.RUNNING, found.run_id or "", state.seq, waiting, state)

    async def _ended(self, found: WorkflowExecutionDescription) -> Told:
        run = self._client.get_workflow_handle(found.id, run_id=found.run_id, result_type=JourneyEnd)
        return Told(Course.ENDED, found.run_id or "", (await run.result(follow_runs=False)).seq)


async def known_to_temporal(client: Client, task_queue: str) -> AsyncIterator[str]:
    """Every journey that runs, or has ended and is remembered. One that began a moment ago may be missing."""
    query = (
        f"WorkflowType = '{JOURNEY_WORKFLOW}' AND TaskQueue = '{task_queue}' AND ExecutionStatus != 'ContinuedAsNew'"
    )
    async for found in client.list_workflows(query, page_size=PAGE):
        if (journey := journey_of_workflow(found.id)) is not None:
            yield journey


async def known_here(db: Database, journey: str) -> Here | None:
    """As Postgres has it; None when it does not know the journey."""
    async with db.acting_as(SYSTEM) as connection:
        row = await connection.fetchrow(sql.reckoning, journey)
    return None if row is None else _here(row)


def _here(row: asyncpg.Record) -> Here:
    rest = {name: row[name] for name in ("begun", "seq", "events", "last", "kept", "unknown")}
    pace = Pace.model_validate(row["pace"])
    return Here(status=Status(row["status"]), pace=pace, open=frozenset(row["open"]), **rest)
