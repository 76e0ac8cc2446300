"""Seeing beforehand: what an act would do to a journey, and what comes if nobody acts. Nothing is changed by looking.

The journey is asked how it stands, and the engine runs on a copy of that; one that has ended is known from Postgres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from db.pool import SYSTEM, Database
from db.queries import sql
from journey.errors import Refusal
from journey.forecast import FARTHEST, forecast, foresee
from schemas.base import Both
from schemas.commands import Command
from schemas.events import Event
from schemas.foresight import Change, Coming
from schemas.journey import Pace
from schemas.mending import UndoLast
from schemas.programme import Programme
from services import reading
from services.journeys import Journeys
from services.keys import checked_key, command_id
from services.mending.acts import check, state_of

DRY_RUN = "dry-run"
FORECAST = timedelta(weeks=6)
"""How far a forecast looks when nobody says how far."""


class NothingAhead(Refusal):
    """A forecast looks ahead; choose a later day with --until."""

    sv = "En prognos ser framåt; välj en senare dag med --until."


@dataclass(frozen=True)
class Foreseen:
    """What an act would do, in the words of this programme; `notes` are what should be known besides."""

    change: Change
    programme: Programme
    notes: tuple[Both, ...] = ()


@dataclass(frozen=True)
class Outlook:
    """What comes to a journey from `now` to `until` (journey time) if nobody acts."""

    coming: tuple[Coming, ...]
    programme: Programme
    now: datetime
    until: datetime


async def dry_run(
    db: Database,
    journeys: Journeys,
    journey: str,
    command: Command,
    *,
    key: str | None = None,
    by: str = SYSTEM,
    now: datetime,
) -> Foreseen:
    """What a command would do. `now` is wall time. Raises the `Refusal` that the command would get, or `NoAnswer`."""
    pace, notes = await check(db, journey, command, by)
    command = command.but(id=DRY_RUN if key is None else command_id(checked_key(key)), by=by)
    state = await state_of(db, journeys, journey, by)
    told = await _told(db, journey, by) if isinstance(command, UndoLast) else ()
    change = foresee(state, command, pace.to_journey(now), journal=told)
    return Foreseen(change, state.programme, notes)


async def outlook(
    db: Database, journeys: Journeys, journey: str, until: datetime | None = None, *, by: str = SYSTEM, now: datetime
) -> Outlook:
    """What comes if nobody acts, up to `until` (journey time; some weeks). Raises a `Refusal` or `NoAnswer`."""
    state = await state_of(db, journeys, journey, by)
    async with db.acting_as(by) as connection:
        pace = Pace.model_validate(await connection.fetchval(sql.pace_of_journey, journey))
    at = pace.to_journey(now)
    if until is not None and until <= at:
        raise NothingAhead
    until = min(until or at + FORECAST, at + FARTHEST)
    return Outlook(forecast(state, at, until), state.programme, at, until)


async def _told(db: Database, journey: str, by: str) -> tuple[Event, ...]:
    return tuple(Event.model_validate(event) for event in await reading.events(db, journey, by))
