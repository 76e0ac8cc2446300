"""Where a running stack is: `stack.json`, written by `up` and read by every command.

A file left behind by a stack that was killed is recognised, so that a command says at once that nothing is running.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from schemas.base import Language, Model
from schemas.journey import Pace
from settings import Settings, outside_temporal
from stack.ports import answers

STACK_FILE = "stack.json"
LOCK_FILE = "lock"
POSTGRES_PORT, TEMPORAL_PORT = 5432, 7233
PATIENCE = 10.0
"""Seconds to wait for a part that is just being started again."""


class StackInfo(Model):
    """Addresses of the running parts. `day` is how long a journey day lasts, as people write it."""

    temporal_address: str
    namespace: str = "default"
    postgres_dsn: str
    temporal_ui: str | None = None
    console: str | None = None
    mail: str | None = None
    day: str = "real"
    pace: Pace = Pace()
    pids: dict[str, int] = Field(default_factory=dict)
    started: dict[str, float] = Field(default_factory=dict)


class NoStack(Exception):  # noqa: N818 (named after what is wrong)
    """Nothing runs in this data directory. The sentence is not here, for it ends with something to type."""

    en = "No stack is running in {0}. Start it with: make run"
    sv = "Ingen stack är igång i {0}. Starta den med: make run"

    def sentence(self, language: Language) -> str:
        """One line that says what to do."""
        return (self.sv if language == "sv" else self.en).format(*self.args)


class NotAnswering(NoStack):
    """Something runs in this data directory, but it does not answer."""

    en = "The stack in {0} is starting, or a part of it is away. Try again in a moment."
    sv = "Stacken i {0} håller på att starta, eller saknar en del just nu. Försök igen om en stund."


def read_stack(settings: Settings) -> StackInfo:
    """Where the stack is, once it answers; addresses named by the settings go first. Raises NoStack."""
    temporal = outside_temporal()
    info = StackInfo(temporal_address="", postgres_dsn="", pace=settings.pace)
    with suppress(NoStack) if settings.postgres_dsn and temporal else nullcontext():
        info = _read(settings.data_dir)
    if settings.postgres_dsn:
        info = info.model_copy(update={"postgres_dsn": settings.postgres_dsn.get_secret_value()})
    if temporal:
        named = {"temporal_address": temporal["target_host"], "namespace": temporal.get("namespace", "default")}
        info = info.model_copy(update=named)
    _wait_for(info, settings.data_dir)
    return info


def _read(data: Path) -> StackInfo:
    if not is_locked(data / LOCK_FILE):
        raise NoStack(data)
    try:
        return StackInfo.model_validate_json((data / STACK_FILE).read_bytes())
    except (OSError, ValidationError):
        raise NotAnswering(data) from None


def _wait_for(info: StackInfo, data: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    places = (split(info.postgres_dsn, POSTGRES_PORT), split(info.temporal_address, TEMPORAL_PORT))
    while not all(answers(port, host) for host, port in places):
        if time.monotonic() > deadline:
            raise NotAnswering(data)
        time.sleep(0.2)


def split(address: str, port: int) -> tuple[str, int]:
    """Host and port of an address, with or without a scheme; `port` when it names none."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    return parts.hostname or "localhost", parts.port or port


def write_json(path: Path, content: str) -> None:
    """Replace a private file at once: readers see the former or the new one, never a half."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    draft.replace(path)


def read_json(path: Path) -> dict[str, object]:
    """A small file of our own; empty when it is missing."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    return content if isinstance(content, dict) else {}


def take_lock(path: Path, patience: float = 1.0) -> IO[bytes] | None:
    """Hold the lock for as long as the file given back stays open; None when another process has it.

    A command that looks whether a stack is running holds it for an instant, so a refusal is asked for again.
    """
    file = path.open("ab")
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                file.close()
                return None
            time.sleep(0.05)
        else:
            return file


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock, however it may have been started: the kernel drops it when that ends."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
