"""Servers and workers as processes of their own, that a test may kill at any moment and start again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from schemas.journey import Pace
from stack.launch import Command, launch, stop
from stack.ports import LOOPBACK
from stack.postgres import Postgres
from stack.temporal import Temporal

ROOT = Path(__file__).parents[1]
PATIENCE = 120.0


@dataclass
class Process:
    """One part. `prepare` clears away what a kill has left; `answers` says when it is up again."""

    command: Callable[[], Command]
    log: Path
    prepare: Callable[[], None]
    answers: Callable[[], Awaitable[bool]]
    running: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start it and wait until it answers."""
        await asyncio.to_thread(self.prepare)
        # From this thread: the kernel ends a part when the thread that started it ends.
        self.running = launch(self.command(), self.log)
        deadline = asyncio.get_running_loop().time() + PATIENCE
        while not await self.answers():
            assert self.running.poll() is None, self.log.read_text("utf-8", "replace")
            assert asyncio.get_running_loop().time() < deadline, f"does not answer: see {self.log}"
            await asyncio.sleep(0.05)

    def kill(self) -> None:
        """`kill -9`, and wait until it is gone."""
        assert self.running is not None
        self.running.kill()
        self.running.wait()

    def stop(self) -> None:
        """End it in order, if it runs."""
        if self.running is not None:
            stop(self.running, self.command().stop)


def postgres(server: Postgres, log: Path) -> Process:
    """A Postgres server that may be killed."""
    return Process(server.command, log, server.prepare, lambda: asyncio.to_thread(server.answers))


def temporal(server: Temporal, log: Path) -> Process:
    """A Temporal server that may be killed; its database file stays."""
    return Process(server.command, log, server.prepare, server.answers)


def worker(log: Path, *, dsn: str, address: str, pace: Pace, smtp_port: int) -> Process:
    """The real worker, told by its environment where everything is."""
    environment: dict[str, str | None] = dict.fromkeys(
        name for name in os.environ if name.startswith(("RESAN_", "TEMPORAL_"))
    )
    environment |= {
        "RESAN_POSTGRES_DSN": dsn,
        "RESAN_PACE": pace.model_dump_json(),
        "RESAN_SMTP_HOST": LOOPBACK,
        "RESAN_SMTP_PORT": str(smtp_port),
        "RESAN_COURIER_INTERVAL": "1h",
        "TEMPORAL_ADDRESS": address,
        "TEMPORAL_NAMESPACE": "default",
        "TEMPORAL_CONFIG_FILE": os.devnull,
    }
    command = Command([sys.executable, str(ROOT / "worker.py")], env=environment, cwd=ROOT)

    async def at_once() -> bool:
        return True

    return Process(lambda: command, log, lambda: None, at_once)


@asynccontextmanager
async def up(process: Process) -> AsyncIterator[Process]:
    """Up inside the block, at least at its beginning."""
    await process.start()
    try:
        yield process
    finally:
        process.stop()
