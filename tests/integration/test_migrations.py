"""The schema is brought up to date once, whoever asks, and every query fits it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from db.migrate import MIGRATIONS, migrate
from db.pool import Database
from db.queries import Queries, Query, sql
from tests import servers
from tests.databases import Databases

NEWEST = max(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


@pytest.fixture
def empty_dsn(postgres_dsn: str) -> Iterator[str]:
    name = f"empty_{secrets.token_hex(6)}"
    servers.create(postgres_dsn, name)
    yield servers.sibling(postgres_dsn, name)
    servers.drop(postgres_dsn, name)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def connection(databases: Databases) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """To a database in which nothing is done."""
    dsn = databases.lend()
    connection = await asyncpg.connect(dsn)
    yield connection
    await connection.close()
    databases.give_back(dsn)


async def version_of(dsn: str) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return [record["version_num"] for record in await connection.fetch("SELECT version_num FROM alembic_version")]
    finally:
        await connection.close()


async def test_an_empty_database_comes_to_the_newest_schema_and_stays_there(empty_dsn: str) -> None:
    await migrate(empty_dsn)
    assert await version_of(empty_dsn) == [NEWEST]
    await migrate(empty_dsn)
    assert await version_of(empty_dsn) == [NEWEST]


async def test_several_processes_may_migrate_at_once(empty_dsn: str) -> None:
    await asyncio.gather(*(migrate(empty_dsn) for _ in range(4)))
    assert await version_of(empty_dsn) == [NEWEST]


async def test_a_migration_that_fails_leaves_nothing_behind(
    empty_dsn: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "migrations"
    (broken / "versions").mkdir(parents=True)
    (broken / "env.py").write_text((MIGRATIONS / "env.py").read_text())
    (broken / "versions" / "0001_x.py").write_text(
        "from alembic import op\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (a int)')\n    op.execute('CREATE TABLE half (a int)')\n"
    )
    monkeypatch.setattr("db.migrate.MIGRATIONS", broken)
    with pytest.raises(Exception, match="already exists"):
        await migrate(empty_dsn)
    connection = await asyncpg.connect(empty_dsn)
    assert await connection.fetchval("SELECT to_regclass('half')") is None
    await connection.close()


def test_every_sql_migration_has_its_script_beside_it() -> None:
    versions = MIGRATIONS / "versions"
    assert {path.stem for path in versions.glob("*.sql")} == {path.stem for path in versions.glob("[0-9]*.py")}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("query", list(sql), ids=lambda query: query.name)
async def test_the_query_fits_the_schema(query: Query, connection: asyncpg.Connection[asyncpg.Record]) -> None:
    await connection.prepare(query.text)


ONE, TWO = "-- name: one\n-- purpose: One\nSELECT 1;\n\n", "-- name: two\n-- purpose: Two\nSELECT 2;\n"


def test_a_query_file_needs_a_name_and_a_purpose_and_no_name_twice(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text("SELECT 1;")
    with pytest.raises(ValueError, match="must begin with a name line"):
        Queries(tmp_path)
    file.write_text(ONE + ONE)
    with pytest.raises(ValueError, match="used twice"):
        Queries(tmp_path)
    file.write_text(ONE + TWO)
    queries = Queries(tmp_path)
    assert (queries.one, queries.two) == ("SELECT 1;", "SELECT 2;")
    with pytest.raises(AttributeError, match="no query is called three"):
        _ = queries.three


def test_what_several_queries_ask_is_written_once(tmp_path: Path) -> None:
    file = tmp_path / "a.sql"
    file.write_text(ONE + "-- name: both\n-- purpose: Both\nSELECT * FROM ({one}) AS a, ({one}) AS b;\n")
    assert Queries(tmp_path).both == "SELECT * FROM (SELECT 1) AS a, (SELECT 1) AS b;"
    file.write_text(ONE + "-- name: both\n-- purpose: Both\nSELECT * FROM ({three}) AS a;\n")
    with pytest.raises(ValueError, match="both: no query is called three"):
        Queries(tmp_path)


async def test_the_database_knows_who_acts_only_inside_the_transaction(database_dsn: str) -> None:
    db = await Database.open(database_dsn, most=1)
    try:
        async with db.acting_as("anna") as connection:
            assert await connection.fetchval("SELECT current_setting('app.actor', true)") == "anna"
        async with db.acting_as("bo") as connection:
            assert await connection.fetchval("SELECT current_setting('app.actor', true)") == "bo"
    finally:
        await db.close()


async def test_what_fails_inside_a_transaction_is_undone(database_dsn: str) -> None:
    db = await Database.open(database_dsn)
    try:
        with pytest.raises(ZeroDivisionError):  # noqa: PT012 (the transaction is what is tried)
            async with db.acting_as("anna") as connection:
                await connection.execute("INSERT INTO staff (staff, name, email) VALUES ('s1', 'A', 'a@example.org')")
                raise ZeroDivisionError
        async with db.acting_as("anna") as connection:
            assert await connection.fetchval("SELECT count(*) FROM staff") == 0
    finally:
        await db.close()
