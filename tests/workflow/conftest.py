"""A house of its own for each test of the workflow, on the real server or on the one whose clock skips."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from schemas.journey import DAY
from stack.temporal import program
from tests.workflow.harness import House, accelerated, house_on
from workflows.connection import DATA_CONVERTER, connect


@pytest_asyncio.fixture
async def client(temporal_address: str) -> Client:
    """A client of the real-time server that speaks as every process of ours does."""
    return await connect(temporal_address, "default")


@pytest_asyncio.fixture
async def house(client: Client, database_dsn: str) -> AsyncIterator[House]:
    """Journeys that began this morning and live in real time."""
    async with house_on(client, database_dsn) as house:
        yield house


@pytest_asyncio.fixture
async def skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server whose clock the test moves, spoken to as every process of ours does."""
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=DATA_CONVERTER, test_server_existing_path=str(program("temporal-test-server"))
    )
    async with environment:
        yield environment


@pytest_asyncio.fixture
async def months(skipping: WorkflowEnvironment, database_dsn: str) -> AsyncIterator[House]:
    """Journeys on the server whose clock skips. It is Monday morning in March 2026 there."""
    pace = accelerated(DAY, wall=await skipping.get_current_time())
    async with house_on(skipping.client, database_dsn, pace) as house:
        yield house
