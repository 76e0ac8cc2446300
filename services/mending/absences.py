"""Who is away, and who does their work meanwhile: in every journey that is theirs, and in those that begin until then.

The absence and the list of journeys are written down in one transaction; an act for many (`services.bulk.acts`) then
tells each of them. The same absence again is the same one, so that whoever was interrupted types it anew.
"""

from __future__ import annotations

from datetime import datetime

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from journey import calendars
from journey.errors import Refusal
from schemas.bulk import BulkStatus, MendEach
from schemas.clocks import Calendar
from services.bulk.order import FREEZE_SECONDS, Ordered, write
from services.intake.plan import new_id
from services.mending.covers import Absence
from services.staff import must_work_here

COVER = "cover"


class AwayBackwards(Refusal):
    """Somebody comes back after they have gone; choose an --until that is later than --from, and not yet past."""

    sv = "Den som är borta kommer tillbaka efter att ha gått; välj ett --until senare än --from som inte har passerat."


class StandsInForThemselves(Refusal):
    """Nobody can stand in for themselves; choose somebody else with --stand-in."""

    sv = "Ingen kan ersätta sig själv; välj någon annan med --stand-in."


class StandInAway(Refusal):
    """{staff} is away too, until {until}; choose somebody else with --stand-in."""

    sv = "{staff} är också borta, till {until}; välj någon annan med --stand-in."


async def agree(db: Database, absence: Absence, *, now: datetime, reason: str | None = None, by: str = SYSTEM) -> str:
    """Write an absence down, with the journeys that are to hear of it; gives the act for them, not begun yet.

    `now` is journey time, `reason` are words. What was stopped on the way goes on. Raises a `Refusal`.
    """
    await _judge(db, absence, now, by)
    async with db.acting_as(by) as connection:
        await connection.execute(sql.lock_absences, absence.staff)
        who, when = (absence.staff, absence.stand_in), (absence.since, absence.until)
        if (known := await connection.fetchval(sql.same_absence, *who, *when)) is not None:
            await _go_on(connection, known)
            return str(known)
        return await _write(connection, absence, reason, by=by, now=now)


async def would_hear(db: Database, absence: Absence, *, now: datetime, by: str = SYSTEM) -> int:
    """How many journeys under way would be told of an absence. Raises a `Refusal`, as `agree` does."""
    await _judge(db, absence, now, by)
    async with db.acting_as(by) as connection:
        return int(await connection.fetchval(sql.count_of_staff, absence.staff))


async def _judge(db: Database, absence: Absence, now: datetime, by: str) -> None:
    for staff in (absence.staff, absence.stand_in):
        await must_work_here(db, staff, by=by)
    if absence.staff == absence.stand_in:
        raise StandsInForThemselves
    if absence.until <= max(absence.since, now):
        raise AwayBackwards
    async with db.acting_as(by) as connection:
        until = await connection.fetchval(sql.away_meanwhile, absence.stand_in, absence.since, absence.until)
    if until is not None:
        raise StandInAway(staff=absence.stand_in, until=calendars.local_day(until, Calendar()))


async def _write(connection: Connection, absence: Absence, words: str | None, *, by: str, now: datetime) -> str:
    name, reason = new_id("away-"), None
    if words:
        reason = f"reason-{name}"
        await connection.execute(sql.keep_reason, reason, words, by, now)
    who, when = (absence.staff, absence.stand_in), (absence.since, absence.until)
    await connection.execute(sql.forget_absences, absence.staff, *when)
    await connection.execute(sql.add_absence, name, *who, *when, by, now)
    fields = absence.cover(name).model_dump(mode="json", include={"absent", "stand_in", "since", "until"})
    await write(connection, name, Ordered(MendEach(act=COVER, fields=fields), COVER, by=by, reason=reason), {})
    await connection.execute(sql.freeze_those_of, absence.staff, name, timeout=FREEZE_SECONDS)
    return name


async def _go_on(connection: Connection, bulk: str) -> None:
    record = await connection.fetchrow(sql.one_bulk, bulk)
    if record is not None and record["status"] == BulkStatus.STOPPED:
        await connection.execute(sql.resume_bulk, bulk, None)
