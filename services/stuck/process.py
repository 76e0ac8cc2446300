"""Finding journeys that programs fail to carry on, and those whose read tables lag behind them.

Nobody looks through a million workflows. Suspects are those that the worker has noted (`trouble`), those that Temporal
itself lists as having problems, and those whose alarm, action or rest has passed without anything happening. Each of
the first few is then looked at as it is now, so that what has recovered is not shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import asyncpg
from temporalio.client import Client, WorkflowQueryFailedError
from temporalio.service import RPCError

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.journey import Status
from schemas.stuck import StuckCause, Trouble
from schemas.tasks import step_of_task
from services.paces import Clocks
from services.stuck import course
from services.stuck.course import Ailment, NoAnswer, Reached

MOST_SUSPECTS = 50
"""How many journeys are looked at; where there are more, the same is wrong with most of them."""

MOST_BULKS = 20
"""How many acts for many are looked at."""

NOT_WAKING = timedelta(minutes=1)
"""How late, wall time, an alarm may be written down; also how long what has happened may wait to be written."""

ACTING = timedelta(minutes=5)
"""How long, wall time, an action may take."""

BEGINNING = timedelta(minutes=5)
"""How long, wall time, a journey that was written down may wait for its beginning."""

LATELY = timedelta(minutes=5)
"""An act that fails is tried at least twice a minute; one not heard of for so long, wall time, has recovered."""


LOST = frozenset({course.ENDED, "JournalGap", "UnknownJourney"})
"""Troubles that mean that the read tables are older than the journey; the latter two are what the journal says."""


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a journey, with an act for many, or with all of them. `since` is journey time."""

    cause: StuckCause
    journey: str | None
    since: datetime
    trouble: Trouble
    task: str | None = None
    step: str | None = None
    bulk: str | None = None


@dataclass(frozen=True)
class Finding:
    """The verdicts, the longest stuck first, and whether there may be more."""

    verdicts: tuple[Verdict, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Suspect:
    """A journey that something speaks against.

    `late` is since when (journey time) something should have happened, and `seq` how far its read tables had come then.
    `noted` is what the worker wrote down, `noted_since` since when (wall time).
    """

    journey: str
    late: datetime | None = None
    seq: int = 0
    task: str | None = None
    step: str | None = None
    noted: Trouble | None = None
    noted_since: datetime | None = None


@dataclass(frozen=True)
class Seen:
    """What Temporal says of a suspect now. Nothing of it when it did not answer."""

    ailment: Ailment | None = None
    reached: Reached | None = None
    answered: bool = True


async def examine(db: Database, client: Client, clocks: Clocks, by: str = SYSTEM) -> Finding:
    """What is wrong right now with how journeys are carried on. Says so itself when Temporal does not answer."""
    try:
        (found, begins), away, listed = await asyncio.gather(
            _suspects(db, clocks, by),
            course.worker_away(client, clocks.wall),
            course.with_problems(client, MOST_SUSPECTS),
        )
    except NoAnswer:
        return Finding((_about_all(course.SERVER, course.NO_ANSWER, clocks.now()),))
    if away is not None:
        found = [suspect for suspect in found if suspect.noted]  # the others all wait for the same worker
    suspects = _each_once([*found, *map(Suspect, listed)])
    chosen = suspects[:MOST_SUSPECTS]
    seen = await asyncio.gather(*(_look(client, clocks, suspect, asks=away is None) for suspect in chosen))
    rows = await _rows(db, [suspect.journey for suspect in chosen], by)
    judged = [_judge(clocks, each, saw, rows.get(each.journey)) for each, saw in zip(chosen, seen, strict=True)]
    verdicts = [verdict for verdict in judged if verdict is not None]
    verdicts += [*begins, *(await _bulks(db, client, clocks, by))] if away is None else []
    if away is not None:
        verdicts.append(_about_all(course.WORKER, course.AWAY, clocks.usual.to_journey(away)))
    if (older := await _older_since(db, by)) is not None:
        verdicts.append(_about_all(course.DATABASE, course.RESTORED, clocks.usual.to_journey(older)))
    if not all(saw.answered for saw in seen):
        verdicts.append(_about_all(course.SERVER, course.NO_ANSWER, clocks.now()))
    ordered = sorted(verdicts, key=lambda verdict: (verdict.journey is not None, verdict.since, verdict.journey or ""))
    return Finding(tuple(ordered), more=len(suspects) > MOST_SUSPECTS)


def _about_all(what: str, cause: str, since: datetime) -> Verdict:
    of = StuckCause.BEHIND if what == course.DATABASE else StuckCause.TECHNICAL
    return Verdict(of, None, since, Trouble(what=what, cause=cause))


async def _bulks(db: Database, client: Client, clocks: Clocks, by: str) -> list[Verdict]:
    """Acts for many that are under way and fail again and again. What does not answer is left out."""
    return [
        Verdict(
            StuckCause.TECHNICAL, None, clocks.usual.to_journey(ailing.since or clocks.wall), ailing.trouble, bulk=bulk
        )
        for bulk, ailing in (await ailing_bulks(db, client, clocks.wall, by)).items()
    ]


async def ailing_bulks(db: Database, client: Client | None, wall: datetime, by: str = SYSTEM) -> dict[str, Ailment]:
    """What acts for many that are under way fail at, of the latest few. What does not answer is left out.

    Without a client nobody can be asked.
    """
    if client is None:
        return {}
    async with db.acting_as(by) as connection:
        found = [each["bulk"] for each in await connection.fetch(sql.bulks_begun_before, wall - NOT_WAKING, MOST_BULKS)]

    async def look(bulk: str) -> Ailment | None:
        try:
            return await course.bulk_ailment(client, bulk, wall)
        except NoAnswer:
            return None

    seen = await asyncio.gather(*map(look, found))
    return {bulk: ailing for bulk, ailing in zip(found, seen, strict=True) if ailing is not None}


async def _older_since(db: Database, by: str) -> datetime | None:
    """Since when the database is known to be an older backup that has not been compared with its journeys."""
    async with db.acting_as(by) as connection:
        older: datetime | None = await connection.fetchval(sql.older_since)
    return older


# ---- suspects


async def _suspects(db: Database, clocks: Clocks, by: str) -> tuple[list[Suspect], list[Verdict]]:
    """Whom something speaks against, and those who have not begun, of whom nothing need be asked."""
    most = MOST_SUSPECTS + 1
    async with db.acting_as(by) as connection:
        noted = await connection.fetch(sql.journeys_in_trouble, clocks.wall - LATELY, most)
        until = (clocks.latest(ago=NOT_WAKING), clocks.latest(ago=ACTING))
        late = await connection.fetch(sql.journeys_not_waking, *until, most)
        begins = await connection.fetch(sql.journeys_late_to_begin, clocks.wall - BEGINNING, MOST_SUSPECTS)
    suspects = [*map(_noted, noted), *(_late(record) for record in late if _is_late(clocks, record))]
    return suspects, [_not_begun(clocks, record) for record in begins]


def _noted(record: asyncpg.Record) -> Suspect:
    what, _, task = record["what"].partition(" ")
    trouble = Trouble(what=what, cause=record["cause"], attempts=record["attempts"])
    step = step_of_task(task) if task else None
    return Suspect(record["journey"], None, 0, task or None, step, trouble, record["since"])


def _late(record: asyncpg.Record) -> Suspect:
    return Suspect(record["journey"], record["since"], record["seq"], record["task"], record["step"])


def _is_late(clocks: Clocks, record: asyncpg.Record) -> bool:
    grace = ACTING if record["what"] == "action" else NOT_WAKING
    return bool(record["since"] <= clocks.now(record["pace"], ago=grace))


def _each_once(suspects: Iterable[Suspect]) -> list[Suspect]:
    """Each journey once, in this order, with all that speaks against it: what was noted first names the task."""
    known: dict[str, Suspect] = {}
    for new in suspects:
        old = known.get(new.journey)
        if old is None or (old.late is None and not old.noted):
            known[new.journey] = new
        elif new.late is not None and (old.late is None or new.late < old.late):
            named = old if old.noted else new
            known[new.journey] = replace(old, late=new.late, seq=new.seq, task=named.task, step=named.step)
    return list(known.values())


# ---- how each is now


async def _look(client: Client, clocks: Clocks, suspect: Suspect, *, asks: bool) -> Seen:
    try:
        ailment = await course.ailment(client, suspect.journey, clocks.wall)
    except NoAnswer:
        return Seen(answered=False)
    if ailment is not None or suspect.late is None or not asks:
        return Seen(ailment)
    try:
        return Seen(reached=await course.reached(client, suspect.journey))
    except (NoAnswer, RPCError, WorkflowQueryFailedError):
        return Seen(Ailment(Trouble(what=course.WORKFLOW, cause=course.NO_ANSWER)))


async def _rows(db: Database, journeys: list[str], by: str) -> dict[str, asyncpg.Record]:
    if not journeys:
        return {}
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.reached_of_journeys, journeys)
    return {record["journey"]: record for record in records}


def _judge(clocks: Clocks, suspect: Suspect, seen: Seen, row: asyncpg.Record | None) -> Verdict | None:
    """What is wrong with this one, if anything is. The row was read last: what it shows, has happened."""
    trouble = seen.ailment.trouble if seen.ailment else None if seen.answered else suspect.noted
    if trouble is not None:
        return _ailing(clocks, suspect, seen.ailment, trouble, row)
    if suspect.late is None or seen.reached is None or row is None or row["seq"] != suspect.seq:
        return None
    reached = seen.reached
    if reached.seq > row["seq"]:
        waiting = reached.outbox[0].recorded_at if reached.outbox else suspect.late
        if waiting > clocks.now(row["pace"], ago=NOT_WAKING):
            return None
        return _of(suspect, StuckCause.BEHIND, waiting, Trouble(what="write_journal", cause="behind"))
    return _of(suspect, StuckCause.TECHNICAL, suspect.late, Trouble(what=course.WORKFLOW, cause=course.ASLEEP))


def _ailing(
    clocks: Clocks, suspect: Suspect, ailment: Ailment | None, trouble: Trouble, row: asyncpg.Record | None
) -> Verdict | None:
    gone = trouble.cause in {course.MISSING, course.ENDED}
    if gone and row is not None and row["status"] == Status.ENDED:
        return None
    wall = suspect.noted_since or (ailment.since if ailment else None)
    since = clocks.pace(row["pace"] if row else None).to_journey(wall) if wall else suspect.late or clocks.now()
    cause = StuckCause.BEHIND if trouble.cause in LOST else StuckCause.TECHNICAL
    return _of(suspect, cause, since, trouble)


def _of(suspect: Suspect, cause: StuckCause, since: datetime, trouble: Trouble) -> Verdict:
    return Verdict(cause, suspect.journey, since, trouble, suspect.task, suspect.step)


def _not_begun(clocks: Clocks, record: asyncpg.Record) -> Verdict:
    trouble = Trouble(what=course.WORKFLOW, cause=course.NOT_BEGUN)
    return Verdict(StuckCause.TECHNICAL, record["journey"], clocks.usual.to_journey(record["since"]), trouble)
