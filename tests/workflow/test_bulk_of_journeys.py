"""An act for many real journeys: each decides for itself, once, and says why where it does not do what was asked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from db.pool import SYSTEM
from db.queries import sql
from schemas.bulk import BulkStatus, MendEach, Order
from schemas.commands import ExitJourney, ReopenJourney
from schemas.events import EventKind
from services.bulk.acts import Bulks, begin, begin_pending, follow, report
from services.bulk.order import Ordered, create
from services.bulk.rollout import Wanted, roll_out
from services.bulk.where import Conditions
from services.mending.acts import mend
from services.publish import publish
from tests.driving import newer
from tests.workflow.harness import MONDAY, House, over

LATER = {"cause": "ill", "on": "us", "review_at": "2026-05-04T08:00:00Z"}


async def ordered(house: House, order: Order, where: Conditions) -> str:
    what = order.act if isinstance(order, MendEach) else order.kind
    return await create(house.db, Ordered(order, what, 100.0, by="anna", reason="reason-1"), where, house.now())


async def carried_out(house: House, bulk: str) -> dict[str, tuple[str, str | None]]:
    bulks = Bulks(house.client)
    await begin(bulks, bulk)
    assert await follow(house.db, bulk) is BulkStatus.DONE
    await bulks.rest(bulk, 10)
    items = (await report(house.db, bulk, "en"))["journeys"]
    return {item["journey"]: (item["status"], item["sentence"]) for item in items}


async def under_way(house: House, number: int) -> list[str]:
    journeys = [await house.begin() for _ in range(number)]
    await asyncio.gather(*(house.settled(journey) for journey in journeys))
    return journeys


async def test_each_journey_does_it_once_and_one_that_ended_meanwhile_says_so(house: House) -> None:
    async with house.worker():
        first, second, gone = await under_way(house, 3)
        bulk = await ordered(house, MendEach(act="assign", fields={"to": "lena"}), {"step": ["welcome_call"]})
        await house.journeys.leave(gone, ExitJourney(id="leave", exit="X5"))
        await over(house, gone)
        found = await carried_out(house, bulk)
        over_now = "The journey has ended (X5); take the person in again before anything more is done."
        assert found == {first: ("done", None), second: ("done", None), gone: ("refused", over_now)}
        for journey in (first, second):
            (assigned,) = [event for event in await house.journal(journey) if event.command == f"bulk:{bulk}:{journey}"]
            assert (assigned.kind, assigned.by, assigned.why) == (EventKind.TASK_ASSIGNED, "anna", "reason-1")
            assert assigned.task is not None
            assert (assigned.task.step, assigned.task.owner) == ("welcome_call", "lena")


async def test_repeated_after_a_crash_a_turn_is_done_and_nothing_happens_twice(house: House) -> None:
    async with house.worker():
        journeys = await under_way(house, 2)
        bulk = await ordered(house, MendEach(act="exit", fields={"exit": "X5", "any_exit": True}), {})
        before = await carried_out(house, bulk)
        for journey in journeys:
            await over(house, journey)
        async with house.db.acting_as(SYSTEM) as connection:
            await connection.execute("UPDATE bulk_items SET status = 'waiting'")
            await connection.execute(sql.resume_bulk, bulk, None)
        assert await carried_out(house, bulk) == before == dict.fromkeys(journeys, ("done", None))
        for journey in journeys:
            events = [event for event in await house.journal(journey) if event.kind is EventKind.JOURNEY_EXITED]
            assert [event.command for event in events] == [f"bulk:{bulk}:{journey}"]


async def test_what_no_journey_would_notice_is_refused_too(house: House) -> None:
    async with house.worker():
        (journey,) = await under_way(house, 1)
        found = await carried_out(house, await ordered(house, MendEach(act="hold", fields=LATER), {}))
    status, sentence = found[journey]
    assert status == "refused"
    assert sentence is not None
    assert "ill" in sentence


async def test_who_is_taken_in_again_after_a_roll_out_to_all_goes_on_by_the_new_version(house: House) -> None:
    async with house.worker():
        stays, gone = await under_way(house, 2)
        await house.journeys.leave(gone, ExitJourney(id="leave", exit="X5"))
        await over(house, gone)
        await publish(house.db, newer(lambda plan: plan["steps"]["welcome_call"].update(due={"days": 9})), MONDAY)
        bulk = (await roll_out(house.db, Wanted("sample", 2, "all", by="lena"), house.now())).bulk
        assert await carried_out(house, bulk) == {stays: ("done", None)}
        again = ReopenJourney(id="again", by="anna", step="welcome_call")
        await mend(house.db, house.journeys, gone, again, by="anna", now=datetime.now(UTC))
        assert await begin_pending(house.db, Bulks(house.client)) == 1
        assert await follow(house.db, bulk) is BulkStatus.DONE
        state, events = await house.state(gone), await house.journal(gone)
    assert state.programme.version == 2
    (adopted,) = [event for event in events if event.kind is EventKind.PROGRAMME_ADOPTED]
    assert (adopted.by, adopted.version, adopted.rollout) == ("lena", 2, bulk)
    kinds = [event.kind for event in events]
    assert kinds.index(EventKind.JOURNEY_REOPENED) < kinds.index(EventKind.PROGRAMME_ADOPTED)
