"""The composition root: settings → pool, mailer, client → worker. Nothing else is built anywhere.

Run by the stack as `python worker.py`; tests call `build` with servers of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import signal
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.actions import Actions
from activities.journal import Journal
from activities.mailer import Mailer
from activities.notices import Notices
from db.pool import Database
from schemas.journey import Pace
from workflows.courier import Courier
from workflows.journey import ParticipantJourney
from workflows.names import TASK_QUEUE

GRACE = timedelta(seconds=10)
"""How long a stopping worker lets running activities finish."""

STICKY = timedelta(seconds=2)
"""How long a workflow task waits for the worker that has it in memory: short, so that a killed one is not missed."""


def build(
    client: Client,
    database: Database,
    mailer: Mailer,
    pace: Pace,
    *,
    task_queue: str = TASK_QUEUE,
    sandbox: bool = True,
    cached_workflows: int = 1000,
) -> Worker:
    """Everything that carries journeys, ready to run. The sandbox keeps workflow code honest; off, it is faster."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[ParticipantJourney, Courier],
        activities=[Journal(database).write, Actions(database).run, Notices(database, mailer, pace).deliver_due],
        workflow_runner=sandboxed() if sandbox else UnsandboxedWorkflowRunner(),
        max_cached_workflows=cached_workflows,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=GRACE,
    )


def sandboxed() -> SandboxedWorkflowRunner:
    """Workflow code in Temporal's sandbox; what is imported for its names only is passed through."""
    passed = SandboxRestrictions.default.with_passthrough_modules("structlog", "asyncpg", "db")
    return SandboxedWorkflowRunner(restrictions=passed)


async def run(settings: Settings, stack: StackInfo) -> None:
    """Run until told to stop, then let what is under way finish."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    client = await connect_to(stack)
    database = await Database.open(stack.postgres_dsn)
    try:
        async with build(client, database, mailer_of(settings), stack.pace, sandbox=settings.sandbox):
            await ensure_schedule(client, settings.courier_interval)
            await stop.wait()
    finally:
        await database.close()
