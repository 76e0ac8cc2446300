"""What became of a report is written with the journal, whatever it says, and only for the journey it is for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from db import journal
from db.pool import SYSTEM, Database
from schemas.events import Event, EventKind
from services.publish import publish
from tests.sample import sample
from tests.story import JOURNEY, MONDAY, enter

OTHER = "jother"
PARKED, REFUSED, DONE = EventKind.EVENT_PARKED, EventKind.EVENT_REFUSED, EventKind.TASK_COMPLETED


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    await publish(db, sample(), MONDAY)
    for journey in (JOURNEY, OTHER):
        await enter(db, journey)
    yield db
    await db.close()


class Desk:
    """One report, and journals that say things about it."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._reached = {JOURNEY: 0, OTHER: 0}

    async def takes_in(self, status: str = "passed_on", matched: str | None = None) -> None:
        async with self._db.acting_as(SYSTEM) as connection:
            await connection.execute(
                "INSERT INTO outside_events (event, journey, type, outcome, by, received_at, at, status, matched,"
                " command) VALUES ('e1', $1, 'offer.made', 'offered', 'gateway', $2, $2, $3, $4, $5)",
                JOURNEY, MONDAY, status, matched, matched and "c-match",
            )  # fmt: skip

    async def says(self, kind: EventKind, journey: str = JOURNEY, **rest: Any) -> tuple[str, str | None]:
        """The journal of the journey goes on; how the report then stands."""
        self._reached[journey] += 1
        event = Event(seq=self._reached[journey], at=MONDAY, recorded_at=MONDAY, kind=kind, **rest)
        async with self._db.acting_as(SYSTEM) as connection:
            await journal.write(connection, journey, [event])
            row = await connection.fetchrow("SELECT status, cause FROM outside_events WHERE event = 'e1'")
        assert row is not None
        return row["status"], row["cause"]


@pytest.fixture
def desk(db: Database) -> Desk:
    return Desk(db)


async def test_it_follows_the_journal_from_waiting_to_applied(desk: Desk) -> None:
    await desk.takes_in()
    assert await desk.says(PARKED, command="e1", reason="early") == ("early", None)
    assert await desk.says(DONE, command="c1", outcome="booked") == ("early", None)
    assert await desk.says(DONE, command="e1", outcome="offered") == ("applied", None)
    assert await desk.says(EventKind.JOURNEY_ENDED) == ("applied", None)


async def test_what_another_journey_says_under_the_same_id_means_nothing(desk: Desk) -> None:
    await desk.takes_in()
    assert await desk.says(DONE, OTHER, command="e1", outcome="offered") == ("passed_on", None)
    assert await desk.says(EventKind.JOURNEY_ENDED, OTHER) == ("passed_on", None)


async def test_a_report_matched_to_another_journey_follows_that_ones_journal_under_the_operators_command(
    desk: Desk,
) -> None:
    await desk.takes_in(matched=OTHER)
    assert await desk.says(REFUSED, command="e1", reason="late") == ("passed_on", None)
    assert await desk.says(PARKED, OTHER, command="c-match", reason="early") == ("early", None)
    assert await desk.says(DONE, OTHER, command="e1", outcome="offered") == ("applied", None)


async def test_what_has_been_seen_to_stays_so_unless_it_is_applied_after_all(desk: Desk) -> None:
    await desk.takes_in("dismissed")
    assert await desk.says(REFUSED, command="e1", reason="late") == ("dismissed", None)
    assert await desk.says(EventKind.JOURNEY_ENDED) == ("dismissed", None)
    assert await desk.says(DONE, command="e1", outcome="offered") == ("applied", None)


async def test_what_still_waits_when_the_journey_ends_is_on_the_desk(desk: Desk) -> None:
    await desk.takes_in()
    await desk.says(PARKED, command="e1", reason="early")
    assert await desk.says(EventKind.JOURNEY_ENDED) == ("unmatched", "ended")


async def test_when_the_act_that_let_it_go_is_undone_it_waits_again(desk: Desk) -> None:
    await desk.takes_in()
    await desk.says(PARKED, command="e1", reason="early")
    await desk.says(EventKind.JOURNEY_EXITED, command="bye", exit="X5")
    assert await desk.says(REFUSED, command="e1", report="offer.made", reason="late") == ("unmatched", "late")
    assert await desk.says(EventKind.ACT_UNDONE, command="undo", undoes=(2, 3)) == ("early", None)
    assert await desk.says(DONE, command="e1", outcome="offered") == ("applied", None)


async def test_when_the_act_that_let_it_answer_is_undone_it_waits_again(desk: Desk) -> None:
    await desk.takes_in()
    await desk.says(PARKED, command="e1", reason="early")
    await desk.says(DONE, command="c1", outcome="booked")
    assert await desk.says(DONE, command="e1", outcome="offered") == ("applied", None)
    assert await desk.says(EventKind.ACT_UNDONE, command="undo", undoes=(2, 3)) == ("early", None)


async def test_an_undone_act_gives_back_nothing_that_had_ended_before(desk: Desk) -> None:
    await desk.takes_in()
    await desk.says(PARKED, command="e1", reason="early")
    await desk.says(REFUSED, command="e1", report="offer.made", outcome="eaten", reason="unknown_outcome")
    await desk.says(DONE, command="c1", outcome="booked")
    assert await desk.says(EventKind.ACT_UNDONE, undoes=(3, 3)) == ("unmatched", "unknown_outcome")
