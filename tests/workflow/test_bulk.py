"""An act for many as a workflow on the real server: it goes on by itself, rests when told to, and never begins anew."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import psycopg
import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.bulk import BulkTurns
from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.bulk import BulkStatus, ItemStatus, MendEach, Result
from schemas.commands import Command
from schemas.stuck import Trouble
from services.bulk.acts import Bulks, begin, begin_pending, follow, report, resume, size, stop
from services.bulk.errors import NothingLeft, NotUnderWay
from services.bulk.order import Ordered, create
from services.publish import publish
from services.stuck import course
from services.stuck.course import Ailment
from services.stuck.process import NOT_WAKING, ailing_bulks
from tests.sample import sample
from tests.servers import sibling
from tests.story import DAY, MONDAY, enter
from tests.workflow.harness import eventually
from worker import sandboxed
from workflows import policies
from workflows.bulk import Bulk
from workflows.names import bulk_workflow_id

HOW_MANY = 12


class Town:
    """A database of journeys that answer at once, or when they are let to, and a worker that asks them."""

    def __init__(self, client: Client, db: Database, queue: str) -> None:
        self.client, self.db, self.queue = client, db, queue
        self.bulks = Bulks(client)
        self.asked: Counter[str] = Counter()
        self.gate = asyncio.Event()
        self.gate.set()
        self.silent: set[str] = set()
        self.broken = False

    async def perform(self, journey: str, command: Command) -> Result:
        if self.broken:
            raise LookupError("Kim Hemlig 070-1740606")
        self.asked[journey] += 1
        await self.gate.wait()
        return Result() if journey in self.silent else Result(status=ItemStatus.DONE, seq=1)

    def worker(self, *, sandbox: bool = True) -> Worker:
        """A worker for this town. Only outside the sandbox do policies that a test has changed count."""
        turns = BulkTurns(self.db, self.perform)
        return Worker(
            self.client,
            task_queue=self.queue,
            workflows=[Bulk],
            activities=[turns.perform_some],
            workflow_runner=sandboxed() if sandbox else UnsandboxedWorkflowRunner(),
        )

    async def order(self, rate: float = 1_000.0) -> str:
        return await create(self.db, Ordered(MendEach(act="release"), "release", rate), {}, MONDAY + DAY)

    async def counts(self, bulk: str) -> dict[str, int]:
        return {name: number for name, number in (await report(self.db, bulk))["counts"].items() if number}

    async def runs(self, bulk: str) -> list[WorkflowExecutionStatus | None]:
        """How each run of the workflow stands, in no order."""
        query = f'WorkflowId = "{bulk_workflow_id(bulk)}"'
        return [found.status async for found in self.client.list_workflows(query)]


@pytest_asyncio.fixture
async def town(client: Client, database_dsn: str) -> AsyncIterator[Town]:
    async with town_in(client, database_dsn) as town:
        yield town


@asynccontextmanager
async def town_in(client: Client, dsn: str) -> AsyncIterator[Town]:
    db, queue = await Database.open(dsn, most=8), f"bulk-{secrets.token_hex(6)}"
    await publish(db, sample(), MONDAY)
    for number in range(HOW_MANY):
        await enter(db, f"j{number:02}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("services.bulk.acts.TASK_QUEUE", queue)
        patch.setattr(policies, "BULK_PAUSE", policies.BULK_PAUSE / 50)
        yield Town(client, db, queue)
    await db.close()


async def test_everybody_has_a_turn_and_the_workflow_ends(town: Town) -> None:
    bulk, seen = await town.order(), list[int]()
    async with town.worker():
        await begin(town.bulks, bulk)
        assert await follow(town.db, bulk, seen.append) is BulkStatus.DONE
        await town.bulks.rest(bulk, 10)
        assert seen[-1] == HOW_MANY == await size(town.db, bulk)
        assert await town.runs(bulk) == [WorkflowExecutionStatus.COMPLETED]
    assert town.asked == Counter({f"j{number:02}": 1 for number in range(HOW_MANY)})


async def test_begun_many_times_it_is_under_way_once(town: Town) -> None:
    bulk = await town.order(rate=20.0)
    async with town.worker():
        await asyncio.gather(*(begin(town.bulks, bulk) for _ in range(4)), begin_pending(town.db, town.bulks))
        await follow(town.db, bulk)
    assert set(town.asked.values()) == {1}


async def test_what_was_ordered_and_never_begun_the_worker_begins(town: Town) -> None:
    bulk = await town.order()
    async with town.worker():
        assert await begin_pending(town.db, town.bulks) == 1
        assert await follow(town.db, bulk) is BulkStatus.DONE
        assert await begin_pending(town.db, town.bulks) == 0


async def test_stopped_it_finishes_what_is_in_flight_and_resumed_it_goes_on_where_it_was(town: Town) -> None:
    bulk = await town.order(rate=5.0)
    async with town.worker():
        town.gate.clear()
        await begin(town.bulks, bulk)
        await eventually(lambda: asked(town, 2), "two are in flight")
        stopping = asyncio.create_task(stop(town.db, town.bulks, bulk))
        await eventually(lambda: stands(town, bulk, "stopped"), "it is to stop")
        town.gate.set()
        await stopping
        stopped = await town.counts(bulk)
        assert stopped["done"] == len(town.asked) >= 2
        assert stopped["waiting"] > 0
        with pytest.raises(NotUnderWay):
            await stop(town.db, town.bulks, bulk)
        await begin_pending(town.db, town.bulks)
        await resume(town.db, town.bulks, bulk, rate=1_000.0)
        assert await follow(town.db, bulk) is BulkStatus.DONE
        with pytest.raises(NothingLeft):
            await resume(town.db, town.bulks, bulk)
    assert town.asked == Counter({f"j{number:02}": 1 for number in range(HOW_MANY)})


async def test_resumed_just_as_it_comes_to_rest_it_goes_on_all_the_same(town: Town) -> None:
    bulk = await town.order(rate=5.0)
    async with town.worker():
        town.gate.clear()
        await begin(town.bulks, bulk)
        await eventually(lambda: asked(town, 1), "one is in flight")
        async with town.db.acting_as(SYSTEM) as connection:
            await connection.execute(sql.stop_bulk, bulk)
        await resume(town.db, town.bulks, bulk, rate=1_000.0)
        town.gate.set()
        assert await follow(town.db, bulk) is BulkStatus.DONE
    assert set(town.asked.values()) == {1}


async def test_who_never_answers_is_given_up_and_asked_again_when_it_is_resumed(town: Town) -> None:
    town.silent = {"j03"}
    bulk = await town.order()
    async with town.worker(sandbox=False):
        await begin(town.bulks, bulk)
        assert await follow(town.db, bulk) is BulkStatus.DONE
        assert await town.counts(bulk) == {"done": HOW_MANY - 1, "failed": 1}
        town.silent = set()
        await resume(town.db, town.bulks, bulk)
        assert await follow(town.db, bulk) is BulkStatus.DONE
    assert await town.counts(bulk) == {"done": HOW_MANY}
    assert (town.asked.pop("j03"), set(town.asked.values())) == (4, {1})


async def test_while_the_database_is_away_nothing_is_lost_and_whoever_looks_on_waits(
    town: Town, database_dsn: str
) -> None:
    bulk = await town.order(rate=5.0)
    async with town.worker():
        await begin(town.bulks, bulk)
        following = asyncio.create_task(follow(town.db, bulk))
        await eventually(lambda: asked(town, 3), "three have been asked")
        await asyncio.to_thread(away, database_dsn, is_away=True)
        await asyncio.sleep(2)
        assert not following.done()
        await asyncio.to_thread(away, database_dsn, is_away=False)
        assert await following is BulkStatus.DONE
    assert await town.counts(bulk) == {"done": HOW_MANY}
    assert len(town.asked) == HOW_MANY


async def test_one_that_fails_again_and_again_is_seen_until_it_goes_on(town: Town) -> None:
    town.broken = True
    bulk = await town.order()

    async def seen() -> dict[str, Ailment]:
        return await ailing_bulks(town.db, town.client, datetime.now(UTC) + 2 * NOT_WAKING)

    async def failing() -> Trouble | None:
        found = (await seen()).get(bulk)  # between two tries it is under way, and ails nothing
        return found.trouble if found is not None and found.trouble.what == "perform_bulk" else None

    assert await ailing_bulks(town.db, town.client, datetime.now(UTC)) == {}  # it has only just been ordered
    assert {name: found.trouble.cause for name, found in (await seen()).items()} == {bulk: course.NOT_BEGUN}
    async with town.worker():
        await begin(town.bulks, bulk)
        trouble = await eventually(failing, "it is seen to fail")
        assert trouble is not None
        assert trouble.attempts >= course.AGAIN_AND_AGAIN
        assert "Hemlig" not in trouble.model_dump_json()
        town.broken = False
        assert await follow(town.db, bulk) is BulkStatus.DONE
    assert await seen() == {}


def away(dsn: str, *, is_away: bool) -> None:
    """Let nobody into the database, or everybody again."""
    name = dsn.rsplit("/", 1)[1]
    with psycopg.connect(sibling(dsn, "postgres"), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS {not is_away}'.encode())
        if is_away:
            gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(gone, [name])


async def test_a_long_one_goes_on_in_a_new_run(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policies, "CHECKPOINT_AFTER", 12)
    bulk = await town.order(rate=2.0)  # four turns in one go, three goes
    async with town.worker(sandbox=False):
        await begin(town.bulks, bulk)
        await follow(town.db, bulk)
        await town.bulks.rest(bulk, 10)
    assert set(town.asked.values()) == {1}

    async def both_runs() -> bool:
        runs = await town.runs(bulk)
        return WorkflowExecutionStatus.CONTINUED_AS_NEW in runs and WorkflowExecutionStatus.COMPLETED in runs

    await eventually(both_runs, "the runs are listed")


async def asked(town: Town, number: int) -> bool:
    return len(town.asked) >= number


async def stands(town: Town, bulk: str, status: str) -> bool:
    return bool((await report(town.db, bulk))["status"] == status)
