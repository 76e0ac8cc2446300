"""One real stack for all end-to-end tests, as `make run` starts it, and the command line as a user types it.

`stack` the running stack · `type_` runs a command and gives what came out · `desk` the services, connected to the same
stack, for getting to where a test begins · `entered` the welcome call of somebody who has just registered an interest.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from db.hearing import JOURNAL
from db.pool import Database
from schemas.people import email_key
from services import reading
from services.completing.completing import Completed, complete
from services.intake.row import IntakeRow
from services.intake.taking_in import take_in
from services.journeys import Journeys
from stack.info import STACK_FILE, StackInfo
from tests.servers import temporary_directory, wait_until
from workflows.connection import connect

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


@dataclass(frozen=True)
class Typed:
    """What came of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)

    def refused(self, code: int = 3) -> str:
        """The one sentence it was refused with."""
        assert self.code == code, self
        assert len(self.err.splitlines()) == 1, self
        assert "Traceback" not in self.err + self.out
        return self.err.strip()


Type = Callable[..., Typed]


class RunningStack:
    """A stack that runs in `data`, and somebody who types."""

    def __init__(self, data: Path, info: StackInfo, typist: subprocess.Popen[str]) -> None:
        self.data, self.info, self._typist = data, info, typist

    def argv(self, *arguments: str, language: str = "en") -> list[str]:
        return ["--lang", language, "--data-dir", str(self.data), *arguments]

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Type a command as a user does, from the very start of the interpreter, and do not wait."""
        return subprocess.Popen(
            [sys.executable, "starter.py", *self.argv(*arguments)],
            cwd=ROOT,
            env=bare_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def type(self, *arguments: str, stdin: str = "", language: str = "en") -> Typed:
        """Type a command and wait for the end of it."""
        with tempfile.TemporaryDirectory() as directory:
            place = Path(directory)
            (place / "in").write_text(stdin, encoding="utf-8")
            for name in ("out", "err"):
                (place / name).touch()
            request = {"arguments": self.argv(*arguments, language=language), "place": str(place)}
            assert self._typist.stdin is not None
            self._typist.stdin.write(json.dumps(request) + "\n")
            self._typist.stdin.flush()
            wait_until((place / "code").exists, f"the end of {arguments}", PATIENCE)
            out, err = ((place / name).read_text(encoding="utf-8") for name in ("out", "err"))
            return Typed(int((place / "code").read_text()), out, err)


def bare_environment() -> dict[str, str]:
    """This process's environment without settings of anybody's."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("RESAN_", "TEMPORAL_"))}
    ours |= {"RESAN_DURABLE": "false", "TEMPORAL_CONFIG_FILE": os.devnull, "PYTHONPATH": str(ROOT)}
    return {**ours, "PYTHONUTF8": "1", "PYTHONWARNINGS": "error"}


@pytest.fixture(scope="package")
def typist() -> Iterator[subprocess.Popen[str]]:
    """A process that runs commands."""
    argv = [sys.executable, str(Path(__file__).with_name("typist.py"))]
    with subprocess.Popen(argv, cwd=ROOT, env=bare_environment(), stdin=subprocess.PIPE, text=True) as process:
        yield process


@pytest.fixture(scope="package")
def stack(typist: subprocess.Popen[str]) -> Iterator[RunningStack]:
    """The stack, in real time."""
    with running(typist) as stack:
        yield stack


@contextmanager
def running(typist: subprocess.Popen[str], *options: str, **settings: str) -> Iterator[RunningStack]:
    """A stack, as `up` starts it with these options and settings."""
    with temporary_directory() as directory:
        data, log = directory / "data", directory / "up.log"
        with log.open("wb") as out:
            up = subprocess.Popen(
                [sys.executable, "starter.py", "up", "--headless", "--data-dir", str(data), *options],
                cwd=ROOT,
                env=bare_environment() | settings,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until(lambda: (data / STACK_FILE).exists() or up.poll() is not None, "the stack is up", 200)
            assert up.poll() is None, log.read_text()
            yield RunningStack(data, StackInfo.model_validate_json((data / STACK_FILE).read_bytes()), typist)
        finally:
            with suppress(ProcessLookupError):
                up.send_signal(signal.SIGINT)
            up.wait(PATIENCE)


@pytest.fixture
def type_(stack: RunningStack) -> Type:
    """Type a command."""
    return stack.type


class Desk:
    """The services, without a command line in between."""

    def __init__(self, db: Database, journeys: Journeys) -> None:
        self.db, self._journeys = db, journeys

    async def enter(self, programme: str = "relocate") -> str:
        """Take in an interest; the id of the welcome call, once it is open."""
        email, now = f"kim.{secrets.token_hex(6)}@example.org", datetime.now(UTC)
        row = IntakeRow(line=2, name="Kim Påhittad", email=email, email_key=email_key(email))
        report = await take_in(self.db, self._journeys, [row], programme, now=now)
        return await self.opened(report.accepted[0].journey, "welcome_call")

    async def opened(self, journey: str, step: str) -> str:
        """The id of the journey's open task at this step, once it is open."""
        async with asyncio.timeout(PATIENCE), self.db.hearing(JOURNAL) as heard:
            while True:
                found = await reading.journey(self.db, journey, now=datetime.now(UTC))
                for task in found["tasks"]:
                    if task["step"] == step:
                        return str(task["id"])
                await heard.next(0.25)

    async def complete(self, task: str, outcome: str, answers: dict[str, Any] | None = None) -> Completed:
        """End a task."""
        return await complete(self.db, self._journeys, task, outcome, answers, by="kim", now=datetime.now(UTC))

    async def count(self, query: str, *values: object) -> int:
        """One number from the database."""
        async with self.db.acting_as("test") as connection:
            return int(await connection.fetchval(query, *values))


@pytest_asyncio.fixture
async def entered(desk: Desk) -> str:
    """The welcome call of somebody who has just registered an interest."""
    return await desk.enter()


@pytest_asyncio.fixture
async def desk(stack: RunningStack) -> AsyncIterator[Desk]:
    """The services, connected to the stack."""
    db = await Database.open(stack.info.postgres_dsn, most=4)
    yield Desk(db, Journeys(await connect(stack.info.temporal_address, stack.info.namespace)))
    await db.close()
