"""Ordering an act for many journeys: whom it is for is frozen and written down whole, in one transaction.

It begins nothing: what is written down here is begun by whoever ordered it, or by the worker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import asyncpg

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.bulk import OF_A_TASK, ORDER, BulkStatus, MendEach, Order
from schemas.commands import Command
from services.bulk.errors import NoSuchBulk, SomethingElse
from services.bulk.where import Conditions, NothingMatches, in_words
from services.intake.plan import new_id
from services.keys import checked_key, digest
from services.mending.acts import act_of

RATE = 20.0
FREEZE_SECONDS = 600.0
"""How long it may take to write down a million journeys."""


@dataclass(frozen=True)
class Ordered:
    """What is to be done, how fast, by whom and why (the id of a reason, or its words), and under which id."""

    order: Order
    what: str
    rate: float = RATE
    by: str = SYSTEM
    reason: str | None = None
    words: str | None = None
    bulk: str | None = None


NOT_OF_IT = {"id", "by", "why", "act"}


def each(command: Command) -> MendEach:
    """The command without what is different in each journey."""
    act = act_of(command)
    left_out = NOT_OF_IT | ({"task"} if act in OF_A_TASK else set())
    return MendEach(act=act, fields=command.model_dump(mode="json", exclude=left_out, exclude_defaults=True))


def bulk_id(key: str | None) -> str | None:
    """The same key is the same act."""
    return None if key is None else f"b-{digest(checked_key(key))[:16]}"


async def create(db: Database, ordered: Ordered, where: Conditions, now: datetime) -> str:
    """Freeze the journeys that fit and write the act down, in one transaction; gives its id. It is not begun yet.

    The same id again is the same act, which goes on if it was stopped, or `SomethingElse`. Raises `NothingMatches`.
    """
    bulk = ordered.bulk or new_id("b")
    async with db.acting_as(ordered.by) as connection:
        if await _was_ordered(connection, bulk, ordered, where):
            return bulk
        await write(connection, bulk, await with_reason(connection, bulk, ordered), where)
        frozen = await connection.execute(sql.freeze_matching, where, now, None, bulk, None, timeout=FREEZE_SECONDS)
        if frozen.endswith(" 0"):
            raise NothingMatches(conditions=in_words(where))
    return bulk


async def _was_ordered(connection: Connection, bulk: str, ordered: Ordered, where: Conditions) -> bool:
    """Whether this very act is written down already under this id. Raises `SomethingElse` when another is."""
    await connection.execute(sql.lock_bulk, bulk)
    record = await connection.fetchrow(sql.one_bulk, bulk)
    if record is None:
        return False
    if ORDER.validate_python(record["order_"]) != ordered.order or record["conditions"] != where:
        raise SomethingElse
    if record["status"] == BulkStatus.STOPPED:
        await connection.execute(sql.resume_bulk, bulk, ordered.rate)
    return True


async def with_reason(connection: Connection, bulk: str, ordered: Ordered) -> Ordered:
    """Keep the words first; every journey learns only their id."""
    if ordered.words is None:
        return ordered
    reason = f"reason-{bulk}"
    await connection.execute(sql.keep_reason, reason, ordered.words, ordered.by, datetime.now(UTC))
    return replace(ordered, reason=reason)


async def write(
    connection: Connection, bulk: str, ordered: Ordered, where: Conditions, status: BulkStatus = BulkStatus.UNDER_WAY
) -> None:
    """Write an act down, without its journeys."""
    order = ordered.order.model_dump(mode="json")
    # fmt: off
    await connection.execute(
        sql.add_bulk, bulk, ordered.what, order, where, status, ordered.rate, ordered.by, ordered.reason
    )
    # fmt: on


async def known(connection: Connection, bulk: str) -> asyncpg.Record:
    """What was ordered. Raises `NoSuchBulk`."""
    record = await connection.fetchrow(sql.one_bulk, bulk)
    if record is None:
        raise NoSuchBulk(bulk=bulk)
    return record
