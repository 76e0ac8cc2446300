"""What an operator types to see ahead: what comes to a journey if nobody acts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import run
from cli.foresight import forecast_json, forecast_view
from cli.orders import closing
from cli.run import Answer, Desk
from services.journeys import Journeys
from services.mending.foreseeing import outlook

app = typer.Typer()


@app.command()
def forecast(
    journey: Annotated[str, typer.Argument(help="The journey's id.", metavar="JOURNEY")],
    until: Annotated[
        str | None, typer.Option("--until", help="How far to look; six weeks unless said.", metavar="DATE")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on standard output, nothing else.")
    ] = False,
) -> None:
    """Show what comes if nobody acts: reminders, due times and escalations, on a calendar."""
    run.at_desk(lambda desk: _forecast(desk, journey, until), as_json=as_json)


async def _forecast(desk: Desk, journey: str, until: str | None) -> Answer:
    last = None if until is None else closing("--until", until)
    found = await outlook(desk.db, Journeys(desk.client, desk.stack.pace), journey, last, now=datetime.now(UTC))
    seen = (found.coming, found.programme, found.now, found.until)
    return Answer(forecast_json(*seen), forecast_view(*seen, desk.language))
