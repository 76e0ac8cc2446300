"""What is counted is what has happened; page, file and command say the same; small numbers stay hidden everywhere."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from db.figures import Figures, figures_after
from db.migrate import MIGRATIONS
from db.pool import SYSTEM, Database
from schemas.commands import CompleteTask, HoldJourney, ReleaseJourney
from services.known_programmes import KnownProgrammes
from services.numbers import counting, met
from services.numbers.errors import NoSuchPartner, NoSuchPeriod
from services.numbers.numbers import Asked, Numbers, numbers
from services.publish import publish
from tests.consoles import Visit, visit
from tests.golden.script import JOURNEY as SCRIPTED
from tests.golden.script import Player, commands_of
from tests.intake import DAY, MONDAY, Process, enter, person
from tests.integration.test_projection import enter as enter_scripted
from tests.integration.test_projection import print_version, written
from tests.programmes import programme
from tests.sample import sample

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn, most=5)
    yield db
    await db.close()


class House:
    """People who come in and what becomes of them, by the engine."""

    def __init__(self, db: Database) -> None:
        self.db, self.process, self._number = db, Process(db), 0

    async def come(self, how_many: int, partner: str | None = None, ago: timedelta = timedelta(0)) -> list[str]:
        found = []
        for _ in range(how_many):
            self._number += 1
            row = person(
                self._number, f"Kim Nummer{self._number}", f"kim{self._number}@example.org", partner=partner,
                received_at=self.process.now - ago,
            )  # fmt: skip
            found.append((await enter(self.db, self.process, row)).accepted[0].journey)
        return found

    async def end(self, journey: str, step: str, outcome: str, gender: str | None = None, **given: Any) -> None:
        task = next(task.id for task in self.process.states[journey].tasks if task.step == step)
        submission = f"form-{task}"
        if gender is not None:
            async with self.db.acting_as(SYSTEM) as connection:
                await connection.execute(
                    "INSERT INTO submissions VALUES ($1, $2, $3, 'welcome_call', $4, 'anna', $5)",
                    submission, journey, task, {"gender": gender}, self.process.now,
                )  # fmt: skip
        await self.process.do(
            journey, CompleteTask(id=f"c-{task}", task=task, outcome=outcome, submission=submission, **given)
        )

    async def numbers(self, period: str = "all", partner: str = counting.ANY_PARTNER) -> Numbers:
        now = self.process.now
        wall = now + timedelta(minutes=self._number)  # each time anew
        self._number += 1
        known = KnownProgrammes(self.db)
        return await numbers(self.db, known, Asked("sample", period, partner), wall=wall, now=now, by="anna")


@pytest_asyncio.fixture
async def house(db: Database) -> House:
    await publish(db, sample(), MONDAY)
    return House(db)


def of(found: Numbers, sheet: str) -> dict[str, tuple[object, ...]]:
    return {row.key: row.values for row in found.sheet(sheet).rows}


# ---- what is kept


TOLD = ("ok1_trip*", "undo_*", "reopen*", "hold_and_release", "reserve_and_next_intake")


async def test_the_figures_of_a_journey_are_those_of_its_events_also_in_a_database_brought_up(db: Database) -> None:
    """The migration counts what an older version has written as the projection would have."""
    migration = (MIGRATIONS / "versions" / "0006_numbers.sql").read_text(encoding="utf-8")
    brought_up = re.search(r"^WITH undone.*?;$", migration, re.DOTALL | re.MULTILINE)
    assert brought_up
    published = await publish(db, programme("relocate"), MONDAY)
    seen: set[str] = set()
    for path in sorted(path for name in TOLD for path in (GOLDEN / "relocate").glob(f"{name}.journey")):
        _, commands = commands_of(path.read_text(encoding="utf-8"), path.parent / "prefixes")
        player = Player(published, path.parent)
        for command in commands:
            player.play(command)
        await enter_scripted(db, SCRIPTED, published)
        for adopted in {event.version for event in player.events if event.version}:
            await print_version(db, player.programme.but(version=adopted))
        await written(db, player.events, random.Random(1), SCRIPTED)
        expected = Figures()
        for event in player.events:
            expected = figures_after(expected, event)
        assert await _kept(db) == expected, path
        async with db.acting_as(SYSTEM) as connection:
            await connection.execute("TRUNCATE figures")
            await connection.execute(brought_up[0])
        assert await _kept(db) == expected, path
        seen |= set(expected.marks)
    assert {"phase.move", "counts.moved", "counts.participant", "activity.trip"} <= seen


async def _kept(db: Database) -> Figures:
    async with db.acting_as(SYSTEM) as connection:
        (row,) = await connection.fetch("SELECT received_at, marks, marked, rests FROM figures")
    marks = dict(zip(row["marks"], row["marked"], strict=True))
    return Figures.model_validate({"received_at": row["received_at"], "marks": marks, "rests": row["rests"]})


# ---- what is counted


async def test_people_are_counted_by_how_far_they_came_by_partner_and_gender(house: House) -> None:
    webb, fair = await house.come(22, "Webb"), await house.come(20, "mässa")
    for number, journey in enumerate([*webb[:12], *fair[:6]]):
        gender = "woman" if number % 3 else "man"
        await house.end(journey, "welcome_call", "willing", gender, facts={"route": "job"})
    found = await house.numbers()
    assert (found.people, found.sheet("funnel").rows[0].key) == (42, "phase.a")
    assert of(found, "milestones")["counts.interest"] == (42, 12, 6, 24, 100)
    assert of(found, "partners")[counting.ANY_PARTNER] == (42,)
    assert {row.title.sv for row in found.sheet("partners").rows} == {"Webb", "mässa", "Alla"}
    one = await house.numbers(partner=" WEBB ")
    assert of(one, "milestones")["counts.interest"][:1] == (22,)
    # Two men of the fair would follow from the sums, were those of Webb shown.
    assert of(one, "milestones")["counts.interest"][1:4] == (None, None, 10)


async def test_the_first_contact_is_counted_in_days_as_they_come_and_as_the_office_works(house: House) -> None:
    """Monday's interests: reached on Thursday in time; Friday's on Wednesday only in working days."""
    monday = await house.come(6)
    friday = await house.come(5, ago=3 * DAY)
    tried = await house.come(5)
    assert (await house.numbers()).nobody_reached
    await house.process.sleep(2 * DAY)
    for journey in friday:
        await house.end(journey, "welcome_call", "not_willing")
    for journey in tried:
        await house.end(journey, "welcome_call", "not_reached")
    await house.process.sleep(DAY)
    for journey in monday:
        await house.end(journey, "welcome_call", "willing", facts={"route": "job"})
    await house.process.sleep(5 * DAY)
    found = await house.numbers()
    people = {key: values[0] for key, values in of(found, "contact").items()}
    assert people == {
        "within": 6, "within_working": 5, "in_time": 11, "later": 0, "reached": 11, "waiting": 0, "waiting_late": 5,
        "gone": 0,
    }  # fmt: skip
    assert (found.promised, found.medians, found.in_time, found.nobody_reached) == (3, (3, 3), 100, False)
    assert of(found, "exits")["X2"] == (5, 100)


async def test_days_are_lost_to_whom_one_waited_for_and_rests_stand_apart(house: House) -> None:
    some = await house.come(6)
    for journey in some:
        await house.end(journey, "welcome_call", "willing", facts={"route": "job"})
        await house.end(journey, "interview", "booked", dates={"interview_at": MONDAY + DAY})
    await house.process.sleep(7 * DAY)  # the offer was due on the fifth working day, at 17:00
    rest = HoldJourney(id="h", cause="illness", on="participant", review_at=MONDAY + 60 * DAY)
    for journey in some:
        await house.process.do(journey, rest)
    await house.process.sleep(10 * DAY)
    for journey in some:
        await house.process.do(journey, ReleaseJourney(id="r"))
    found = await house.numbers()
    assert of(found, "rests") == {"illness.participant": (6, 60.0, 10.0)}
    assert "employer" not in of(found, "lost")
    await house.process.sleep(4 * DAY)
    later = await house.numbers()
    assert of(later, "lost") == {"us": (6, 65.0, 10.8), "employer": (6, 22.0, 3.7)}


async def test_somebody_who_comes_back_stays_in_the_period_of_the_first_interest(house: House) -> None:
    early = await house.come(6, ago=60 * DAY)
    for journey in early:
        await house.end(journey, "welcome_call", "not_willing")
    again = [person(90, f"Kim Nummer{n}", f"kim{n}@example.org", received_at=house.process.now) for n in range(1, 7)]
    for row in again:
        await enter(house.db, house.process, row)
    assert {state.status for state in house.process.states.values()} == {"open"}
    first = (house.process.now - 60 * DAY).date()
    found = await house.numbers(f"{first.year}-Q{(first.month + 2) // 3}")
    assert (found.people, (await house.numbers("2026-Q4")).people) == (6, 0)
    assert found.periods == ["all", "2026", "2026-Q4", "2026-Q3"]


async def test_what_cannot_be_chosen_is_said_so(house: House) -> None:
    await house.come(1)
    for period in ("2026-11", "2026-Q5", "igår", "2026-01-01/2026-01-30", "9" * 400):
        with pytest.raises(NoSuchPeriod):
            await house.numbers(period)
    with pytest.raises(NoSuchPartner, match="jobbtorg"):
        await house.numbers(partner="jobbtorg")


async def test_those_met_at_open_events_are_never_among_the_participants(house: House) -> None:
    await house.come(7)
    event = met.read(met.Typed("2026-10-03", "physical", "Stockholm", "1 200"), date(2026, 11, 23))
    assert isinstance(event, met.OpenEvent)
    for _ in range(2):
        await met.enter(house.db, "sample", event, key="k", by="anna", now=MONDAY)
    found = await house.numbers("2026-Q4")
    assert (found.heads, found.participants, found.people) == (1200, 0, 7)
    assert of(found, "met") == {"physical": (1, 1200), "digital": (0, 0)}
    assert (await house.numbers("2026-Q3")).heads == 0
    await met.enter(house.db, "sample", replace(event, people=3), key="k", by="anna", now=MONDAY)
    assert (await house.numbers()).heads == 1203
    assert await met.withdraw(house.db, "sample", found.events[0].id, by="anna", now=MONDAY)
    assert not await met.withdraw(house.db, "sample", found.events[0].id, by="anna", now=MONDAY)
    assert (await house.numbers()).heads == 3


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (met.Typed("", "", "", ""), ["day", "how", "place", "people"]),
        (met.Typed("2026-11-24", "physical", "Malmö", "3"), ["day"]),
        (met.Typed("1026-11-01", "digital", "Malmö", "0"), ["day", "people"]),
        (met.Typed("2026-02-30", "by_post", "x" * 81, "-4"), ["day", "how", "place", "people"]),
        (met.Typed("2026-11-01", "digital", "a\x00b", "1e3"), ["place", "people"]),
        (met.Typed("2026-11-01", "digital", "Malmö", "100001"), ["people"]),
        (met.Typed("2026-11-01", "digital", "Malmö", "٣"), ["people"]),
    ],
)
def test_an_event_that_does_not_fit_is_refused_beside_each_field(typed: met.Typed, fields: list[str]) -> None:
    found = met.read(typed, date(2026, 11, 23))
    assert isinstance(found, list)
    assert [each.field for each in found] == fields
    assert all(each.sentence("sv") and each.sentence("en") for each in found)


# ---- the page and the files


@pytest_asyncio.fixture
async def visitor(house: House, database_dsn: str) -> AsyncIterator[Visit]:
    await house.come(6, "=1+1")
    await house.come(2, "Webb")
    async with visit(database_dsn) as found:
        await found.sign_in()
        yield found


async def test_page_and_file_say_the_same_and_hide_the_same(visitor: Visit) -> None:
    page = await visitor.get("/numbers?programme=sample&lang=sv")
    assert (page.status_code, page.text.count("<h1>")) == (200, 1)
    assert len(page.content) < 100_000
    file = await visitor.get("/numbers/everything.csv?programme=sample")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert 'filename="resan-sample-all-everything-sv.csv"' in file.headers["content-disposition"]
    assert file.content.startswith(b"\xef\xbb\xbfProgram;Sample (sv)\r\n")
    lines = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert ["Inte nådda än, i tid", "8", "100"] in lines
    shown = re.findall(r'<th scope="row">([^<]*)</th>((?:<td class="number">[^<]*</td>)+)', page.text)
    told = {(name, *re.findall(r">([^<]*)<", cells.replace("</td><td", "</td> <td"))[::2]) for name, cells in shown}
    plain = {tuple(value.replace("\xa0%", "").replace("\xa0", "") for value in row) for row in told}
    assert plain <= {tuple(line) for line in lines}
    assert len(plain) > 10


async def test_a_partner_that_looks_like_a_formula_is_text_in_the_file(visitor: Visit, house: House) -> None:
    await house.come(20, "=1+1")
    await house.come(4, "Webb")
    visitor.clock.pass_(minutes=5)
    file = await visitor.get("/numbers/partners.csv?programme=sample")
    assert "\r\n'=1+1;26\r\n" in file.text
    assert "\r\n=1+1" not in file.text


@pytest.mark.parametrize("staff", ["gui-1"])
async def test_who_may_not_see_numbers_finds_no_such_page(visitor: Visit, staff: str) -> None:
    await visitor.sign_in(staff)
    for path in ("/numbers", "/numbers/funnel.csv", "/numbers/everything.csv"):
        assert (await visitor.get(path)).status_code == 404
    assert (await visitor.post("/numbers/met")).status_code == 404


async def test_what_is_not_there_is_not_found_and_a_bad_period_is_said_beside_its_field(visitor: Visit) -> None:
    for path in (
        "/numbers?programme=nothing", "/numbers/nothing.csv?programme=sample", "/numbers/funnel.csv?programme=none",
        "/numbers/funnel.csv?programme=sample&period=2026-13",
    ):  # fmt: skip
        assert (await visitor.get(path)).status_code == 404
    page = await visitor.get("/numbers?programme=sample&period=2026-11&lang=en")
    assert page.status_code == 400
    assert 'id="e-period">The period 2026-11 is none that can be chosen' in page.text
    page = await visitor.get("/numbers?programme=sample&period=2026-Q4&partner=nobody")
    assert page.status_code == 400
    assert 'id="e-partner">There is no partner nobody in these numbers; choose one of: any, others.' in page.text


async def test_an_event_is_entered_refused_and_taken_back(visitor: Visit) -> None:
    await visitor.get("/numbers?programme=sample&lang=en")
    typed = {"day": "2026-10-03", "how": "physical", "place": "Umeå <b>", "people": "noll", "key": "k1"}
    refused = await visitor.post("/numbers/met?programme=sample", typed)
    assert refused.status_code == 422
    assert "Give how many were met as a whole number" in refused.text
    assert 'value="Umeå &lt;b&gt;"' in refused.text
    done = await visitor.post("/numbers/met?programme=sample", {**typed, "people": "40"})
    assert (done.status_code, done.headers["location"]) == (303, "/numbers?programme=sample#met")
    page = await visitor.get("/numbers?programme=sample")
    event = re.search(r"/numbers/met/(met-[0-9a-f]{32})/withdraw", page.text)
    assert event
    away = await visitor.post(f"/numbers/met/{event[1]}/withdraw?programme=sample")
    assert away.status_code == 303
    assert (await visitor.post(f"/numbers/met/{event[1]}/withdraw?programme=sample")).status_code == 404


async def test_an_owner_of_the_programme_sees_numbers_and_enters_nothing(visitor: Visit) -> None:
    await visitor.sign_in("own-1")
    page = await visitor.get("/numbers?programme=sample")
    assert page.status_code == 200
    assert "/numbers/met?" not in page.text
    assert (await visitor.post("/numbers/met?programme=sample")).status_code == 404
