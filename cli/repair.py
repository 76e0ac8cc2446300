"""What an operator types when the read tables are lost or behind: compare them with the journeys, make them again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from cli import run
from cli.counting import Counted
from cli.progress import bar
from cli.run import Answer, Desk, ExitCode
from journey.errors import Refusal
from schemas.base import Both, Language
from services.journeys import Journeys
from services.repair.rebuilding import Rebuilt, rebuild_all
from services.repair.rebuilding import rebuild as rebuild_one
from services.repair.reconcile import Finding, Reconciled, Reconciliation

SHOWN = 50
COMPARING = Both(sv="Jämför", en="Comparing")
REBUILDING = Both(sv="Gör om listorna", en="Making lists anew")
INTERRUPTED = Counted(
    Both(
        sv="Avbrutet efter {count} resa, som är klar; kör samma kommando igen så tas resten.",
        en="Interrupted after {count} journey, which is done; run the same command again for the rest.",
    ),
    Both(
        sv="Avbrutet efter {count} resor, som är klara; kör samma kommando igen så tas resten.",
        en="Interrupted after {count} journeys, which are done; run the same command again for the rest.",
    ),
)
COUNTS = Both(
    sv="Jämförda: {checked}. I ordning: {in_order}. Lagade nu: {mended}. Kvar: {left}.",
    en="Compared: {checked}. In order: {in_order}. Mended now: {mended}. Left: {left}.",
)
MORE = Both(sv="… och {more} till: operator reconcile --json", en="… and {more} more: operator reconcile --json")
REBUILT = Counted(
    Both(sv="Listorna är omgjorda: {count} resa.", en="Lists made anew: {count} journey."),
    Both(sv="Listorna är omgjorda: {count} resor.", en="Lists made anew: {count} journeys."),
)
GAPS = Both(
    sv="Journalen har luckor, kör operator reconcile RESA: {gaps}",
    en="The journal has gaps, run operator reconcile JOURNEY: {gaps}",
)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]
Journey = Annotated[str | None, typer.Argument(help="Only this journey.", metavar="JOURNEY")]

app = typer.Typer()


class OneOrAll(Refusal):
    """Name one journey, or give --all for every journey."""

    sv = "Ange en resa, eller --all för alla resor."


# ---- reconcile


@app.command()
def reconcile(
    journey: Journey = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what is not in order; change nothing.")] = False,
    turn_back: Annotated[
        bool,
        typer.Option(
            "--turn-back", help="Follow a Temporal that has gone back in time, of which there is no newer copy."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Compare what is written here with what each journey itself knows, and mend what is missing. Safe to repeat.

    With --turn-back what a journey has forgotten is laid aside, and asked of it again.
    """
    run.at_desk(lambda desk: _reconcile(desk, journey, check=check, turn_back=turn_back), as_json=as_json)


async def _reconcile(desk: Desk, journey: str | None, *, check: bool, turn_back: bool) -> Answer:
    journeys, now = Journeys(desk.client, desk.stack.pace), datetime.now(UTC)
    comparison = Reconciliation(desk.db, desk.client, journeys, now=now, mend=not check, turn_back=turn_back)
    if journey is not None:
        return _reconciled(await comparison.one(journey), desk.language)
    with _counting(COMPARING, desk.language) as progress:
        return _reconciled(await comparison.all(progress), desk.language)


def _reconciled(found: Reconciled, language: Language) -> Answer:
    code = ExitCode.CHECK_FAILED if found.left else ExitCode.OK
    return Answer(found.as_json(), reconciled(found, language), code)


def reconciled(found: Reconciled, language: Language) -> Text:
    """The counts, then a line or two for each journey that was not in order, those first that need somebody."""
    left = len({finding.journey for finding in found.left})
    mended = found.checked - found.in_order - left
    numbers = {"checked": found.checked, "in_order": found.in_order, "mended": mended, "left": left}
    ordered = sorted(found.findings, key=lambda finding: (finding not in found.left, finding.journey))
    said = [COUNTS[language].format(**numbers)]
    said += [line for finding in ordered[:SHOWN] for line in _lines(finding, language)]
    if len(ordered) > SHOWN:
        said.append(MORE[language].format(more=len(ordered) - SHOWN))
    said += [version["todo"][language] for version in found.as_json()["versions"]]
    return Text("\n".join(said))


def _lines(finding: Finding, language: Language) -> Iterator[str]:
    yield f"{finding.journey}  {finding.sentence[language]}"
    if finding.needs_somebody:
        yield f"    {finding.todo[language]}"


# ---- rebuild


@app.command()
def rebuild(
    journey: Journey = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="Every journey.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make the lists of a journey, or of all, anew from the journal, while everything runs."""
    run.at_desk(lambda desk: _rebuild(desk, journey, all_of_them=all_of_them), as_json=as_json)


async def _rebuild(desk: Desk, journey: str | None, *, all_of_them: bool) -> Answer:
    if (journey is None) is not all_of_them:
        raise OneOrAll
    if journey is not None:
        return _rebuilt(await rebuild_one(desk.db, journey), desk.language)
    with _counting(REBUILDING, desk.language) as progress:
        return _rebuilt(await rebuild_all(desk.db, progress), desk.language)


def _rebuilt(found: Rebuilt, language: Language) -> Answer:
    said = [REBUILT.said(found.done, language)]
    if found.gaps:
        said.append(GAPS[language].format(gaps=", ".join(sorted(found.gaps))))
    return Answer(found.as_json(), Text("\n".join(said)), ExitCode.CHECK_FAILED if found.gaps else ExitCode.OK)


@contextmanager
def _counting(words: Both, language: Language) -> Iterator[Callable[[int, int], None]]:
    """A bar for journeys; when interrupted, it says how many are done."""
    reached = 0
    try:
        with bar(0, words[language]) as show:

            def count(done: int, total: int) -> None:
                nonlocal reached
                reached = done
                show(done, total)

            yield count
    except asyncio.CancelledError:
        run.progress_console().print(Text(INTERRUPTED.said(reached, language)), soft_wrap=True)
        raise
