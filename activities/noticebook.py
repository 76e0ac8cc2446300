"""The notices in Postgres: leasing them, looking at them, and writing down what became of them. It sends nothing.

A row is leased by the wall time in `next_try_at`, which is also the proof of the lease: whoever finds another value
there has lost it. Each method is one short transaction, or works inside the one it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from time import monotonic

from activities.letters import Letter
from activities.situation import Cause, Person, Situation, situation
from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.journey import Pace
from schemas.programme import Programme

LEASE = timedelta(minutes=5)
"""How long a courier has the notices it took. Longer than a batch may take; only speed depends on it."""

HANDING_OVER = timedelta(minutes=5)
"""After this long a letter that is still being handed over counts as cut off. Longer than a mail server may take."""

FRESH = 60.0
"""Seconds after which the words of a version are read again."""

DIGEST_LIMIT = 2_000
"""How many notices are gathered for the receivers of one batch at most."""


class NoticeBook:
    """The table `notices` and what stands around it."""

    def __init__(self, database: Database, pace: Pace) -> None:
        self._database = database
        self._pace = pace
        self._programmes: dict[tuple[str, int], tuple[float, Programme]] = {}

    async def set_out(self, seen: int, wall: datetime) -> tuple[int, list[str]]:
        """The number of this walk, and the notices that are in doubt because the database is older than walk `seen`."""
        async with self._database.acting_as(SYSTEM) as connection:
            row = await connection.fetchrow(sql.set_out, seen)
            assert row is not None
            values = (wall, self._pace.to_journey(wall))
            rows = await connection.fetch(sql.doubt_notices, *values) if row["older"] else []
        return row["walk"], [row["notice"] for row in rows]

    async def cut_off(self, wall: datetime) -> list[str]:
        """Call those unsure whose courier died while handing them over."""
        async with self._database.acting_as(SYSTEM) as connection:
            rows = await connection.fetch(sql.notices_cut_off, wall, Cause.CUT_OFF)
        return [row["notice"] for row in rows]

    async def lease(self, wall: datetime, most: int, *, to_nobody: bool) -> tuple[list[str], bool]:
        """Take at most `most` due notices, and with those to staff everything else that is due to the same people.

        Gives the notices and whether there may be more. `to_nobody` takes those whose receiver is not known yet.
        """
        until, default = wall + LEASE, self._pace.to_journey(wall)
        async with self._database.acting_as(SYSTEM) as connection:
            rows = await connection.fetch(sql.lease_notices, wall, default, until, most, to_nobody, None)
            people = sorted({row["staff"] for row in rows if row["staff"] is not None})
            same = (wall, default, until, DIGEST_LIMIT, False, people)
            rest = await connection.fetch(sql.lease_notices, *same) if people and not to_nobody else []
        return [row["notice"] for row in (*rows, *rest)], len(rows) == most

    def transaction(self) -> AbstractAsyncContextManager[Connection]:
        """A transaction in which the courier acts for the system."""
        return self._database.acting_as(SYSTEM)

    async def situations(
        self, connection: Connection, notices: Sequence[str], lease: datetime, wall: datetime
    ) -> list[Situation]:
        """What decides about each notice that is still ours, appointments first. They stay locked meanwhile."""
        rows = await connection.fetch(sql.notice_situations, notices, lease)
        found = []
        for row in rows:
            pace = Pace.model_validate(row["pace"]) if row["pace"] else self._pace
            programme = await self._programme(connection, row["programme"], row["version"])
            found.append(situation(dict(row), programme, pace, wall))
        return found

    async def lock_receiver(self, connection: Connection, notice: str) -> None:
        """Let nobody else count this participant's letters of the day until the transaction ends."""
        await connection.execute(sql.lock_receiver, notice)

    async def staff(self, connection: Connection, ids: Iterable[str | None]) -> dict[str, Person]:
        """The staff with these ids, whether still active or not."""
        rows = await connection.fetch(sql.staff_to_name, sorted({one for one in ids if one}))
        return {row["staff"]: Person(row["name"], row["email"], row["phone"], row["language"]) for row in rows}

    async def settle(self, connection: Connection, case: Situation, lease: datetime, status: str, cause: str) -> None:
        """End a notice without sending it."""
        await connection.execute(sql.settle_notices, [case.notice], lease, status, cause, case.now)

    async def put_back(
        self,
        connection: Connection,
        notices: Sequence[str],
        lease: datetime,
        until: datetime | None,
        cause: str | None,
        *,
        attempts: int = 0,
    ) -> None:
        """Give leased notices back; nobody looks at them before `until` (wall time; None: at once)."""
        await connection.execute(sql.rest_notices, notices, lease, until, cause, attempts)

    async def share(self, connection: Connection, case: Situation, staff: Sequence[str]) -> None:
        """Give a notice for a role to the first of these, and a copy to each of the others."""
        await connection.execute(sql.copy_notice, case.notice, list(staff[1:]))
        await connection.execute(sql.address_notice, case.notice, staff[0])

    async def hand_over(self, connection: Connection, letter: Letter, now: datetime, wall: datetime) -> None:
        """From the commit on nobody else may send these."""
        values = (letter.notices, letter.message_id, now, wall + HANDING_OVER)
        await connection.execute(sql.hand_over_notices, *values)

    async def close(self, letter: Letter, status: str, cause: str | None, until: datetime | None) -> None:
        """Write down what became of a letter; `due` means it was certainly not taken and rests until `until`."""
        attempts = 0 if status == "sent" else 1
        values = (letter.notices, letter.message_id, status, cause, until, attempts)
        async with self.transaction() as connection:
            await connection.execute(sql.close_hand_over, *values)

    async def _programme(self, connection: Connection, name: str, version: int) -> Programme:
        """A published version never changes, but one that was lost with its words may get them yet."""
        read_at, known = self._programmes.get((name, version), (-FRESH, None))
        if known is None or not known.notices or monotonic() - read_at >= FRESH:
            content = await connection.fetchval(sql.programme_version, name, version)
            known = Programme.model_validate(content)
            self._programmes[name, version] = monotonic(), known
        return known
