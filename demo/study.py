"""The study route from interest to the follow-up after six months, in seconds: on the server whose clock skips.

The same staff, services, worker and database server as in the rest of the demonstration; only the clock is another.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import psycopg
from rich import box
from rich.table import Table
from rich.text import Text
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.testing import WorkflowEnvironment

from activities.mailer import SmtpMailer
from db.migrate import migrate
from db.pool import Database
from demo import words
from demo.cast import STUDENT
from demo.plan import Stage
from demo.staff import Office, World
from demo.timeline import Life
from journey import calendars
from schemas.base import Language
from schemas.events import Event, EventKind
from schemas.journey import DAY, Pace, Status
from schemas.tasks import Task
from services import reading
from services.journeys import Journeys
from services.publish import publish
from stack.ports import LOOPBACK
from stack.temporal import program
from worker import build
from workflows.connection import DATA_CONVERTER
from workflows.names import COURIER_SCHEDULE, COURIER_WORKFLOW, TASK_QUEUE

DATABASE = "study"
STRIDE = timedelta(days=4)
"""The longest sleep: the courier looks at least that often whether there are letters to send."""

SOON = timedelta(hours=6)
"""How long nothing at all to do is believed in."""

USUAL_DAYS, MOST_DAYS = 460, 560
TOLD = (
    "vux_application", "ike_decision", "csn_right", "csn_application", "csn_decision", "admission", "job_offer",
    "job_promise", "temporary_home", "arrival", "study_start", "study_result", "employment_contract",
    "employment_start", "permanent_home", "closing", "follow_up_4w", "follow_up_6m",
)  # fmt: skip
"""Steps whose end is worth a line, besides milestones and ways out."""


@dataclass(frozen=True)
class Studied:
    """What became of the student, and how long it took: `seconds` of ours."""

    life: Life
    stage: Stage
    seconds: float
    open_steps: tuple[str, ...]


async def study(dsn: str, smtp_port: int, first: Stage, progress: Callable[[int], None]) -> Studied:
    """Play the whole route. `progress` is told the day reached."""
    began = time.monotonic()
    async with _database(dsn) as db, _skipping() as environment:
        stored = await publish(db, first.programme, first.at(1, first.calendar.opens))
        stage = Stage(stored, first.first_day)
        wall = await environment.get_current_time()
        pace = Pace(wall=wall, journey=stage.at(1, stage.calendar.opens), day=DAY)
        world = World(db, Journeys(environment.client, pace), stage, pace, environment.get_current_time)
        office = Office(world, (STUDENT,))
        await office.hire()
        mailer = SmtpMailer(LOOPBACK, smtp_port)
        with environment.auto_time_skipping_disabled():
            async with build(environment.client, db, mailer, pace, sandbox=False):
                await _live(environment, office, world, progress)
        life, left = await _life(world, office)
    return Studied(life, stage, time.monotonic() - began, left)


async def _live(
    environment: WorkflowEnvironment, office: Office, world: World, progress: Callable[[int], None]
) -> None:
    while True:
        await office.work()
        planned = await office.work()  # what has been done just now has opened other tasks
        await deliver(environment.client, "study")
        now = world.pace.to_journey(await environment.get_current_time())
        progress(world.stage.day(now))
        if world.stage.day(now) > MOST_DAYS or (planned is None and await _is_over(world, office)):
            return
        ahead = planned - now if planned is not None else SOON
        await environment.sleep(min(max(ahead, timedelta(minutes=1)), STRIDE))


async def deliver(client: Client, name: str) -> None:
    """Send the courier round now and wait until it is back, without waiting for its next scheduled walk."""
    await client.execute_workflow(
        COURIER_WORKFLOW,
        id=f"{COURIER_SCHEDULE}-{name}",
        task_queue=TASK_QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def _is_over(world: World, office: Office) -> bool:
    for journey in office.journeys:
        found = await reading.journey(world.db, journey, now=datetime.now(UTC))
        if found["status"] != Status.ENDED:
            return False
    return bool(office.journeys)


async def _life(world: World, office: Office) -> tuple[Life, tuple[str, ...]]:
    (journey,) = office.journeys
    found = await reading.journey(world.db, journey, now=datetime.now(UTC))
    events = [Event.model_validate(event) for event in found["events"]]
    life = Life(journey, STUDENT, Status(found["status"]), found["exit"], events)
    return life, tuple(task["title"] for task in found["tasks"])


@asynccontextmanager
async def _database(dsn: str) -> AsyncIterator[Database]:
    """A database of its own beside the stack's, so that nobody's inbox holds tasks of another clock."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{DATABASE}"'.encode())
    own = f"{dsn.rsplit('/', 1)[0]}/{DATABASE}"
    await migrate(own)
    db = await Database.open(own, most=6)
    try:
        yield db
    finally:
        await db.close()


@asynccontextmanager
async def _skipping() -> AsyncIterator[WorkflowEnvironment]:
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=DATA_CONVERTER, test_server_existing_path=str(program("temporal-test-server"))
    )
    async with environment:
        yield environment


# ---- what is shown of it


def shown(studied: Studied, language: Language) -> tuple[Table, Text]:
    """The milestones with their dates, and whether every deadline was kept."""
    table = Table(box=box.SIMPLE_HEAD, title=_title(studied, language), title_justify="left", pad_edge=False)
    for head in ("date", "what", "due", "kept"):
        table.add_column(words.HEADS[head][language])
    for row in _rows(studied, language):
        table.add_row(*map(Text, row))
    return table, Text(_verdict(studied, language))


def _title(studied: Studied, language: Language) -> str:
    days = studied.stage.day(studied.life.events[-1].at)
    return words.STUDY_TITLE[language].format(months=round(days / 30.4), seconds=round(studied.seconds))


def _rows(studied: Studied, language: Language) -> Iterator[tuple[str, str, str, str]]:
    programme = studied.stage.programme
    last = {event.step: event.seq for event in studied.life.events if event.kind is EventKind.TASK_COMPLETED}
    for event in studied.life.events:
        step = programme.steps[event.step] if event.step else None
        if event.kind is EventKind.MILESTONE_REACHED and step:
            yield _date(studied, event.at), step.title[language], "", ""
        elif event.kind is EventKind.JOURNEY_EXITED and event.exit:
            yield _date(studied, event.at), f"{event.exit} {programme.exits[event.exit].title[language]}", "", ""
        elif event.step in TOLD and step and last.get(event.step) == event.seq:
            outcome = step.outcomes[event.outcome or ""].title[language]
            yield _date(studied, event.at), f"{step.title[language]}: {outcome}", *_kept(studied, event, language)


def _kept(studied: Studied, event: Event, language: Language) -> tuple[str, str]:
    due = event.task.due_at if event.task else None
    if due is None:
        return "", ""
    return _date(studied, due), (words.YES if event.at <= due else words.NO)[language]


def _date(studied: Studied, moment: datetime) -> str:
    return str(calendars.local_day(moment, studied.stage.calendar))


def _verdict(studied: Studied, language: Language) -> str:
    if studied.life.status is not Status.ENDED:
        return words.STUDY_NOT_OVER[language].format(steps=", ".join(studied.open_steps))
    done = [event for event in studied.life.events if event.kind is EventKind.TASK_COMPLETED and event.task]
    late = [event.step or "" for event in done if _is_late(event.task, event.at)]
    if not late and not studied.life.count(EventKind.TASK_ESCALATED):
        return words.STUDY_ALL_KEPT[language].format(count=len(done), reminders=studied.life.reminders)
    titles: Sequence[str] = [studied.stage.programme.steps[step].title[language] for step in late]
    return words.STUDY_SOME_LATE[language].format(late=len(late), count=len(done), steps=", ".join(titles))


def _is_late(task: Task | None, at: datetime) -> bool:
    return task is not None and task.due_at is not None and at > task.due_at
