"""Mending a journey: the reason is kept first, then the journey decides, then the read tables are waited for.

Nothing is half done. A refused command leaves no reason behind; one that could not be confirmed keeps it, for the same
key may be sent again and acts once. Reasons are words of people and stay in Postgres: a journey learns only their id.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.pool import SYSTEM, Database
from db.queries import sql
from journey.errors import CommandIdReused, Refusal, UnknownTask
from schemas.base import Both, one_line
from schemas.commands import AssignTask, Command, HoldJourney
from schemas.events import Event
from schemas.forms.problems import shown
from schemas.journey import JourneyState, Pace, Receipt
from schemas.programme import Programme
from schemas.tasks import journey_of_task
from services.asking import ask, final_state
from services.completing.errors import NotConfirmed
from services.errors import NoSuchJourney, NotSavedYet
from services.journeys import Journeys, NoLongerRunning
from services.keys import checked_key, command_id, digest
from services.mending.errors import NoAnswer, ReasonTooLong, UnknownCause
from services.publish import load
from services.staff import must_work_here
from services.visibility import AWAY, shows

LONGEST_REASON = 500
OTHER_ROLE = Both(
    sv="Obs: {staff} har inte rollen {role}, som uppgiften är till för.",
    en="Note: {staff} does not have the role {role}, which the task is meant for.",
)


@dataclass(frozen=True)
class Mended:
    """What came of it. `events` are what it left in the journal; none yet where the read tables lag (`visible`).

    `notes` are what whoever gave the command should know besides.
    """

    journey: str
    command: Command
    key: str
    receipt: Receipt
    events: tuple[Event, ...]
    visible: bool
    notes: tuple[Both, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """`journey, act, key, repeated, seq, status, exit, opened [id], closed [id], events, visible, notes`."""
        receipt = self.receipt.model_dump(
            mode="json", include={"repeated", "seq", "status", "exit", "opened", "closed"}
        )
        events = [event.model_dump(mode="json", exclude_defaults=True) for event in self.events]
        asked = {"journey": self.journey, "act": act_of(self.command), "key": self.key}
        notes = [note.model_dump() for note in self.notes]
        return {**asked, **receipt, "events": events, "visible": self.visible, "notes": notes}


async def mend(
    db: Database,
    journeys: Journeys,
    journey: str,
    command: Command,
    *,
    reason: str | None = None,
    key: str | None = None,
    by: str = SYSTEM,
    now: datetime,
) -> Mended:
    """Give a journey a command that mends it. `now` is wall time; under the same `key` it acts once.

    The command's own id, name and reason are replaced. Raises a `Refusal` that says why not, or `NotConfirmed` when
    nobody answered in time.
    """
    key, words = checked_key(key), checked_reason(reason)
    pace, notes = await check(db, journey, command, by)
    command = command.but(id=command_id(key), by=by)
    if words is not None:
        command = command.but(why=await _keep_reason(db, journey, command, words, key=key, now=now))
    before = await _is_written(db, journey, command)
    try:
        receipt = await ask(db, journeys, journey, command, key=key, now=pace.to_journey(now), by=by)
    except (NotConfirmed, CommandIdReused):
        raise
    except Refusal:
        await _withdraw_reason(db, journey, command)
        raise
    visible = await shows(db, journey, receipt.seq)
    events = await _left(db, journey, command) if visible else ()
    receipt = receipt.but(repeated=receipt.repeated or before)
    return Mended(journey, command, key, receipt, events, visible, notes)


async def state_of(db: Database, journeys: Journeys, journey: str, by: str = SYSTEM) -> JourneyState:
    """How a journey stands right now, or stood when it ended. Raises `NoSuchJourney`, `NotCarriedOn` or `NoAnswer`."""
    async with db.acting_as(by) as connection:
        if await connection.fetchrow(sql.journey_to_mend, journey) is None:
            raise NoSuchJourney(journey=shown(journey))
    try:
        return await journeys.state(journey)
    except NoLongerRunning:
        return await final_state(db, journey, by)
    except NotSavedYet:
        raise NoAnswer from None


def journey_of(task: str) -> str:
    """The journey that a task belongs to. Raises `UnknownTask`."""
    journey = journey_of_task(task)
    if journey is None:
        raise UnknownTask(task=shown(task))
    return journey


def act_of(command: Command) -> str:
    """What the command is called where it travels: `nudge`, `move_date`."""
    return str(getattr(command, "act", type(command).__name__))


def checked_reason(reason: str | None) -> str | None:
    """The reason in words, as it is kept. Raises `ReasonTooLong`."""
    words = (reason or "").strip()
    if len(words) > LONGEST_REASON or not one_line(words):
        raise ReasonTooLong(most=LONGEST_REASON)
    return words or None


async def check(db: Database, journey: str, command: Command, by: str = SYSTEM) -> tuple[Pace, tuple[Both, ...]]:
    """Refuse what the journey itself would not notice. Gives its pace, and what is to be said besides.

    Raises a `Refusal`.
    """
    async with db.acting_as(by) as connection:
        record = await connection.fetchrow(sql.journey_to_mend, journey)
    if record is None:
        raise NoSuchJourney(journey=shown(journey))
    notes: tuple[Both, ...] = ()
    if isinstance(command, HoldJourney):
        refuse_unknown_cause(await load(db, record["programme"], record["version"], by=by), command)
    elif isinstance(command, AssignTask):
        notes = await _about_owner(db, command, by)
    return Pace.model_validate(record["pace"]), notes


async def _about_owner(db: Database, command: AssignTask, by: str) -> tuple[Both, ...]:
    """Whoever is given a task works here; that it is not what they usually do is said, for it may be meant."""
    async with db.acting_as(by) as connection:
        role = await connection.fetchval(sql.role_of_open_task, command.task)
    roles = await must_work_here(db, command.to, role, by)
    if role is None or role in roles:
        return ()
    given = {"staff": command.to, "role": role}
    return (Both(sv=OTHER_ROLE.sv.format(**given), en=OTHER_ROLE.en.format(**given)),)


def refuse_unknown_cause(programme: Programme, command: HoldJourney) -> None:
    """A rest is for one of the causes that the programme has words for. Raises `UnknownCause`."""
    if command.cause not in programme.causes:
        raise UnknownCause(cause=command.cause, choices=", ".join(programme.causes) or "-")


# ---- the reason


async def _keep_reason(db: Database, journey: str, command: Command, words: str, *, key: str, now: datetime) -> str:
    """Keep the words under an id that follows from the command. Raises when the key was used with other words."""
    reason = f"reason-{digest(journey, command.id)}"
    async with db.acting_as(command.by) as connection:
        if await connection.fetchval(sql.keep_reason, reason, words, command.by, now) is None:
            kept = await connection.fetchval(sql.kept_reason, reason)
            if kept != words:
                raise CommandIdReused(command=key)
    return reason


async def _withdraw_reason(db: Database, journey: str, command: Command) -> None:
    if command.why is None:
        return
    with suppress(*AWAY):
        async with db.acting_as(command.by) as connection:
            await connection.execute(sql.withdraw_reason, command.why, journey)


# ---- what it left


async def _is_written(db: Database, journey: str, command: Command) -> bool:
    async with db.acting_as(command.by) as connection:
        return bool(await connection.fetchval(sql.command_written, journey, command.id))


async def _left(db: Database, journey: str, command: Command) -> tuple[Event, ...]:
    with suppress(*AWAY):
        async with db.acting_as(command.by) as connection:
            records = await connection.fetch(sql.events_of_command, journey, command.id)
        return tuple(Event.model_validate(record["event"]) for record in records)
    return ()
