"""Completing a task: the form is judged and kept first, then the journey decides, then the read tables are waited for.

Nothing is half done. A refused command leaves no form behind; one that could not be confirmed keeps it, for the same
key may be sent again and acts once.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from temporalio.client import WorkflowUpdateFailedError

from db.pool import SYSTEM, Database
from db.queries import sql
from journey.errors import CommandIdReused, Refusal
from schemas.base import Language
from schemas.commands import CompleteTask
from schemas.events import Event
from schemas.journey import Receipt
from services import reading
from services.asking import ask
from services.completing.errors import NotConfirmed
from services.completing.filling_in import Filled, Place, fill_in, find_place, named_outcome
from services.journeys import Journeys
from services.keys import checked_key, command_id, digest
from services.reading import iso
from services.retelling import last_act
from services.visibility import AWAY, shows


@dataclass(frozen=True)
class Completed:
    """What came of it. `opened` are the tasks that opened and still are; `visible` says whether reads agree already.

    Without `visible` each opened task has only `id, journey, step, title, role`, and nobody knows `undo_until`: how
    long it may be taken back, and from when its letters leave.
    """

    task: str
    journey: str
    outcome: str
    key: str
    receipt: Receipt
    opened: tuple[dict[str, Any], ...]
    visible: bool
    undo_until: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        """`task, journey, outcome, key, repeated, seq, status, exit, opened [], closed [], visible, undo_until`."""
        receipt = self.receipt.model_dump(mode="json", include={"repeated", "seq", "status", "exit", "closed"})
        asked = {"task": self.task, "journey": self.journey, "outcome": self.outcome, "key": self.key}
        until = self.undo_until and iso(self.undo_until)
        return {**asked, **receipt, "opened": list(self.opened), "visible": self.visible, "undo_until": until}


async def complete(
    db: Database,
    journeys: Journeys,
    task: str,
    outcome: str,
    answers: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    by: str = SYSTEM,
    now: datetime,
    language: Language = "sv",
) -> Completed:
    """Say how a task ended. `now` is wall time; `key` makes it safe to say again.

    Raises a `Refusal` that says why not, or `NotConfirmed` when nobody answered in time.
    """
    key = checked_key(key)
    place = await find_place(db, task, now, by)
    asked = _Asked(db, journeys, place, key, by)
    receipt = await asked.send(outcome, answers or {})
    visible = await shows(db, place.journey, receipt.seq)
    opened = await _opened(db, place, receipt, now, language) if visible else _announced(place, receipt, language)
    until = await _undo_until(db, place, receipt) if visible else None
    return Completed(task, place.journey, outcome, key, receipt, tuple(opened), visible, until)


class _Asked:
    """One wish to end a task, under one key."""

    def __init__(self, db: Database, journeys: Journeys, place: Place, key: str, by: str) -> None:
        self._db, self._journeys, self._place, self._key, self._by = db, journeys, place, key, by
        self._command = command_id(key)
        self._submission = f"form-{digest(place.journey, key)}"

    async def send(self, outcome: str, answers: Mapping[str, Any]) -> Receipt:
        kept = await self._kept()
        if self._place.ended and kept is None:
            # The journey itself says why not; a form is neither judged nor kept for that.
            return await self._decided(self._complete_task(named_outcome(self._place, outcome)))
        filled = fill_in(self._place, outcome, answers, kept["at"] if kept else None)
        await self._keep(filled)
        before = await self._is_written()
        try:
            receipt = await self._decided(self._complete_task(outcome, filled))
        except (NotConfirmed, CommandIdReused):
            raise
        except (Refusal, WorkflowUpdateFailedError):
            await self._withdraw()
            raise
        return receipt.model_copy(update={"repeated": receipt.repeated or before})

    def _complete_task(self, outcome: str, filled: Filled | None = None) -> CompleteTask:
        given = {"facts": filled.facts, "dates": filled.dates, "submission": self._submission} if filled else {}
        return CompleteTask(id=self._command, by=self._by, task=self._place.task, outcome=outcome, **given)

    async def _decided(self, command: CompleteTask) -> Receipt:
        return await ask(
            self._db, self._journeys, self._place.journey, command, key=self._key, now=self._place.now, by=self._by
        )

    def _reused(self) -> CommandIdReused:
        return CommandIdReused(command=self._key)

    # ---- the form

    async def _kept(self) -> asyncpg.Record | None:
        async with self._db.acting_as(self._by) as connection:
            return await connection.fetchrow(sql.kept_submission, self._submission)

    async def _keep(self, filled: Filled) -> None:
        """Keep the form under an id that follows from the key. Raises when the key has been used for another form."""
        place = self._place
        # fmt: off
        values = (self._submission, place.journey, place.task, filled.form, filled.answers, self._by, place.now)
        # fmt: on
        async with self._db.acting_as(self._by) as connection:
            if await connection.fetchval(sql.keep_submission, *values) is not None:
                return
            kept = await connection.fetchrow(sql.kept_submission, self._submission)
        if kept is None or (kept["task"], kept["form"], kept["answers"]) != (place.task, filled.form, filled.answers):
            raise self._reused()

    async def _withdraw(self) -> None:
        with suppress(*AWAY):
            async with self._db.acting_as(self._by) as connection:
                await connection.execute(sql.withdraw_submission, self._submission)

    async def _is_written(self) -> bool:
        async with self._db.acting_as(self._by) as connection:
            return bool(await connection.fetchval(sql.command_written, self._place.journey, self._command))


async def _opened(
    db: Database, place: Place, receipt: Receipt, now: datetime, language: Language
) -> list[dict[str, Any]]:
    if not receipt.opened:
        return []
    found = await reading.journey(db, place.journey, now=now, language=language)
    return [task for task in found["tasks"] if task["id"] in receipt.opened]


async def _undo_until(db: Database, place: Place, receipt: Receipt) -> datetime | None:
    """Until when this very completion may be taken back; None when it cannot (any more)."""
    if not place.programme.undo_minutes:
        return None
    events = [Event.model_validate(event) for event in await reading.events(db, place.journey)]
    act = last_act(place.programme, events, place.now)
    return act.until if act is not None and act.command == receipt.command else None


def _announced(place: Place, receipt: Receipt, language: Language) -> list[dict[str, Any]]:
    return [place.announced(task, language) for task in receipt.opened]
