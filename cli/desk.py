"""What an operator types about reports from outside: enter one, see those that fitted nowhere, match, dismiss."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from cli import beforehand, mended, run, tables, typed
from cli.acts import BY, who
from cli.run import Answer, Desk
from schemas.base import Both, Language
from schemas.forms.problems import shown
from services.journeys import Journeys
from services.outside import desk as outside_desk
from services.outside.receiving import Received, receive

FACT, DATE = "needs_ike=yes", "course_start=2026-11-24"

KEPT = {
    "applied": Both(sv="Infört i resan {journey}.", en="Applied in the journey {journey}."),
    "early": Both(
        sv="Resan {journey} tar emot det när steget öppnas.",
        en="The journey {journey} takes it in when its step opens.",
    ),
    "passed_on": Both(
        sv="Nedskrivet; ges till resan {journey} så snart det går.",
        en="Written down; given to the journey {journey} as soon as possible.",
    ),
    "unmatched": Both(sv="{why} Det ligger kvar: operator desk", en="{why} It is kept: operator desk"),
    "dismissed": Both(sv="Det är lagt åt sidan.", en="It has been dismissed."),
}
REPEATED = Both(sv="Beskedet {event} hade kommit redan. ", en="The report {event} had come before. ")
EMPTY = Both(sv="Inga besked väntar på någon.", en="No reports wait for anybody.")
DISMISSED = Both(sv="Beskedet {event} är lagt åt sidan.", en="The report {event} is dismissed.")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]
Event = Annotated[str, typer.Argument(help="The report's id, from the desk.", metavar="EVENT")]
Reason = Annotated[str | None, typer.Option(help="Why, in a few words. It stays in the journal.")]
By = Annotated[str | None, typer.Option("--by", help="Who acts: a member of staff.", metavar="STAFF")]

app = typer.Typer()


# ---- a report comes in


@app.command()
def event(
    journey: Annotated[str, typer.Argument(help="The journey that it is about.", metavar="JOURNEY")],
    type_: Annotated[str, typer.Argument(help="What kind of report, as csn.decided.", metavar="TYPE")],
    outcome: Annotated[str, typer.Argument(help="What it says: an outcome of the step.", metavar="OUTCOME")],
    *,
    key: Annotated[str | None, typer.Option("--id", help="The report's own id: the same again acts once.")] = None,
    fact: Annotated[list[str] | None, typer.Option(help=f"A fact that it gives, as {FACT}.")] = None,
    date: Annotated[list[str] | None, typer.Option(help=f"A date that it gives, as {DATE}.")] = None,
    at: Annotated[str | None, typer.Option(help="When it came, if not now: 2026-11-24T10:00.")] = None,
    as_json: AsJson = False,
) -> None:
    """Enter what an authority, a school or an employer has said. What fits nowhere is kept on the desk."""
    said = {"journey": journey, "type": type_, "outcome": outcome}

    def given() -> dict[str, Any]:
        return said | {"facts": typed.pairs("--fact", fact, FACT), "dates": typed.dates("--date", date, DATE)}

    run.at_desk(lambda desk: _event(desk, key, given(), at), as_json=as_json)


async def _event(desk: Desk, key: str | None, given: dict[str, Any], at: str | None) -> Answer:
    found = await receive(
        desk.db,
        Journeys(desk.client, desk.stack.pace),
        key or f"typed-{uuid.uuid4().hex}",
        given,
        by=BY,
        now=datetime.now(UTC),
        received_at=typed.moment("--at", at) if at else None,
        pace=desk.stack.pace,
    )
    kept = await outside_desk.one_report(desk.db, found.event, by=BY)
    return Answer(found.as_json(), _received(found, kept["sentence"][desk.language], desk.language))


def _received(found: Received, why: str, language: Language) -> Text:
    said = (REPEATED[language] if found.repeated else "") + KEPT[found.status][language]
    return Text(said.format_map({**found.as_json(), "why": why}))


# ---- the desk


@app.command("desk")
def show_desk(
    everything: Annotated[bool, typer.Option("--all", help="Also those that have been seen to.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the reports that fitted nowhere or wait for their step, and what to do about each."""
    run.at_desk(lambda desk: _desk(desk, everything=everything), as_json=as_json)


async def _desk(desk: Desk, *, everything: bool) -> Answer:
    found = await outside_desk.on_desk(desk.db, now=datetime.now(UTC), everything=everything, by=BY)
    return Answer(found, reports(found, desk.language))


def reports(found: Sequence[dict[str, Any]], language: Language) -> RenderableType:
    """Each report with its sentence and what to do, readable in 80 columns."""
    return Group(*(_report(report, language) for report in found)) if found else Text(EMPTY[language])


def _report(report: dict[str, Any], language: Language) -> Text:
    head = (report["event"], tables.moment(report["at"].isoformat()), report["journey"], shown(report["type"]))
    cause = report["cause"] or report["status"]
    title = Text("  ".join((*head, report["outcome"], cause)), style="bold")
    return Text("\n").join(
        [title, Text(f"    {report['sentence'][language]}"), Text(f"    {report['todo'][language]}")]
    )


# ---- what is to become of one


@app.command()
def match(
    event: Event,
    *,
    reason: Reason = None,
    to: Annotated[
        str | None, typer.Option("--to", help="The journey it is about, if not the one it names.", metavar="JOURNEY")
    ] = None,
    by: By = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and do nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Apply a report as if it had come in time. A step that has ended is opened anew and answered."""

    async def work(desk: Desk) -> Answer:
        acts = await who(desk, by)
        return await (_would_match(desk, event, to, acts) if dry_run else _match(desk, event, reason or "", to, acts))

    run.at_desk(work, as_json=as_json)


async def _would_match(desk: Desk, event: str, to: str | None, acts: str) -> Answer:
    command, journey = await outside_desk.matching(desk.db, event, to, acts)
    return await beforehand.show(desk, journey, command, key=None, by=acts)


async def _match(desk: Desk, event: str, reason: str, to: str | None, acts: str) -> Answer:
    journeys, now = Journeys(desk.client, desk.stack.pace), datetime.now(UTC)
    done = await outside_desk.match(desk.db, journeys, event, to=to, reason=reason, by=acts, now=now)
    return Answer({"event": event, **done.as_json()}, mended.text(done, desk.language))


@app.command()
def dismiss(event: Event, reason: Reason = None, by: By = None, as_json: AsJson = False) -> None:
    """Lay a report aside: nothing is to be done about it."""
    run.at_desk(lambda desk: _dismiss(desk, event, reason or "", by), as_json=as_json)


async def _dismiss(desk: Desk, event: str, reason: str, by: str | None) -> Answer:
    await outside_desk.dismiss(desk.db, event, reason=reason, by=await who(desk, by), now=datetime.now(UTC))
    return Answer({"event": event, "status": "dismissed"}, DISMISSED[desk.language].format(event=event))
