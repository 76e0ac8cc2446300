"""The composition root: settings → pool, mailer, client → worker. Nothing else is built anywhere.

Run by the stack as `python worker.py`; tests call `build` with servers of their own.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from datetime import UTC, datetime, timedelta

import asyncpg
import structlog
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.actions import Actions
from activities.bulk import BulkTurns
from activities.delivery import OwnPages
from activities.journal import Journal
from activities.mailer import Mailer, SmtpMailer
from activities.notices import Notices
from activities.trouble import TroubleBook
from db.pool import Database
from logs import configure
from schemas.journey import Pace
from services.bulk import acts as bulk
from services.bulk.acts import Bulks
from services.intake.taking_in import begin_pending
from services.journeys import Journeys
from services.outside.repair import pass_on_pending
from services.turns import performing
from settings import BadSettings, Settings, language_of, load_settings
from stack.client import connect_to
from stack.info import NoStack, read_stack
from stack.ports import LOOPBACK
from workflows.bulk import Bulk
from workflows.courier import Courier, ensure_schedule
from workflows.journey import ParticipantJourney
from workflows.names import TASK_QUEUE

GRACE = timedelta(seconds=10)
"""How long a stopping worker lets running activities finish."""

BEGIN_EVERY = timedelta(seconds=15)
"""How often the worker looks for what was written down and has not begun."""

SHORTEST_WALK = timedelta(seconds=1)
"""What Temporal's schedules are good to."""

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
    own_pages: OwnPages | None = None,
) -> Worker:
    """Everything that carries journeys, ready to run. The sandbox keeps workflow code honest; off, it is faster."""
    turns = BulkTurns(database, performing(database, Journeys(client, pace)))
    notices = Notices(database, mailer, pace, own_pages=own_pages)
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[ParticipantJourney, Courier, Bulk],
        activities=[Journal(database).write, Actions(database).run, notices.deliver_due, turns.perform_some],
        interceptors=[TroubleBook(database)],
        workflow_runner=sandboxed() if sandbox else UnsandboxedWorkflowRunner(),
        max_cached_workflows=cached_workflows,
        sticky_queue_schedule_to_start_timeout=STICKY,
        graceful_shutdown_timeout=GRACE,
    )


def sandboxed() -> SandboxedWorkflowRunner:
    """Workflow code in Temporal's sandbox; what is imported for its names only is passed through."""
    passed = SandboxRestrictions.default.with_passthrough_modules("structlog", "asyncpg", "db")
    return SandboxedWorkflowRunner(restrictions=passed)


def mailer_of(settings: Settings) -> SmtpMailer:
    """The way to the mail server that the settings name; the stack names its own postbox there."""
    return SmtpMailer(
        host=settings.smtp_host or LOOPBACK,
        port=settings.smtp_port,
        username=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
        starttls=settings.smtp_starttls or None,
    )


async def run(settings: Settings) -> None:
    """Run until told to stop, then let what is under way finish."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stack = read_stack(settings)
    client = await connect_to(stack)
    database = await Database.open(stack.postgres_dsn)
    try:
        pages = OwnPages(settings.console_url, timedelta(days=settings.link_days)) if settings.console_url else None
        async with build(
            client, database, mailer_of(settings), settings.pace, sandbox=settings.sandbox, own_pages=pages
        ):
            every, scatter = walks(settings.courier_interval, settings.pace)
            await ensure_schedule(client, every, scatter=scatter)
            beginning = asyncio.create_task(begin_again_and_again(database, client, settings.pace))
            await stop.wait()
            beginning.cancel()
    finally:
        await database.close()


def walks(every: timedelta, pace: Pace) -> tuple[timedelta, timedelta | None]:
    """How often the courier walks, and how scattered: in a short journey day several times, never at even intervals."""
    if pace.real:
        return every, None
    return max(SHORTEST_WALK, min(every, pace.day / 4)), max(SHORTEST_WALK, pace.day / 4)


async def begin_again_and_again(database: Database, client: Client, pace: Pace) -> None:
    """Begin what was written down and not begun, by somebody who was cut off: journeys, reports, acts for many."""
    journeys, bulks = Journeys(client, pace), Bulks(client)
    while True:
        try:
            await begin_pending(database, journeys)
            await pass_on_pending(database, journeys, datetime.now(UTC))
            await bulk.begin_pending(database, bulks)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, RPCError) as error:
            structlog.get_logger().warning("begin_pending_failed", error=type(error).__name__)
        await asyncio.sleep(BEGIN_EVERY.total_seconds())


def main() -> None:
    """Read the settings, start to log, and run."""
    try:
        settings = load_settings()
        configure(settings.log_level, settings.log_format)
        asyncio.run(run(settings))
    except (BadSettings, NoStack) as error:
        sys.exit(error.sentence(language_of(None)))


if __name__ == "__main__":
    main()
