"""Keeps parts running: starts them in order, starts again what dies, and stops in reverse order all that it started.

It knows processes and nothing of what they do. Waiting is done on the event loop; launching too, in its thread, since
the kernel ties a child to the thread that launched it.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from stack.errors import NotReady
from stack.launch import Command, clear, launch, same_processes, stop
from stack.parts import Part

LOOK = 0.1
"""Seconds between two looks at a process."""

START_SECONDS = 60.0
ATTEMPTS = 3
"""How often a part may die while the stack starts."""

FIRST_PAUSE, LONGEST_PAUSE, CALM = 0.2, 30.0, 60.0
"""Seconds before a part is started again, doubled each time until it has run for `CALM` seconds."""


@dataclass
class Running:
    """A part's process."""

    part: Part
    command: Command
    process: subprocess.Popen[bytes]
    launched: float
    created: float

    @property
    def dead(self) -> bool:
        return self.process.poll() is not None


class Supervisor:
    """Keeps parts running. `say` tells people one line; `changed` is called when a process has been replaced."""

    def __init__(self, logs: Path, say: Callable[[str], None], changed: Callable[[], None] = lambda: None) -> None:
        self._logs = logs
        self._say = say
        self._changed = changed
        self._running: dict[str, Running] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._hurry = False

    @property
    def pids(self) -> dict[str, int]:
        return {name: running.process.pid for name, running in self._running.items()}

    @property
    def started(self) -> dict[str, float]:
        """When each process was created: with it, a pid is recognised later."""
        return {name: running.created for name, running in self._running.items()}

    async def start(self, part: Part) -> None:
        """Start a part, wait until it answers, and keep it running from then on. Raises NotReady."""
        began = time.monotonic()
        rotate(self._log(part))
        for _ in range(ATTEMPTS):
            if await self._launch(part):
                break
        else:
            raise NotReady(part.name, self._log(part))
        self._keepers.append(asyncio.create_task(self._keep(part)))
        self._say(f"{part.name}: ready ({time.monotonic() - began:.1f} s)")

    async def watch(self) -> None:
        """Wait for ever; ends only by being cancelled, or when keeping a part running itself fails."""
        await asyncio.gather(*self._keepers)

    def hurry(self) -> None:
        """Do not wait for parts to end in order any longer."""
        self._hurry = True

    async def stop(self) -> None:
        """Stop all that was started, the last first."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        for running in reversed(list(self._running.values())):
            await self._end(running)
        self._running.clear()

    async def _launch(self, part: Part) -> bool:
        """Launch a part and wait until it answers; False when it ends or takes too long."""
        await asyncio.to_thread(part.prepare)
        command, launched = part.command(), time.time()
        process = launch(command, self._log(part))
        running = Running(part, command, process, launched, created_at(process.pid))
        self._running[part.name] = running
        self._changed()
        while not running.dead and time.time() - launched < START_SECONDS:
            if await part.answers(launched):
                return True
            await asyncio.sleep(LOOK)
        await self._end(running)
        return False

    async def _keep(self, part: Part) -> None:
        pause = FIRST_PAUSE
        while True:
            running = self._running[part.name]
            await self._until_dead(running, forever=True)
            pause = FIRST_PAUSE if time.time() - running.launched > CALM else min(pause * 2, LONGEST_PAUSE)
            self._say(f"{part.name}: ended ({how(running.process.returncode)}); starting it again")
            await asyncio.sleep(pause)
            if await self._launch(part):
                self._say(f"{part.name}: ready again")

    async def _end(self, running: Running) -> None:
        """Ask a process to end; make it when it does not in time, or when there is a hurry."""
        if running.dead:
            return
        running.process.send_signal(running.command.stop)
        await self._until_dead(running, forever=False)
        stop(running.process, running.command.stop, patience=0)

    async def _until_dead(self, running: Running, *, forever: bool) -> None:
        deadline = time.monotonic() + running.part.patience
        while not running.dead:
            if not forever and (self._hurry or time.monotonic() > deadline):
                break
            await asyncio.sleep(LOOK)

    def _log(self, part: Part) -> Path:
        return self._logs / f"{part.name}.log"


def created_at(pid: int) -> float:
    """When a process of ours was created (seconds since 1970); 0 when it has ended already."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).create_time()
    return 0.0


def how(code: int) -> str:
    """How a process ended, in words."""
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def rotate(log: Path) -> None:
    """Keep the log of the former start beside the new one."""
    with contextlib.suppress(FileNotFoundError):
        log.replace(log.with_name(log.name + ".1"))


def clear_leftovers(pids: dict[str, int], started: dict[str, float]) -> None:
    """End processes that a killed supervisor left behind, where they are certainly the same ones.

    They are made to end: their servers are gone, and waiting for those is what they would do.
    """
    known = {pid: started[name] for name, pid in pids.items() if name in started}
    clear(lambda: same_processes(known), signal.SIGKILL)
