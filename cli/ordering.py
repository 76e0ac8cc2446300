"""An act that is ordered for many: how many journeys fit, some of them, and then it is begun or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from cli import foreseen, many
from cli.bulk import checked_rate
from cli.counting import Counted
from cli.progress import bar
from cli.run import Answer, Desk
from schemas.base import Both
from schemas.commands import Command
from services.bulk.order import RATE, Ordered, bulk_id, create, each
from services.bulk.where import Conditions, NothingMatches, conditions, count, in_words, matching
from services.journeys import Journeys
from services.mending.acts import act_of, checked_reason
from services.mending.dry_run import DryRun
from services.whom import PATIENCE

THOSE = "*"
"""What stands for the journey or the task where conditions are given instead."""

SAMPLE = 5
NOTHING_DONE = Both(sv="Inget är gjort; det här skulle hända:", en="Nothing has been done; this would happen:")
FIT = Counted(
    Both(sv="{count} resa passar:", en="{count} journey fits:"),
    Both(sv="{count} resor passar. De mest brådskande:", en="{count} journeys fit. The most urgent:"),
)

Where = Annotated[
    list[str] | None,
    typer.Option("--where", help="Do it to all journeys of which this is true.", metavar="NAME=VALUE"),
]
Rate = Annotated[float | None, typer.Option("--rate", help="With --where: at most so many a second.", metavar="N")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking first.")]


@dataclass(frozen=True)
class Chosen:
    """For whom, how fast, why, under which key, and who orders it."""

    where: list[str]
    rate: float | None
    reason: str | None
    key: str | None
    by: str


async def order(desk: Desk, command: Command, chosen: Chosen, *, yes: bool) -> Answer:
    """Do to many what was ordered; without `yes` after having shown what it would do to some, and asked."""
    rate, reason = checked_rate(chosen.rate) or RATE, checked_reason(chosen.reason)
    where, now = await conditions(desk.db, chosen.where), _now(desk)
    if not yes and (declined := await _declined(desk, command, where, now)) is not None:
        return declined
    ordered = Ordered(each(command), act_of(command), rate, chosen.by, words=reason, bulk=bulk_id(chosen.key))
    return await many.carry_out(desk, await create(desk.db, ordered, where, now))


async def dry_run(desk: Desk, command: Command, given: list[str]) -> Answer:
    """Say what the act would do to all that fit, and do nothing."""
    where, now = await conditions(desk.db, given), _now(desk)
    matches = await matching(desk.db, where, now)
    if not matches:
        raise NothingMatches(conditions=in_words(where))
    with bar(len(matches), many.ASKED[desk.language]) as progress:
        found = await _tried(desk, command, now).over(matches, progress)
    return Answer(found.as_json(), foreseen.text(found, desk.language))


async def _declined(desk: Desk, command: Command, where: Conditions, now: datetime) -> Answer | None:
    number = await count(desk.db, where, now)
    if not number:
        raise NothingMatches(conditions=in_words(where))
    tried = _tried(desk, command, now)
    sample = [await tried.of(match) for match in await matching(desk.db, where, now, most=SAMPLE)]
    data = {"count": number, "sample": [found.as_json() for found in sample]}
    lines = [FIT.said(number, desk.language), *(f"  {foreseen.line(one, desk.language)}" for one in sample)]
    return await many.declined(desk, data, Text("\n".join(lines)))


def _tried(desk: Desk, command: Command, now: datetime) -> DryRun:
    return DryRun(desk.db, Journeys(desk.client, desk.stack.pace, PATIENCE), command, now)


def _now(desk: Desk) -> datetime:
    return desk.stack.pace.to_journey(datetime.now(UTC))
