"""Asking a journey to do something, whether it runs or has ended, and hearing under which key it was asked.

A journey that has ended answers from its final state, which Postgres keeps: with the receipt it gave before, or with
the refusal that says what to do instead. Only taking a person back in lets it run again.
"""

from __future__ import annotations

from datetime import datetime

from db.pool import SYSTEM, Database
from db.queries import sql
from journey import engine
from journey.errors import CommandIdReused, Refusal
from schemas.commands import Command, CompleteTask, ReopenJourney
from schemas.journey import JourneyState, Receipt
from services.completing.errors import NotCarriedOn, NotConfirmed
from services.errors import NotSavedYet
from services.journeys import Journeys, NoLongerRunning


async def ask(
    db: Database, journeys: Journeys, journey: str, command: Command, *, key: str, now: datetime, by: str = SYSTEM
) -> Receipt:
    """The journey's answer. `now` is journey time.

    Raises a `Refusal` or `NotConfirmed`. A key that was used for something else is refused under the name it was given.
    """
    reused = CommandIdReused(command=key)
    try:
        receipt = await _answered(db, journeys, journey, command, now=now, by=by)
    except NotSavedYet:
        raise NotConfirmed(key=key) from None
    except Refusal as refusal:
        raise (reused if refusal.code == reused.code else refusal) from None
    if receipt.what != command.what:
        raise reused
    return receipt


async def _answered(
    db: Database, journeys: Journeys, journey: str, command: Command, *, now: datetime, by: str
) -> Receipt:
    try:
        if isinstance(command, CompleteTask):
            return await journeys.complete(command)
        return await journeys.perform(journey, command)
    except NoLongerRunning:
        closed = await final_state(db, journey, by)
        receipt = engine.decide(closed, command, now).receipt
        if not isinstance(command, ReopenJourney) or receipt.repeated:
            return receipt
    await journeys.reopen(journey, closed, command)
    # It runs again, and says itself what it has done: to it, it is a repetition.
    return (await journeys.perform(journey, command)).but(repeated=False)


async def final_state(db: Database, journey: str, by: str = SYSTEM) -> JourneyState:
    """The state that a journey ended in. Raises `NotCarriedOn` when Postgres does not have it."""
    async with db.acting_as(by) as connection:
        record = await connection.fetchrow(sql.how_to_reopen, journey)
    if record is None or record["closed"] is None:
        raise NotCarriedOn(journey=journey)
    return JourneyState.model_validate(record["closed"])
