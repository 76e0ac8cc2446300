"""What became of an act for many, so that it can be read at any size: what was answered by how many, and some lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import asyncpg

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.base import Both
from schemas.bulk import ItemStatus


@dataclass(frozen=True)
class Answers:
    """So many journeys refused, or gave no answer, for the same reason; `examples` are the first few of them."""

    status: ItemStatus
    sentence: Both | None
    number: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What became of it in one journey. Of a roll-out: `was` is the version before, `target` the one to follow."""

    journey: str
    status: ItemStatus
    sentence: Both | None
    was: int | None
    target: int | None


async def answers(db: Database, bulk: str, by: str = SYSTEM) -> list[Answers]:
    """Why an act was not done, and in how many journeys, the most frequent first."""
    async with db.acting_as(by) as connection:
        found = await connection.fetch(sql.items_by_answer, bulk)
    return [
        Answers(ItemStatus(each["status"]), _sentence(each), each["number"], tuple(each["examples"])) for each in found
    ]


async def lines(db: Database, bulk: str, first: int, most: int, by: str = SYSTEM) -> list[Answer]:
    """A page of journeys, those first that are not done."""
    async with db.acting_as(by) as connection:
        found = await connection.fetch(sql.some_items, bulk, first, most)
    return [
        Answer(each["journey"], ItemStatus(each["status"]), _sentence(each), each["was"], each["target"])
        for each in found
    ]


def _sentence(record: asyncpg.Record | dict[str, Any]) -> Both | None:
    return Both(sv=record["sv"], en=record["en"]) if record["sv"] else None
