"""Who is away: agreed once, told to every journey that is theirs, and known to those that begin meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from db import staffing
from db.pool import SYSTEM
from journey.errors import Refusal
from schemas.commands import ExitJourney
from schemas.events import EventKind
from services.intake.row import IntakeRow
from services.intake.taking_in import begin_pending, take_in
from services.journeys import Journeys
from services.mending.absences import agree
from services.mending.covers import Absence
from tests.workflow.harness import House, over

DAY = timedelta(days=1)


@pytest_asyncio.fixture
async def office(house: House) -> AsyncIterator[House]:
    """A house with three more at work than the usual two, one of whom has left."""
    async with house.db.acting_as(SYSTEM) as connection:
        for staff, active in (("bo", True), ("cia", True), ("gone", False)):
            await connection.execute(
                "INSERT INTO staff (staff, name, email, roles, active) VALUES ($1, $1, $2, '{leader}', $3)",
                staff, f"{staff}@staff.example.org", active,
            )  # fmt: skip
    async with house.worker():
        yield house


def absence(office: House, staff: str = "anna", stand_in: str = "bo", first: int = -1, last: int = 6) -> Absence:
    now = office.now()
    return Absence(staff, stand_in, now + first * DAY, now + last * DAY)


async def agreed(office: House, wanted: Absence, **how: Any) -> str:
    return await agree(office.db, wanted, now=office.now(), by="lena", **how)


async def told(office: House, bulk: str) -> set[str]:
    """The journeys that are to hear of it."""
    async with office.db.acting_as(SYSTEM) as connection:
        return {row["journey"] for row in await connection.fetch("SELECT * FROM bulk_items WHERE bulk = $1", bulk)}


async def registered(office: House, name: str) -> str:
    """Somebody registers an interest."""
    row = IntakeRow(line=2, name=name, email=f"{name}@nobody-there.example.org", email_key=name)
    report = await take_in(office.db, office.journeys, [row], "sample", now=office.now(), pace=office.pace)
    (entry,) = report.accepted
    return entry.journey


async def owners(office: House, journey: str) -> dict[str, tuple[str | None, str | None]]:
    """Who has what, and for whom."""
    await office.settled(journey)
    return {task.step: (task.owner, task.stands_in_for) for task in (await office.state(journey)).tasks}


async def test_it_is_for_every_journey_under_way_in_which_somebody_has_a_role_or_a_task(office: House) -> None:
    role, task, other, left = [await registered(office, name) for name in ("rolf", "tove", "olle", "lars")]
    for journey in (role, task, other, left):
        await office.settled(journey)  # nothing writes over what is changed here by hand
    async with office.db.acting_as(SYSTEM) as connection:
        await connection.execute(
            'UPDATE journeys SET owners = \'{"coordinator": "lena"}\' WHERE journey = ANY ($1)', [task, other]
        )
        await connection.execute("UPDATE tasks SET owner = 'lena' WHERE journey <> $1", task)
    await office.journeys.perform(left, ExitJourney(id="x", exit="X5"))
    await over(office, left)
    never_begun = await office.enter()
    bulk = await agreed(office, absence(office), reason="semester")
    assert await told(office, bulk) == {role, task}
    assert never_begun not in await told(office, bulk)
    async with office.db.acting_as(SYSTEM) as connection:
        why = await connection.fetchval("SELECT reason FROM bulks WHERE bulk = $1", bulk)
        assert await connection.fetchval("SELECT words FROM reasons WHERE reason = $1", why) == "semester"


async def test_the_same_absence_is_agreed_once_and_another_takes_its_place(office: House) -> None:
    first = absence(office)
    bulk = await agreed(office, first)
    assert await agreed(office, first) == bulk
    longer = Absence("anna", "cia", first.since, first.until + 3 * DAY)
    assert await agreed(office, longer) != bulk
    later = Absence("anna", "bo", longer.until + DAY, longer.until + 2 * DAY)
    await agreed(office, later)
    async with office.db.acting_as(SYSTEM) as connection:
        rows = await connection.fetch("SELECT stand_in, since FROM absences ORDER BY since")
    assert [(row["stand_in"], row["since"]) for row in rows] == [("cia", longer.since), ("bo", later.since)]
    again = await agreed(office, first)
    assert again != bulk, "what has been replaced is told anew"


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"staff": "nobody"}, "choose one of: anna, bo, cia, lena"),
        ({"stand_in": "gone"}, "does not work here any more"),
        ({"stand_in": "anna"}, "stand in for themselves"),
        ({"first": 3, "last": 2}, "comes back after"),
        ({"first": -3, "last": -2}, "not yet past"),
        ({"stand_in": "cia"}, "cia is away too, until"),
    ],
)
async def test_what_cannot_be_is_refused_in_a_sentence(office: House, how: dict[str, Any], said: str) -> None:
    await agreed(office, absence(office, "cia", "bo"))
    with pytest.raises(Refusal) as refused:
        await agreed(office, absence(office, **how))
    assert said in refused.value.sentence("en")
    assert refused.value.sentence("sv").endswith(".")


async def test_new_journeys_go_to_those_who_are_here(office: House) -> None:
    await agreed(office, absence(office, "bo", "lena"))
    await agreed(office, absence(office, "cia", "lena", first=2))
    async with office.db.acting_as(SYSTEM) as connection:
        now = await staffing.least_busy(connection, office.now())
        later = await staffing.least_busy(connection, office.now() + 3 * DAY)
    assert (now["leader"], later["leader"]) == ("cia", "lena")
    journeys = [await registered(office, name) for name in ("kim", "noa", "alex", "sam")]
    leaders = [(await office.state(journey)).owners["leader"] for journey in journeys]
    assert set(leaders) == {"cia", "lena"}


async def test_a_journey_that_begins_while_its_only_owner_is_away_is_with_the_stand_in(office: House) -> None:
    bulk = await agreed(office, absence(office))
    journey = await registered(office, "kim")
    assert await owners(office, journey) == {"welcome_call": ("bo", "anna")}
    await begin_pending(office.db, office.journeys)
    events = await office.written(journey, 0, EventKind.COVER_AGREED)
    agreements = [event for event in events if event.kind is EventKind.COVER_AGREED]
    assert [(event.by, event.command) for event in agreements] == [("lena", f"bulk:{bulk}:{journey}")]


async def test_a_journey_that_begins_before_somebody_goes_knows_of_it(office: House) -> None:
    await agreed(office, absence(office, first=2))
    journey = await registered(office, "kim")
    assert await owners(office, journey) == {"welcome_call": ("anna", None)}
    (cover,) = (await office.state(journey)).covers
    assert (cover.absent, cover.stand_in) == ("anna", "bo")


async def test_what_could_not_be_told_when_a_journey_began_is_told_later(
    office: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionError

    await agreed(office, absence(office))
    with monkeypatch.context() as patch:
        patch.setattr(Journeys, "perform", away)
        journey = await registered(office, "kim")
    assert not (await office.row("journeys", "journey", journey))["begun"]
    assert await begin_pending(office.db, office.journeys) == 1
    assert await owners(office, journey) == {"welcome_call": ("bo", "anna")}
