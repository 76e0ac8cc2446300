"""Real servers for tests: one Postgres and one Temporal for the whole run, a database of its own for each test."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import psycopg

from stack.launch import Command, launch, stop
from stack.ports import free_port
from stack.postgres import Postgres
from stack.temporal import Temporal

T = TypeVar("T")
TEMPLATE = "template_resan"
PATIENCE = 120.0


def in_thread(make: Callable[[], Coroutine[object, object, T]]) -> T:
    """Run a coroutine on an event loop of its own, from code that may itself be below one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(make())).result()


@contextlib.contextmanager
def temporary_directory() -> Iterator[Path]:
    """A directory that a server running as another user can enter, unlike pytest's own."""
    directory = Path(tempfile.mkdtemp(prefix="resan-test-"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def wait_until(happens: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Look again and again, for at most `patience` seconds."""
    deadline = time.monotonic() + patience
    while not happens():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.05)


@contextlib.contextmanager
def running(command: Command, log: Path, answers: Callable[[], bool]) -> Iterator[None]:
    """A server that is up inside the block."""
    process = launch(command, log)
    try:
        wait_until(lambda: process.poll() is not None or answers(), f"{command.argv[0]}: see {log}")
        if process.poll() is not None:
            raise ChildProcessError(log.read_text())
        yield
    finally:
        stop(process, command.stop)


@contextlib.contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A running Postgres without data."""
    with temporary_directory() as directory:
        server = Postgres(directory / "postgres", free_port(), f"resan-{secrets.token_hex(4)}", durable=False)
        server.prepare()
        with running(server.command(), directory / "postgres.log", server.answers):
            yield server


@contextlib.contextmanager
def temporal_server() -> Iterator[Temporal]:
    """A running Temporal development server without data and without web pages."""
    with temporary_directory() as directory:
        server = Temporal(directory / "temporal", free_port(), durable=False)
        server.prepare()
        with running(server.command(), directory / "temporal.log", lambda: in_thread(server.answers)):
            yield server


def migrated_template(dsn: str, migrate: Callable[[str], Awaitable[None]]) -> str:
    """The name of a database with all migrations, to copy from. `dsn` names any database of the server."""
    create(dsn, TEMPLATE)

    async def run() -> None:
        await migrate(sibling(dsn, TEMPLATE))

    in_thread(run)
    return TEMPLATE


def sibling(dsn: str, database: str) -> str:
    """The address of another database on the same server."""
    return f"{dsn.rsplit('/', 1)[0]}/{database}"


def create(dsn: str, database: str, template: str = "template1") -> None:
    """Make a database, as a copy of another."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"'.encode())


def drop(dsn: str, database: str) -> None:
    """Remove a database, whoever still uses it."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)'.encode())
