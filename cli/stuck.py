"""What an operator types to see which journeys are stuck and why, and to see to letters that reached nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from cli import run, tables
from cli.run import Answer, Desk
from journey.errors import Refusal
from schemas.base import Both, Language
from schemas.forms.problems import shown
from schemas.stuck import Stuck, StuckCause, StuckRow
from services.stuck import undelivered
from services.stuck.looking import LIMIT, OVERVIEW
from services.stuck.looking import stuck as find_stuck
from services.stuck.words import CAUSES

BY = "operator"
NOTHING = Both(sv="Inget har fastnat.", en="Nothing is stuck.")
ALL_ARRIVED = Both(sv="Alla brev har kommit fram.", en="Every letter has arrived.")
SHOWN = Both(sv="visas: {}", en="shown: {}")
SINCE = Both(sv="sedan {}", en="since {}")
DUE_AGAIN = Both(sv="Brevet {} skickas igen så snart det går.", en="The letter {} is sent again as soon as possible.")
LAID_ASIDE = Both(sv="Brevet {} är lagt åt sidan.", en="The letter {} is laid aside.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]
Notice = Annotated[str, typer.Argument(help="The letter's id, from operator notices.", metavar="NOTICE")]

app = typer.Typer()


class UnknownCause(Refusal):
    """Nothing is stuck for a cause called {cause}; choose one of: {choices}."""

    sv = "Inget fastnar av en orsak som heter {cause}; välj någon av: {choices}."


# ---- who is stuck


@app.command()
def stuck(
    cause: Annotated[str | None, typer.Option(help=f"Only one of: {', '.join(StuckCause)}.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, max=1000, help=f"At most this many of each cause [{OVERVIEW}, of one {LIMIT}].")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show which journeys are stuck: why, since when, waiting on whom, and what to type about each."""
    run.at_desk(lambda desk: _stuck(desk, _cause(cause), limit), as_json=as_json)


def _cause(name: str | None) -> StuckCause | None:
    if name is None:
        return None
    try:
        return StuckCause(name)
    except ValueError:
        raise UnknownCause(cause=shown(name), choices=", ".join(StuckCause)) from None


async def _stuck(desk: Desk, cause: StuckCause | None, limit: int | None) -> Answer:
    found = await find_stuck(
        desk.db, desk.client, cause=cause, limit=limit, now=datetime.now(UTC), pace=desk.stack.pace, by=BY
    )
    return Answer(found, stuck_view(found, desk.language))


def stuck_view(found: Stuck, language: Language) -> RenderableType:
    """Everything that is stuck, by cause, readable in 80 columns."""
    parts = [part for cause in found.counts for part in _of_cause(found, cause, language)]
    return Group(*parts) if parts else Text(NOTHING[language])


def _of_cause(found: Stuck, cause: StuckCause, language: Language) -> Iterator[RenderableType]:
    rows = [row for row in found.stuck if row.cause is cause]
    if not rows:
        return
    number = f"{found.counts[cause]}{'+' if cause in found.more else ''}"
    cut = f", {SHOWN[language].format(len(rows))}" if len(rows) < found.counts[cause] else ""
    yield Text(f"{CAUSES[cause][language]} ({number}{cut})", style="bold")
    for row in rows:
        yield _row(row, language)


def _row(row: StuckRow, language: Language) -> RenderableType:
    waiting = (row.waiting_on.party, row.waiting_on.role, row.waiting_on.owner)
    who = " · ".join(dict.fromkeys(each for each in waiting if each))
    what = row.notice or row.event or row.bulk or row.task or row.journey
    head = "  ".join(each for each in (what, SINCE[language].format(tables.moment(_iso(row.since))), who) if each)
    said = [Text(row.explain[language]), Text(f"→ {row.what_to_do[language]}")]
    return Group(_inset(Text(head, style="bold"), 2), *(_inset(each, 4) for each in said))


def _inset(text: Text, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns), expand=False)


def _iso(moment: datetime) -> str:
    return moment.isoformat()


# ---- letters


@app.command()
def notices(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most this many.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Show the letters that reached nobody, or may not have, the oldest first."""
    run.at_desk(lambda desk: _notices(desk, limit), as_json=as_json)


async def _notices(desk: Desk, limit: int) -> Answer:
    now = datetime.now(UTC)
    found = await undelivered.undelivered(desk.db, now=now, pace=desk.stack.pace, most=limit, by=BY)
    return Answer(found, notices_view(found, desk.language))


def notices_view(found: Sequence[dict[str, Any]], language: Language) -> RenderableType:
    """Each letter with why it was not delivered and what to do."""
    return Group(*(_letter(letter, language) for letter in found)) if found else Text(ALL_ARRIVED[language])


def _letter(letter: dict[str, Any], language: Language) -> RenderableType:
    head = f"{letter['notice']}  {tables.moment(_iso(letter['send_after']))}"
    said = [Text(letter["sentence"][language]), Text(f"→ {letter['what_to_do'][language]}")]
    return Group(Text(head, style="bold"), *(_inset(each, 4) for each in said))


@app.command()
def resend(notice: Notice, as_json: AsJson = False) -> None:
    """Let a letter that reached nobody be sent again."""
    run.at_desk(lambda desk: _resend(desk, notice), as_json=as_json)


async def _resend(desk: Desk, notice: str) -> Answer:
    await undelivered.resend(desk.db, notice, now=datetime.now(UTC), pace=desk.stack.pace, by=BY)
    return Answer({"notice": notice, "status": "due"}, Text(DUE_AGAIN[desk.language].format(notice)))


@app.command("dismiss-notice")
def dismiss_notice(
    notice: Notice,
    reason: Annotated[str, typer.Option(help="Why, in your own words.")],
    as_json: AsJson = False,
) -> None:
    """Lay a letter aside that reached nobody: it was seen to in another way."""
    run.at_desk(lambda desk: _dismiss(desk, notice, reason), as_json=as_json)


async def _dismiss(desk: Desk, notice: str, reason: str) -> Answer:
    await undelivered.dismiss_notice(desk.db, notice, reason=reason, now=datetime.now(UTC), by=BY)
    return Answer({"notice": notice, "status": "dismissed"}, Text(LAID_ASIDE[desk.language].format(notice)))
