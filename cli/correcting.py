"""What an operator types to put right what is known: answers, dates, and who somebody is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from cli import beforehand, many, mended, orders, run
from cli.acts import Acts, Journey, Typed, act, carry_out, who, with_common
from cli.run import Answer, Desk
from journey.errors import Refusal
from schemas.commands import Command
from services.journeys import Journeys
from services.mending.identity import correct_identity, identity_command

app = Acts()


class OneAtATime(Refusal):
    """Answers and who the person is are corrected one at a time; type two commands."""

    sv = "Svar och vem personen är rättas var för sig; skriv två kommandon."


@app.command()
@with_common
def correct(
    journey: Journey,
    *,
    fact: Annotated[
        list[str] | None, typer.Option("--fact", help="What the answer should be.", metavar="NAME=VALUE")
    ] = None,
    date: Annotated[
        list[str] | None, typer.Option("--date", help="What the date should be.", metavar="NAME=DATE")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", help="The person's name.")] = None,
    email: Annotated[str | None, typer.Option("--email", help="Their e-mail address.")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="Their phone number.")] = None,
    language: Annotated[str | None, typer.Option("--language", help="The language to write to them in.")] = None,
    municipality: Annotated[str | None, typer.Option("--municipality", help="Where they live.")] = None,
    partner: Annotated[str | None, typer.Option("--partner", help="The partner they came through.")] = None,
    typed: Typed,
) -> None:
    """Correct an answer or a date, or who the person is. What hangs on it follows."""
    fields = {"name": name, "email": email, "phone": phone, "language": language}
    fields |= {"municipality": municipality, "partner": partner}
    given = {field: value for field, value in fields.items() if value is not None}
    if not given:
        act(journey, lambda: orders.correct(fact, date), typed)
    run.at_desk(lambda desk: _identity(desk, journey, given, typed, mixed=bool(fact or date)), as_json=typed.as_json)


async def _identity(desk: Desk, journey: str, given: dict[str, str], typed: Typed, *, mixed: bool) -> Answer:
    if mixed:
        raise OneAtATime
    typed.must_be_about_one()
    typed.must_say_why()
    by, now = await who(desk, typed.by), datetime.now(UTC)
    if typed.dry_run:
        command = await identity_command(desk.db, journey, given, now, by)
        return await beforehand.show(desk, journey, command, key=typed.key, by=by)
    journeys = Journeys(desk.client, desk.stack.pace)
    done = await correct_identity(desk.db, journeys, journey, given, reason=typed.reason, key=typed.key, by=by, now=now)
    return Answer(done.as_json(), mended.text(done, desk.language))


@app.command("move-date")
@with_common
def move_date(
    journey: Journey,
    name: Annotated[str, typer.Argument(help="One of the programme's dates.", metavar="NAME")],
    to: Annotated[str, typer.Argument(help="The new date, or time.", metavar="DATE")],
    keep: Annotated[
        list[str] | None, typer.Option("--keep", help="A task that does not follow.", metavar="TASK")
    ] = None,
    *,
    typed: Typed,
) -> None:
    """Move a date. Shows what would follow, before and after, and asks before it is done (--yes does not ask)."""

    def order() -> Command:
        return orders.move(name, to, keep)

    if typed.where or typed.dry_run or typed.yes:
        act(journey, order, typed)
    run.at_desk(lambda desk: _move_date(desk, journey, order(), typed), as_json=typed.as_json)


async def _move_date(desk: Desk, journey: str, command: Command, typed: Typed) -> Answer:
    typed.must_say_why()
    found = await beforehand.foreseen(desk, journey, command, key=typed.key, by=await who(desk, typed.by))
    would = beforehand.view(found, desk.language)
    return await many.declined(desk, beforehand.as_json(found), would) or await carry_out(desk, journey, command, typed)
