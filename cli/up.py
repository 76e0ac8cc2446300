"""`up`: the whole stack until Ctrl-C. Says what it is doing, then where everything is and what to type first."""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.panel import Panel
from rich.table import Table

from cli import run
from schemas.base import Both, Language
from settings import load_settings
from stack.info import StackInfo

ROOT = Path(__file__).resolve().parent.parent
PLACES = {
    "temporal_ui": Both(sv="Resornas gång", en="Journeys' course"),
    "postgres_dsn": Both(sv="Databas", en="Database"),
    "mail": Both(sv="Brev", en="Mail"),
    "logs": Both(sv="Loggar", en="Logs"),
    "day": Both(sv="En dag varar", en="A day lasts"),
}
OPEN = Both(sv="Öppna", en="Open")
TITLE = Both(sv="Resan är igång. Ctrl-C stoppar allt.", en="Resan is running. Ctrl-C stops everything.")
TRY = Both(sv="Prova i ett annat fönster:", en="Try in another window:")
FIRST = ("coordinator tasks", "operator show JOURNEY", "coordinator intake FILE.csv")


def up(
    data_dir: Annotated[Path | None, typer.Option("--data-dir", help="Where to keep the data [.resan].")] = None,
    day: Annotated[str | None, typer.Option("--day", help="How long a journey day lasts: 2s, 500ms, real.")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Without Temporal's web pages.")] = False,
) -> None:
    """Start Postgres, Temporal, mail and worker; keep them running until Ctrl-C; stop all that was started."""
    run.prepare()
    run.chosen.data_dir = data_dir or run.chosen.data_dir
    try:
        asyncio.run(keep_up(day, headless=headless))
    except BaseException as error:  # noqa: BLE001 (the end of the process: everything becomes a sentence)
        run.leave(run.explain(error, as_json=False))
    run.leave(run.ExitCode.OK)


async def keep_up(day: str | None, *, headless: bool) -> None:
    """Run the stack until a signal asks to stop; a second one stops without waiting."""
    from stack.whole import Stack  # noqa: PLC0415 (brings the migrations, a second that no other command should take)

    settings = load_settings(language=run.chosen.language, data_dir=run.chosen.data_dir, day=day)
    stack = Stack(settings, say, lambda info: show_places(info, settings.data_dir))
    task = asyncio.create_task(stack.run(headless=headless))
    asked: list[int] = []

    def stop(number: int) -> None:
        stack.hurry() if asked else task.cancel()
        asked.append(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup stays in force
            asyncio.get_running_loop().add_signal_handler(number, stop, number)
    with suppress(asyncio.CancelledError):
        await task


def say(line: str) -> None:
    """Show one line of progress; whoever reads may have gone."""
    with suppress(OSError):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def show_places(info: StackInfo, data: Path) -> None:
    """Show where everything is and what to try."""
    language = run.chosen.speak()
    with suppress(OSError):
        run.console().print(Panel(places(info, data, language), title=TITLE[language], expand=False))
        sys.stdout.flush()


def places(info: StackInfo, data: Path, language: Language) -> Table:
    """A table of addresses, without passwords, and of commands."""
    table = Table.grid(padding=(0, 2))
    known = {
        **info.model_dump(include={"temporal_ui", "mail", "day"}),
        "postgres_dsn": without_password(info.postgres_dsn),
        "logs": str(data / "logs"),
    }
    if info.console:
        table.add_row(OPEN[language], info.console)
        table.add_row("", "")
    for name, title in PLACES.items():
        if known[name]:
            table.add_row(title[language], known[name])
    table.add_row("", "")
    for number, command in enumerate(FIRST):
        table.add_row("" if number else TRY[language], f"{starter(data)} {command}")
    return table


def starter(data: Path) -> str:
    """How to call the command line from the project's directory."""
    here = Path(sys.executable)
    python = str(here.relative_to(ROOT)) if here.is_relative_to(ROOT) else str(here)
    usual = data == Path.cwd() / ".resan"
    return f"{python} starter.py" if usual else f"{python} starter.py --data-dir {data}"


def without_password(dsn: str) -> str:
    """An address that may be shown."""
    parts = urlsplit(dsn)
    user = f"{parts.username}@" if parts.username else ""
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{user}{place}{parts.path}"
