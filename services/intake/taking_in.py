"""Taking interests in: who is new, who is known, and that each becomes exactly one journey.

People and journeys are written first and the workflows started afterwards, so that a crash in between leaves only work
that `begin_pending` repairs. Whoever registers twice joins the open journey or reopens the closed one. The same
interest again, from the same file or another, does nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.base import Identifier, Model
from schemas.journey import Pace
from schemas.programme import PARTICIPANT, Programme
from services.intake.delivery import Deliveries, JourneyStarter, not_begun, not_told
from services.intake.plan import Plan, Staff, enter
from services.intake.rejected import one_line
from services.intake.row import IntakeRow, Rejection
from services.publish import load

ROWS_AT_A_TIME = 100
"""Rows in one transaction: it holds two advisory locks for each."""


class Entry(Model):
    """What became of a row."""

    line: int
    journey: Identifier


@dataclass
class IntakeReport:
    """What became of every row, in the order of the file.

    `pending` are rows that are safe in the database, but whose journey has not been told of them yet: the worker does
    that. Each of them is among `accepted` or `joined` too.
    """

    accepted: list[Entry] = field(default_factory=list)
    joined: list[Entry] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    pending: list[Entry] = field(default_factory=list)

    def note(self, rows: Iterable[IntakeRow | Rejection], plan: Plan, late: set[str]) -> None:
        """Add some rows, of which `late` are the journeys that could not be told."""
        self.rejected += [row for row in rows if isinstance(row, Rejection)]
        for row, journey, is_new in plan.entered:
            entry = Entry(line=row.line, journey=journey)
            (self.accepted if is_new else self.joined).append(entry)
            if journey in late:
                self.pending.append(entry)

    def as_json(self) -> dict[str, list[dict[str, object]]]:
        """`accepted`, `joined` and `pending` as `[{line, journey}]`, `rejected` as `[{line, reason}]`."""
        entries = {name: getattr(self, name) for name in ("accepted", "joined", "pending")}
        shown = {name: [entry.model_dump() for entry in found] for name, found in entries.items()}
        return {**shown, "rejected": [{"line": row.line, "reason": one_line(row.reason)} for row in self.rejected]}


async def take_in(
    db: Database,
    starter: JourneyStarter,
    rows: Iterable[IntakeRow | Rejection],
    programme: str,
    *,
    now: datetime,
    pace: Pace | None = None,
    progress: Callable[[int], None] | None = None,
    patience: timedelta = timedelta.max,
    by: str = SYSTEM,
) -> IntakeReport:
    """Enter each row's person into the latest version of the programme. `now` is journey time.

    `progress` is told how many rows have been seen to. After `patience` the rest is only written down and left to the
    worker, for journeys begin far more slowly than rows are written. Raises `NoSuchProgramme`; a row that cannot be
    used is in the report instead.
    """
    version = await load(db, programme, by=by)
    staff = await active_staff(db, version, now, by)
    deliveries = Deliveries(db, starter)
    report = IntakeReport()
    began = monotonic()
    seen = 0
    remaining = iter(rows)
    while chunk := list(itertools.islice(remaining, ROWS_AT_A_TIME)):
        good = [row for row in chunk if isinstance(row, IntakeRow)]
        plan = await enter(db, good, version, staff, now=now, pace=pace or Pace(), by=by)
        impatient = monotonic() - began > patience.total_seconds()
        report.note(chunk, plan, late=set(plan.acts) if impatient else await deliveries.carry_out(plan.acts))
        seen += len(chunk)
        if progress is not None:
            progress(seen)
    return report


async def active_staff(db: Database, programme: Programme, now: datetime, by: str) -> Staff:
    """Who can own what in this programme, with how much each has open now. `now` is journey time."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.staff_by_load, now)
    able = {role: [record["staff"] for record in records if role in record["roles"]] for role in programme.roles}
    return Staff(
        members={role: members for role, members in able.items() if members and role != PARTICIPANT},
        load={record["staff"]: record["open_tasks"] for record in records},
        away=frozenset(record["staff"] for record in records if record["away"]),
    )


async def begin_pending(db: Database, starter: JourneyStarter) -> int:
    """Start every journey that was entered but perhaps never started, and pass on interests that never arrived.

    Returns how many were seen to. What cannot be done now is left for the next time.
    """
    deliveries = Deliveries(db, starter)
    done = 0
    for pages in (not_begun(db, ROWS_AT_A_TIME), not_told(db, ROWS_AT_A_TIME)):
        async for acts in pages:
            done += len(acts) - len(await deliveries.carry_out(acts))
    return done
