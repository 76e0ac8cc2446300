"""An act for many at the command line: it is followed to its end, and said what became of it in each journey.

Whoever follows it may go away: it goes on without them.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cli import run
from cli.progress import bar
from cli.run import Answer, Desk, ExitCode
from schemas.base import Both, Language
from schemas.bulk import OF_A_TASK, BulkStatus, ItemStatus
from services.bulk.acts import Bulks, begin, follow, report, size

ASKED = Both(sv="Tillfrågar resorna", en="Asking the journeys")
GOES_ON = Both(
    sv="{bulk} går vidare utan dig. Se hur det går: operator bulk show {bulk}. Stoppa: operator bulk stop {bulk}.",
    en="{bulk} goes on without you. See how far it is: operator bulk show {bulk}. Stop it: operator bulk stop {bulk}.",
)
COUNTS = Both(
    sv="Klart: {done}. Nekade: {refused}. Misslyckade: {failed}. Väntar: {waiting}.",
    en="Done: {done}. Refused: {refused}. Failed: {failed}. Waiting: {waiting}.",
)
HOW = {
    BulkStatus.UNDER_WAY: Both(sv="pågår", en="under way"),
    BulkStatus.STOPPED: Both(sv="stoppad", en="stopped"),
    BulkStatus.DONE: Both(sv="klar", en="done"),
}
WHAT_BECAME = {
    ItemStatus.WAITING: Both(sv="väntar", en="waiting"),
    ItemStatus.DONE: Both(sv="klart", en="done"),
    ItemStatus.REFUSED: Both(sv="nekades", en="refused"),
    ItemStatus.FAILED: Both(sv="misslyckades", en="failed"),
}
NEXT = {
    BulkStatus.UNDER_WAY: Both(sv="Stoppa: operator bulk stop {bulk}", en="Stop it: operator bulk stop {bulk}"),
    BulkStatus.STOPPED: Both(sv="Återuppta: operator bulk resume {bulk}", en="Resume it: operator bulk resume {bulk}"),
}
TRY_AGAIN = Both(
    sv="Fråga de misslyckade igen: operator bulk resume {bulk}",
    en="Ask the failed ones again: operator bulk resume {bulk}",
)
QUESTION = Both(sv="Ska det göras?", en="Do it?")
ADD_YES = Both(sv="Inget är gjort; lägg till --yes för att göra det.", en="Nothing has been done; add --yes to do it.")
NOTHING_DONE = Both(sv="Inget är gjort.", en="Nothing has been done.")


async def carry_out(desk: Desk, bulk: str) -> Answer:
    """Set an act going, follow it to its end, and say what became of it."""
    await begin(Bulks(desk.client), bulk)
    return await followed(desk, bulk)


async def followed(desk: Desk, bulk: str) -> Answer:
    """Follow an act to its end. Interrupted, it goes on and it is said how to find it again."""
    try:
        with bar(await size(desk.db, bulk), ASKED[desk.language]) as show:
            await follow(desk.db, bulk, show)
    except asyncio.CancelledError:
        run.progress_console().print(Text(GOES_ON[desk.language].format(bulk=bulk)), soft_wrap=True)
        raise
    return await said(desk, bulk)


async def said(desk: Desk, bulk: str) -> Answer:
    """What became of an act, one line a journey."""
    found = await report(desk.db, bulk, desk.language)
    return Answer(found, text(found, desk.language), _code(found))


def _code(found: dict[str, Any]) -> ExitCode:
    wrong = found["counts"]["refused"] + found["counts"]["failed"]
    return ExitCode.REJECTED if wrong else ExitCode.OK


def text(found: dict[str, Any], language: Language) -> Group:
    """Its head, a line for each journey, and what may be typed next."""
    lines = [_line(item, found["what"], language) for item in found["journeys"]]
    last = [COUNTS[language].format(**found["counts"]), *_next(found, language)]
    return Group(Text(head(found, language), style="bold"), Text("\n".join([*lines, *last])))


def head(found: dict[str, Any], language: Language) -> str:
    """What was ordered, for whom, and how it stands: `b2346789b · nudge · step=move · done`."""
    where = [f"{name}={value}" for name, values in found["conditions"].items() for value in values]
    parts = (found["bulk"], _ordered(found), " ".join(where), HOW[BulkStatus(found["status"])][language])
    return " · ".join(part for part in parts if part)


def _ordered(found: dict[str, Any]) -> str:
    order = {name: value for name, value in found["order"].items() if value not in (None, "", [], {}, False)}
    match found["what"]:
        case "roll_out":
            return f"roll-out {order['version']} --to {order['to']}"
        case "roll_back":
            return f"roll-back {order['rollout']} · programme={order['programme']}"
        case what:
            return " ".join([what, *(f"{name}={value}" for name, value in order.items())])


def _line(item: dict[str, Any], what: str, language: Language) -> str:
    became = WHAT_BECAME[ItemStatus(item["status"])][language]
    about = item["task"] if what in OF_A_TASK else None
    return "  ".join(part for part in (about or item["journey"], became, item["sentence"]) if part)


def _next(found: dict[str, Any], language: Language) -> list[str]:
    status = BulkStatus(found["status"])
    if status in NEXT:
        return [NEXT[status][language].format(bulk=found["bulk"])]
    return [TRY_AGAIN[language].format(bulk=found["bulk"])] if found["counts"]["failed"] else []


# ---- before it is done


async def declined(desk: Desk, data: dict[str, Any], would: RenderableType) -> Answer | None:
    """Show what would be done and ask; None when it is to be done.

    Nobody can be asked where standard input is no terminal: then nothing is done, and it is said what to add.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return Answer({**data, "begun": False}, Group(would, Text(ADD_YES[desk.language])), ExitCode.REFUSED)
    console = run.progress_console()
    console.print(would, soft_wrap=True, markup=False)
    if await asyncio.to_thread(typer.confirm, QUESTION[desk.language], err=True):
        return None
    return Answer({**data, "begun": False}, Text(NOTHING_DONE[desk.language]))
