"""What an operator types about acts for many journeys: how far they have come, stop, resume."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import many, run, tables
from cli.run import Answer, Desk
from schemas.base import Both
from schemas.bulk import BulkStatus
from services.bulk import acts as bulks
from services.bulk.acts import HIGHEST_RATE, LOWEST_RATE, Bulks
from services.bulk.errors import BadRate

NONE = Both(sv="Inga massåtgärder.", en="No acts for many.")

Bulk = Annotated[str, typer.Argument(help="The id of an act for many.", metavar="ID")]
Rate = Annotated[float | None, typer.Option("--rate", help="At most so many journeys a second.", metavar="N")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output and nothing else.")]

app = typer.Typer()
group = typer.Typer(
    help="Acts for many journeys: see how far they have come, stop and resume them.", no_args_is_help=True
)
app.add_typer(group, name="bulk")


@group.command("list")
def list_(as_json: AsJson = False) -> None:
    """Show the latest acts for many, newest first."""
    run.at_desk(_list, as_json=as_json)


async def _list(desk: Desk) -> Answer:
    found = await bulks.listed(desk.db)
    lines = [f"{many.head(one, desk.language)}  {many.COUNTS[desk.language].format(**one['counts'])}" for one in found]
    return Answer(found, tables.lines(lines or [NONE[desk.language]]))


@group.command()
def show(bulk: Bulk, as_json: AsJson = False) -> None:
    """Show an act for many, one line a journey."""
    run.at_desk(lambda desk: _show(desk, bulk), as_json=as_json)


async def _show(desk: Desk, bulk: str) -> Answer:
    found = await bulks.report(desk.db, bulk, desk.language)
    return Answer(found, many.text(found, desk.language))


@group.command()
def stop(bulk: Bulk, as_json: AsJson = False) -> None:
    """Let an act rest: what is in flight is finished, nobody else is asked."""
    run.at_desk(lambda desk: _stop(desk, bulk), as_json=as_json)


async def _stop(desk: Desk, bulk: str) -> Answer:
    await bulks.stop(desk.db, Bulks(desk.client), bulk)
    found = await bulks.report(desk.db, bulk, desk.language)
    said = [many.head(found, desk.language), many.COUNTS[desk.language].format(**found["counts"])]
    ahead = many.NEXT[BulkStatus.STOPPED][desk.language].format(bulk=bulk)
    return Answer(found, tables.lines([*said, ahead]))


@group.command()
def resume(bulk: Bulk, rate: Rate = None, as_json: AsJson = False) -> None:
    """Let an act go on where it was, and ask those again that did not answer. Nobody is asked twice."""
    run.at_desk(lambda desk: _resume(desk, bulk, rate), as_json=as_json)


async def _resume(desk: Desk, bulk: str, rate: float | None) -> Answer:
    await bulks.resume(desk.db, Bulks(desk.client), bulk, checked_rate(rate))
    return await many.followed(desk, bulk)


def checked_rate(rate: float | None) -> float | None:
    """A rate as it may be ordered. Raises `BadRate`."""
    if rate is not None and not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise BadRate(least=f"{LOWEST_RATE:g}", most=f"{HIGHEST_RATE:g}")
    return rate
