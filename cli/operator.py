"""What an operator types: show one journey with everything that is known of it, and set checkpoints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from cli import bulk, clients, desk, mending, repair, run, stuck
from cli.journey_view import journey_view
from cli.progress import bar
from cli.run import Answer, Desk, ExitCode
from journey.errors import Refusal
from schemas.base import Both
from services.checkpoints import Checkpoints, checkpoint_all
from services.checkpoints import checkpoint as checkpoint_one
from services.journeys import Journeys
from services.showing import show as show_journey

BY = "operator"
WORDS = Both(sv="Kontrollpunkter", en="Checkpoints")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]

app = typer.Typer(help="See how journeys stand, and keep them going.", no_args_is_help=True)
for part in (stuck, mending, bulk, desk, repair, clients):
    app.add_typer(part.app)


class OneOrAll(Refusal):
    """Name one journey, or give --all for every journey under way."""

    sv = "Ange en resa, eller --all för alla resor som pågår."


@app.command()
def show(
    journey: Annotated[str, typer.Argument(help="The journey's id.", metavar="JOURNEY")],
    as_json: AsJson = False,
) -> None:
    """Show a journey: how it stands, what is open, why it waits, and its journal."""
    run.at_desk(lambda desk: _show(desk, journey), as_json=as_json)


async def _show(desk: Desk, journey: str) -> Answer:
    found = await show_journey(desk.db, journey, now=datetime.now(UTC), language=desk.language)
    return Answer(found, journey_view(found, desk.language))


@app.command()
def checkpoint(
    journey: Annotated[str | None, typer.Argument(help="The journey's id.", metavar="JOURNEY")] = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="Every journey under way.")] = False,
    as_json: AsJson = False,
) -> None:
    """Let a journey, or all of them, go on as a new run; nothing is lost."""
    run.at_desk(lambda desk: _checkpoint(desk, journey, all_of_them=all_of_them), as_json=as_json)


async def _checkpoint(desk: Desk, journey: str | None, *, all_of_them: bool) -> Answer:
    if (journey is None) is not all_of_them:
        raise OneOrAll
    journeys = Journeys(desk.client, desk.stack.pace)
    if journey is not None:
        await checkpoint_one(desk.db, desk.client, journeys, journey, by=BY)
        return _checkpointed(desk, Checkpoints(done=[journey]))
    with bar(0, WORDS[desk.language]) as progress:
        found = await checkpoint_all(desk.db, desk.client, journeys, lambda done, _: progress(done), by=BY)
    return _checkpointed(desk, found)


def _checkpointed(desk: Desk, found: Checkpoints) -> Answer:
    counts = [len(some) for some in (found.done, found.not_running, found.not_yet)]
    words = Both(
        sv="Kontrollpunkt satt: {}. Pågår inte: {}. Har inte svarat än: {}.",
        en="Checkpoint set: {}. Not running: {}. No answer yet: {}.",
    )
    code = ExitCode.NO_STACK if found.not_yet else ExitCode.OK
    return Answer(found.as_json(), Text(words[desk.language].format(*counts)), code)
