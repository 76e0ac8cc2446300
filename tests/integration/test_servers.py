"""The servers that the other tests stand on."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment


async def test_postgres_is_real_and_of_the_pinned_version(postgres_dsn: str) -> None:
    connection = await asyncpg.connect(postgres_dsn)
    try:
        assert (await connection.fetchval("SHOW server_version")).startswith("18.")
    finally:
        await connection.close()


async def test_postgres_asks_for_the_password(postgres_dsn: str) -> None:
    host = postgres_dsn.split("@")[1]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://resan:guess@{host}")


async def test_each_test_gets_all_tables_and_no_rows(database_dsn: str) -> None:
    connection = await asyncpg.connect(database_dsn)
    try:
        assert await connection.fetchval("SELECT count(*) FROM journeys") == 0
    finally:
        await connection.close()


async def test_temporal_answers(client: Client) -> None:
    assert await client.service_client.check_health()


async def test_the_skipping_clock_moves_a_week_at_once(time_skipping: WorkflowEnvironment) -> None:
    before = await time_skipping.get_current_time()
    await time_skipping.sleep(timedelta(days=7))
    assert await time_skipping.get_current_time() - before >= timedelta(days=7)
