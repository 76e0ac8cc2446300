"""Reports from outside: each is written down first, and then given to the journey that it is about.

What became of it follows from the journal (`db.outside`). A report that fits nowhere stays on the desk
(`services.outside.desk`). What is cut off in between is made up for (`services.outside.repair`): the journey knows by
the report's id what it has taken in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import asyncpg
from pydantic import Field, TypeAdapter, ValidationError

from db.hearing import JOURNAL
from db.outside import DUPLICATE, ENDED
from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from journey.calendars import must_be_within_reach
from journey.reports import known_type
from schemas.base import DateOrTime, Identifier, Line, Model, Name
from schemas.commands import RecordEvent
from schemas.forms.problems import shown
from schemas.journey import Pace, Status
from schemas.programme import Programme
from services.errors import NotSavedYet
from services.intake.row import without_personal_numbers
from services.journeys import Journeys, NoLongerRunning
from services.keys import digest
from services.outside.errors import BadReportId, ReportIdTaken, ReportInFuture

Standing = Literal["passed_on", "early", "unmatched", "applied", "dismissed"]

LONGEST_ID = 128
UNKNOWN_JOURNEY, UNKNOWN_TYPE, UNREADABLE = "unknown_journey", "unknown_type", "unreadable"
TO_CONFIRM = "to_confirm"
"""Why a report waits that a participant has told: somebody is to look at it first."""

ILLEGIBLE = "?"
"""What stands where a report held something that is no name: whatever it was is not ours to keep."""

PATIENCE = 2.0
"""Seconds in which a journey has usually said what became of a report."""

_LOOK_AGAIN = 0.25
_ID: TypeAdapter[str] = TypeAdapter(Identifier)


class Report(Model):
    """A report as it could be read: `event` is its own id, `journey` what the sender called the journey."""

    event: Identifier
    journey: Identifier
    type: Line
    outcome: Name
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)

    @property
    def readable(self) -> bool:
        return ILLEGIBLE not in (self.journey, self.type, self.outcome)

    def columns(self) -> tuple[Any, ...]:
        """What it says, as it is stored: id, journey, type, outcome, facts, dates."""
        dates = self.model_dump(mode="json", include={"dates"})["dates"]
        return self.event, self.journey, self.type, self.outcome, self.facts, dates

    def command(self, by: str) -> RecordEvent:
        """What the journey is told."""
        return RecordEvent(
            id=self.event, by=by, type=self.type, outcome=self.outcome, facts=self.facts, dates=self.dates
        )


@dataclass(frozen=True)
class Received:
    """What has become of a report so far. `repeated`: it had come before, and nothing was done."""

    event: str
    journey: str
    type: str
    outcome: str
    status: Standing
    cause: str | None
    repeated: bool = False

    def as_json(self) -> dict[str, Any]:
        """`event, journey, type, outcome, status, cause, repeated`."""
        return dict(vars(self))


async def receive(
    db: Database,
    journeys: Journeys,
    event: str,
    given: Mapping[str, Any],
    *,
    by: str,
    now: datetime,
    received_at: datetime | None = None,
    pace: Pace | None = None,
    patience: float = PATIENCE,
    to_confirm: bool = False,
) -> Received:
    """Take in a report: `given` has `journey, type, outcome` and may have `facts` and `dates`.

    One that is `to_confirm` waits on the desk until somebody has looked at it.

    `now` is wall time, `received_at` the journey time at which it came, where that was earlier; `pace` is for a journey
    that is not known. Raises `BadReportId`, `ReportIdTaken`, `ReportInFuture` or `OutOfReach`; everything
    else is kept, and said.
    """
    report = read(_without_numbers(event, now), given)
    async with db.acting_as(by) as connection:
        place = await connection.fetchrow(sql.one_journey, report.journey)
        here = Pace.model_validate(place["pace"]) if place else pace or Pace()
        received = received_at or here.to_journey(now)
        must_be_within_reach(received)
        if received > here.to_journey(now):
            raise ReportInFuture
        status, cause = await _at_the_door(connection, report, place)
        if to_confirm and status == "passed_on":
            status, cause = "unmatched", TO_CONFIRM
        if not await _keep(connection, report, by, received, now, status, cause):
            return await _again(connection, report)
    if status == "passed_on":
        with suppress(NotSavedYet):
            await pass_on(db, journeys, report, by)
            await _settled(db, report.event, patience)
    return await standing(db, report.event, by)


def _without_numbers(event: str, now: datetime) -> str:
    """The report's id, which travels with the process; a digest of one that may hold a personal number."""
    return event if without_personal_numbers(event, None, now) == event else f"report-{digest(event)}"


def read(event: str, given: Mapping[str, Any]) -> Report:
    """The report, as far as it can be read. Raises `BadReportId`."""
    try:
        event = _ID.validate_python(event)
    except ValidationError:
        raise BadReportId(most=LONGEST_ID) from None
    try:
        return Report.model_validate({**given, "event": event})
    except ValidationError as wrong:
        bad = {str(problem["loc"][0]) for problem in wrong.errors(include_input=False, include_url=False)}
    fine = {name: given.get(name) for name in ("journey", "type", "outcome") if name not in bad}
    illegible = dict.fromkeys(("journey", "type", "outcome"), ILLEGIBLE)
    return Report.made(**(illegible | fine | {"event": event, "outcome": ILLEGIBLE}))


async def standing(db: Database, event: str, by: str = SYSTEM) -> Received:
    """What has become of a report that is written down."""
    async with db.acting_as(by) as connection:
        row = await connection.fetchrow(sql.outside_event, event)
    assert row is not None
    return _received(row)


def _received(row: asyncpg.Record, *, repeated: bool = False) -> Received:
    said = (row["event"], row["matched"] or row["journey"], row["type"], row["outcome"], row["status"], row["cause"])
    return Received(*said, repeated=repeated)


# ---- at the door


async def _at_the_door(
    connection: Connection, report: Report, place: asyncpg.Record | None
) -> tuple[Standing, str | None]:
    """Whether there is somebody to give it to; if not, why."""
    if not report.readable:
        return "unmatched", UNREADABLE
    if place is None:
        return "unmatched", UNKNOWN_JOURNEY
    if place["status"] == Status.ENDED:
        return "unmatched", ENDED
    if not await _is_a_type(connection, report, place):
        return "unmatched", UNKNOWN_TYPE
    # A journey keeps every early report, and would answer the step's next opening with the second of two alike.
    same = await connection.fetchval(sql.same_report_waits, *report.columns())
    return ("unmatched", DUPLICATE) if same else ("passed_on", None)


async def _keep(connection: Connection, report: Report, *rest: object) -> bool:
    """Write it down, unless its id is known. `rest` is by whom, when it came (journey and wall time), status, cause."""
    return await connection.fetchval(sql.add_outside_event, *report.columns(), *rest) is not None


async def _again(connection: Connection, report: Report) -> Received:
    row = await connection.fetchrow(sql.outside_event, report.event)
    assert row is not None
    said = tuple(row[name] for name in ("event", "journey", "type", "outcome", "facts", "dates"))
    if said != report.columns():
        raise ReportIdTaken(event=shown(report.event))
    await connection.execute(sql.outside_event_again, report.event)
    return _received(row, repeated=True)


async def _is_a_type(connection: Connection, report: Report, place: asyncpg.Record) -> bool:
    """Whether the journey may be told: what does not look like a type goes no further, unless a step waits for it."""
    if known_type(report.command(SYSTEM)) is not None:
        return True
    content = await connection.fetchval(sql.programme_version, place["programme"], place["version"])
    return any(step.event == report.type for step in Programme.model_validate(content).steps.values())


# ---- to the journey


async def pass_on(db: Database, journeys: Journeys, report: Report, by: str) -> None:
    """Give a report to its journey. Safe to repeat. Raises `NotSavedYet` when nobody takes it in."""
    try:
        await journeys.record_event(report.journey, report.command(by))
    except NoLongerRunning:
        # Ended meanwhile, or not begun yet: then it is passed on again.
        async with db.acting_as(SYSTEM) as connection:
            await connection.execute(sql.nobody_to_report_to, report.event)


async def _settled(db: Database, event: str, patience: float) -> None:
    """Wait until the journey has said what became of it, for at most `patience` seconds."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    async with db.hearing(JOURNAL) as heard:
        while (await standing(db, event)).status == "passed_on" and (left := until - loop.time()) > 0:
            await heard.next(min(left, _LOOK_AGAIN))
