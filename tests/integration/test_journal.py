"""What has happened is in the journal exactly once, and the read tables are what the journal says."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from temporalio.exceptions import ApplicationError

from activities.journal import Journal, JournalBatch
from db.pool import SYSTEM, Database
from db.projection import rebuild
from schemas.commands import (
    ExitJourney,
    HoldJourney,
    ReleaseJourney,
    ReopenJourney,
)
from schemas.events import Event, EventKind
from schemas.journey import JourneyState
from services.publish import publish
from services.visibility import wait_until_visible
from tests.sample import sample
from tests.story import DAY, JOURNEY, MONDAY, Story, enter, long_story


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    await publish(db, sample(), MONDAY)
    await enter(db, JOURNEY)
    yield db
    await db.close()


async def dump(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the read tables and the journal, without when it was written."""
    async with db.acting_as(SYSTEM) as connection:
        return {
            "journeys": [tuple(r) for r in await connection.fetch("SELECT * FROM journeys ORDER BY journey")],
            "tasks": [tuple(r) for r in await connection.fetch("SELECT * FROM tasks ORDER BY task")],
            "notices": [tuple(r) for r in await connection.fetch("SELECT * FROM notices ORDER BY notice")],
            "journal": [
                tuple(r)
                for r in await connection.fetch("SELECT journey, seq, kind, event FROM journal ORDER BY journey, seq")
            ],
        }


async def written(db: Database, events: Iterable[Event], **rest: Any) -> int:
    return await Journal(db).write(JournalBatch(journey=JOURNEY, events=tuple(events), **rest))


async def test_a_batch_written_again_changes_nothing(db: Database) -> None:
    story = long_story()
    assert await written(db, story.events) == story.state.seq
    once = await dump(db)
    assert await written(db, story.events) == story.state.seq
    assert await written(db, story.events[:3]) == story.state.seq
    assert await dump(db) == once
    assert [row[1] for row in once["journal"]] == list(range(1, story.state.seq + 1))


async def test_overlapping_batches_end_as_one_batch_would(db: Database, database_dsn: str) -> None:
    story = long_story()
    chance = random.Random(7)
    reached = 0
    while reached < story.state.seq:
        start = chance.randint(max(0, reached - 4), reached)
        reached = max(reached, await written(db, story.events[start : start + chance.randint(1, 5)]))
    in_pieces = await dump(db)
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("TRUNCATE journal, tasks, notices; UPDATE journeys SET seq = 0, facts = '{}'")
        await connection.execute("UPDATE journeys SET status = 'open', owners = '{}', dates = '{}', started_at = NULL")
    await written(db, story.events)
    assert await dump(db) == in_pieces


async def test_writers_at_once_write_each_event_once(db: Database) -> None:
    story = long_story()
    pieces = [story.events, story.events, story.events[:10], *[story.events[:n] for n in range(1, 10)]]
    await asyncio.gather(*(written(db, piece) for piece in pieces))
    at_once = await dump(db)
    assert [row[1] for row in at_once["journal"]] == list(range(1, story.state.seq + 1))
    async with db.acting_as(SYSTEM) as connection:
        await rebuild(connection, JOURNEY)
    assert await dump(db) == at_once


async def test_a_gap_is_refused_and_nothing_is_written(db: Database) -> None:
    story = long_story()
    await written(db, story.events[:2])
    before = await dump(db)
    with pytest.raises(ApplicationError, match="has come to 2; event 3 is missing before 4") as refused:
        await written(db, story.events[3:])
    assert not refused.value.non_retryable
    with pytest.raises(ApplicationError, match="event 4 is missing before 5"):
        await written(db, [*story.events[:3], *story.events[4:]])
    assert await dump(db) == before


async def test_a_journey_without_a_row_is_tried_again_later(db: Database) -> None:
    with pytest.raises(ApplicationError, match="not in the database") as refused:
        await Journal(db).write(JournalBatch(journey="junknown", events=()))
    assert not refused.value.non_retryable


async def test_the_read_tables_made_from_the_journal_alone_are_the_same(db: Database) -> None:
    story = long_story()
    for start in range(0, len(story.events), 4):
        await written(db, story.events[start : start + 4])
    kinds = {event.kind for event in story.events}
    assert {EventKind.TASK_REMINDED, EventKind.TASK_ESCALATED, EventKind.JOURNEY_HELD, EventKind.JOURNEY_EXITED} < kinds
    before = await dump(db)
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE tasks SET status = 'closed', owner = 'nobody', outcome = 'nonsense'")
        await connection.execute("UPDATE journeys SET status = 'ended', exit = 'XX', facts = '{\"a\": \"b\"}', seq = 1")
        await connection.execute("UPDATE notices SET status = 'sent'")
        await rebuild(connection, JOURNEY)
        unsent = await connection.fetchval("SELECT count(*) FROM notices WHERE status <> 'sent'")
        await connection.execute("UPDATE notices SET status = 'due'")
    assert unsent == 0
    assert await dump(db) == before


@pytest.mark.parametrize("length", [1, 4, 8, 14, 20, 30, 99])
async def test_the_read_tables_agree_with_the_state_at_every_stage(db: Database, length: int) -> None:
    story = Story()
    steps = long_story().events[:length]
    await written(db, steps)
    expected = {event.task.id: event for event in steps if event.task}
    async with db.acting_as(SYSTEM) as connection:
        rows = {row["task"]: row for row in await connection.fetch("SELECT * FROM tasks")}
    assert rows.keys() == expected.keys()
    for task, event in expected.items():
        assert event.task is not None
        row = rows[task]
        assert (row["owner"], row["due_at"], row["role"]) == (event.task.owner, event.task.due_at, event.task.role)
        assert row["phase"] == story.state.programme.steps[event.task.step].phase
        ended = {EventKind.TASK_COMPLETED: "completed", EventKind.TASK_CLOSED: "closed"}.get(event.kind, "open")
        assert (row["status"], row["ended_at"]) == (ended, event.at if ended != "open" else None)
        assert (row["outcome"], row["working_days"]) == (event.outcome, event.working_days)


async def test_the_journey_row_follows_hold_exit_end_and_return(db: Database) -> None:
    story = Story()
    await written(db, story.events)
    story.do(HoldJourney(id="hold", cause="ill", on="participant", review_at=MONDAY + 20 * DAY))
    await written(db, story.events)
    assert (await row_of(db))["hold"]["cause"] == "ill"
    story.do(ReleaseJourney(id="release"))
    await written(db, story.events)
    assert (await row_of(db))["hold"] is None
    story.do(ExitJourney(id="exit", exit="X5")).sleep(DAY)
    await written(db, story.events, closed=story.state)
    gone = await row_of(db)
    assert (gone["status"], gone["exit"], gone["ended_at"] is not None) == ("ended", "X5", True)
    assert JourneyState.model_validate(gone["closed"]) == story.state
    assert list(gone["closed"]["programme"]["steps"]) == list(sample().steps)
    ended = story.state
    story.do(ReopenJourney(id="reopen"))
    await written(db, story.events)
    back = await row_of(db)
    assert (back["status"], back["exit"], back["exited_at"], back["closed"]) == ("open", None, None, None)
    await written(db, (), closed=ended)  # a late repetition of the farewell
    assert (await row_of(db))["closed"] is None


async def row_of(db: Database) -> asyncpg.Record:
    async with db.acting_as(SYSTEM) as connection:
        record = await connection.fetchrow("SELECT * FROM journeys WHERE journey = $1", JOURNEY)
    assert record is not None
    return record


async def test_every_notice_is_queued_once_and_never_made_due_again(db: Database) -> None:
    story = long_story()
    await written(db, story.events)
    wanted = {notice.id: notice for event in story.events for notice in event.notices}
    async with db.acting_as(SYSTEM) as connection:
        rows = {row["notice"]: row for row in await connection.fetch("SELECT * FROM notices")}
    assert rows.keys() == wanted.keys() != set()
    for name, notice in wanted.items():
        assert (rows[name]["recipient"], rows[name]["send_after"]) == (notice.to, notice.send_after)
        assert rows[name]["status"] == "due"


async def test_what_is_written_is_announced_and_soon_visible(db: Database) -> None:
    story = Story()
    waiting = asyncio.create_task(wait_until_visible(db, JOURNEY, story.state.seq, timeout=100))
    await asyncio.sleep(0)
    await written(db, story.events)
    assert await waiting
    assert await wait_until_visible(db, JOURNEY, story.state.seq, timeout=0)


async def test_whoever_waits_for_what_does_not_come_is_told_so(db: Database) -> None:
    await enter(db, "jother")
    waiting = asyncio.create_task(wait_until_visible(db, JOURNEY, 1, timeout=0.3))
    await asyncio.sleep(0.05)
    await Journal(db).write(JournalBatch(journey="jother", events=tuple(Story("jother").events)))
    assert not await waiting
    assert not await wait_until_visible(db, "jnever", 1, timeout=0)


async def test_waiting_survives_the_loss_of_the_listening_connection(db: Database) -> None:
    assert not await wait_until_visible(db, JOURNEY, 1, timeout=0.01)
    async with db.acting_as(SYSTEM) as connection:
        killed = await connection.fetchval(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
        )
    assert killed == 1
    story = Story()
    waiting = asyncio.create_task(wait_until_visible(db, JOURNEY, story.state.seq, timeout=100))
    await asyncio.sleep(0)
    await written(db, story.events)
    assert await waiting
