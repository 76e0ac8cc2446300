"""Rolling a version out: to new journeys only, or to those under way as well; and the way back.

It is an act for many journeys like any other. Of one programme one roll-out is under way at a time, so that nobody is
moved to and fro; one that was stopped half way goes on when the same is asked for again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import asyncpg

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.bulk import ORDER, BulkStatus, RollBack, RollOut
from services.bulk.errors import NoSuchBulk
from services.bulk.order import FREEZE_SECONDS, RATE, Ordered, known, with_reason, write
from services.bulk.rollout_errors import (
    InForceAlready,
    NobodyToBringBack,
    NobodyToMove,
    NoRollOut,
    OtherProgramme,
    RollOutUnderWay,
    StopItFirst,
    Superseded,
    WhereNobody,
)
from services.bulk.where import Conditions
from services.intake.plan import new_id
from services.versions import in_force, must_exist

To = Literal["new", "all"]


@dataclass(frozen=True)
class Wanted:
    """A version, for new journeys or for all. `where` leaves those under way alone of whom it is not true.

    `words` say why; each journey that is moved learns the id of the reason.
    """

    programme: str
    version: int
    to: To
    where: Conditions = field(default_factory=dict)
    rate: float = RATE
    by: str = SYSTEM
    words: str | None = None

    @property
    def selection(self) -> Conditions:
        """Whom it is for. Raises `OtherProgramme`."""
        return for_programme(self.programme, self.where)


@dataclass(frozen=True)
class Begun:
    """A roll-out or a way back that is written down. `again`: it had been stopped and goes on."""

    bulk: str
    again: bool = False


@dataclass(frozen=True)
class WayBack:
    """What taking a roll-out back would do: how many journeys go back to which version, and new ones to `for_new`.

    `left`: it has been begun and was stopped, and so many have not had their turn.
    """

    programme: str
    version: int
    journeys: dict[int, int]
    for_new: int | None
    left: int | None = None

    @property
    def number(self) -> int:
        """How many journeys it is for."""
        return sum(self.journeys.values()) if self.left is None else self.left


def for_programme(programme: str, where: Conditions) -> Conditions:
    """The conditions, for journeys of one programme. Raises `OtherProgramme` when another is asked for."""
    if programme not in where.get("programme", [programme]):
        raise OtherProgramme(programme=programme)
    return {**where, "programme": [programme]}


async def foreseen(db: Database, wanted: Wanted, now: datetime) -> int:
    """How many journeys under way a roll-out would be for. Raises the `Refusal` that it would be refused with."""
    async with db.acting_as(wanted.by) as connection:
        return (await _judge(connection, wanted, now)).number


async def roll_out(db: Database, wanted: Wanted, now: datetime) -> Begun:
    """Write a roll-out down; it is not begun yet, but new journeys follow the version from now on.

    Unless it is for some of those under way only: then what new ones begin with stays as it is. Raises a `Refusal`.
    """
    async with db.acting_as(wanted.by) as connection:
        judged = await _judge(connection, wanted, now)
        if judged.stopped is not None:
            await connection.execute(sql.resume_bulk, judged.stopped, wanted.rate)
            return Begun(judged.stopped, again=True)
        return Begun(await _write_roll_out(connection, wanted, judged.force, now))


async def roll_back(
    db: Database, rollout: str, *, rate: float = RATE, by: str = SYSTEM, words: str | None = None
) -> Begun:
    """Write the way back from a roll-out down; it is not begun yet. New journeys go back too. Raises a `Refusal`."""
    async with db.acting_as(by) as connection:
        order, stopped = await _to_take_back(connection, rollout)
        if stopped is not None:
            await connection.execute(sql.resume_bulk, stopped, rate)
            return Begun(stopped, again=True)
        ordered = Ordered(RollBack(programme=order.programme, rollout=rollout), "roll_back", rate, by, words=words)
        return Begun(await _write_way_back(connection, order, rollout, ordered))


async def way_back(db: Database, rollout: str, by: str = SYSTEM) -> WayBack:
    """What the way back from a roll-out would do. Raises the `Refusal` that it would be refused with."""
    async with db.acting_as(by) as connection:
        order, stopped = await _to_take_back(connection, rollout)
        if stopped is not None:
            return WayBack(
                order.programme, order.version, {}, None, await connection.fetchval(sql.count_waiting, stopped)
            )
        found = await connection.fetch(sql.count_adopted, rollout)
        for_new = order.before if await _takes_new_back(connection, order) else None
        if not found and for_new is None:
            raise NobodyToBringBack(bulk=rollout)
        back = {record["was"]: record["number"] for record in found}
        return WayBack(order.programme, order.version, back, for_new)


async def may_go_on(connection: Connection, record: asyncpg.Record) -> None:
    """Whether an act may be resumed. Raises `RollOutUnderWay`, or `Superseded` when it is a roll-out before another."""
    order = ORDER.validate_python(record["order_"])
    if isinstance(order, RollOut | RollBack):
        for other in await _others(connection, order.programme):
            if other["bulk"] != record["bulk"] and other["at"] > record["at"]:
                raise Superseded(programme=order.programme, bulk=other["bulk"])


async def _to_take_back(connection: Connection, rollout: str) -> tuple[RollOut, str | None]:
    """The roll-out, and the stopped way back that taking it back would go on with. Raises a `Refusal`."""
    try:
        record = await known(connection, rollout)
    except NoSuchBulk:
        raise NoRollOut(bulk=rollout) from None
    order = ORDER.validate_python(record["order_"])
    if not isinstance(order, RollOut):
        raise NoRollOut(bulk=rollout)
    if record["status"] == BulkStatus.UNDER_WAY:
        raise StopItFirst(bulk=rollout)
    for earlier in await _others(connection, order.programme):
        found = ORDER.validate_python(earlier["order_"])
        if isinstance(found, RollBack) and found.rollout == rollout and earlier["status"] == BulkStatus.STOPPED:
            return order, str(earlier["bulk"])
    return order, None


async def _takes_new_back(connection: Connection, order: RollOut) -> bool:
    return order.before is not None and await in_force(connection, order.programme) == order.version


@dataclass(frozen=True)
class _Judged:
    """What is in force for new journeys, for how many under way it is, and which stopped one it goes on with."""

    force: int
    number: int
    stopped: str | None = None


async def _others(connection: Connection, programme: str) -> Sequence[asyncpg.Record]:
    """Every roll-out of the programme, newest first; nobody else orders one meanwhile. Raises when one is under way."""
    await connection.execute(sql.lock_roll_outs, programme)
    found = await connection.fetch(sql.roll_outs, programme)
    for other in found:
        if other["status"] == BulkStatus.UNDER_WAY:
            raise RollOutUnderWay(programme=programme, bulk=other["bulk"])
    return found


def _same(earlier: Sequence[asyncpg.Record], wanted: Wanted, selection: Conditions) -> str | None:
    """The latest roll-out, if it is this very one and was stopped."""
    latest = next(iter(earlier), None)
    if latest is None or latest["status"] != BulkStatus.STOPPED or latest["conditions"] != selection:
        return None
    order = ORDER.validate_python(latest["order_"])
    same = isinstance(order, RollOut) and (order.version, order.to) == (wanted.version, wanted.to)
    return str(latest["bulk"]) if same else None


async def _judge(connection: Connection, wanted: Wanted, now: datetime) -> _Judged:
    if wanted.to == "new" and wanted.where:
        raise WhereNobody
    selection = wanted.selection
    earlier = await _others(connection, wanted.programme)
    await must_exist(connection, wanted.programme, wanted.version)
    force = await in_force(connection, wanted.programme)
    if (stopped := _same(earlier, wanted, selection)) is not None:
        return _Judged(force, await connection.fetchval(sql.count_waiting, stopped), stopped)
    if wanted.to == "new":
        if force == wanted.version:
            raise InForceAlready(programme=wanted.programme, version=wanted.version)
        return _Judged(force, 0)
    number = await connection.fetchval(sql.count_matching, selection, now, wanted.version, timeout=FREEZE_SECONDS)
    if not number and (wanted.where or force == wanted.version):
        raise NobodyToMove(programme=wanted.programme, version=wanted.version)
    return _Judged(force, number)


async def _write_roll_out(connection: Connection, wanted: Wanted, force: int, now: datetime) -> str:
    programme, version, bulk = wanted.programme, wanted.version, new_id("r")
    before = None if wanted.where else force
    if before == version:  # published, it took over by itself: the way back is to what it took over from
        before = await connection.fetchval(sql.version_before, programme, version)
    order = RollOut(programme=programme, version=version, to=wanted.to, before=before)
    status = BulkStatus.DONE if wanted.to == "new" else BulkStatus.UNDER_WAY
    ordered = Ordered(order, order.kind, wanted.rate, wanted.by, words=wanted.words)
    await write(connection, bulk, await with_reason(connection, bulk, ordered), wanted.selection, status)
    if wanted.to == "all":
        frozen = (wanted.selection, now, version, bulk, version)
        await connection.execute(sql.freeze_matching, *frozen, timeout=FREEZE_SECONDS)
    if not wanted.where and force != version:
        await connection.execute(sql.put_in_force, programme, version, wanted.by)
    return bulk


async def _write_way_back(connection: Connection, order: RollOut, rollout: str, ordered: Ordered) -> str:
    bulk = new_id("r")
    await write(connection, bulk, await with_reason(connection, bulk, ordered), {})
    frozen = await connection.execute(sql.freeze_adopted, rollout, bulk, timeout=FREEZE_SECONDS)
    for_new = await _takes_new_back(connection, order)
    if frozen.endswith(" 0") and not for_new:
        raise NobodyToBringBack(bulk=rollout)
    if for_new:
        await connection.execute(sql.put_in_force, order.programme, order.before, ordered.by)
    return bulk
