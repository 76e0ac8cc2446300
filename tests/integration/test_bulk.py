"""An act for many: whom it is for is frozen, each has one turn, and what came of it is written down."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from time import monotonic

import pytest
import pytest_asyncio

from activities.bulk import GIVE_UP_AFTER, Batch, BatchEnd, BulkTurns
from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.base import Both
from schemas.bulk import BulkStatus, ItemStatus, MendEach, Order, Result, RollOut
from schemas.commands import AssignTask, Command, HoldJourney
from schemas.mending import AdoptProgramme, NudgeTask
from services.bulk.acts import follow, listed, report
from services.bulk.errors import NoSuchBulk, SomethingElse
from services.bulk.order import Ordered, create
from services.bulk.where import NothingMatches
from services.publish import publish
from tests.sample import sample
from tests.story import DAY, MONDAY, enter

NOW = MONDAY + DAY
DONE = Result(status=ItemStatus.DONE, seq=9)
REFUSED = Result(status=ItemStatus.REFUSED, code="journey_over", sentence=Both(sv="Slut.", en="Over."))
SILENT = Result()
HOLD = MendEach(act="hold", fields={"cause": "ill", "on": "us", "review_at": "2026-12-24T08:00:00Z"})
FAST = 1_000.0


class Journeys:
    """Stands in for the journeys: keeps what they were told, and answers as they are asked to."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Command]] = []
        self.answers: dict[str, Result] = {}
        self.before: Callable[[str], Awaitable[None] | None] = lambda _: None

    async def perform(self, journey: str, command: Command) -> Result:
        self.told.append((journey, command))
        await (self.before(journey) or asyncio.sleep(0))
        return self.answers.get(journey, DONE)

    @property
    def asked(self) -> Counter[str]:
        return Counter(journey for journey, _ in self.told)


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn, most=8)
    await publish(db, sample(), MONDAY)
    for number in range(8):
        await enter(db, f"j{number}")
    yield db
    await db.close()


@pytest.fixture
def journeys() -> Journeys:
    return Journeys()


@pytest.fixture
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's turn begins before that of the one before is over, however slow the machine is."""
    monkeypatch.setattr("activities.bulk.AT_ONCE", 1)


async def ordered(db: Database, order: Order = HOLD, rate: float = FAST, **where: list[str]) -> str:
    what = order.act if isinstance(order, MendEach) else order.kind
    return await create(db, Ordered(order, what, rate, by="operator", reason="why-1"), where, NOW)


async def once(db: Database, journeys: Journeys, bulk: str) -> BatchEnd:
    return await BulkTurns(db, journeys.perform).perform_some(Batch(bulk=bulk))


async def statuses(db: Database, bulk: str) -> dict[str, str]:
    return {item["journey"]: item["status"] for item in (await report(db, bulk))["journeys"]}


async def run(db: Database, query: str, *values: object) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(query, *values)


async def open_task(db: Database, journey: str, step: str, due_in: int) -> None:
    await run(
        db,
        "INSERT INTO tasks (task, journey, step, generation, status, due_at, opened_at, detail)"
        " VALUES ($1 || '.' || $2 || '.1', $1, $2, 1, 'open', $3, $4, '{}')",
        journey, step, NOW + timedelta(days=due_in), MONDAY,
    )  # fmt: skip


async def test_everybody_who_fitted_when_it_was_ordered_has_one_turn(db: Database, journeys: Journeys) -> None:
    bulk = await ordered(db)
    await enter(db, "late")
    assert await once(db, journeys, bulk) == BatchEnd(turns=8, over=True)
    assert journeys.asked == Counter({f"j{number}": 1 for number in range(8)})
    for journey, command in journeys.told:
        assert isinstance(command, HoldJourney)
        assert (command.id, command.by, command.why) == (f"bulk:{bulk}:{journey}", "operator", "why-1")
        assert (command.cause, command.on, command.review_at.isoformat()) == ("ill", "us", "2026-12-24T08:00:00+00:00")
    found = await report(db, bulk)
    assert (found["status"], found["counts"]) == ("done", {"waiting": 0, "done": 8, "refused": 0, "failed": 0})
    assert await once(db, journeys, bulk) == BatchEnd(over=True)
    assert len(journeys.told) == 8


async def test_what_a_journey_says_is_kept_in_both_languages(db: Database, journeys: Journeys) -> None:
    bulk = await ordered(db, journey=["j1", "j2"])
    journeys.answers["j2"] = REFUSED
    await once(db, journeys, bulk)
    done, refused = (await report(db, bulk, "en"))["journeys"]
    assert (done["journey"], done["status"], done["code"], done["sentence"]) == ("j1", "done", None, None)
    assert (refused["journey"], refused["status"], refused["code"]) == ("j2", "refused", "journey_over")
    assert (refused["sentence"], refused["sentences"]) == ("Over.", {"sv": "Slut.", "en": "Over."})


async def test_an_act_of_a_task_is_done_to_the_most_urgent_one_that_fitted(db: Database, journeys: Journeys) -> None:
    for journey, step, due_in in (("j1", "later", 5), ("j1", "sooner", 2), ("j1", "other", 1), ("j2", "sooner", 1)):
        await open_task(db, journey, step, due_in)
    order = MendEach(act="nudge")
    await once(db, journeys, await ordered(db, order, step=["later", "sooner"]))
    assert [(journey, isinstance(told, NudgeTask) and told.task) for journey, told in journeys.told] == [
        ("j2", "j2.sooner.1"),
        ("j1", "j1.sooner.1"),
    ]


async def test_a_journey_without_an_open_task_is_refused_what_is_done_to_tasks(
    db: Database, journeys: Journeys
) -> None:
    await open_task(db, "j1", "move", 1)
    bulk = await ordered(db, MendEach(act="assign", fields={"to": "anna"}), journey=["j1", "j2"])
    await once(db, journeys, bulk)
    (told,) = journeys.told
    assert told == ("j1", AssignTask(id=f"bulk:{bulk}:j1", by="operator", why="why-1", task="j1.move.1", to="anna"))
    refused = (await report(db, bulk, "en"))["journeys"][1]
    assert (refused["code"], refused["status"]) == ("no_open_task", "refused")
    assert refused["sentence"].startswith("Nothing is open")


async def test_who_does_not_answer_is_asked_again_after_the_others_and_given_up_in_the_end(
    db: Database, journeys: Journeys
) -> None:
    bulk = await ordered(db, rate=1.0, journey=["j1", "j2", "j3"])  # two turns in one go
    journeys.answers["j1"] = SILENT
    assert await once(db, journeys, bulk) == BatchEnd(turns=2, silent=1)
    assert await once(db, journeys, bulk) == BatchEnd(turns=2, silent=1)
    assert [journey for journey, _ in journeys.told] == ["j1", "j2", "j3", "j1"]
    assert await once(db, journeys, bulk) == BatchEnd(turns=1, silent=1, over=True)
    item = (await report(db, bulk, "en"))["journeys"][0]
    assert (item["status"], item["code"]) == ("failed", "no_answer")
    assert len({command.id for journey, command in journeys.told if journey == "j1"}) == 1


@pytest.mark.usefixtures("one_at_a_time")
async def test_where_nobody_answers_not_everybody_is_waited_for(db: Database, journeys: Journeys) -> None:
    bulk = await ordered(db)
    journeys.answers = {f"j{number}": SILENT for number in range(8)}
    end = await once(db, journeys, bulk)
    assert end.turns == end.silent == GIVE_UP_AFTER
    assert (await report(db, bulk))["counts"]["waiting"] == 8


async def test_no_more_than_was_ordered_have_their_turn_in_a_second(db: Database, journeys: Journeys) -> None:
    bulk, began = await ordered(db, rate=20.0), monotonic()
    await once(db, journeys, bulk)
    assert monotonic() - began >= 7 / 20


@pytest.mark.usefixtures("one_at_a_time")
async def test_a_stopped_act_takes_no_more_turns_and_goes_on_where_it_was(db: Database, journeys: Journeys) -> None:
    bulk = await ordered(db)
    journeys.before = lambda journey: run(db, sql.stop_bulk, bulk) if journey == "j2" else None
    assert (await once(db, journeys, bulk)).over
    stopped = await statuses(db, bulk)
    assert {journey for journey, status in stopped.items() if status == "done"} == {"j0", "j1", "j2"}
    assert set(stopped.values()) == {"waiting", "done"}
    assert (await report(db, bulk))["status"] == "stopped"
    assert await follow(db, bulk) is BulkStatus.STOPPED
    assert await once(db, journeys, bulk) == BatchEnd(over=True)
    assert await statuses(db, bulk) == stopped
    await run(db, sql.resume_bulk, bulk, FAST)
    assert (await once(db, journeys, bulk)).over
    assert set((await statuses(db, bulk)).values()) == {"done"}
    assert set(journeys.asked.values()) == {1}


async def test_when_the_database_goes_away_the_same_is_tried_again_under_the_same_id(
    db: Database, journeys: Journeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    bulk = await ordered(db)
    whole = dict(sql._queries)
    monkeypatch.setitem(sql._queries, "settle_item", whole["lock_publishing"])  # takes other arguments
    with pytest.raises(ExceptionGroup):
        await once(db, journeys, bulk)
    monkeypatch.undo()
    assert set((await statuses(db, bulk)).values()) == {"waiting"}
    asked = journeys.asked
    assert asked
    assert (await once(db, journeys, bulk)).over
    assert set((await statuses(db, bulk)).values()) == {"done"}
    assert {command.id for _, command in journeys.told} == {f"bulk:{bulk}:j{number}" for number in range(8)}


async def test_of_a_roll_out_the_former_version_is_written_down_before_anybody_is_told(
    db: Database, journeys: Journeys
) -> None:
    other = sample().model_copy(update={"undo_minutes": 5})
    assert (await publish(db, other, MONDAY)).version == 2
    order = RollOut(programme="sample", version=2, to="all")
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(sql.add_bulk, "r1", "roll_out", order.model_dump(), {}, "under_way", FAST, "o", None)
        await connection.execute(sql.freeze_matching, {}, NOW, 2, "r1", 2)
    journeys.answers["j3"] = SILENT
    assert not (await once(db, journeys, "r1")).over
    await run(db, "UPDATE journeys SET version = 2")
    assert not (await once(db, journeys, "r1")).over
    assert {item["was"] for item in (await report(db, "r1"))["journeys"]} == {1}
    journey, command = journeys.told[0]
    assert isinstance(command, AdoptProgramme)
    assert (command.id, command.rollout) == (f"bulk:r1:{journey}", "r1")
    assert (command.programme.version, command.programme.undo_minutes) == (2, 5)


async def test_the_same_order_under_the_same_id_is_one_act_and_another_is_refused(db: Database) -> None:
    first = Ordered(HOLD, "hold", FAST, by="operator", bulk="b-key")
    assert [await create(db, first, {"journey": ["j1"]}, NOW) for _ in range(2)] == ["b-key", "b-key"]
    assert len((await report(db, "b-key"))["journeys"]) == 1
    for order, where in ((MendEach(act="nudge"), {"journey": ["j1"]}), (HOLD, {"journey": ["j2"]})):
        with pytest.raises(SomethingElse):
            await create(db, Ordered(order, "hold", FAST, bulk="b-key"), where, NOW)


async def test_an_act_for_nobody_is_refused_and_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(NothingMatches, match=r"No journey fits status=ended exit=X1, so nothing is done"):
        await ordered(db, status=["ended"], exit=["X1"])
    assert await listed(db) == []
    with pytest.raises(NoSuchBulk):
        await report(db, "b1")
