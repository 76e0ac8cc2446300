"""The read side: inbox, journey and journal as plain dictionaries, ready to be printed as JSON.

Times are ISO 8601 in UTC. Everything comes from the read tables and the journal; nothing here asks the process, and
nothing here says who a person is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import asyncpg

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.base import Language
from schemas.journey import Pace
from schemas.programme import Programme
from services.errors import NoSuchJourney
from services.paces import EARLIEST, Clocks
from services.published import published

_INBOX = (sql.open_tasks, sql.open_tasks_of_role, sql.open_tasks_of_owner)
_OVERDUE = (sql.overdue_tasks, sql.overdue_tasks_of_role, sql.overdue_tasks_of_owner)
"""By how much is said of whose tasks they are: nothing, the role, or the person and perhaps the role."""

_PAGE = 1000
_TIMES = ("received_at", "started_at", "exited_at", "ended_at")


async def tasks(
    db: Database,
    role: str | None = None,
    *,
    owner: str | None = None,
    overdue: bool = False,
    most: int | None = None,
    now: datetime,
    pace: Pace | None = None,
    language: Language = "sv",
    by: str = SYSTEM,
) -> list[dict[str, Any]]:
    """The open tasks, of one role or person or of all, what is due first on top, at most so many.

    `now` is wall time; each journey has its pace, or else `pace`.

    Each has `id, journey, step, title, titles {sv, en}, phase, role, owner, stands_in_for, generation,
    opened_at, due_at, overdue, overdue_seconds, held, outcomes, outcome_titles {outcome: {sv, en}}, form`.
    `title` is in `language`.
    """
    async with db.acting_as(by) as connection:
        clocks = await Clocks.read(connection, now, pace or Pace())
        whose = (owner, role) if owner is not None else (role,) if role is not None else ()
        if overdue:
            records = await _overdue(connection, clocks, whose, most)
        else:
            records = await connection.fetch(_INBOX[len(whose)], most, *whose)
        return await described(connection, records, clocks, language)


async def _overdue(
    connection: Connection, clocks: Clocks, whose: tuple[str | None, ...], most: int | None
) -> list[asyncpg.Record]:
    """Page after page, since journeys with a pace of their own may not be late yet."""
    found: list[asyncpg.Record] = []
    since, last, size = EARLIEST, "", most or _PAGE
    while most is None or len(found) < most:
        page = await connection.fetch(_OVERDUE[len(whose)], size, clocks.latest(), since, last, *whose)
        found += [record for record in page if _late(record, clocks) is not None]
        if len(page) < size:
            break
        since, last = page[-1]["stalls_at"], page[-1]["task"]
    return found[:most]


async def journey(
    db: Database, journey: str, *, now: datetime, language: Language = "sv", by: str = SYSTEM
) -> dict[str, Any]:
    """One journey with its open tasks (as in `tasks`) and its `events`. Raises `NoSuchJourney`.

    It has `journey, programme, version, status, exit, seq, received_at, started_at, exited_at, ended_at, hold, facts,
    dates, owners, begun, tasks, events`.
    """
    async with db.acting_as(by) as connection:
        # One statement sees one moment; three would not. The journal is read up to what the read row says.
        record = await connection.fetchrow(sql.one_journey, journey)
        if record is None:
            raise NoSuchJourney(journey=journey)
        opened = await connection.fetch(sql.open_tasks_of_journey, journey)
        journal = await connection.fetch(sql.read_journal, journey)
        tasks = await described(connection, opened, Clocks(now, Pace()), language)
    found = {name: value for name, value in record.items() if name != "pace"}
    found |= {name: iso(found[name]) for name in _TIMES}
    found["tasks"] = tasks
    found["events"] = [_event(entry["event"]) for entry in journal]
    return found


async def events(db: Database, journey: str, by: str = SYSTEM) -> list[dict[str, Any]]:
    """The journal of one journey: `seq, at, kind, step` and whatever else belongs to the event's kind."""
    async with db.acting_as(by) as connection:
        if await connection.fetchval(sql.seq_of_journey, journey) is None:
            raise NoSuchJourney(journey=journey)
        return [_event(record["event"]) for record in await connection.fetch(sql.read_journal, journey)]


async def described(
    connection: Connection, records: list[asyncpg.Record], clocks: Clocks, language: Language
) -> list[dict[str, Any]]:
    """Rows of open tasks as `tasks` gives them."""
    programmes = await published(connection, {(record["programme"], record["version"]) for record in records})
    return [_task(record, programmes[record["programme"], record["version"]], clocks, language) for record in records]


def _task(record: asyncpg.Record, programme: Programme, clocks: Clocks, language: Language) -> dict[str, Any]:
    step = programme.steps[record["step"]]
    late = _late(record, clocks)
    return {
        "id": record["task"],
        "journey": record["journey"],
        "step": record["step"],
        "title": step.title[language],
        "titles": step.title.model_dump(),
        "phase": record["phase"],
        "role": record["role"],
        "owner": record["owner"],
        "stands_in_for": record["detail"].get("stands_in_for"),
        "generation": record["generation"],
        "opened_at": iso(record["opened_at"]),
        "due_at": iso(record["due_at"]),
        "overdue": late is not None,
        "overdue_seconds": late,
        "held": record["held"],
        "outcomes": list(step.outcomes),
        "outcome_titles": {name: outcome.title.model_dump() for name, outcome in step.outcomes.items()},
        "form": step.form,
    }


def _late(record: asyncpg.Record, clocks: Clocks) -> int | None:
    """By how many seconds of journey time a task is overdue. A rest stops the clocks that are promises of ours."""
    if record["stalls_at"] is None:
        return None
    late = (clocks.now(record["pace"]) - record["stalls_at"]).total_seconds()
    return int(late) if late > 0 else None


def _event(stored: dict[str, Any]) -> dict[str, Any]:
    always = ("seq", "at", "kind", "step")
    return {name: value for name, value in stored.items() if name in always or value not in (None, {}, [])}


def iso(moment: datetime | None) -> str | None:
    """A time as every JSON document here has it: ISO 8601 in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
