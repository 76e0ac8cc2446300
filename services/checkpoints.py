"""Checkpoints on demand: a journey goes on as a new run with its one state object, and nothing is lost around it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from temporalio.client import Client, WorkflowContinuedAsNewError, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from db.pool import SYSTEM, Database
from db.queries import sql
from journey.errors import JourneyOver
from schemas.journey import Status
from services.completing.errors import NotCarriedOn
from services.errors import NoSuchJourney, NotSavedYet
from services.journeys import Journeys, NoLongerRunning

AT_ONCE = 8
PATIENCE = timedelta(seconds=20)
"""How long a journey may take: a checkpoint lets a write that is under way finish first."""


@dataclass
class Checkpoints:
    """Journeys that go on in a new run, that do not run (any more), and that have not answered yet."""

    done: list[str] = field(default_factory=list)
    not_running: list[str] = field(default_factory=list)
    not_yet: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, list[str]]:
        return {"done": sorted(self.done), "not_running": sorted(self.not_running), "not_yet": sorted(self.not_yet)}


async def checkpoint(db: Database, client: Client, journeys: Journeys, journey: str, by: str = SYSTEM) -> None:
    """Let one journey go on as a new run, and wait until it does.

    Raises `NoSuchJourney`, `JourneyOver`, `NotCarriedOn`, or `NotSavedYet` when it has not happened in time.
    """
    async with db.acting_as(by) as connection:
        record = await connection.fetchrow(sql.status_of_journey, journey)
    if record is None:
        raise NoSuchJourney(journey=journey)
    if record["status"] == Status.ENDED:
        raise JourneyOver(exit=record["exit"])
    try:
        await _renewed(client, journeys, journey)
    except NoLongerRunning:
        raise NotCarriedOn(journey=journey) from None


async def checkpoint_all(
    db: Database,
    client: Client,
    journeys: Journeys,
    progress: Callable[[int, int], None] | None = None,
    by: str = SYSTEM,
) -> Checkpoints:
    """Let every journey under way go on as a new run, some at a time. `progress` is told how many of how many."""
    async with db.acting_as(by) as connection:
        under_way = [record["journey"] for record in await connection.fetch(sql.journeys_under_way)]
    found, slots = Checkpoints(), asyncio.Semaphore(AT_ONCE)

    async def one(journey: str) -> None:
        async with slots:
            (await _outcome(_renewed(client, journeys, journey), found)).append(journey)
        if progress is not None:
            progress(sum(map(len, (found.done, found.not_running, found.not_yet))), len(under_way))

    await asyncio.gather(*(one(journey) for journey in under_way))
    return found


async def _outcome(renewed: Awaitable[None], found: Checkpoints) -> list[str]:
    try:
        await renewed
    except NoLongerRunning:
        return found.not_running
    except NotSavedYet:
        return found.not_yet
    return found.done


async def _renewed(client: Client, journeys: Journeys, journey: str) -> None:
    """Ask for a new run and wait until the present one is left behind."""
    handle = journeys.handle(journey)
    try:
        present = await handle.describe()
        if present.status is not WorkflowExecutionStatus.RUNNING:
            raise NoLongerRunning(journey)
        await journeys.checkpoint(journey)
        run = client.get_workflow_handle(handle.id, run_id=present.run_id)
        await asyncio.wait_for(run.result(follow_runs=False), PATIENCE.total_seconds())
    except WorkflowContinuedAsNewError:
        return
    except TimeoutError:
        raise NotSavedYet from None
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NoLongerRunning(journey) from None
        raise
    raise NoLongerRunning(journey)
