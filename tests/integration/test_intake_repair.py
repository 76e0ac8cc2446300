"""An intake that is cut off anywhere ends as if it had not been."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from db.pool import SYSTEM, Database
from schemas.commands import StartJourney
from services.intake.delivery import GIVE_UP_AFTER
from services.intake.taking_in import begin_pending
from services.publish import publish
from tests.intake import ANNA, BO, DAY, MONDAY, Away, Process, count, enter, kinds, person
from tests.sample import sample


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    await publish(db, sample(), MONDAY)
    yield db
    await db.close()


@pytest.fixture
def process(db: Database) -> Process:
    return Process(db)


async def test_rows_cut_off_before_their_journeys_began_are_begun_later(db: Database, process: Process) -> None:
    process.away = True
    report = await enter(db, process, ANNA, BO, ANNA.model_copy(update={"line": 4, "received_at": MONDAY}))
    assert [entry.line for entry in report.accepted] == [2, 3]
    assert {entry.line for entry in report.pending} == {2, 3, 4}
    assert process.starts == {}
    process.away = False
    assert await begin_pending(db, process) == 3
    assert set(process.starts) == {entry.journey for entry in report.accepted}
    assert process.starts[report.accepted[0].journey].received_at == MONDAY - DAY
    assert (await kinds(db, report.accepted[0].journey))["interest_joined"] == 1
    calls = dict(process.calls)
    assert await begin_pending(db, process) == 0
    assert process.calls == calls


async def test_rows_cut_off_are_also_repaired_by_the_same_file(db: Database, process: Process) -> None:
    process.away = True
    first = await enter(db, process, ANNA, BO)
    process.away = False
    second = await enter(db, process, ANNA, BO)
    assert second.joined == first.accepted
    assert second.pending == []
    assert process.calls == {"start": 2}
    async with db.acting_as(SYSTEM) as connection:
        assert await connection.fetchval("SELECT bool_and(begun) FROM journeys")


@pytest.mark.parametrize("calls", range(6))
async def test_wherever_an_intake_is_cut_off_it_ends_as_if_it_had_not_been(
    db: Database, process: Process, calls: int
) -> None:
    again = [row.model_copy(update={"line": row.line + 2, "received_at": MONDAY}) for row in (ANNA, BO)]
    process.away_after = calls
    await enter(db, process, ANNA, BO, *again)
    process.away_after = None
    await begin_pending(db, process)
    assert await count(db, "journeys") == len(process.starts) == 2
    for journey in process.starts:
        assert (await kinds(db, journey))["interest_joined"] == 1


async def test_when_nobody_answers_the_rest_is_left_without_waiting(
    db: Database, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = 0

    async def start(_command: StartJourney) -> None:
        nonlocal tried
        tried += 1
        raise Away

    monkeypatch.setattr(process, "start", start)
    report = await enter(db, process, *[person(n, "Anna Alm", f"p{n}@example.org") for n in range(300)])
    assert len(report.pending) == len(report.accepted) == 300
    assert GIVE_UP_AFTER <= tried <= GIVE_UP_AFTER + 16
