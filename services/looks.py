"""Looking at somebody's particulars, which leaves a trace: who looked, at whose journey, when. Never what was seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from db.pool import Database
from db.queries import sql
from schemas.forms.problems import shown
from schemas.people import Refused, email_key, phone_key
from services.errors import NoSuchJourney
from services.people import Contact, contacts

MOST_FOUND = 20


@dataclass(frozen=True)
class Found:
    """Somebody whom a search found."""

    journey: str
    name: str
    programme: str
    status: str
    municipality: str | None


async def look_up(db: Database, journey: str, *, by: str, now: datetime) -> Contact:
    """How to reach the person of a journey; noted first. `now` is wall time. Raises `NoSuchJourney`."""
    async with db.acting_as(by) as connection:
        if await connection.fetchval(sql.seq_of_journey, journey) is None:
            raise NoSuchJourney(journey=shown(journey))
        await connection.execute(sql.add_look, by, "contact", journey, now)
    return (await contacts(db, by, [journey]))[journey]


async def find_people(db: Database, words: str, *, by: str, now: datetime) -> tuple[list[Found], bool]:
    """People by the beginnings of their names, by phone number or address; and whether there are more of them.

    That somebody searched is noted, not for whom: the words would be a name.
    """
    async with db.acting_as(by) as connection:
        await connection.execute(sql.add_look, by, "search", None, now)
        records = await connection.fetch(sql.find_people, beginnings(words), *contact_keys(words), MOST_FOUND + 1)
    found = [Found(**dict(record)) for record in records[:MOST_FOUND]]
    return found, len(records) > MOST_FOUND


def beginnings(words: str) -> str:
    """The search for names that have words which begin like these, as Postgres takes it; empty for none."""
    return " & ".join(f"{word}:*" for word in re.findall(r"[^\W_]+", words)[:6])


def contact_keys(words: str) -> tuple[str | None, str | None]:
    """The words as an address and as a phone number to compare with, where they can be one."""
    keys: list[str | None] = []
    for read, looks_like in ((email_key, "@" in words), (phone_key, len(re.findall(r"\d", words)) > 4)):  # noqa: PLR2004
        try:
            keys.append(read(words) if looks_like else None)
        except Refused:
            keys.append(None)
    return keys[0], keys[1]
