"""Who a participant is: read from Postgres for those who call and write, never passed on to the process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.pool import Database
from db.queries import sql
from schemas.base import Language


@dataclass(frozen=True)
class Contact:
    """How to reach the person of a journey."""

    name: str
    email: str | None
    phone: str | None
    language: Language


async def contacts(db: Database, who: str, journeys: Sequence[str]) -> dict[str, Contact]:
    """The contact of each of these journeys that exists, for `who` to use."""
    async with db.acting_as(who) as connection:
        records = await connection.fetch(sql.contacts_of_journeys, list(journeys))
    return {
        record["journey"]: Contact(record["name"], record["email"], record["phone"], record["language"])
        for record in records
    }
