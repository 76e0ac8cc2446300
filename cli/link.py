"""What is typed about a participant's own page: send a new link to it, or close it everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import run, tables
from cli.run import Answer, Desk, ExitCode
from schemas.base import Both
from services.links.personal import invite, revoke

BY = "coordinator"

SENT = Both(sv="En ny länk skickas till deltagaren med e-post.", en="A new link is being sent to the participant.")
NOT_SENT = Both(
    sv="Ingen länk skickades: personen saknar e-postadress, eller har fått flera den senaste timmen; ring i stället.",
    en="No link was sent: the person has no e-mail address, or was sent several in the last hour; call instead.",
)
CLOSED = Both(
    sv="Alla länkar och öppna sidor för {} är stängda; nya brev har nya länkar.",
    en="All links and open pages of {} are closed; new letters carry new links.",
)

app = typer.Typer()


@app.command()
def link(
    journey: Annotated[str, typer.Argument(help="Whose page it is.", metavar="JOURNEY")],
    *,
    close: Annotated[bool, typer.Option("--revoke", help="Close the page everywhere instead.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")
    ] = False,
) -> None:
    """Send a participant a new link to their own page, or close it everywhere."""
    run.at_desk(lambda desk: _close(desk, journey) if close else _send(desk, journey), as_json=as_json)


async def _send(desk: Desk, journey: str) -> Answer:
    sent = await invite(desk.db, journey, by=BY, now=datetime.now(UTC))
    said = (SENT if sent else NOT_SENT)[desk.language]
    code = ExitCode.OK if sent else ExitCode.REFUSED
    return Answer({"journey": journey, "sent": sent}, tables.lines([said]), code)


async def _close(desk: Desk, journey: str) -> Answer:
    await revoke(desk.db, journey, by=BY, now=datetime.now(UTC))
    return Answer({"journey": journey, "closed": True}, tables.lines([CLOSED[desk.language].format(journey)]))
