"""What is shown is what has been written; what is published stays as it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from activities.journal import Journal, JournalBatch
from db.pool import SYSTEM, Database
from services import reading
from services.publish import publish
from tests.sample import sample
from tests.story import DAY, JOURNEY, MONDAY, Story, enter


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    await publish(db, sample(), MONDAY)
    await enter(db, JOURNEY)
    yield db
    await db.close()


async def test_the_inbox_and_the_journey_show_what_is_open(db: Database) -> None:
    story = Story().sleep(6 * DAY)
    await Journal(db).write(JournalBatch(journey=JOURNEY, events=tuple(story.events)))
    inbox = await reading.tasks(db, now=story.now, language="en")
    assert {task["id"] for task in inbox} == {task.id for task in story.state.tasks}
    call = next(task for task in inbox if task["step"] == "welcome_call")
    assert call["title"] == "Welcome call"
    assert call["outcomes"] == ["willing", "maybe", "not_willing", "not_reached"]
    assert (call["role"], call["owner"], call["generation"], call["overdue"]) == ("coordinator", "s1", 1, True)
    assert call["due_at"] == "2026-11-26T16:00:00Z"
    assert call["overdue_seconds"] == int((story.now - datetime(2026, 11, 26, 16, tzinfo=UTC)).total_seconds())
    assert [task["id"] for task in await reading.tasks(db, "leader", now=story.now)] == [f"{JOURNEY}.assignment.1"]
    assert await reading.tasks(db, overdue=True, now=MONDAY) == []

    shown = await reading.journey(db, JOURNEY, now=story.now, language="en")
    assert shown["tasks"] == inbox
    assert (shown["journey"], shown["programme"], shown["version"], shown["status"]) == (JOURNEY, "sample", 1, "open")
    assert shown["seq"] == story.state.seq == shown["events"][-1]["seq"]
    assert [(e["seq"], e["kind"], e["step"]) for e in shown["events"]] == [
        (e.seq, e.kind.value, e.step) for e in story.events
    ]
    assert await reading.events(db, JOURNEY) == shown["events"]
    with pytest.raises(Exception, match="There is no journey jnever"):
        await reading.journey(db, "jnever", now=MONDAY)
    with pytest.raises(Exception, match="There is no journey jnever"):
        await reading.events(db, "jnever")


async def test_the_same_content_is_the_same_version_however_many_publish(db: Database) -> None:
    again = await asyncio.gather(*(publish(db, sample(), MONDAY) for _ in range(8)))
    assert {programme.version for programme in again} == {1}
    changed = [
        sample().model_copy(update={"title": sample().title.model_copy(update={"en": f"New {n}"})}) for n in range(6)
    ]
    versions = await asyncio.gather(*(publish(db, programme, MONDAY) for programme in changed))
    assert sorted(programme.version for programme in versions) == [2, 3, 4, 5, 6, 7]
    assert len({programme.hash for programme in versions}) == 6


async def test_the_order_of_steps_survives_publication(db: Database) -> None:
    turned = dict(reversed(sample().steps.items()))
    published = await publish(db, sample().model_copy(update={"steps": turned}), MONDAY)
    assert published.version == 2
    async with db.acting_as(SYSTEM) as connection:
        stored = await connection.fetchval("SELECT content FROM programmes WHERE version = 2")
    assert list(stored["steps"]) == list(turned)


async def test_other_public_holidays_are_not_another_version(db: Database) -> None:
    office = sample().calendars["office"].model_copy(update={"holidays": ()})
    assert (await publish(db, sample().model_copy(update={"calendars": {"office": office}}), MONDAY)).version == 1
