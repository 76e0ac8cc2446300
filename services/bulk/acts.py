"""An act for many journeys that has been ordered: begun, looked at, stopped and resumed by anybody from anywhere.

Who ordered it may go away: the worker carries it on, and begins by itself what was written down and not begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import asyncpg
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.base import Both, Language
from schemas.bulk import ORDER, BulkStatus, ItemStatus, MendEach
from services.bulk.errors import NothingLeft, NotUnderWay
from services.bulk.order import known
from services.bulk.rollout import may_go_on
from services.visibility import AWAY
from workflows.bulk import Bulk, BulkInput
from workflows.names import TASK_QUEUE, bulk_workflow_id

LOWEST_RATE, HIGHEST_RATE = 0.1, 1_000.0
LOOK_SECONDS = 0.3
REST_SECONDS = 15.0


class Bulks:
    """Sets the durable side of an act going. Safe to repeat."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def begin(self, bulk: str) -> None:
        """Begin, unless it is under way already. Raises `RPCError` when Temporal is away."""
        await self._start(bulk)

    async def go_on(self, bulk: str) -> None:
        """Begin, or look again at once whether there is something to do. Raises `RPCError` as above."""
        await self._start(bulk, start_signal="go_on")

    async def rest(self, bulk: str, seconds: float) -> None:
        """Wait until nothing of it is in flight any more, for a while at most."""
        with suppress(RPCError, TimeoutError, WorkflowFailureError):
            await asyncio.wait_for(self._client.get_workflow_handle(bulk_workflow_id(bulk)).result(), seconds)

    async def _start(self, bulk: str, **how: Any) -> None:
        await self._client.start_workflow(
            Bulk.run,
            BulkInput(bulk=bulk),
            id=bulk_workflow_id(bulk),
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            **how,
        )


async def begin_pending(db: Database, bulks: Bulks) -> int:
    """See that every act that should be under way is: whoever ordered it may have been cut off. Gives how many."""
    async with db.acting_as(SYSTEM) as connection:
        found = [record["bulk"] for record in await connection.fetch(sql.bulks_under_way)]
    for bulk in found:
        await bulks.begin(bulk)
    return len(found)


# ---- look


async def report(db: Database, bulk: str, language: Language = "sv", by: str = SYSTEM) -> dict[str, Any]:
    """What became of an act. Raises `NoSuchBulk`.

    It has `bulk, what, order, status, conditions, rate, by, reason, at, ended_at, counts {waiting, done, refused,
    failed}, journeys [{journey, task, status, code, was, target, sentence, sentences {sv, en}}]`.
    """
    async with db.acting_as(by) as connection:
        record = await known(connection, bulk)
        counts = await _counts(connection, bulk)
        items = await connection.fetch(sql.bulk_items, bulk)
    return {**_head(record), "counts": counts, "journeys": [_item(item, language) for item in items]}


async def standing(db: Database, bulk: str, by: str = SYSTEM) -> dict[str, Any]:
    """How an act stands: as in `report` but for its journeys, and with `by_name`, `why` in words and `latest_at`.

    Raises `NoSuchBulk`.
    """
    async with db.acting_as(by) as connection:
        record = await known(connection, bulk)
        counts = await _counts(connection, bulk)
        besides = await connection.fetchrow(sql.about_bulk, bulk)
    return {**_head(record), "counts": counts, **dict(besides or {})}


async def some_items(
    db: Database, bulk: str, language: Language, *, status: ItemStatus | None, first: int, most: int, by: str = SYSTEM
) -> list[dict[str, Any]]:
    """The journeys of an act in their order, or those that stand so; each as in `report`."""
    async with db.acting_as(by) as connection:
        items = await connection.fetch(sql.some_bulk_items, bulk, status, first, most)
    return [_item(item, language) for item in items]


async def listed(db: Database, *, rollouts: bool = False, most: int = 50, by: str = SYSTEM) -> list[dict[str, Any]]:
    """The latest acts, newest first, each as in `report` but for its journeys."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.all_bulks, rollouts, most)
    return [{**_head(record), "counts": _all_counts(record["counts"] or {})} for record in records]


async def size(db: Database, bulk: str, by: str = SYSTEM) -> int:
    """How many journeys an act is for."""
    async with db.acting_as(by) as connection:
        return sum((await _counts(connection, bulk)).values())


async def follow(
    db: Database, bulk: str, progress: Callable[[int], None] | None = None, patience: float = 120.0
) -> BulkStatus:
    """Wait until an act is done or stopped. `progress` is told how many have had their turn.

    A database that is away for less than `patience` seconds is waited for.
    """
    lost_at: float | None = None
    clock = asyncio.get_running_loop().time
    while True:
        try:
            status, counts = await _standing(db, bulk)
            lost_at = None
        except AWAY:
            lost_at = lost_at or clock()
            if clock() - lost_at > patience:
                raise
        else:
            if progress is not None:
                progress(sum(counts.values()) - counts[ItemStatus.WAITING])
            if status is not BulkStatus.UNDER_WAY:
                return status
        await asyncio.sleep(LOOK_SECONDS)


# ---- stop and resume


async def stop(db: Database, bulks: Bulks, bulk: str, by: str = SYSTEM, patience: float = REST_SECONDS) -> None:
    """Let an act rest; what is in flight is finished, which is waited for. Raises `NoSuchBulk` or `NotUnderWay`."""
    async with db.acting_as(by) as connection:
        record = await known(connection, bulk)
        if await connection.fetchval(sql.stop_bulk, bulk) is None:
            raise NotUnderWay(bulk=bulk, status=record["status"])
    await bulks.rest(bulk, patience)


async def resume(db: Database, bulks: Bulks, bulk: str, rate: float | None = None, by: str = SYSTEM) -> None:
    """Let an act go on where it was, and ask those again that did not answer.

    One that is under way goes on as it does. Raises `NoSuchBulk`, `NothingLeft`, or what `may_go_on` raises.
    """
    async with db.acting_as(by) as connection:
        record = await known(connection, bulk)
        await may_go_on(connection, record)
        counts = await _counts(connection, bulk)
        if record["status"] == BulkStatus.DONE and not counts[ItemStatus.FAILED]:
            raise NothingLeft(bulk=bulk)
        await connection.execute(sql.resume_bulk, bulk, rate)
    await begin(bulks, bulk)


async def begin(bulks: Bulks, bulk: str) -> None:
    """Set it going. When Temporal is away, the worker does once it is back."""
    with suppress(RPCError):
        await bulks.go_on(bulk)


async def _standing(db: Database, bulk: str) -> tuple[BulkStatus, dict[str, int]]:
    async with db.acting_as(SYSTEM) as connection:
        record = await known(connection, bulk)
        return BulkStatus(record["status"]), await _counts(connection, bulk)


async def _counts(connection: Connection, bulk: str) -> dict[str, int]:
    return _all_counts({each["status"]: each["number"] for each in await connection.fetch(sql.count_items, bulk)})


def _all_counts(found: dict[str, int]) -> dict[str, int]:
    return {status.value: found.get(status.value, 0) for status in ItemStatus}


def _head(record: asyncpg.Record) -> dict[str, Any]:
    order = ORDER.validate_python(record["order_"])
    ordered = order.fields if isinstance(order, MendEach) else order.model_dump(mode="json", exclude={"kind"})
    plain = ("bulk", "what", "status", "conditions", "rate", "by", "reason", "at", "ended_at")
    return {**{name: record[name] for name in plain}, "order": ordered}


def _item(record: asyncpg.Record, language: Language) -> dict[str, Any]:
    said = Both(sv=record["sv"], en=record["en"]) if record["sv"] else None
    found = {name: record[name] for name in ("journey", "task", "status", "code", "was", "target")}
    return {**found, "sentence": said and said[language], "sentences": said and said.model_dump()}
