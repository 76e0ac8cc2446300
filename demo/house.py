"""A stack for the demonstration only: in a directory of its own that is removed afterwards, with nothing of anybody's.

Settings and addresses in the environment are set aside, so that the demonstration can never reach a real database.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from temporalio.client import Client
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

from db.pool import Database
from logs import configure
from settings import PREFIX, load_settings
from stack.client import connect_to
from stack.info import StackInfo
from stack.parts import Kept
from stack.whole import MAIL, Stack

TEMPORAL = "TEMPORAL_"
CLOSE_SECONDS = 5


@dataclass(frozen=True)
class House:
    """A running stack. `smtp_port` is where its mail server listens, `mail` where it keeps what it accepted."""

    info: StackInfo
    db: Database
    client: Client
    mail: Path
    smtp_port: int

    def letters(self) -> int:
        """How many letters the mail server has accepted."""
        return sum(1 for _ in self.mail.glob("*.eml"))


def set_aside_settings() -> None:
    """Forget what the environment says of servers and data; the worker gets what is chosen here."""
    for name in [name for name in os.environ if name.startswith((PREFIX, TEMPORAL))]:
        del os.environ[name]
    os.environ |= {"TEMPORAL_CONFIG_FILE": os.devnull, f"{PREFIX}SANDBOX": "false", f"{PREFIX}LOG_LEVEL": "warning"}


def hush() -> None:
    """Let this process say only what is wrong: it shows what happens in its own way."""
    configure("error", "text")
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # calls to Temporal that an interruption cuts off complain
    quiet = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=quiet)))


@contextmanager
def temporary_directory(*, keep: bool) -> Iterator[Path]:
    """A directory that a server running as another user can enter; removed at the end unless it is kept."""
    directory = Path(tempfile.mkdtemp(prefix="resan-demo-"))
    directory.chmod(0o711)
    try:
        yield directory
    finally:
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)


@asynccontextmanager
async def opened(directory: Path, day: str, say: Callable[[str], None]) -> AsyncIterator[House]:
    """A stack that runs inside the block, and no longer. What goes wrong in it ends the block too."""
    data = directory / "data"
    settings = load_settings(data_dir=data, day=day, durable=False, samples=False)
    ready, told = asyncio.Event(), list[StackInfo]()

    def tell(info: StackInfo) -> None:
        told.append(info)
        ready.set()

    stack = Stack(settings, say, tell)
    async with _while_running(stack):
        await ready.wait()
        info = told[0]
        db = await Database.open(info.postgres_dsn, most=8)
        try:
            yield House(info, db, await connect_to(info), data / MAIL, Kept.of(data).ports["postbox"])
        finally:
            with suppress(TimeoutError):
                await asyncio.wait_for(db.close(), CLOSE_SECONDS)


@asynccontextmanager
async def _while_running(stack: Stack) -> AsyncIterator[None]:
    """Run the stack beside the block and stop it afterwards. If it fails, the block is cancelled and raises why."""
    here = asyncio.current_task()
    assert here is not None
    running = asyncio.create_task(stack.run(headless=True))

    def give_up(_: asyncio.Task[None]) -> None:
        here.cancel()

    running.add_done_callback(give_up)
    try:
        yield
    except asyncio.CancelledError:
        if running.done() and not running.cancelled() and (error := running.exception()) is not None:
            here.uncancel()
            raise error from None
        raise
    finally:
        running.remove_done_callback(give_up)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
