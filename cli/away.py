"""What an operator types when somebody is away: who does their work meanwhile, in every journey that is theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.console import Group
from rich.text import Text

from cli import many, run, tables
from cli.acts import Typed, who, with_common
from cli.counting import Counted
from cli.orders import closing, opening
from cli.run import Answer, Desk
from schemas.base import Both
from services.mending.absences import agree, would_hear
from services.mending.covers import Absence

AGREED = Both(
    sv="{stand_in} gör det som är {staff}s från {since} till {until}, också i resor som börjar under tiden.",
    en="{stand_in} does what is {staff}'s from {since} until {until}, also in journeys that begin meanwhile.",
)
HEAR = Counted(
    Both(sv="{count} resa skulle få veta det.", en="{count} journey would be told."),
    Both(sv="{count} resor skulle få veta det.", en="{count} journeys would be told."),
)

app = typer.Typer()


@app.command()
@with_common
def away(
    staff: Annotated[str, typer.Argument(help="Who is away.", metavar="STAFF")],
    stand_in: Annotated[str, typer.Option("--stand-in", help="Who does their work meanwhile.", metavar="STAFF")],
    since: Annotated[str, typer.Option("--from", help="The first day away, or a time.", metavar="DATE")],
    until: Annotated[str, typer.Option("--until", help="The last day away, or a time.", metavar="DATE")],
    typed: Typed,
) -> None:
    """Let somebody stand in for somebody who is away. Their tasks come back to them afterwards."""
    run.at_desk(lambda desk: _away(desk, staff, stand_in, since, until, typed=typed), as_json=typed.as_json)


async def _away(desk: Desk, staff: str, stand_in: str, since: str, until: str, *, typed: Typed) -> Answer:
    typed.must_be_about_one()
    typed.must_say_why()
    absence = Absence(staff, stand_in, opening("--from", since), closing("--until", until))
    now = desk.stack.pace.to_journey(datetime.now(UTC))
    times = {name: tables.moment(at.isoformat()) for name, at in (("since", absence.since), ("until", absence.until))}
    said = AGREED[desk.language].format(staff=staff, stand_in=stand_in, **times)
    absent = {"staff": staff, "stand_in": stand_in, "since": absence.since, "until": absence.until}
    if typed.dry_run:
        number = await would_hear(desk.db, absence, now=now)
        lines = [said, HEAR.said(number, desk.language), many.NOTHING_DONE[desk.language]]
        return Answer({"absence": absent, "count": number, "begun": False}, tables.lines(lines))
    bulk = await agree(desk.db, absence, now=now, reason=typed.reason, by=await who(desk, typed.by))
    told = await many.carry_out(desk, bulk)
    return Answer({**told.data, "absence": absent}, Group(Text(said), told.text), told.code)
