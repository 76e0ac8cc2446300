"""What programs fail at is found while it lasts, with its latest cause and no word of the error, on real servers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from activities.journal import Journal, JournalBatch
from db import staffing
from db.pool import SYSTEM
from db.projection import rebuild
from journey import engine
from schemas.journey import JourneyState
from schemas.stuck import StuckCause, StuckRow
from services.stuck import course
from services.stuck.looking import stuck
from tests import servers
from tests.story import Story
from tests.workflow.harness import MONDAY, House, eventually, live, over
from workflows.connection import connect

SECRET = "Kim Hemlig 070-1740606"


class Ward:
    """One look at what is stuck in a house, or looks until it is so."""

    def __init__(self, house: House) -> None:
        self.house = house

    async def look(self, cause: StuckCause | None = None) -> list[StuckRow]:
        now = datetime.now(UTC)
        found = await stuck(self.house.db, self.house.client, cause=cause, now=now, pace=self.house.pace)
        return [row for row in found.stuck if row.trouble is not None]

    async def shown(self, journey: str | None, patience: float = 60) -> StuckRow:
        """The row about this journey, or about all of them, once it is shown."""

        async def there() -> StuckRow | None:
            return next((row for row in await self.look() if row.journey == journey), None)

        row = await eventually(there, f"{journey} is shown", patience)
        assert row is not None
        assert SECRET not in row.model_dump_json()
        return row

    async def clear(self, patience: float = 60) -> None:
        async def empty() -> bool:
            return not await self.look()

        await eventually(empty, "nothing is stuck any more", patience)

    async def do(self, statement: str, *values: object) -> None:
        async with self.house.db.acting_as(SYSTEM) as connection:
            await connection.execute(statement, *values)

    async def troubles(self) -> list[dict[str, Any]]:
        """What the worker has noted."""
        async with self.house.db.acting_as(SYSTEM) as connection:
            return [dict(row) for row in await connection.fetch("SELECT * FROM trouble ORDER BY journey")]

    async def miss_alarm(self, journey: str) -> None:
        """As if an alarm had passed five minutes ago without anything happening."""
        past = self.house.now() - timedelta(minutes=5)
        await self.do("UPDATE tasks SET next_alarm_at = $2 WHERE journey = $1 AND status = 'open'", journey, past)


@pytest.fixture
def ward(house: House) -> Ward:
    return Ward(house)


async def no_troubles(ward: Ward) -> bool:
    return not await ward.troubles()


# ---- the worker


async def test_without_a_worker_one_row_says_so_until_one_comes(house: House, ward: Ward) -> None:
    await house.begin()
    row = await ward.shown(None)
    assert (row.cause, row.trouble and row.trouble.what) == (StuckCause.TECHNICAL, "worker")
    assert "make run" in row.what_to_do.en
    assert row.explain.en == "The worker is away: nobody carries the journeys."
    async with house.worker():
        await ward.clear()


async def test_a_worker_that_went_away_is_missed_once_work_lies_there(house: House, ward: Ward) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        assert await ward.look() == []
    await house.journeys.checkpoint(journey)
    row = await ward.shown(None)
    assert row.trouble is not None
    assert row.trouble.cause == "away"
    assert abs(row.since - house.now()) < timedelta(minutes=2)


# ---- acts that fail


async def test_an_action_that_fails_is_shown_with_its_kind_of_error_until_it_succeeds(
    house: House, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> dict[str, str]:
        raise LookupError(SECRET)

    async with house.worker():
        with monkeypatch.context() as broken:
            broken.setattr(staffing, "least_busy", fail)
            journey = await house.begin()
            row = await ward.shown(journey)
            assert (row.cause, row.task, row.step) == (
                StuckCause.TECHNICAL, f"{journey}.assignment.1", "assignment",
            )  # fmt: skip
            assert row.trouble is not None
            assert (row.trouble.what, row.trouble.cause) == ("run_action", "LookupError")
            assert row.trouble.attempts >= 3
            assert f"coordinator complete {journey}.assignment.1 --outcome assigned" in row.what_to_do.en
            assert "An automatic step fails again and again" in row.explain.en
            (noted,) = await ward.troubles()
            assert (noted["what"], noted["cause"]) == (f"run_action {journey}.assignment.1", "LookupError")
        await eventually(lambda: no_troubles(ward), "the note is taken back")
        await ward.clear()


async def test_an_action_that_fails_is_given_up_once_somebody_has_ended_its_step_by_hand(
    house: House, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> dict[str, str]:
        raise LookupError(SECRET)

    async with house.worker():
        monkeypatch.setattr(staffing, "least_busy", fail)
        journey = await house.begin()
        await ward.shown(journey)
        await house.complete(journey, "assignment", "assigned")
        await eventually(lambda: nothing_pending(house, journey), "the action is given up")
        assert (await house.state(journey)).results["assignment"].outcome == "assigned"
        await ward.clear()


async def nothing_pending(house: House, journey: str) -> bool:
    found = await house.journeys.handle(journey).describe()
    return not found.raw_description.pending_activities


async def test_a_journal_that_cannot_be_written_is_shown_until_it_can(house: House, ward: Ward) -> None:
    await ward.do(
        f"CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SECRET}'; END $$"
    )
    async with house.worker():
        healthy = await house.begin()
        await house.settled(healthy)
        await ward.do("CREATE TRIGGER poison BEFORE INSERT ON journal FOR EACH ROW EXECUTE FUNCTION poison()")
        journey = await house.begin()
        row = await ward.shown(journey)
        assert row.trouble is not None
        assert (row.trouble.what, row.trouble.cause) == ("write_journal", "RaiseError")
        assert "worker.log" in row.what_to_do.en
        assert [one.journey for one in await ward.look(StuckCause.TECHNICAL)] == [journey]
        await ward.do("DROP TRIGGER poison ON journal")
        await house.settled(journey)
        await eventually(lambda: no_troubles(ward), "the note is taken back")
        await ward.clear()


async def test_a_program_that_fails_is_found_through_temporal_until_it_is_mended(
    house: House, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    advance: Callable[..., Any] = engine.advance

    def fail(state: JourneyState, now: datetime) -> Any:
        if state.journey == bad:
            raise ValueError(SECRET)
        return advance(state, now)

    async with house.worker():
        bad = await house.enter()
        with monkeypatch.context() as broken:
            broken.setattr(engine, "advance", fail)
            await house.start(bad)
            row = await ward.shown(bad)
            assert row.trouble is not None
            assert (row.trouble.what, row.trouble.cause) == ("workflow", "ValueError")
            assert row.trouble.attempts >= 2
            assert "The journey's program fails" in row.explain.en
        await ward.clear()


# ---- read tables and journeys that disagree


async def test_read_tables_from_an_older_backup_are_behind_until_they_catch_up(house: House, ward: Ward) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await house.complete(journey, "welcome_call", "willing", facts={"route": "job"})
        await house.settled(journey)
        events = await house.journal(journey)
        await ward.do("DELETE FROM journal WHERE journey = $1 AND seq > 4", journey)
        await made_again(house, journey)
        await ward.miss_alarm(journey)
        row = await ward.shown(journey)
        assert row.cause is StuckCause.BEHIND
        assert f"operator reconcile {journey}" in row.what_to_do.en
        assert "is not in the lists yet" in row.explain.en
        await Journal(house.db).write(JournalBatch(journey=journey, events=tuple(events)))
        await ward.clear()


async def test_a_journal_with_a_gap_is_behind_until_what_is_missing_comes_back(house: House, ward: Ward) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        events = await house.journal(journey)
        await ward.do("DELETE FROM journal WHERE journey = $1 AND seq = $2", journey, events[-1].seq)
        await made_again(house, journey)
        await house.complete(journey, "welcome_call", "willing", facts={"route": "job"})
        row = await ward.shown(journey)
        assert row.trouble is not None
        assert (row.cause, row.trouble.cause) == (StuckCause.BEHIND, "JournalGap")
        assert f"operator reconcile {journey}" in row.what_to_do.en
        await Journal(house.db).write(JournalBatch(journey=journey, events=(events[-1],)))
        await ward.clear()


async def made_again(house: House, journey: str) -> None:
    async with house.db.acting_as(SYSTEM) as connection:
        await rebuild(connection, journey)


async def test_a_journey_that_ended_without_the_read_tables_is_behind(house: House, ward: Ward) -> None:
    async with house.worker():
        journey = await house.begin()
        await live(house, journey)
        await over(house, journey)
        assert await ward.look() == []
        await ward.do("DELETE FROM journal WHERE journey = $1 AND seq > 4", journey)
        await made_again(house, journey)
        await ward.miss_alarm(journey)
        assert (await ward.shown(journey)).cause is StuckCause.BEHIND


async def test_a_journey_that_temporal_does_not_know_is_shown(house: House, ward: Ward) -> None:
    journey = await house.enter()
    story = Story(journey)
    await Journal(house.db).write(JournalBatch(journey=journey, events=tuple(story.events)))
    await ward.miss_alarm(journey)
    async with house.worker():
        await house.begin()
        row = await ward.shown(journey)
        assert row.trouble is not None
        assert (row.trouble.what, row.trouble.cause) == ("workflow", "missing")
        assert f"operator reconcile {journey}" in row.what_to_do.en


async def test_a_journey_that_sleeps_past_its_alarm_is_shown(house: House, ward: Ward) -> None:
    async with house.worker():
        journey = await house.begin()
        await house.settled(journey)
        await ward.miss_alarm(journey)
        row = await ward.shown(journey)
        assert row.trouble is not None
        assert (row.cause, row.trouble.cause) == (StuckCause.TECHNICAL, "asleep")
        assert f"operator checkpoint {journey}" in row.what_to_do.en


async def test_a_journey_that_was_written_down_and_never_began_is_shown(house: House, ward: Ward) -> None:
    journey = await house.enter()
    async with house.worker():
        await house.begin()
        await ward.do("UPDATE journeys SET begun = journey <> $1, created_at = now() - interval '6 minutes'", journey)
        row = await ward.shown(journey)
        assert row.trouble is not None
        assert row.trouble.cause == "not_begun"
        await ward.do("UPDATE journeys SET begun = true")
        await ward.clear()


# ---- Temporal


async def test_where_temporal_does_not_answer_that_is_said_and_nothing_hangs(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "PATIENCE", timedelta(seconds=1))
    with servers.temporal_server() as server:
        client = await connect(server.address, "default")
    found = await stuck(house.db, client, now=datetime.now(UTC), pace=house.pace)
    (row,) = found.stuck
    assert row.trouble is not None
    assert (row.journey, row.trouble.what, row.explain.sv) == (None, "server", "Temporal svarar inte i tid.")


async def test_a_cause_that_programs_have_no_part_in_asks_temporal_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Awaitable[None]:
        raise AssertionError

    monkeypatch.setattr("services.stuck.looking.examine", refuse)
    assert (await stuck(house.db, house.client, cause=StuckCause.REST, now=MONDAY)).stuck == ()
