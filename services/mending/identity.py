"""Correcting who somebody is. The answers are judged as those of an intake are, and stay in Postgres.

A form with what is right and what was there before is kept first; the journey is told only which fields changed, and
the person's row follows when the journal has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from journey.calendars import local_to_utc
from journey.errors import CommandIdReused, Refusal
from journey.mending_errors import KnownAlready
from schemas.base import Both, Language, one_line
from schemas.forms.problems import shown
from schemas.mending import CorrectIdentity
from services.completing.errors import NotConfirmed
from services.errors import NoSuchJourney, both
from services.intake import errors as intake_errors
from services.intake.row import is_protected, validated, without_personal_numbers
from services.journeys import Journeys
from services.keys import checked_key, digest
from services.mending.acts import Mended, mend
from services.visibility import AWAY

FORM = "identity"
REACHED_BY = frozenset({"email", "phone"})
BEFORE = "before"
"""Where the form keeps what was there before."""


class ParticularsRefused(Refusal):
    """Who somebody is cannot be corrected like that; the problems say why."""

    def __init__(self, problems: Both) -> None:
        self._problems = problems
        super().__init__()

    def sentence(self, language: Language) -> str:
        return self._problems[language]


async def correct_identity(
    db: Database,
    journeys: Journeys,
    journey: str,
    given: Mapping[str, str],
    *,
    reason: str | None = None,
    key: str | None = None,
    by: str = SYSTEM,
    now: datetime,
) -> Mended:
    """Correct who the person of a journey is. `given` are fields as they were typed; an empty one is taken away.

    Raises a `Refusal` or `NotConfirmed`, as `mend` does; a refused correction leaves nothing behind.
    """
    key = checked_key(key)
    submission = f"{FORM}-{digest(journey, key)}"
    async with db.acting_as(by) as connection:
        command = await _kept(connection, journey, submission, given, by=by, key=key, now=now)
    try:
        return await mend(db, journeys, journey, command, reason=reason, key=key, by=by, now=now)
    except (NotConfirmed, CommandIdReused):
        raise
    except Refusal:
        with suppress(*AWAY):
            async with db.acting_as(by) as connection:
                await connection.execute(sql.withdraw_submission, submission)
        raise


async def identity_command(
    db: Database, journey: str, given: Mapping[str, str], now: datetime, by: str = SYSTEM
) -> CorrectIdentity:
    """The command that a correction would be, with nothing kept: to see what it would do."""
    async with db.acting_as(by) as connection:
        wanted, before = await _read(connection, journey, given, now)
    return _command(_form(wanted, before), "to-come")


async def what_is_wrong(
    db: Database, journey: str, given: Mapping[str, str], now: datetime, by: str = SYSTEM
) -> dict[str, Both]:
    """Why these fields cannot be taken as they were typed, each by itself; under an empty name, why not together."""
    found: dict[str, Both] = {}
    async with db.acting_as(by) as connection:
        for field, value in given.items():
            if value.strip() or field not in REACHED_BY:  # without one of these, they may be reached by the other
                found |= await _judged(connection, journey, {field: value}, now, field)
        return found or await _judged(connection, journey, given, now, "")


async def _judged(
    connection: Connection, journey: str, given: Mapping[str, str], now: datetime, field: str
) -> dict[str, Both]:
    try:
        await _read(connection, journey, given, now)
    except ParticularsRefused as refused:
        return {field: Both(sv=refused.sentence("sv"), en=refused.sentence("en"))}
    return {}


async def particulars(db: Database, journey: str, *, by: str, now: datetime) -> dict[str, str]:
    """Who the person is, as it can be corrected: every field as text. That somebody looked is noted.

    `now` is wall time. Raises `NoSuchJourney`.
    """
    async with db.acting_as(by) as connection:
        known = await connection.fetchrow(sql.particulars_of, journey)
        if known is None:
            raise NoSuchJourney(journey=shown(journey))
        await connection.execute(sql.add_look, by, "contact", journey, now)
    return {field: "" if value is None else str(value) for field, value in known.items()}


async def _kept(
    connection: Connection, journey: str, submission: str, given: Mapping[str, str], *, by: str, key: str, now: datetime
) -> CorrectIdentity:
    """Keep the form; the same again is found as it was kept."""
    wanted, before = await _read(connection, journey, given, now)
    kept = await connection.fetchrow(sql.kept_submission, submission)
    if kept is None:
        answers = _form(wanted, before)
        await connection.fetchval(sql.keep_submission, submission, journey, None, FORM, answers, by, now)
    else:
        answers = kept["answers"]
        if wanted != {field: (answers[BEFORE] | answers).get(field) for field in given}:
            raise CommandIdReused(command=key)
    return _command(answers, submission)


async def _read(
    connection: Connection, journey: str, given: Mapping[str, str], now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields given as they would be stored, and as they are. Raises a `Refusal` with everything that is wrong."""
    known = await connection.fetchrow(sql.particulars_of, journey)
    if known is None:
        raise NoSuchJourney(journey=shown(journey))
    typed = {field: value.strip() for field, value in given.items()}
    for field, value in typed.items():
        _refuse_what_may_not_be_kept(field, value, now)
    cells = {field: "" if value is None else str(value) for field, value in known.items()} | typed
    row = validated(cells, 0, now, local_to_utc)
    if isinstance(row, Both):
        raise ParticularsRefused(row)
    return {field: getattr(row, field) for field in given}, {field: known[field] for field in given}


def _refuse_what_may_not_be_kept(field: str, value: str, now: datetime) -> None:
    if is_protected({}, value):
        raise ParticularsRefused(both(intake_errors.ProtectedPerson()))
    if not one_line(value):
        raise ParticularsRefused(both(intake_errors.UnreadableCharacters()))
    if without_personal_numbers(value, field, now) != value:
        raise ParticularsRefused(both(intake_errors.PersonalNumberGiven()))


def _form(wanted: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in wanted.items() if value != before[field]} | {BEFORE: dict(before)}


def _command(answers: Mapping[str, Any], submission: str) -> CorrectIdentity:
    changed = tuple(field for field in answers if field != BEFORE)
    if not changed:
        raise KnownAlready
    return CorrectIdentity(id=submission, fields=changed, submission=submission)
