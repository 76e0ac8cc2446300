"""With a crowd in the tables, what operations ask is answered by indexes; the crowd itself is whole and right."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import pytest_asyncio

from benchmarks.crowd import SHOWN, STAGES, Crowd, lives, load, name_of
from benchmarks.read import Answered, answered, questions, table
from db.pool import SYSTEM, Database
from db.projection import rebuild
from db.queries import sql
from services.paces import EARLIEST
from services.publish import publish
from services.stuck.looking import stuck
from tests import servers
from tests.programmes import programme

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
JOURNEYS = 4_000
EARLIER = NOW - timedelta(minutes=1)


@pytest.fixture(scope="module")
def crowded(postgres_dsn: str, migrated: str) -> Iterator[str]:
    """A database with a crowd."""
    servers.create(postgres_dsn, "crowd", migrated)
    dsn, told = servers.sibling(postgres_dsn, "crowd"), list[int]()

    async def fill() -> None:
        db = await Database.open(dsn)
        published = await publish(db, programme("relocate"), NOW)
        await db.close()
        load(dsn, Crowd(published, NOW, lives(published, NOW, 200)), JOURNEYS, told.append)

    servers.in_thread(fill)
    assert sum(told) == JOURNEYS * STAGES
    yield dsn
    servers.drop(postgres_dsn, "crowd")


@pytest_asyncio.fixture
async def db(crowded: str) -> AsyncIterator[Database]:
    db = await Database.open(crowded)
    yield db
    await db.close()


async def test_the_crowd_is_as_large_as_wanted_and_some_of_it_is_stuck_for_each_cause(db: Database) -> None:
    async with db.acting_as(SYSTEM) as connection:
        assert await connection.fetchval("SELECT count(*) FROM journeys") == JOURNEYS
        tasks = await connection.fetchval("SELECT count(*) FROM tasks")
        assert 2.5 * JOURNEYS < tasks < 3.7 * JOURNEYS
        assert await connection.fetchval("SELECT count(DISTINCT journey) FROM journal") == SHOWN
    found = await stuck(db, None, now=NOW)
    assert {cause.value for cause, number in found.counts.items() if number} == {
        "unowned", "overdue", "silent", "rest", "undeliverable", "unmatched",
    }  # fmt: skip
    assert all(row.explain.sv and row.since <= NOW for row in found.stuck)


async def test_a_journey_of_the_crowd_is_what_its_journal_says(db: Database) -> None:
    for journey in (name_of(0), name_of(77), name_of(SHOWN - 1)):
        async with db.acting_as(SYSTEM) as connection:
            before = await _rows(connection, journey)
            await rebuild(connection, journey)
            assert await _rows(connection, journey) == before


async def _rows(connection: Any, journey: str) -> list[tuple[Any, ...]]:
    journeys = await connection.fetch("SELECT * FROM journeys WHERE journey = $1", journey)
    tasks = await connection.fetch("SELECT * FROM tasks WHERE journey = $1 ORDER BY task", journey)
    counted = "SELECT received_at, marks, marked, rests FROM figures WHERE journey = $1"
    return [tuple(row) for row in (*journeys, *tasks, *await connection.fetch(counted, journey))]


async def test_every_question_of_the_benchmark_is_answered(db: Database) -> None:
    found = [await answered(question, 3) for question in questions(db, None, NOW)]
    assert {each.name for each in found if not each.found} <= MAY_BE_NONE
    assert table([*found, Answered("slow", 1, 1.0, 99.0)]).row_count == len(found) + 1


MAY_BE_NONE = {
    *("stuck --cause technical", "stuck --cause behind"),
    *("tasks --overdue --role", "tasks --overdue --owner"),
}


# ---- plans

PAGE = (NOW, EARLIEST, "", 20)
LATE = (21, NOW, EARLIEST, "")
SOME = [name_of(number) for number in range(0, 40, 3)]
PLANS: dict[str, tuple[tuple[Any, ...], set[str]]] = {
    "stuck_overdue": (PAGE, {"tasks_overdue", "journeys_pkey"}),
    "stuck_silent": (PAGE, {"tasks_silent", "journeys_pkey"}),
    "stuck_unowned": (PAGE, {"tasks_unowned", "journeys_pkey"}),
    "stuck_rest": (PAGE, {"journeys_review"}),
    "stuck_undeliverable": (PAGE, {"notices_stuck", "journeys_pkey", "tasks_pkey"}),
    "stuck_unmatched": (PAGE, {"outside_events_unmatched", "journeys_pkey"}),
    "count_stuck_overdue": ((NOW, 20), {"tasks_overdue"}),
    "count_stuck_silent": ((NOW, 20), {"tasks_silent"}),
    "count_stuck_unowned": ((NOW, 20), {"tasks_unowned"}),
    "count_stuck_rest": ((NOW, 20), {"journeys_review"}),
    "count_stuck_undeliverable": ((NOW, 20), {"notices_stuck"}),
    "count_stuck_unmatched": ((NOW, 20), {"outside_events_unmatched"}),
    "paces": ((), {"journeys_pace"}),
    "standings": ((SOME,), {"journeys_pkey"}),
    "tasks_of_standings": ((SOME,), {"tasks_open_journey"}),
    "journeys_not_waking": (
        (EARLIER, EARLIER, 51), {"tasks_alarm", "tasks_automatic", "journeys_wakes", "journeys_pkey"},
    ),
    "journeys_late_to_begin": ((NOW, 50), {"journeys_not_begun"}),
    "reached_of_journeys": ((SOME,), {"journeys_pkey"}),
    "open_tasks": ((101,), {"tasks_open", "journeys_pkey"}),
    "open_tasks_of_role": ((101, "coordinator"), {"tasks_open_role", "journeys_pkey"}),
    "open_tasks_of_owner": ((101, "s007", None), {"tasks_owner", "journeys_pkey"}),
    "overdue_tasks": (LATE, {"tasks_overdue", "tasks_silent", "journeys_pkey"}),
    "overdue_tasks_of_role": ((*LATE, "coordinator"), {"tasks_late_role", "journeys_pkey"}),
    "overdue_tasks_of_owner": ((*LATE, "s007", None), {"tasks_late_owner", "journeys_pkey"}),
    "open_tasks_of_journey": ((name_of(7),), {"tasks_open_journey", "journeys_pkey"}),
    "one_journey": ((name_of(7),), {"journeys_pkey"}),
    "read_journal": ((name_of(7),), {"journal_pkey"}),
}  # fmt: skip
"""Each query with what it is asked, and the indexes that answer it. Tables are never read from end to end."""


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.parametrize("name", PLANS)
async def test_a_query_is_answered_by_its_indexes(db: Database, name: str) -> None:
    given, wanted = PLANS[name]
    async with db.acting_as(SYSTEM) as connection:
        (answer,) = await connection.fetch(f"EXPLAIN (FORMAT JSON) {getattr(sql, name)}", *given)
    explained = answer[0]
    found = list(nodes((json.loads(explained) if isinstance(explained, str) else explained)[0]["Plan"]))
    read_whole = [node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"]
    used = {node["Index Name"] for node in found if "Index Name" in node}
    assert read_whole == []
    assert used == wanted


async def test_the_indexes_that_a_load_takes_away_come_back(db: Database, database_dsn: str) -> None:
    names = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef"
    async with db.acting_as(SYSTEM) as connection:
        loaded = [row[0] for row in await connection.fetch(names)]
    with psycopg.connect(database_dsn) as fresh:
        assert loaded == [row[0] for row in fresh.execute(names).fetchall()]
