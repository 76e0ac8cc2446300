"""Whose tasks are shown, in which group and in which order; what is put away comes back by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest_asyncio

from db.pool import SYSTEM, Database
from schemas.commands import AssignTask, CompleteTask, HoldJourney
from services import own_list
from services.known_programmes import KnownProgrammes
from services.looks import find_people, look_up
from services.my_day import Day, Group, Wanted, concerns, my_day, newest, steps_of
from services.publish import publish
from tests.consoles import visit
from tests.intake import DAY, MONDAY, Process, enter, person
from tests.sample import sample

ANNA = Wanted("anna", ("coordinator",))
STAFF = [
    ("anna", "Anna Alm", "anna@staff.example.org", None, "sv", ["coordinator"]),
    ("bert", "Bert Berg", "bert@staff.example.org", None, "sv", ["coordinator"]),
    ("lena", "Lena Lind", "lena@staff.example.org", None, "sv", ["leader"]),
]


class Desk:
    """A few people's journeys, the engine behind them, and the clock."""

    def __init__(self, db: Database) -> None:
        self.db, self.process, self.programmes = db, Process(db), KnownProgrammes(db)

    async def enter(self, number: int, ago: timedelta = timedelta(0)) -> str:
        row = person(number, f"Kim Nummer{number}", f"kim{number}@example.org", received_at=self.process.now - ago)
        report = await enter(self.db, self.process, row)
        return report.accepted[0].journey

    def task(self, journey: str, step: str) -> str:
        return next(task.id for task in self.process.states[journey].tasks if task.step == step)

    async def assign(self, journey: str, step: str, to: str) -> None:
        await self.process.do(journey, AssignTask(id=f"a-{journey}-{to}", task=self.task(journey, step), to=to))

    async def day(self, wanted: Wanted = ANNA, at: datetime | None = None, **rest: int) -> Day:
        now = at or self.process.now
        return await my_day(self.db, self.programmes, wanted, now=now, language="sv", by="anna", **rest)


@pytest_asyncio.fixture
async def desk(database_dsn: str) -> AsyncIterator[Desk]:
    db = await Database.open(database_dsn, most=3)
    await publish(db, sample(), MONDAY)
    async with db.acting_as(SYSTEM) as connection:
        statement = "INSERT INTO staff (staff, name, email, phone, language, roles) VALUES ($1, $2, $3, $4, $5, $6)"
        await connection.executemany(statement, STAFF)
    yield Desk(db)
    await db.close()


def names(day: Day) -> list[tuple[str, str]]:
    return [(task.group.value, task.name) for task in day.tasks]


async def test_what_is_most_urgent_comes_first_in_its_group(desk: Desk) -> None:
    late = await desk.enter(1, 6 * DAY)
    soon = await desk.enter(2, 3 * DAY)
    later = await desk.enter(3)
    for journey in (late, soon, later):
        await desk.assign(journey, "welcome_call", "anna")
    day = await desk.day()
    assert names(day) == [("overdue", "Kim Nummer1"), ("today", "Kim Nummer2"), ("week", "Kim Nummer3")]
    assert day.counts == {Group.OVERDUE: 1, Group.TODAY: 1, Group.WEEK: 1}
    assert [task.late for task in day.tasks] == [True, False, False]
    assert day.tasks[0].sentence.startswith("Skulle ha varit klart fredag 20 november kl. 17.00")
    assert names(await desk.day(replace(ANNA, overdue=True))) == [("overdue", "Kim Nummer1")]
    assert names(await desk.day(first=1, most=1)) == [("today", "Kim Nummer2")]


async def test_one_sees_ones_own_and_nobodys_and_the_team_everybodys(desk: Desk) -> None:
    mine, theirs, nobodys = [await desk.enter(number) for number in (1, 2, 3)]
    await desk.assign(mine, "welcome_call", "anna")
    await desk.assign(theirs, "welcome_call", "bert")
    async with desk.db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE tasks SET owner = NULL WHERE journey = $1", nobodys)
    day = await desk.day()
    assert {task.journey: task.owner_name for task in day.tasks} == {mine: "Anna Alm", nobodys: None}
    team = replace(ANNA, team=True)
    assert {task.journey for task in (await desk.day(team)).tasks} == {mine, theirs, nobodys}
    assert {task.journey for task in (await desk.day(replace(team, owner="bert"))).tasks} == {theirs}
    assert {task.journey for task in (await desk.day(replace(team, step="interview"))).tasks} == set()
    assert (await desk.day(Wanted("lena", ("leader",)))).total == 3  # the assignments


async def test_who_waits_for_others_and_who_rests_is_told_apart_from_what_is_to_be_done(desk: Desk) -> None:
    waits, rests = await desk.enter(1), await desk.enter(2)
    for journey in (waits, rests):
        await desk.assign(journey, "welcome_call", "anna")
        call = desk.task(journey, "welcome_call")
        await desk.process.do(
            journey, CompleteTask(id=f"w-{journey}", task=call, outcome="willing", facts={"route": "job"})
        )
    interview = desk.task(waits, "interview")
    booked = CompleteTask(id="b", task=interview, outcome="booked", dates={"interview_at": MONDAY + 9 * DAY})
    await desk.process.do(waits, booked)
    review = MONDAY + 30 * DAY
    await desk.process.do(rests, HoldJourney(id="h", cause="illness", on="participant", review_at=review))
    team = replace(ANNA, team=True)
    day = await desk.day(team)
    assert {(task.journey, task.group, task.held) for task in day.tasks} == {
        (waits, Group.WAITING, False),
        (rests, Group.WAITING, True),
    }
    resting = next(task for task in day.tasks if task.held)
    assert resting.sentence.startswith("Tiden står still")
    assert next(task for task in day.tasks if not task.held).sentence.startswith("The employer (sv) ska svara")
    # The clock of what rests stands still; who should have answered long ago is overdue.
    much_later = await desk.day(team, at=MONDAY + 20 * DAY)
    assert {(task.journey, task.group) for task in much_later.tasks} == {(waits, Group.OVERDUE), (rests, Group.WAITING)}


async def test_what_is_put_away_comes_back_by_itself(desk: Desk) -> None:
    journey = await desk.enter(1)
    await desk.assign(journey, "welcome_call", "anna")
    task = desk.task(journey, "welcome_call")
    until = MONDAY + DAY
    await own_list.snooze(desk.db, task, until, by="anna", now=MONDAY)
    day = await desk.day()
    assert (day.tasks, day.total, [each.snoozed_until for each in day.snoozed]) == ((), 0, [until])
    assert (await desk.day(Wanted("bert", ("coordinator",), team=True))).total == 1
    assert (await desk.day(at=until + timedelta(minutes=1))).total == 1
    await own_list.unsnooze(desk.db, task, by="anna")
    assert (await desk.day()).total == 1


async def test_more_than_can_be_read_is_said(desk: Desk) -> None:
    await desk.enter(1)
    async with desk.db.acting_as(SYSTEM) as connection:
        await connection.execute(
            "INSERT INTO tasks (task, journey, step, generation, status, role, owner, opened_at, due_at, detail) "
            "SELECT task || n, journey, step, generation + n, status, role, 'anna', opened_at, due_at, detail "
            "FROM tasks, generate_series(1, 260) AS n WHERE step = 'welcome_call'"
        )
    day = await desk.day(most=50)
    assert (len(day.tasks), day.total, day.cut) == (50, 250, True)


async def test_what_concerns_somebody_is_what_they_or_their_role_has_had(desk: Desk) -> None:
    journey = await desk.enter(1)
    assert await concerns(desk.db, [journey, "j-other"], "anna", ["coordinator"])
    assert await concerns(desk.db, [journey], "x", ["leader"])
    assert not await concerns(desk.db, [journey], "x", ["guide"])
    assert not await concerns(desk.db, [], "anna", ["coordinator"])


async def test_steps_to_choose_from_are_those_of_the_roles(desk: Desk) -> None:
    found = steps_of(await newest(desk.programmes, desk.db, "anna"), ["leader"])
    assert set(found) == {"assignment"}


async def test_tasks_of_a_role_that_only_a_programme_knows_are_seen_by_those_who_lead(
    desk: Desk, database_dsn: str
) -> None:
    journey = await desk.enter(1)
    await desk.process.do(journey, AssignTask(id="a1", task=desk.task(journey, "welcome_call"), to="anna"))
    async with desk.db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE tasks SET role = 'leader', owner = NULL WHERE journey = $1", journey)
    async with visit(database_dsn) as visitor:
        await visitor.sign_in("pm-1")
        page = await visitor.get("/?show=team")
        assert "Kim Nummer1" in page.text
        assert '<option value="leader">' in page.text
        await visitor.post("/sign-out")
        await visitor.sign_in("gui-1")
        assert "Kim Nummer1" not in (await visitor.get("/?show=team")).text


async def test_notes_are_kept_once_and_looks_are_noted(desk: Desk) -> None:
    journey = await desk.enter(1)
    for _ in range(2):
        await own_list.note(desk.db, journey, "Ring efter fem", key="k", by="anna", now=MONDAY)
    (kept,) = await own_list.notes(desk.db, journey, "anna")
    assert (kept.words, kept.name, kept.at) == ("Ring efter fem", "Anna Alm", MONDAY)
    contact = await look_up(desk.db, journey, by="anna", now=MONDAY)
    assert contact.email == "kim1@example.org"
    await find_people(desk.db, "Kim", by="anna", now=MONDAY)
    async with desk.db.acting_as(SYSTEM) as connection:
        looks = [tuple(each.values()) for each in await connection.fetch("SELECT who, what, journey FROM looks")]
    assert looks == [("anna", "contact", journey), ("anna", "search", None)]


async def test_people_are_found_by_beginnings_numbers_and_addresses(desk: Desk) -> None:
    rows = [
        person(1, "Åsa Öberg-Çelik", "asa@example.org", "070-174 06 05"),
        person(2, "Åke Öhman", "ake@example.org"),
        person(3, "Ali Reza", None, "070-174 06 09"),
    ]
    await enter(desk.db, desk.process, *rows)

    async def found(words: str) -> list[str]:
        return [each.name for each in (await find_people(desk.db, words, by="anna", now=MONDAY))[0]]

    assert await found("ö å") == ["Åke Öhman", "Åsa Öberg-Çelik"]
    assert await found("ÅSA") == ["Åsa Öberg-Çelik"]
    assert await found("çel") == ["Åsa Öberg-Çelik"]
    assert await found("0701740609") == ["Ali Reza"]
    assert await found("AKE@example.org") == ["Åke Öhman"]
    for nothing in ("", "  ", "!&|():*'", "xyz", "a@b", "070", "\x00"):
        assert await found(nothing) == []
