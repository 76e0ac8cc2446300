"""Putting the demonstration together: what was typed, the stack, both parts, and the end, however it comes.

Ends with 0, with 1 and one sentence when something went wrong, with 130 when it was interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from cli.run import ExitCode, Speaks, leave
from demo import house, words
from demo.cast import PARTS
from demo.play import Ending, Play
from demo.show import Teller
from demo.study import USUAL_DAYS, Studied, shown, study
from demo.timeline import bars, table
from schemas.base import Language
from schemas.events import EventKind
from services.publish import load
from settings import language_of, parse_length

PROGRAMME = "relocate"
DAYS = 96
PIPED_WIDTH = 120
FAILED = 1


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(prog="python -m demo", description="See the programme's life in three minutes.")
    parser.add_argument("--lang", choices=("sv", "en"), help="language [the system's]")
    parser.add_argument("--days", type=_between(1, 365), default=DAYS, help=f"how many days [{DAYS}]")
    parser.add_argument("--day", default="1s", help="how long a day lasts [1s]")
    parser.add_argument(
        "--participants", type=_between(1, len(PARTS)), default=len(PARTS), help=f"how many take part [{len(PARTS)}]"
    )
    parser.add_argument("--without-study", action="store_true", help="leave the nine months of the study route out")
    parser.add_argument("--keep", action="store_true", help="keep data and logs afterwards")
    return parser.parse_args()


def _between(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isdecimal() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(f"give a whole number from {low} to {high}")
        return int(text)

    return read


def main() -> None:
    """Run the demonstration and end the process."""
    given = arguments()
    language = language_of(given.lang)
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, highlight=False)
    house.set_aside_settings()
    house.hush()
    with house.temporary_directory(keep=given.keep) as directory:
        code = _guarded(given, language, console, directory)
    leave(code)


def _guarded(given: argparse.Namespace, language: Language, console: Console, directory: Path) -> int:
    try:
        asyncio.run(_stoppable(given, language, console, directory))
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print(words.INTERRUPTED[language])
        return ExitCode.INTERRUPTED
    except BaseException as error:  # noqa: BLE001 (the one place where everything becomes a sentence)
        _note(error, directory)
        console.print(_sentence(error, language), soft_wrap=True, markup=False)
        return FAILED
    finally:
        if given.keep:
            console.print(words.KEPT[language].format(place=directory), soft_wrap=True)
    return ExitCode.OK


async def _stoppable(given: argparse.Namespace, language: Language, console: Console, directory: Path) -> None:
    """Run until it is over or a signal asks to stop; either way everything that was started is stopped."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    await _demonstrate(given, language, console, directory)


async def _demonstrate(given: argparse.Namespace, language: Language, console: Console, directory: Path) -> None:
    parts = PARTS[: given.participants]
    begins = words.BEGINS[language].format(people=len(parts), days=given.days, day=given.day)
    console.print(begins, style="bold", soft_wrap=True)
    console.print(words.STARTING[language], style="dim")
    async with house.opened(directory, given.day, lambda _: None) as rooms:
        programme = await load(rooms.db, PROGRAMME)
        play = Play(rooms, programme, parts, given.days, parse_length(given.day))
        with _progress(console, words.DAYS_BAR[language], given.days) as reached:
            ending = await play.run(Teller(console, language, play.stage), reached)
        _show_ending(console, language, ending, rooms.letters())
        if not given.without_study:
            console.print(words.STUDY_BEGINS[language], style="dim")
            with _progress(console, words.STUDY_BAR[language], USUAL_DAYS) as reached:
                studied = await study(rooms.info.postgres_dsn, rooms.smtp_port, play.stage, reached)
            _show_study(console, language, studied)


def _show_ending(console: Console, language: Language, ending: Ending, letters: int) -> None:
    console.print()
    console.print(table(ending.lives, ending.stage, ending.last, language))
    for line in bars(ending.lives, ending.stage, ending.last, console.width, language):
        console.print(line, soft_wrap=True)
    console.print()
    console.print(_totals(ending, letters, language), soft_wrap=True)
    if ending.asked is not None and ending.explained is not None:
        console.print(Text(words.EXPLAINED[language].format(journey=ending.asked), style="italic"), soft_wrap=True)
        console.print(Text(ending.explained[language]), soft_wrap=True)


def _totals(ending: Ending, letters: int, language: Language) -> Text:
    lives = ending.lives
    return Text(
        words.TOTALS[language].format(
            letters=letters,
            reminders=sum(life.reminders for life in lives),
            overdue=sum(life.count(EventKind.TASK_OVERDUE) for life in lives),
            escalations=sum(life.count(EventKind.TASK_ESCALATED, EventKind.TASK_HANDED_OVER) for life in lives),
            ended=sum(life.exit is not None for life in lives),
            open=sum(life.exit is None for life in lives),
        )
    )


def _show_study(console: Console, language: Language, studied: Studied) -> None:
    milestones, verdict = shown(studied, language)
    console.print()
    console.print(milestones)
    console.print(verdict, soft_wrap=True)


@contextmanager
def _progress(console: Console, title: str, total: int) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    with progress if console.is_terminal else nullcontext():
        task = progress.add_task(title, total=total)
        yield lambda reached: progress.update(task, completed=min(reached, total))


def _sentence(error: BaseException, language: Language) -> str:
    if isinstance(error, BaseExceptionGroup):
        return _sentence(error.exceptions[0], language)
    if isinstance(error, Speaks):
        return error.sentence(language)
    return words.FAILED[language].format(kind=type(error).__name__)


def _note(error: BaseException, directory: Path) -> None:
    """Where it happened, beside the logs of the stack; it is kept only when they are."""
    with suppress(OSError):
        (directory / "error.log").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
