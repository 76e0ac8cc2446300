"""Start a part, find what is left of an earlier one, and stop either: by pid, and only what is certainly ours."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

CHILD = Path(__file__).with_name("child.py")
POLL = 0.05
SAME_START = 0.05


@dataclass(frozen=True)
class Command:
    """What to run. `stop` asks it to end in order; `orphaned` is what the kernel sends it when we die without a word.

    `fds` stay open in it. `env` is added to our own environment; None takes a variable away.
    """

    argv: Sequence[str]
    stop: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals = signal.SIGKILL
    env: Mapping[str, str | None] = field(default_factory=dict)
    user: str | None = None
    fds: tuple[int, ...] = ()
    cwd: Path | None = None


def launch(command: Command, log: Path) -> subprocess.Popen[bytes]:
    """Start a part, with what it says going to `log`. Call it from the thread that lives longest.

    The kernel watches the thread that started a child, not the process.
    """
    wrapper = [
        sys.executable,
        "-I",
        "-S",
        str(CHILD),
        str(os.getpid()),
        str(int(command.orphaned)),
        command.user or "-",
    ]
    with private_append(log) as out:
        return subprocess.Popen(  # noqa: S603 (our own command, no shell)
            [*wrapper, *command.argv],
            env={name: value for name, value in {**os.environ, **command.env}.items() if value is not None},
            cwd=command.cwd or "/",
            pass_fds=command.fds,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


@contextlib.contextmanager
def private_append(path: Path) -> Iterator[int]:
    """Open a file to append to that only we may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals, patience: float = 10.0) -> None:
    """Ask a part to end; after `patience` seconds make it."""
    if process.poll() is not None:
        return
    process.send_signal(stop_signal)
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def marked(mark: str, program: str) -> list[psutil.Process]:
    """Every process of this program that carries a mark, which nobody else's does, on its command line."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.name() == program and mark in " ".join(process.cmdline()) + " ":
                found.append(process)
    return found


def same_processes(started: Mapping[int, float]) -> list[psutil.Process]:
    """Those of the processes (pid: time of creation) that still run; a pid alone may be another's by now."""
    found = []
    for pid, created in started.items():
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if abs(process.create_time() - created) < SAME_START and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def clear(find: Callable[[], list[psutil.Process]], stop_signal: signal.Signals, patience: float = 10.0) -> None:
    """End what an earlier start left behind and wait until it is gone; after `patience` seconds make it go.

    After a hard kill the children of a server may still be on their way out, so look again until none is left.
    """
    asked: set[int] = set()
    deadline = time.monotonic() + patience
    while left := find():
        for process in left:
            with contextlib.suppress(psutil.Error):
                if time.monotonic() > deadline:
                    process.kill()
                elif process.pid not in asked:
                    process.send_signal(stop_signal)
            asked.add(process.pid)
        time.sleep(POLL)
