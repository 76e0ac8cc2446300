"""The one way in and out of a command: it opens what the command needs, and errors become sentences here and only here.

A command gives an `Answer`; what is printed where, and the exit code, is decided here. With `--json` standard output
gets exactly one JSON document. The process ends at once after that: a short client of Temporal's may otherwise crash or
hang while the interpreter shuts down.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import IntEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, Protocol, runtime_checkable

import asyncpg
import structlog
from pydantic_core import to_jsonable_python
from rich.console import Console, RenderableType
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from db.pool import Database
from journey.errors import Refusal
from schemas.base import Language
from services.errors import NotSavedYet
from services.intake.errors import IntakeFileRefused
from settings import BadSettings, Settings, language_of, load_settings
from stack.client import connect_to
from stack.info import NoStack, NotAnswering, StackInfo, read_stack

PIPED_WIDTH = 200
CONNECT_SECONDS = 10
CLOSE_SECONDS = 2


class ExitCode(IntEnum):
    """What the number at the end of a command means."""

    OK = 0
    CHECK_FAILED = 1
    REJECTED = 2
    REFUSED = 3
    NO_STACK = 4
    UNEXPECTED = 70
    INTERRUPTED = 130
    BROKEN_PIPE = 141


@runtime_checkable
class Speaks(Protocol):
    """An error that can say, in either language, what is wrong and what to do."""

    def sentence(self, language: Language) -> str: ...


@dataclass(frozen=True)
class Answer:
    """What a command found out: `data` for programs (anything pydantic can write as JSON), `text` for people.

    `file`, where there is one, is printed as it is instead of the text.
    """

    data: Any
    text: RenderableType
    code: ExitCode = ExitCode.OK
    file: bytes | None = None


@dataclass(frozen=True)
class Desk:
    """What a command works with. `stack.pace` says how journey time runs."""

    db: Database
    client: Client
    stack: StackInfo
    settings: Settings
    language: Language


@dataclass
class Choices:
    """What was chosen before the name of the command, for all commands alike."""

    language: str | None = None
    data_dir: Path | None = None

    def settings(self) -> Settings:
        """The settings with these choices. Raises BadSettings."""
        return load_settings(language=self.language, data_dir=self.data_dir)

    def speak(self) -> Language:
        """The language to speak, even when the settings are wrong."""
        return language_of(self.language or os.environ.get("RESAN_LANGUAGE"))


chosen = Choices()
"""Set by the command line's root before the command runs; a process runs one command."""


def at_desk(work: Callable[[Desk], Awaitable[Answer]], *, as_json: bool = False) -> NoReturn:
    """Run a command that needs the stack, print its answer and end the process."""

    async def inside() -> Answer:
        async with open_desk() as desk:
            return await work(desk)

    alone(lambda _: asyncio.run(inside()), as_json=as_json)


def prepare() -> None:
    """Let any terminal show any letter, and keep to ourselves what libraries say while they try again."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    logging.getLogger().addHandler(logging.NullHandler())
    structlog.configure(logger_factory=structlog.stdlib.LoggerFactory())


def alone(work: Callable[[Language], Answer], *, as_json: bool = False) -> NoReturn:
    """Run a command that needs nothing running, print its answer and end the process."""
    prepare()
    try:
        answer = work(chosen.speak())
    except BaseException as error:  # noqa: BLE001 (the one place where everything becomes a sentence)
        leave(explain(error, as_json=as_json))
    leave(show(answer, as_json=as_json))


@asynccontextmanager
async def open_desk() -> AsyncIterator[Desk]:
    """Connect to the running stack. Raises NoStack when there is none, or when it is lost on the way."""
    settings = chosen.settings()
    stack = read_stack(settings)
    try:
        client = await asyncio.wait_for(connect_to(stack), CONNECT_SECONDS)
        db = await asyncio.wait_for(Database.open(stack.postgres_dsn, most=4), CONNECT_SECONDS)
    except (OSError, RuntimeError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise NotAnswering(settings.data_dir) from error
    try:
        yield Desk(db, client, stack, settings, chosen.speak())
    finally:
        with suppress(TimeoutError):
            await asyncio.wait_for(db.close(), CLOSE_SECONDS)


def show(answer: Answer, *, as_json: bool) -> ExitCode:
    """Print an answer on standard output; gives the exit code."""
    try:
        if as_json:
            _print_json(answer.data)
        elif answer.file is not None:
            sys.stdout.buffer.write(answer.file)
        else:
            console().print(answer.text, soft_wrap=isinstance(answer.text, str), markup=False, highlight=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return ExitCode.BROKEN_PIPE
    except OSError as error:
        return _say(NotWritten(cause=error.strerror), ExitCode.UNEXPECTED, as_json=False)
    return answer.code


def explain(error: BaseException, *, as_json: bool) -> ExitCode:
    """Say what went wrong in one sentence on standard error; gives the exit code."""
    match error:
        case KeyboardInterrupt() | asyncio.CancelledError() | BrokenPipeError():
            return ExitCode.BROKEN_PIPE if isinstance(error, BrokenPipeError) else ExitCode.INTERRUPTED
        case NoStack() | NotSavedYet():
            return _say(error, ExitCode.NO_STACK, as_json=as_json)
        case BadSettings() | IntakeFileRefused():
            return _say(error, ExitCode.REJECTED, as_json=as_json)
        case Speaks():
            return _say(error, ExitCode.REFUSED, as_json=as_json)
        case _ if _lost(error):
            return _say(NotAnswering(_data_dir()), ExitCode.NO_STACK, as_json=as_json)
        case _:
            return _say(Unexpected(type(error).__name__, _note(error)), ExitCode.UNEXPECTED, as_json=as_json)


class Unexpected(Refusal):
    """Something went wrong that should not have ({kind}). Where it happened is noted in {place}."""

    sv = "Något gick fel som inte borde ha gjort det ({kind}). Var det hände står i {place}."

    def __init__(self, kind: str, place: Path) -> None:
        super().__init__(kind=kind, place=place)


class NotWritten(Refusal):
    """The answer could not be written ({cause}), but what was asked for is done; make room, and look at it anew."""

    sv = "Svaret gick inte att skriva ({cause}), men det du bad om är gjort; skapa utrymme och titta på nytt."


def say(sentence: str) -> None:
    """Say something beside the answer, on standard error."""
    with suppress(OSError):
        sys.stderr.write(sentence + "\n")


def leave(code: int) -> NoReturn:
    """End the process now, with everything written that can be."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def console() -> Console:
    """Where answers to people are shown: as wide as the terminal, and wide enough for ids when piped."""
    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)


def progress_console() -> Console:
    """Where progress is shown while a command works: standard error, which `--json` leaves to people."""
    return Console(stderr=True, highlight=False)


def _lost(error: BaseException) -> bool:
    away = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED)
    if isinstance(error, RPCError):
        return error.status in away
    return isinstance(error, ConnectionError | TimeoutError | asyncpg.PostgresConnectionError | asyncpg.InterfaceError)


def _say(said: Speaks, code: ExitCode, *, as_json: bool) -> ExitCode:
    name = said.code if isinstance(said, Refusal) else type(said).__name__
    with suppress(OSError):
        sys.stderr.write(said.sentence(chosen.speak()) + "\n")
        if as_json:
            _print_json({"error": {"code": name, "sv": said.sentence("sv"), "en": said.sentence("en")}})
    return code


def _data_dir() -> Path:
    return chosen.data_dir or Path(os.environ.get("RESAN_DATA_DIR") or ".resan")


def _print_json(data: Any) -> None:
    wide = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")
    json.dump(to_jsonable_python(data), sys.stdout, ensure_ascii=not wide, indent=2)
    sys.stdout.write("\n")


def _note(error: BaseException) -> Path:
    """Keep where it happened, but not what it was about: messages of errors may quote personal data."""
    place = _data_dir() / "logs" / "starter.log"
    with suppress(OSError):
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with place.open("a", encoding="utf-8") as log:
            log.write("".join([*traceback.format_tb(error.__traceback__), type(error).__name__, "\n"]))
    return place
