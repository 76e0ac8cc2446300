"""Fixtures shared by all tests.

`postgres_dsn` an empty database on a real Postgres · `database_dsn` a migrated database of the test's own ·
`temporal_address` and `client` a real Temporal server · `time_skipping` a server whose clock the test moves.
"""

from __future__ import annotations

import gc
import importlib
import os
import secrets
import signal
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from xdist.remote import Producer

from stack.temporal import program
from tests import again, breadth, servers, sharing
from tests.databases import Databases

breadth.load()

if (
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN
):  # in the background of a script; what tests start would inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What runs on real servers may be tried once more; in several processes, it is begun first."""
    again.permit(items)
    if hasattr(config, "workerinput"):
        sharing.put_in_order(items)


def pytest_configure(config: pytest.Config) -> None:
    """Several processes must find the same tests in the same order, also where it comes from a set."""
    if config.getoption("numprocesses", None):
        os.environ.setdefault("PYTHONHASHSEED", str(secrets.randbelow(2**32)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> sharing.Sharing:
    """How the tests are shared out."""
    return sharing.Sharing(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was."""
    again.report(terminalreporter)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass by all that is there when the first test begins: it will not become any."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """A Postgres server for the whole run; the database is empty and shared."""
    with servers.postgres_server() as server:
        yield server.dsn()


@pytest.fixture(scope="session")
def migrated(postgres_dsn: str) -> str:
    """The name of a database with all migrations, made once."""
    return servers.migrated_template(postgres_dsn, importlib.import_module("db.migrate").migrate)


@pytest.fixture(scope="session")
def databases(postgres_dsn: str, migrated: str) -> Databases:
    """Lends databases to the tests."""
    return Databases(postgres_dsn, migrated)


@pytest.fixture
def database_dsn(databases: Databases) -> Iterator[str]:
    """A database with all tables and no rows, for one test."""
    dsn = databases.lend()
    yield dsn
    databases.give_back(dsn)


@pytest.fixture(scope="session")
def temporal_address() -> Iterator[str]:
    """A Temporal server for the whole run, in real time. Its workflows are shared: make ids of your own."""
    with servers.temporal_server() as server:
        yield server.address


@pytest_asyncio.fixture
async def client(temporal_address: str) -> Client:
    """A client of the real-time server."""
    return await Client.connect(temporal_address, data_converter=pydantic_data_converter)


@pytest_asyncio.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A Temporal server whose clock skips to the next timer; one for each test, for it has one clock."""
    environment = await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter, test_server_existing_path=str(program("temporal-test-server"))
    )
    async with environment:
        yield environment
