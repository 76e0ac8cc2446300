"""How far a command has come, on standard error and only where a person looks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from cli import run
from cli.counting import Counted
from schemas.base import Both, Language

BLOCK = 1 << 20
WORDS = Both(sv="Läser in", en="Taking in")
INTERRUPTED = Counted(
    Both(
        sv="Avbrutet efter {count} rad, som är sparad; kör samma kommando igen så tas resten, ingen två gånger.",
        en="Interrupted after {count} row, which is saved; run the same command again for the rest, nobody twice.",
    ),
    Both(
        sv="Avbrutet efter {count} rader, som är sparade; kör samma kommando igen så tas resten, ingen två gånger.",
        en="Interrupted after {count} rows, which are saved; run the same command again for the rest, nobody twice.",
    ),
)


class Shows(Protocol):
    """Told how many are done, and of how many, where that is learnt on the way."""

    def __call__(self, done: int, of: int = ...) -> None: ...


@contextmanager
def bar(total: int, words: str) -> Iterator[Shows]:
    """A progress bar; what is given is told how many are done. Nothing is shown unless standard error is a terminal."""
    console = run.progress_console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with progress if console.is_terminal else nullcontext():
        task: TaskID = progress.add_task(words, total=total)
        yield lambda done, of=total: progress.update(task, completed=done, total=max(of, done))


@contextmanager
def counting(total: int, language: Language) -> Iterator[Callable[[int], None]]:
    """A bar for rows that are taken in; when interrupted, it says how many are."""
    reached = 0
    try:
        with bar(total, WORDS[language]) as show:

            def count(done: int) -> None:
                nonlocal reached
                reached = done
                show(done)

            yield count
    except asyncio.CancelledError:
        run.progress_console().print(Text(INTERRUPTED.said(reached, language)), soft_wrap=True)
        raise


def rows_in(path: Path) -> int:
    """About how many rows a file has: its line ends, less the header."""
    count = 0
    with suppress(OSError), path.open("rb") as file:
        while block := file.read(BLOCK):
            count += block.count(b"\n")
    return max(count - 1, 1)
