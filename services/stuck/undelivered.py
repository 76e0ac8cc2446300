"""Letters that reached nobody, or may not have: seeing them, having them sent again, laying them aside.

Whether a letter that is due again is still worth sending, the courier judges as for any other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import asyncpg

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from journey.errors import Refusal
from schemas.forms.problems import shown
from schemas.journey import Pace
from schemas.stuck import StuckCause
from services.outside.desk import keep_reason
from services.paces import Clocks
from services.published import published
from services.stuck import words as stuck_words
from services.stuck.advice import about_letter
from services.stuck.finding import find

UNDELIVERED = ("undeliverable", "unsure")


class NoSuchNotice(Refusal):
    """There is no letter {notice}; look its id up with operator notices."""

    sv = "Det finns inget brev {notice}; sök upp dess id med operator notices."


class NotUndelivered(Refusal):
    """The letter {notice} needs nobody: it is {status}; see operator notices for those that do."""

    sv = "Brevet {notice} behöver ingen: det är {status_sv}; se operator notices för dem som gör det."


class TooLateToSend(Refusal):
    """The letter {notice} says what is no longer so, and is not sent any more; use operator dismiss-notice {notice}."""

    sv = "Brevet {notice} stämmer inte längre och skickas inte; använd operator dismiss-notice {notice}."


STANDS = {
    "due": ("på väg", "on its way"),
    "handing_over": ("på väg", "on its way"),
    "sent": ("skickat", "sent"),
    "dropped": ("struket", "no longer wanted"),
    **dict.fromkeys(UNDELIVERED, ("redan omhändertaget", "seen to already")),
}
"""How a letter stands that nobody has to see to, in Swedish and English."""


async def undelivered(
    db: Database, *, now: datetime, pace: Pace | None = None, most: int = 100, by: str = SYSTEM
) -> list[dict[str, Any]]:
    """The letters that somebody should see to, the oldest first. `now` is wall time.

    Each has `notice, journey, task, step, template, recipient, staff, status, cause, send_after, advice`, and
    `sentence` and `what_to_do` in both languages.
    """
    async with db.acting_as(by) as connection:
        clocks = await Clocks.read(connection, now, pace or Pace())
        records = await find(connection, clocks, StuckCause.UNDELIVERABLE, most)
        programmes = await published(connection, {(record["programme"], record["version"]) for record in records})
    columns = ("notice", "journey", "task", "step", "template", "recipient", "staff", "status", "cause")
    return [
        {name: record[name] for name in columns}
        | {
            "send_after": record["since"],
            "sentence": stuck_words.of_letter(record, programmes[record["programme"], record["version"]]),
            "what_to_do": stuck_words.for_letter(record),
            "advice": about_letter(record),
        }
        for record in records
    ]


async def resend(db: Database, notice: str, *, now: datetime, pace: Pace | None = None, by: str = SYSTEM) -> None:
    """Let an undelivered letter be due again, also one that was laid aside. Raises a `Refusal`."""
    async with db.acting_as(by) as connection:
        record = await _found(connection, notice)
        if record["status"] not in UNDELIVERED:
            raise _not_undelivered(record)
        own = Pace.model_validate(record["pace"]) if record["pace"] else pace or Pace()
        if record["valid_until"] is not None and record["valid_until"] <= own.to_journey(now):
            raise TooLateToSend(notice=notice)
        await connection.execute(sql.resend_notice, notice)


async def dismiss_notice(db: Database, notice: str, *, reason: str, now: datetime, by: str = SYSTEM) -> None:
    """Lay an undelivered letter aside: it was seen to otherwise. Raises a `Refusal`."""
    async with db.acting_as(by) as connection:
        record = await _found(connection, notice)
        if record["status"] not in UNDELIVERED or record["handled_at"] is not None:
            raise _not_undelivered(record)
        why = await keep_reason(connection, reason, by, now)
        await connection.execute(sql.dismiss_notice, notice, now, by, why)


async def _found(connection: Connection, notice: str) -> asyncpg.Record:
    record = await connection.fetchrow(sql.notice_to_see_to, notice)
    if record is None:
        raise NoSuchNotice(notice=shown(notice))
    return record


def _not_undelivered(record: asyncpg.Record) -> NotUndelivered:
    sv, en = STANDS[record["status"]]
    return NotUndelivered(notice=record["notice"], status=en, status_sv=sv)
