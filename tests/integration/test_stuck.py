"""Whoever is stuck is found, with why, since when, on whom it waits and what to type, until it is mended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from activities.journal import Journal, JournalBatch
from db.pool import SYSTEM, Database
from schemas.commands import AssignTask, HoldJourney, ReleaseJourney
from schemas.journey import Pace
from schemas.mending import CoverStaff, ExtendTask
from schemas.stuck import Stuck, StuckCause, StuckRow
from services.publish import publish
from services.stuck import finding as stuck_finding
from services.stuck.finding import UNOWNED_FOR
from services.stuck.looking import stuck
from tests.sample import sample
from tests.story import DAY, MONDAY, Story, enter

HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    await publish(db, sample(), MONDAY)
    yield db
    await db.close()


class Told:
    """Stories that are written down as they go."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def tell(self, story: Story) -> Story:
        """Everything that has happened is in the journal."""
        journey = story.state.journey
        async with self.db.acting_as(SYSTEM) as connection:
            known = await connection.fetchval("SELECT seq FROM journeys WHERE journey = $1", journey)
        if known is None:
            await enter(self.db, journey)
        await Journal(self.db).write(JournalBatch(journey=journey, events=tuple(story.events)))
        return story

    async def found(self, now: datetime, cause: StuckCause | None = None, **rest: Any) -> Stuck:
        return await stuck(self.db, None, cause=cause, now=now, **rest)

    async def only(self, now: datetime, cause: StuckCause) -> StuckRow:
        """The one row of this cause."""
        found = await self.found(now, cause)
        assert found.counts == {cause: 1}
        (row,) = found.stuck
        return row

    async def causes(self, now: datetime) -> set[str]:
        return {row.cause.value for row in (await self.found(now)).stuck}

    async def do(self, statement: str, *values: object) -> None:
        async with self.db.acting_as(SYSTEM) as connection:
            await connection.execute(statement, *values)


@pytest.fixture
def told(db: Database) -> Told:
    return Told(db)


def called(journey: str) -> Story:
    """Somebody has been called at once, and is willing."""
    story = Story(journey).complete("assignment", "assigned")
    return story.complete("welcome_call", "willing", facts={"route": "job"})


async def test_nothing_is_stuck_where_all_is_in_time(told: Told) -> None:
    story = await told.tell(Story("j1").complete("assignment", "assigned"))
    found = await told.found(story.now + 2 * HOUR)
    assert (found.stuck, found.more) == ((), ())
    assert set(found.counts.values()) == {0}


async def test_a_task_past_its_due_time_is_overdue_until_it_is_done(told: Told) -> None:
    story = await told.tell(Story("j1").complete("assignment", "assigned").sleep(6 * DAY))
    row = await told.only(story.now, StuckCause.OVERDUE)
    assert (row.journey, row.task, row.step) == ("j1", "j1.welcome_call.1", "welcome_call")
    assert row.since == next(task.due_at for task in story.state.tasks)
    assert row.title is not None
    assert row.title.en == "Welcome call"
    assert (row.waiting_on.party, row.waiting_on.role, row.waiting_on.owner) == ("us", "coordinator", "s1")
    assert "operator nudge j1.welcome_call.1" in row.what_to_do.en
    assert "should have done “Welcome call” by Thursday 26 November" in row.explain.en
    assert "skulle ha gjort" in row.explain.sv
    await told.tell(story.complete("welcome_call", "willing", facts={"route": "job"}))
    assert "overdue" not in await told.causes(story.now)


async def test_more_time_ends_being_overdue(told: Told) -> None:
    story = await told.tell(Story("j1").complete("assignment", "assigned").sleep(6 * DAY))
    assert "overdue" in await told.causes(story.now)
    await told.tell(story.do(ExtendTask(id="more", task="j1.welcome_call.1", due_at=story.now + 3 * DAY)))
    assert await told.causes(story.now) == set()
    await told.tell(story.sleep(4 * DAY))
    assert await told.causes(story.now) == {"overdue"}


async def test_whoever_stands_in_is_waited_for(told: Told) -> None:
    story = Story("j1").complete("assignment", "assigned")
    away = CoverStaff(id="c", absent="s1", stand_in="kim", since=story.now + DAY, until=story.now + 30 * DAY)
    await told.tell(story.do(away).sleep(6 * DAY))
    row = await told.only(story.now, StuckCause.OVERDUE)
    assert row.waiting_on.owner == "kim"


async def test_an_outside_party_past_its_time_is_silent(told: Told) -> None:
    story = called("j1").complete("interview", "booked", dates={"interview_at": MONDAY + 9 * DAY})
    story = await told.tell(story.sleep(9 * DAY))
    row = await told.only(story.now, StuckCause.SILENT)
    assert (row.step, row.waiting_on.party, row.waiting_on.role) == ("offer", "employer", "coordinator")
    assert "The employer should have answered" in row.explain.en
    assert await told.causes(story.now) == {"silent"}
    await told.tell(story.complete("offer", "offered"))
    assert await told.causes(story.now) == set()


async def test_a_fixed_date_of_others_is_never_said_to_be_extended(told: Told) -> None:
    story = Story("j1").complete("assignment", "assigned").complete("welcome_call", "willing", facts={"route": "study"})
    story.complete("interview", "booked", dates={"interview_at": MONDAY + 9 * DAY})
    story.complete("offer", "offered", facts={"foreign_citizen": "no"})
    await told.tell(story.sleep(25 * DAY))
    rows = {row.step: row for row in (await told.found(story.now)).stuck}
    assert "operator nudge" in rows["csn"].what_to_do.en
    assert "operator extend" not in rows["csn"].what_to_do.en


async def test_a_task_that_nobody_owns_is_shown_after_a_while_until_somebody_does(told: Told) -> None:
    story = Story("j1")
    story.state = story.state.but(owners={}, tasks=tuple(task.but(owner=None) for task in story.state.tasks))
    story.events = [event.but(task=event.task and event.task.but(owner=None), owners={}) for event in story.events]
    await told.tell(story)
    assert await told.causes(story.now + UNOWNED_FOR - timedelta(seconds=1)) == set()
    found = await told.found(story.now + UNOWNED_FOR, StuckCause.UNOWNED)
    assert [row.task for row in found.stuck] == ["j1.assignment.1", "j1.welcome_call.1"]
    assert found.stuck[1].waiting_on.owner is None
    assert "operator assign j1.welcome_call.1 STAFF" in found.stuck[1].what_to_do.en
    await told.tell(story.do(AssignTask(id="a", task="j1.welcome_call.1", to="kim")))
    await told.tell(story.do(AssignTask(id="b", task="j1.assignment.1", to="kim")))
    assert (await told.found(story.now + 2 * HOUR, StuckCause.UNOWNED)).stuck == ()


async def test_a_rest_past_its_review_is_shown_and_while_it_lasts_nothing_of_ours_is_late(told: Told) -> None:
    story = Story("j1").complete("assignment", "assigned")
    story.do(HoldJourney(id="h", cause="ill", on="participant", review_at=MONDAY + 9 * DAY))
    await told.tell(story.sleep(8 * DAY))
    assert await told.causes(story.now) == set()
    await told.tell(story.sleep(2 * DAY))
    row = await told.only(story.now, StuckCause.REST)
    assert (row.since, row.waiting_on.party, row.waiting_on.owner) == (MONDAY + 9 * DAY, "participant", "s1")
    assert "operator release j1" in row.what_to_do.en
    assert "has been resting since" in row.explain.en
    assert await told.causes(story.now) == {"rest"}
    await told.tell(story.do(ReleaseJourney(id="r")))
    assert await told.causes(story.now) == set()


async def test_a_rest_that_ends_by_itself_waits_for_nobody(told: Told) -> None:
    story = Story("j1").complete("assignment", "assigned").complete("welcome_call", "maybe")
    await told.tell(story)
    assert await told.causes(story.now + 60 * DAY) == set()


@pytest.mark.parametrize(
    ("status", "cause", "said", "todo"),
    [
        ("undeliverable", "no_email", "did not reach Coordinator (no e-mail address)", "operator resend"),
        ("undeliverable", "nobody", "(nobody has that role)", "Give the role to somebody"),
        ("undeliverable", "smtp_550", "(the mail server answered 550)", "Correct the address"),
        ("unsure", "cut_off", "Nobody knows whether the letter “reminder”", "operator dismiss-notice"),
    ],
)
async def test_a_letter_that_reached_nobody_is_shown(told: Told, status: str, cause: str, said: str, todo: str) -> None:
    story = await told.tell(Story("j1").complete("assignment", "assigned").sleep(DAY))
    assert await told.causes(story.now) == set()
    await told.do("UPDATE notices SET status = $1, cause = $2 WHERE template = 'reminder'", status, cause)
    row = await told.only(story.now, StuckCause.UNDELIVERABLE)
    assert row.notice is not None
    assert (row.task, row.step, row.waiting_on.role) == ("j1.welcome_call.1", "welcome_call", "coordinator")
    assert said in row.explain.en
    assert todo in row.what_to_do.en
    assert row.notice in row.what_to_do.en
    await told.do("UPDATE notices SET handled_at = now()")
    assert await told.causes(story.now) == set()


async def test_a_report_that_fits_nowhere_is_shown_also_of_an_unknown_journey(told: Told) -> None:
    story = await told.tell(Story("j1").complete("assignment", "assigned"))
    add = (
        "INSERT INTO outside_events (event, journey, type, outcome, by, received_at, at, status, cause) "
        "VALUES ($1, $2, 'offer.made', 'offered', 'gateway', $3, $3, $4, $5)"
    )
    await told.do(add, "e1", "jnobody", MONDAY, "unmatched", "unknown_journey")
    await told.do(add, "e2", "j1", MONDAY + HOUR, "unmatched", "late")
    await told.do(add, "e3", "j1", MONDAY, "early", None)
    first, second = (await told.found(story.now + 2 * HOUR, StuckCause.UNMATCHED)).stuck
    assert (first.event, first.journey, first.since) == ("e1", "jnobody", MONDAY)
    assert first.explain.en == "No journey is called jnobody."
    assert "operator match e1" in first.what_to_do.en
    assert "“Offer”" in second.explain.en
    assert "Coordinator is to do “Welcome call”" in second.explain.en.replace("The coordinator", "Coordinator")


async def test_the_longest_stuck_come_first_and_no_more_than_asked_for_of_each_cause(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        await told.tell(Story(f"j{number}").complete("assignment", "assigned").sleep((4 + number) * DAY))
    monkeypatch.setattr(stuck_finding, "COUNTED_TO", 4)
    monkeypatch.setattr("services.stuck.looking.COUNTED_TO", 4)
    await told.do("UPDATE tasks SET stalls_at = stalls_at - interval '1 hour' WHERE task = 'j3.welcome_call.1'")
    found = await told.found(MONDAY + 30 * DAY, StuckCause.OVERDUE, limit=3)
    assert [row.journey for row in found.stuck] == ["j3", "j0", "j1"]
    assert (found.counts, found.more) == ({StuckCause.OVERDUE: 4}, (StuckCause.OVERDUE,))
    everything = await told.found(MONDAY + 30 * DAY, limit=3)
    assert [row.journey for row in everything.stuck if row.cause is StuckCause.OVERDUE] == ["j3", "j0", "j1"]


async def test_journeys_at_different_paces_are_judged_each_by_its_own_time(told: Told) -> None:
    """A day of `fast` lasts an hour: four days have passed there, a morning elsewhere."""
    fast = Pace(wall=MONDAY, journey=MONDAY, day=HOUR)
    for name in ("jfast", "jreal", "jusual"):
        await told.tell(Story(name).complete("assignment", "assigned"))
    await told.do("UPDATE journeys SET pace = $1 WHERE journey = 'jfast'", fast.model_dump(mode="json"))
    await told.do("UPDATE journeys SET pace = $1 WHERE journey = 'jreal'", Pace().model_dump(mode="json"))
    now = MONDAY + 4 * HOUR
    assert [row.journey for row in (await told.found(now)).stuck] == ["jfast"]
    assert (await told.found(now)).counts[StuckCause.OVERDUE] == 1
    everybody = await told.found(now, pace=fast)
    assert [row.journey for row in everybody.stuck] == ["jfast", "jusual"]
    assert len((await told.found(MONDAY + 4 * DAY)).stuck) == 3
