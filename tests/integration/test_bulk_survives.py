"""A roll-out over many journeys, with the command line, the worker and Temporal killed in the middle of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.drill import Drill, drill_on
from tests.servers import temporary_directory

HOW_MANY = 100


@pytest.fixture
def directory() -> Iterator[Path]:
    with temporary_directory() as directory:
        yield directory


@pytest_asyncio.fixture
async def drill(directory: Path, database_dsn: str) -> AsyncIterator[Drill]:
    async with drill_on(directory, database_dsn) as drill:
        yield drill


@pytest.mark.timeout(900)
async def test_a_roll_out_moves_everybody_once_whatever_is_killed_meanwhile(drill: Drill) -> None:
    await drill.under_way(HOW_MANY)
    version = await drill.next_version()
    what = ("owner", "roll-out", str(version), "--programme", "sample", "--to", "all")
    bulk = await drill.survive(HOW_MANY, (drill.crew, drill.temporal), *what, "--rate", "10", "--yes")
    await drill.each_adopted_once(bulk, HOW_MANY, version)
