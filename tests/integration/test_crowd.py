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
from console.pages.my_day import PER_PAGE
from db.pool import SYSTEM, Database
from db.projection import rebuild
from db.queries import sql
from schemas.stuck import StuckCause
from services import my_day
from services.known_programmes import KnownProgrammes
from services.paces import EARLIEST
from services.publish import publish
from services.stuck.ages import spans
from services.stuck.board import LOOKED_THROUGH, Wanted, board
from services.stuck.looking import stuck
from tests import servers
from tests.consoles import visit
from tests.programmes import programme

NOW = datetime(2026, 11, 26, 10, tzinfo=UTC)
JOURNEYS = 4_000
BUSY = "s007"
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


async def test_the_board_counts_the_same_crowd_also_narrowed(db: Database) -> None:
    found = await stuck(db, None, now=NOW)
    whole = await board(db, None, Wanted(), now=NOW)
    counted = {cause: whole.of(cause) for cause in found.counts}
    assert {cause: min(cell.number, 1000) for cause, cell in counted.items()} == found.counts
    steps = {"welcome_call", "interview"}
    parts = [await board(db, None, Wanted(where={"step": [step]}), now=NOW) for step in steps]
    both = await board(db, None, Wanted(where={"step": sorted(steps)}), now=NOW)
    overdue = StuckCause.OVERDUE
    assert 0 < both.of(overdue).number == sum(part.of(overdue).number for part in parts) < counted[overdue].number
    assert counted[overdue].number < LOOKED_THROUGH
    assert {row.step for row in both.rows[overdue]} <= steps


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
FILTER = {"programme": ["relocate"], "step": ["welcome_call"], "partner": ["x"]}
AGES = list(spans(NOW).values())
AGED = (FILTER, [begins for begins, _ in AGES], [ends for _, ends in AGES], 50)
NARROWED = {"journeys_pkey", "tasks_open_journey", "people_pkey"}
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
    "aged_overdue": (AGED, {"tasks_overdue", *NARROWED}),
    "aged_silent": (AGED, {"tasks_silent", *NARROWED}),
    "aged_unowned": (AGED, {"tasks_unowned", *NARROWED}),
    "aged_rest": (AGED, {"journeys_review", *NARROWED}),
    "aged_undeliverable": (AGED, {"notices_stuck", *NARROWED}),
    "aged_unmatched": (AGED, {"outside_events_unmatched", *NARROWED}),
    "which_fit": ((FILTER, SOME, SOME, [None] * len(SOME)), NARROWED),
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


async def explained(db: Database, name: str, given: tuple[Any, ...]) -> list[dict[str, Any]]:
    """How a query is answered."""
    async with db.acting_as(SYSTEM) as connection:
        (answer,) = await connection.fetch(f"EXPLAIN (FORMAT JSON) {getattr(sql, name)}", *given)
    plan = answer[0]
    return list(nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))


@pytest.mark.parametrize("name", PLANS)
async def test_a_query_is_answered_by_its_indexes(db: Database, name: str) -> None:
    given, wanted = PLANS[name]
    found = await explained(db, name, given)
    read_whole = [node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"]
    used = {node["Index Name"] for node in found if "Index Name" in node}
    assert read_whole == []
    assert used == wanted


# ---- the inbox as other systems read it

FIRST = (11, EARLIEST, "", "", None, None)
INBOX: dict[str, tuple[tuple[Any, ...], set[str]]] = {
    "everybody's": ((None, None, None, None, None, None), {"tasks_open"}),
    "a role's": (("coordinator", None, None, None, None, None), {"tasks_open_role"}),
    "somebody's": ((None, BUSY, None, None, None, None), {"tasks_owner"}),
    "a journey's": ((None, None, None, name_of(7), None, None), {"tasks_open_journey", "tasks_open"}),
}
"""What is asked for beside the place: role, owner, step, journey, programme, late."""


@pytest.mark.parametrize("whose", INBOX)
async def test_a_page_of_the_inbox_is_answered_by_its_indexes(db: Database, whose: str) -> None:
    asked, wanted = INBOX[whose]
    found = await explained(db, "page_of_tasks", (*FIRST, *asked))
    assert [node["Relation Name"] for node in found if node["Node Type"] == "Seq Scan"] == []
    assert {node["Index Name"] for node in found if "Index Name" in node} == {*wanted, "journeys_pkey"}


# ---- My day

DAYS: dict[str, tuple[tuple[Any, ...], set[str]]] = {
    "day_of_one": ((BUSY, ["coordinator"], None, 251), {"tasks_owner", "tasks_unowned_role"}),
    "day_of_colleague": ((BUSY, ["coordinator"], None, 251, "s009"), {"tasks_owner"}),
}
"""Not the team's: in a crowd this small a whole role may as well be sorted. `make bench-day` has a million."""


@pytest.mark.parametrize("name", DAYS)
async def test_my_day_looks_at_no_more_tasks_than_it_may_show(db: Database, name: str) -> None:
    given, wanted = DAYS[name]
    found = [node for node in await explained(db, name, given) if node.get("Relation Name") == "tasks"]
    assert {node["Node Type"] for node in found} == {"Index Scan"}
    assert {node["Index Name"] for node in found} == wanted


async def test_my_day_is_planned_for_what_is_asked_however_often_something_else_was(crowded: str) -> None:
    """One plan for all would look for a rare step among all open tasks: seconds, in a large crowd."""
    db = await Database.open(f"{crowded}?plan_cache_mode=force_generic_plan", most=1)
    programmes = KnownProgrammes(db)
    try:
        for step in (None, "preschool"):
            wanted = my_day.Wanted(BUSY, ("coordinator", "guide"), team=True, step=step)
            await my_day.my_day(db, programmes, wanted, now=NOW, language="sv", by=BUSY)
        async with db.acting_as(SYSTEM) as connection:
            plans = await connection.fetchrow(
                "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement = $1", sql.day_of_team
            )
    finally:
        await db.close()
    assert plans is not None
    assert tuple(plans) == (2, 0)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", ["/", "/?page=2", "/?show=team", "/?show=team&page=4"])
async def test_a_page_of_my_day_is_under_100_kb_for_who_has_hundreds_of_tasks(
    crowded: str, path: str, language: str
) -> None:
    async with visit(crowded) as visitor:
        visitor.clock.now = NOW
        visitor.client.cookies.set("lang", language)
        await visitor.sign_in(BUSY)
        page = await visitor.get(path)
    assert page.status_code == 200
    assert page.text.count('<li class="task"') == PER_PAGE
    assert len(page.content) < 100_000


async def test_the_indexes_that_a_load_takes_away_come_back(db: Database, database_dsn: str) -> None:
    names = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef"
    async with db.acting_as(SYSTEM) as connection:
        loaded = [row[0] for row in await connection.fetch(names)]
    with psycopg.connect(database_dsn) as fresh:
        assert loaded == [row[0] for row in fresh.execute(names).fetchall()]
