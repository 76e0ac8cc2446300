"""A journey whose process has gone back in time: Postgres turns back with it, and what was forgotten is asked again.

For when there is no newer copy of Temporal's database. What the journal had beyond the journey is laid aside, kept
whole beside the forms; from there on the journey's own history counts. What people had asked of it is asked again under
the same ids; reports come again by themselves. Letters that had left do not leave once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client

from db.journal import restore
from db.pool import SYSTEM, Connection, Database
from db.projection import lock
from db.queries import sql
from journey.errors import Refusal
from schemas.commands import Command
from schemas.events import Event
from schemas.journey import Pace
from services.asking import ask
from services.journeys import Journeys
from services.repair.again import asked
from services.repair.histories import Remembered, remember
from services.repair.reckoning import Course, Told
from services.visibility import shows

FORM = "laid_aside"


@dataclass(frozen=True)
class Turned:
    """What was laid aside, from event `first` to `last`; how many acts were done again, and the steps of those not."""

    first: int
    last: int
    again: int
    left: tuple[str, ...]


async def turn_back(
    db: Database, client: Client, journeys: Journeys, journey: str, told: Told, *, pace: Pace, now: datetime
) -> Turned | None:
    """Let Postgres follow a journey that knows less than the journal; `now` is wall time. None when it cannot be done.

    Safe to repeat: what has been turned back is behind the journey no more.
    """
    past = await remember(client, journey, range(1, told.seq + 1), run=told.run)
    async with db.acting_as(SYSTEM) as connection:
        aside = await _lay_aside(connection, journey, told, past, pace=pace, now=now)
        if not aside:
            return None
        ids = [event.command for event in aside if event.command]
        reports = {each for row in await connection.fetch(sql.reports_laid_aside, journey, ids) for each in row}
    commands, left = asked(aside, frozenset(reports - {None}))
    refused = await _ask_again(db, journeys, journey, commands, pace=pace, now=now)
    steps = [event.step or event.kind.value for event in left] + refused
    return Turned(aside[0].seq, aside[-1].seq, len(commands) - len(refused), tuple(dict.fromkeys(steps)))


async def _lay_aside(
    connection: Connection, journey: str, told: Told, past: Remembered, *, pace: Pace, now: datetime
) -> list[Event]:
    """Put what the journey does not know, or knows otherwise, away, and its own history in its place."""
    if await lock(connection, journey) is None:
        return []
    rows = await connection.fetch(sql.read_journal, journey)
    known = {event.seq: event for event in (Event.model_validate(row["event"]) for row in rows)}
    own = {number: event for number, event in past.events.items() if number <= told.seq}
    first = min((n for n, event in known.items() if n > told.seq or own.get(n, event) != event), default=None)
    needed = set(range(first, told.seq + 1)) - told.waiting if first is not None else set()
    if first is None or not needed <= own.keys():
        return []
    aside = [known[number] for number in sorted(known) if number >= first]
    whole = [event.model_dump(mode="json") for event in aside]
    kept = f"{FORM}:{journey}:{first}:{now.timestamp():.0f}"
    await connection.execute(sql.keep_submission, kept, journey, None, FORM, {"events": whole}, SYSTEM, now)
    await connection.execute(sql.lay_notices_aside, journey, first, f"~{now.timestamp():.0f}")
    await connection.execute(sql.lay_journal_aside, journey, first)
    events = [own[number] for number in sorted(needed)]
    closed = past.closed if told.course is Course.ENDED else None
    await restore(connection, journey, events, now=pace.to_journey(now), closed=closed)
    return aside


async def _ask_again(
    db: Database, journeys: Journeys, journey: str, commands: Sequence[Command], *, pace: Pace, now: datetime
) -> list[str]:
    """Ask for each once more; gives what was refused now."""
    refused = []
    for command in commands:
        try:
            receipt = await ask(db, journeys, journey, command, key=command.id, now=pace.to_journey(now))
        except Refusal:
            refused.append(command.what)
            continue
        await shows(db, journey, receipt.seq)
        with suppress(Refusal):
            async with db.acting_as(SYSTEM) as connection:
                await connection.execute(sql.letters_had_left, journey, receipt.seq)
    return refused
