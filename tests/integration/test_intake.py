"""Each person is entered once, whatever is repeated or done at once.

The journeys are the real engine's, written by the real journal; only the server that would carry them is left out.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from db.pool import SYSTEM, Database
from schemas.base import Both
from schemas.commands import ExitJourney
from schemas.journey import Pace
from services.errors import NoSuchProgramme
from services.intake import plan as intake_plan
from services.intake.file import IntakeFile
from services.intake.row import IntakeRow, Rejection
from services.intake.taking_in import take_in
from services.people import contacts
from services.publish import publish
from tests.intake import ANNA, BO, DAY, MONDAY, Process, count, enter, kinds, person
from tests.sample import PLAN, both, sample


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    await publish(db, sample(), MONDAY)
    yield db
    await db.close()


@pytest.fixture
def process(db: Database) -> Process:
    return Process(db)


async def test_each_new_person_becomes_a_journey_that_has_begun(db: Database, process: Process) -> None:
    seen: list[int] = []
    report = await enter(db, process, ANNA, BO, progress=seen.append)
    assert [entry.line for entry in report.accepted] == [2, 3]
    assert (report.joined, report.rejected, report.pending) == ([], [], [])
    assert seen == [2]
    first, second = (process.starts[entry.journey] for entry in report.accepted)
    assert (first.received_at, second.received_at) == (MONDAY - DAY, MONDAY)
    assert list(first.programme.steps) == list(sample().steps)
    assert first.programme.notices == {}
    async with db.acting_as(SYSTEM) as connection:
        assert await connection.fetchval("SELECT bool_and(begun AND seq > 0) FROM journeys")
    found = await contacts(db, "s1", [entry.journey for entry in report.accepted])
    assert [found[entry.journey].name for entry in report.accepted] == ["Anna Alm", "Bo Ek"]


async def test_the_report_has_the_promised_fields(db: Database, process: Process) -> None:
    bad = Rejection(line=4, reason=Both(sv="Fel.", en="Wrong."))
    await enter(db, process, BO)
    report = (await enter(db, process, ANNA, BO, bad)).as_json()
    assert report["rejected"] == [{"line": 4, "reason": "Fel. / Wrong."}]
    assert [row["line"] for row in report["accepted"]] == [2]
    assert [set(row) for row in report["joined"]] == [{"line", "journey"}]


async def test_ids_are_opaque_and_nothing_sent_to_the_process_says_who_it_is(db: Database, process: Process) -> None:
    report = await enter(db, process, ANNA, ANNA.model_copy(update={"line": 3, "received_at": MONDAY}))
    (journey,) = {entry.journey for entry in (*report.accepted, *report.joined)}
    assert len(journey) == 10
    sent = process.starts[journey].model_dump_json() + process.states[journey].model_dump_json()
    assert not any(text in sent for text in ("Anna", "Alm", "anna@", "174 06 05", "70174"))


async def test_the_same_rows_again_enter_nobody_and_tell_nobody(db: Database, process: Process) -> None:
    rows = (ANNA, BO, person(4, "Cia Dal", phone="0701740606"))
    first = await enter(db, process, *rows)
    before = dict(process.calls), await count(db, "journal"), await count(db, "submissions")
    second = await enter(db, process, *rows)
    assert second.accepted == []
    assert second.joined == first.accepted
    assert (dict(process.calls), await count(db, "journal"), await count(db, "submissions")) == before
    assert await count(db, "people") == await count(db, "journeys") == 3


async def test_the_same_file_a_month_later_says_nothing_new_of_open_journeys(db: Database, process: Process) -> None:
    await enter(db, process, ANNA, BO)
    process.now += 30 * DAY
    report = await enter(db, process, ANNA, BO)
    assert len(report.joined) == 2
    assert process.calls == {"start": 2}


@pytest.mark.parametrize(
    "again",
    [
        person(3, "ANNA ALM", "Anna@Example.org"),
        person(3, "Alm, Anna", phone="+46 70 174 06 05"),
        person(3, "Anna Maria Alm", "other@example.org", "0046701740605"),
    ],
)
async def test_whoever_is_known_by_address_or_number_and_name_joins_the_open_journey(
    db: Database, process: Process, again: IntakeRow
) -> None:
    (anna,) = (await enter(db, process, ANNA)).accepted
    report = await enter(db, process, again)
    assert [(entry.line, entry.journey) for entry in report.joined] == [(3, anna.journey)]
    assert (await kinds(db, anna.journey))["interest_joined"] == 1
    assert await count(db, "people") == 1
    assert (await enter(db, process, again)).joined == report.joined
    assert (await kinds(db, anna.journey))["interest_joined"] == 1


async def test_a_family_with_one_address_is_several_people(db: Database, process: Process) -> None:
    report = await enter(db, process, ANNA, person(3, "Bo Alm", "anna@example.org", "070-174 06 05"))
    assert len(report.accepted) == 2
    assert await count(db, "people") == 2


async def test_a_person_twice_in_one_file_is_one_journey(db: Database, process: Process) -> None:
    later = ANNA.model_copy(update={"line": 9, "received_at": MONDAY})
    report = await enter(db, process, ANNA, BO, ANNA.model_copy(update={"line": 4}), later)
    assert [entry.line for entry in report.accepted] == [2, 3]
    assert [(entry.line, entry.journey) for entry in report.joined] == [
        (4, report.accepted[0].journey),
        (9, report.accepted[0].journey),
    ]
    assert (await kinds(db, report.accepted[0].journey))["interest_joined"] == 1


async def test_a_number_learnt_later_is_kept_and_recognised(db: Database, process: Process) -> None:
    (bo,) = (await enter(db, process, BO)).accepted
    await enter(db, process, person(2, "Bo Ek", "bo@example.org", "070-174 06 07"))
    report = await enter(db, process, person(2, "Bo Ek", phone="0701740607"))
    assert [entry.journey for entry in report.joined] == [bo.journey]
    assert (await contacts(db, "s1", [bo.journey]))[bo.journey].phone == "070-174 06 07"


async def test_whoever_left_and_ended_is_taken_back_in_with_the_history(db: Database, process: Process) -> None:
    (anna,) = (await enter(db, process, ANNA)).accepted
    await process.do(anna.journey, ExitJourney(id="exit", exit="X5"))
    await process.sleep(40 * DAY)
    assert process.states[anna.journey].ended_at is not None
    report = await enter(db, process, ANNA.model_copy(update={"received_at": process.now}))
    assert [entry.journey for entry in report.joined] == [anna.journey]
    assert process.calls["reopen"] == 1
    assert {"journey_exited", "journey_reopened"} < set(await kinds(db, anna.journey))
    async with db.acting_as(SYSTEM) as connection:
        assert await connection.fetchval("SELECT status FROM journeys") == "open"


async def test_whoever_is_still_followed_up_is_taken_back_in_where_they_are(db: Database, process: Process) -> None:
    steps = {**PLAN["steps"], "farewell": {**PLAN["steps"]["follow_up"], "after_exit": ["X5"]}}
    followed = sample().model_validate({**PLAN, "steps": steps, "title": both("Followed")})
    assert (await publish(db, followed, MONDAY)).version == 2
    (anna,) = (await enter(db, process, ANNA)).accepted
    await process.do(anna.journey, ExitJourney(id="exit", exit="X5"))
    assert process.states[anna.journey].ended_at is None
    report = await enter(db, process, ANNA.model_copy(update={"received_at": MONDAY}))
    assert [entry.journey for entry in report.joined] == [anna.journey]
    assert process.calls == {"start": 1, "come_back": 1}


async def test_whoever_has_just_left_is_taken_back_in_while_that_could_still_be_taken_back(
    db: Database, process: Process
) -> None:
    assert (await publish(db, sample().but(undo_minutes=30), MONDAY)).version == 2
    (anna,) = (await enter(db, process, ANNA)).accepted
    await process.do(anna.journey, ExitJourney(id="exit", exit="X5"))
    assert process.states[anna.journey].ended_at is not None
    report = await enter(db, process, ANNA.model_copy(update={"received_at": MONDAY}))
    assert [entry.journey for entry in report.joined] == [anna.journey]
    assert process.calls == {"start": 1, "come_back": 1}
    assert process.states[anna.journey].status == "open"


async def test_an_old_file_takes_nobody_back_in(db: Database, process: Process) -> None:
    (anna, bo) = (await enter(db, process, ANNA, BO)).accepted
    for journey in (anna.journey, bo.journey):
        await process.do(journey, ExitJourney(id="exit", exit="X5"))
    await process.sleep(timedelta(hours=3))
    assert len((await enter(db, process, ANNA, BO)).joined) == 2
    assert process.calls == {"start": 2}


async def test_an_interest_without_a_time_given_later_takes_a_person_back_in(db: Database, process: Process) -> None:
    (bo,) = (await enter(db, process, BO)).accepted
    await process.do(bo.journey, ExitJourney(id="exit", exit="X5"))
    await process.sleep(90 * DAY)
    await enter(db, process, BO)
    assert process.calls["reopen"] == 1


async def test_another_programme_is_another_journey_of_the_same_person(db: Database, process: Process) -> None:
    await publish(db, sample().model_copy(update={"programme": "other"}), MONDAY)
    await enter(db, process, ANNA)
    report = await take_in(db, process, [ANNA], "other", now=MONDAY)
    assert len(report.accepted) == 1
    assert (await count(db, "people"), await count(db, "journeys")) == (1, 2)


async def test_intakes_at_once_enter_each_person_once(db: Database, process: Process) -> None:
    rows = [person(n + 2, f"Person{'abcdefghij'[n % 10]} Ek", f"p{n % 40}@example.org") for n in range(120)]
    orders = [rows, rows[::-1], rows[60:] + rows[:60], rows[::2] + rows[1::2]]
    reports = await asyncio.gather(*(enter(db, process, *order) for order in orders))
    assert await count(db, "people") == await count(db, "journeys") == 40
    assert sum(len(report.accepted) for report in reports) == 40
    assert sum(len(report.joined) for report in reports) == 4 * 120 - 40
    assert set(process.starts) == {entry.journey for report in reports for entry in report.accepted}
    assert await count(db, "journal WHERE kind = 'interest_joined'") == 0


async def test_each_role_gets_an_owner_and_the_work_is_shared(db: Database, process: Process) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await connection.executemany(
            "INSERT INTO staff (staff, name, email, roles, active) VALUES ($1, 'S', 's@example.org', $2, $3)",
            [
                ("s1", ["coordinator"], True),
                ("s2", ["coordinator", "leader"], True),
                ("s3", ["coordinator"], False),
                ("s4", ["participant"], True),
            ],
        )
    rows = [person(n, "Anna Alm", f"p{n}@example.org") for n in range(6)]
    await enter(db, process, *rows)
    owners = [start.owners for start in process.starts.values()]
    assert all(set(each) == {"coordinator", "leader"} for each in owners)
    # s2 is the only leader, so the calls go to s1 until both have as much.
    assert Counter(each["leader"] for each in owners) == {"s2": 6}
    assert Counter(each["coordinator"] for each in owners) == {"s1": 6}


async def test_the_wish_is_a_fact_where_the_programme_asks_for_it(db: Database, process: Process) -> None:
    wish = {"title": both("Wish"), "values": {"job": both("Job"), "study": both("Study")}}
    asking = sample().model_validate({**PLAN, "facts": {**PLAN["facts"], "wish": wish}})
    await publish(db, asking, MONDAY)
    rows = [person(n, "Anna Alm", f"p{n}@example.org", wish=wish) for n, wish in enumerate(("job", "both", None))]
    await enter(db, process, *rows)
    assert sorted(str(start.facts) for start in process.starts.values()) == ["{'wish': 'job'}", "{}", "{}"]


async def test_the_pace_of_a_journey_is_kept_with_it(db: Database, process: Process) -> None:
    pace = Pace(wall=MONDAY, journey=MONDAY, day=timedelta(seconds=2))
    await enter(db, process, BO, pace=pace)
    async with db.acting_as(SYSTEM) as connection:
        assert Pace.model_validate(await connection.fetchval("SELECT pace FROM journeys")) == pace


async def test_a_programme_that_is_not_published_is_refused_before_anything_is_stored(
    db: Database, process: Process
) -> None:
    with pytest.raises(NoSuchProgramme, match="publish it first"):
        await take_in(db, process, [ANNA], "nothing", now=MONDAY)
    assert await count(db, "people") == 0


async def test_an_id_that_exists_already_is_not_used_again(
    db: Database, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = (await enter(db, process, ANNA)).accepted
    fresh = itertools.chain([first.journey], (f"j{n:09}" for n in itertools.count()))
    make = intake_plan.new_id
    monkeypatch.setattr(
        intake_plan, "new_id", lambda kind, length=9: next(fresh) if kind == "j" else make(kind, length)
    )
    report = await enter(db, process, BO)
    assert [entry.journey for entry in report.accepted] == ["j000000000"]
    assert await count(db, "people") == 2


async def test_what_a_file_holds_is_entered_and_what_it_cannot_be_is_reported(
    db: Database, process: Process, tmp_path: Path
) -> None:
    path = tmp_path / "interests.csv"
    path.write_bytes("namn;e-post\r\nÅsa Öst;asa@example.org\r\nBo Ek;\r\nCia Dal;c@example.org\r\n".encode("cp1252"))
    report = await enter(db, process, *IntakeFile.open(path).rows(MONDAY))
    assert [entry.line for entry in report.accepted] == [2, 4]
    assert [row.line for row in report.rejected] == [3]
    found = await contacts(db, "s1", [entry.journey for entry in report.accepted])
    assert sorted(contact.name for contact in found.values()) == ["Cia Dal", "Åsa Öst"]


@pytest.mark.timeout(600)
def test_a_hundred_thousand_rows_are_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf-8") as out:
        out.write("name,email,phone,language,municipality,partner,wish,adults,children,received_at\n")
        for number in range(100_000):
            language = "xx" if number % 1000 == 0 else "sv"
            out.write(f"Person {number} Ek,p{number}@example.org,,{language},Umeå,,job,1,0,2026-11-20T10:15\n")
    rows: Iterable[IntakeRow | Rejection] = IntakeFile.open(path).rows(MONDAY)
    found: Counter[type] = Counter(type(row) for row in itertools.islice(rows, 5_000))
    before = psutil.Process().memory_info().rss
    found += Counter(type(row) for row in rows)
    assert psutil.Process().memory_info().rss - before < 10_000_000
    assert found == {IntakeRow: 99_900, Rejection: 100}
