"""Rolling a version out and back, as far as it is written down: what new journeys follow, and whom it is for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from db import journal
from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.events import Event, EventKind
from schemas.programme import Programme
from services.bulk import rollout_errors as errors
from services.bulk.acts import report, standing
from services.bulk.answers import answers, lines
from services.bulk.order import known
from services.bulk.rollout import Begun, Wanted, foreseen, may_go_on, roll_back, roll_out, way_back
from services.bulk.where import Conditions
from services.errors import NoSuchProgramme, NoSuchVersion
from services.publish import load, publish
from services.versions import versions
from tests.sample import sample
from tests.story import DAY, MONDAY, enter

NOW = MONDAY + DAY
Roll = Callable[..., Awaitable[Begun]]


def other(minutes: int) -> Programme:
    """Another version of the sample."""
    return sample().model_copy(update={"undo_minutes": minutes})


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    """Two versions; four journeys that follow the first, and one that has ended."""
    db = await Database.open(database_dsn, most=4)
    for minutes in (0, 5):
        await publish(db, other(minutes), MONDAY)
    for number in range(1, 6):
        await enter(db, f"j{number}")
    await run(db, "UPDATE journeys SET status = 'ended' WHERE journey = 'j5'")
    yield db
    await db.close()


@pytest.fixture
def roll(db: Database) -> Roll:
    async def roll(version: int, to: Any = "all", where: Conditions | None = None, programme: str = "sample") -> Begun:
        return await roll_out(db, Wanted(programme, version, to, where or {}, by="owner"), NOW)

    return roll


async def run(db: Database, query: str, *values: object) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(query, *values)


async def new_ones(db: Database) -> int:
    """What new journeys begin with."""
    return (await load(db, "sample")).version


async def whom(db: Database, bulk: str) -> dict[str, int]:
    """Whom it is for, and the version to follow."""
    return {item["journey"]: item["target"] for item in (await report(db, bulk))["journeys"]}


async def moved(db: Database, bulk: str, *journeys: str, status: str = "done") -> None:
    """These have had their turn."""
    for journey in journeys:
        await run(db, sql.take_item.replace("AND b.status = 'under_way'", ""), bulk, journey)
        await run(db, sql.settle_item, bulk, journey, status, None, None, None, 7)
        if status == "done":
            target = "SELECT target FROM bulk_items WHERE bulk = $1 AND journey = $2"
            await run(db, f"UPDATE journeys SET version = ({target}), seq = 7 WHERE journey = $2", bulk, journey)


async def done(db: Database, bulk: str) -> None:
    await run(db, "UPDATE bulks SET status = 'done' WHERE bulk = $1", bulk)


async def test_a_version_that_is_published_takes_over_and_what_is_said_later_counts(db: Database, roll: Roll) -> None:
    assert await new_ones(db) == 2
    await roll(1, "new")
    assert await new_ones(db) == 1
    await publish(db, other(0), MONDAY)  # known already: nothing new has been published
    assert await new_ones(db) == 1
    await publish(db, other(10), MONDAY)
    assert await new_ones(db) == 3
    await roll(2, "new")
    await roll(1, "new")
    assert await new_ones(db) == 1


async def test_versions_say_since_when_they_are_in_force_and_how_many_follow_them(db: Database, roll: Roll) -> None:
    first, second = await versions(db, "sample")
    assert (first.version, first.in_force, first.journeys) == (1, False, 4)
    assert (second.version, second.in_force, second.since, second.journeys) == (2, True, MONDAY, 0)
    await roll(1, "new")
    first, second = await versions(db)
    assert (first.in_force, second.in_force) == (True, False)
    assert first.since is not None
    assert first.since > first.published_at
    assert second.as_json()["since"] is None
    with pytest.raises(NoSuchProgramme):
        await versions(db, "relocate")


async def test_to_new_moves_nobody_who_is_under_way(db: Database, roll: Roll) -> None:
    begun = await roll(1, "new")
    found = await report(db, begun.bulk)
    assert (found["what"], found["status"], found["journeys"]) == ("roll_out", "done", [])


async def test_to_all_is_for_everybody_under_way_who_follows_another_version(db: Database, roll: Roll) -> None:
    await run(db, "UPDATE journeys SET version = 2 WHERE journey = 'j2'")
    await run(db, "UPDATE journeys SET status = 'following_up' WHERE journey = 'j3'")
    begun = await roll(2)
    assert await whom(db, begun.bulk) == {"j1": 2, "j3": 2, "j4": 2}
    assert (await report(db, begun.bulk))["status"] == "under_way"


async def test_for_some_only_new_journeys_begin_with_what_they_did(db: Database, roll: Roll) -> None:
    assert await whom(db, (await roll(1, "new")).bulk) == {}
    begun = await roll(2, where={"journey": ["j1", "j2"]})
    assert await whom(db, begun.bulk) == {"j1": 2, "j2": 2}
    assert await new_ones(db) == 1


async def test_what_cannot_be_rolled_out_is_refused(db: Database, roll: Roll) -> None:
    with pytest.raises(NoSuchVersion, match="no version 9"):
        await roll(9)
    with pytest.raises(NoSuchProgramme):
        await roll(1, programme="relocate")
    with pytest.raises(errors.InForceAlready):
        await roll(2, "new")
    with pytest.raises(errors.WhereNobody):
        await roll(1, "new", {"step": ["move"]})
    with pytest.raises(errors.OtherProgramme):
        await roll(1, "all", {"programme": ["relocate"]})
    await run(db, "UPDATE journeys SET version = 2")
    with pytest.raises(errors.NobodyToMove, match="follows version 2 already"):
        await roll(2)
    with pytest.raises(errors.NobodyToMove):
        await roll(1, where={"journey": ["j5"], "status": ["open"]})
    assert await new_ones(db) == 2


async def test_two_at_once_of_the_same_programme_are_one_and_a_refusal(db: Database, roll: Roll) -> None:
    both = await asyncio.gather(roll(2), roll(2), return_exceptions=True)
    (begun,) = [one for one in both if isinstance(one, Begun)]
    (refused,) = [one for one in both if not isinstance(one, Begun)]
    assert isinstance(refused, errors.RollOutUnderWay)
    assert f"operator bulk stop {begun.bulk}" in refused.sentence("sv")
    with pytest.raises(errors.RollOutUnderWay):
        await roll(1, "new")


async def test_a_stopped_one_goes_on_when_the_same_is_asked_for_again(db: Database, roll: Roll) -> None:
    begun = await roll(2)
    await moved(db, begun.bulk, "j1", "j2")
    await run(db, sql.stop_bulk, begun.bulk)
    assert await roll(2) == Begun(begun.bulk, again=True)
    found = await report(db, begun.bulk)
    assert (found["status"], found["counts"]["done"], found["counts"]["waiting"]) == ("under_way", 2, 2)


async def test_a_stopped_one_does_not_go_on_after_another_has_been_ordered(db: Database, roll: Roll) -> None:
    first = await roll(2)
    await run(db, sql.stop_bulk, first.bulk)
    second = await roll(2, where={"journey": ["j1"]})
    assert second.bulk != first.bulk
    await done(db, second.bulk)
    async with db.acting_as(SYSTEM) as connection:
        with pytest.raises(errors.Superseded, match=second.bulk):
            await may_go_on(connection, await known(connection, first.bulk))
        await may_go_on(connection, await known(connection, second.bulk))


async def test_the_way_back_is_for_those_who_were_moved_and_have_not_moved_on(db: Database, roll: Roll) -> None:
    await publish(db, other(10), MONDAY)
    await run(db, "UPDATE journeys SET version = 2 WHERE journey = 'j4'")
    begun = await roll(3)
    await moved(db, begun.bulk, "j1", "j2", "j4")
    await moved(db, begun.bulk, "j3", status="refused")
    with pytest.raises(errors.StopItFirst):
        await roll_back(db, begun.bulk)
    await done(db, begun.bulk)
    await run(db, "UPDATE journeys SET version = 2 WHERE journey = 'j2'")
    back = await roll_back(db, begun.bulk, by="owner")
    assert await whom(db, back.bulk) == {"j1": 1, "j4": 2}
    assert (await report(db, back.bulk))["what"] == "roll_back"


async def test_who_was_moved_a_moment_ago_goes_back_too(db: Database, roll: Roll) -> None:
    """The journal may not have come as far yet, and who was killed between two lines may not have settled the turn."""
    begun = await roll(2)
    await moved(db, begun.bulk, "j1", "j2")
    await run(db, "UPDATE journeys SET version = 1, seq = 6 WHERE journey = 'j1'")
    await run(db, "UPDATE bulk_items SET status = 'waiting', seq = NULL WHERE journey = 'j2'")
    await run(db, sql.stop_bulk, begun.bulk)
    assert await whom(db, (await roll_back(db, begun.bulk)).bulk) == {"j1": 1, "j2": 1}


async def test_new_journeys_go_back_unless_something_else_has_been_said_since(db: Database, roll: Roll) -> None:
    first = await roll(1, "new")
    await roll_back(db, first.bulk)
    assert await new_ones(db) == 2
    with pytest.raises(errors.RollOutUnderWay):  # with nobody to move it is done as soon as it is begun
        await roll_back(db, first.bulk)
    await run(db, "UPDATE bulks SET status = 'done'")
    with pytest.raises(errors.NobodyToBringBack):
        await roll_back(db, first.bulk)
    second = await roll(1, "new")
    await publish(db, other(10), MONDAY)
    with pytest.raises(errors.NobodyToBringBack):
        await roll_back(db, second.bulk)
    assert await new_ones(db) == 3


async def test_new_journeys_go_back_also_from_a_version_that_took_over_when_it_was_published(
    db: Database, roll: Roll
) -> None:
    begun = await roll(2)
    await moved(db, begun.bulk, "j1")
    await done(db, begun.bulk)
    await roll_back(db, begun.bulk)
    assert await new_ones(db) == 1


async def test_beforehand_it_is_said_for_how_many_it_would_be_or_why_not(db: Database) -> None:
    assert await foreseen(db, Wanted("sample", 2, "all"), NOW) == 4
    assert await foreseen(db, Wanted("sample", 2, "all", {"journey": ["j1"]}), NOW) == 1
    assert await foreseen(db, Wanted("sample", 1, "new"), NOW) == 0
    with pytest.raises(NoSuchVersion):
        await foreseen(db, Wanted("sample", 9, "all"), NOW)
    assert await new_ones(db) == 2
    begun = await roll_out(db, Wanted("sample", 2, "all"), NOW)
    await moved(db, begun.bulk, "j1")
    await run(db, sql.stop_bulk, begun.bulk)
    assert await foreseen(db, Wanted("sample", 2, "all"), NOW) == 3


async def test_beforehand_the_way_back_says_how_many_go_where(db: Database, roll: Roll) -> None:
    await publish(db, other(10), MONDAY)
    await run(db, "UPDATE journeys SET version = 2 WHERE journey = 'j4'")
    begun = await roll(3)
    with pytest.raises(errors.StopItFirst):
        await way_back(db, begun.bulk)
    await moved(db, begun.bulk, "j1", "j2", "j4")
    await done(db, begun.bulk)
    back = await way_back(db, begun.bulk)
    assert (back.journeys, back.number, back.for_new, back.left) == ({1: 2, 2: 1}, 3, 2, None)
    began = await roll_back(db, begun.bulk, words="Too long")
    assert await whom(db, began.bulk) == {"j1": 1, "j2": 1, "j4": 2}
    found = await standing(db, began.bulk)
    assert (found["why"], found["counts"]["waiting"]) == ("Too long", 3)
    await run(db, sql.stop_bulk, began.bulk)
    again = await way_back(db, begun.bulk)
    assert (again.number, again.left, again.for_new) == (3, 3, None)


async def test_what_was_answered_is_told_by_how_many_and_in_pages(db: Database, roll: Roll) -> None:
    begun = await roll(2)
    await moved(db, begun.bulk, "j1")
    for journey in ("j2", "j3"):
        await run(db, sql.take_item, begun.bulk, journey)
        await run(db, sql.settle_item, begun.bulk, journey, "refused", "x", "Går inte.", "Cannot.", None)
    (refused,) = await answers(db, begun.bulk)
    assert (refused.status, refused.number, refused.examples) == ("refused", 2, ("j2", "j3"))
    assert refused.sentence is not None
    assert refused.sentence.en == "Cannot."
    assert [line.journey for line in await lines(db, begun.bulk, 0, 2)] == ["j2", "j3"]
    moved_, waiting = await lines(db, begun.bulk, 2, 9)
    assert (waiting.journey, moved_.journey, moved_.was, moved_.target) == ("j4", "j1", 1, 2)


async def test_many_journeys_of_an_act_are_read_by_index(db: Database, roll: Roll) -> None:
    begun = await roll(2)
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("SET LOCAL enable_seqscan = off")
        await connection.execute("SET LOCAL enable_sort = off")
        for query, rest in ((sql.some_items, "0, 50"), (sql.items_by_answer, "")):
            values = f"'{begun.bulk}'" + (f", {rest}" if rest else "")
            await connection.execute(f"PREPARE asked AS {query}")
            plan = await connection.fetch(f"EXPLAIN EXECUTE asked ({values})")
            assert any("bulk_items_lines" in line[0] for line in plan), plan
            await connection.execute("DEALLOCATE asked")


async def test_who_names_no_roll_out_is_told_where_roll_outs_are_found(db: Database) -> None:
    for asked in (roll_back, way_back):
        with pytest.raises(errors.NoRollOut, match="owner roll-outs"):
            await asked(db, "rnowhere")


async def test_there_is_no_way_back_from_a_way_back_but_a_stopped_one_goes_on(db: Database, roll: Roll) -> None:
    begun = await roll(2)
    await moved(db, begun.bulk, "j1", "j2")
    await done(db, begun.bulk)
    back = await roll_back(db, begun.bulk)
    with pytest.raises(errors.NoRollOut):
        await roll_back(db, back.bulk)
    await run(db, sql.stop_bulk, back.bulk)
    assert await roll_back(db, begun.bulk) == Begun(back.bulk, again=True)


# ---- who comes back


async def comes_back(db: Database, journey: str = "j5") -> None:
    """The journal says that somebody who had left is taken in again."""
    async with db.acting_as(SYSTEM) as connection:
        row = await connection.fetchrow("SELECT seq FROM journeys WHERE journey = $1", journey)
        assert row is not None
        event = Event(seq=row["seq"] + 1, at=NOW, recorded_at=NOW, kind=EventKind.JOURNEY_REOPENED)
        await journal.write(connection, journey, [event])


async def test_who_comes_back_joins_the_roll_out_to_all_that_they_missed(db: Database, roll: Roll) -> None:
    bulk = (await roll(2)).bulk
    assert "j5" not in await whom(db, bulk)
    await moved(db, bulk, "j1", "j2", "j3", "j4")
    await done(db, bulk)
    await comes_back(db)
    await comes_back(db)
    found = await report(db, bulk)
    assert (found["status"], found["ended_at"], found["counts"]["waiting"]) == ("under_way", None, 1)
    assert (found["journeys"][-1]["journey"], found["journeys"][-1]["target"]) == ("j5", 2)
    await moved(db, bulk, "j5")
    await done(db, bulk)
    assert "j5" in await whom(db, (await roll_back(db, bulk, by="owner")).bulk)


async def test_a_stopped_roll_out_stays_stopped_and_has_them_when_it_goes_on(db: Database, roll: Roll) -> None:
    bulk = (await roll(2)).bulk
    await run(db, "UPDATE bulks SET status = 'stopped'")
    await comes_back(db)
    found = await report(db, bulk)
    assert (found["status"], found["counts"]["waiting"]) == ("stopped", 5)


@pytest.mark.parametrize("why", ["new only", "some", "rolled back", "newer", "not in force", "under way"])
async def test_nobody_joins_a_roll_out_that_is_not_meant_for_them(db: Database, roll: Roll, why: str) -> None:
    if why == "new only":
        await roll(1, "new")
        bulk = (await roll(2, "new")).bulk
    else:
        bulk = (await roll(2, where={"journey": ["j1"]} if why == "some" else None)).bulk
    await done(db, bulk)
    match why:
        case "rolled back":
            await moved(db, bulk, "j1")
            await done(db, (await roll_back(db, bulk, by="owner")).bulk)
        case "newer":
            await run(db, "UPDATE journeys SET version = 2 WHERE journey = 'j5'")
        case "not in force":
            await roll(1, "new")
    before = (await report(db, bulk))["journeys"]
    await comes_back(db, "j1" if why == "under way" else "j5")
    assert (await report(db, bulk))["journeys"] == before
