"""Events that were lost with their database are put back, and of their letters none is sent that may have been."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import pytest
import pytest_asyncio

from db import journal
from db.journal import JournalGap, NoJourney
from db.pool import SYSTEM, Database
from schemas.events import Event
from schemas.programme import Programme, Template
from services.publish import content_hash, found_version, load, publish, without_words
from tests.sample import sample
from tests.story import DAY, JOURNEY, MONDAY, Story, enter, long_story


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    await publish(db, sample(), MONDAY)
    await enter(db, JOURNEY)
    yield db
    await db.close()


async def restored(db: Database, events: Sequence[Event], now: datetime, least: int = 0) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await journal.restore(connection, JOURNEY, events, now=now, least=least)


async def written(db: Database, events: Sequence[Event]) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await journal.write(connection, JOURNEY, events)


async def notices(db: Database) -> dict[str, tuple[str, str | None, datetime]]:
    async with db.acting_as(SYSTEM) as connection:
        rows = await connection.fetch("SELECT notice, status, cause, send_after FROM notices")
    return {row["notice"]: (row["status"], row["cause"], row["send_after"]) for row in rows}


async def dump(db: Database, *tables: str) -> list[list[tuple[object, ...]]]:
    async with db.acting_as(SYSTEM) as connection:
        return [
            [tuple(row) for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2")] for table in tables
        ]


async def test_what_may_have_been_sent_is_in_doubt_and_what_is_to_come_is_due(db: Database) -> None:
    story = long_story()
    await written(db, story.events[:4])
    before = await notices(db)
    now = MONDAY + 9 * DAY
    await restored(db, story.events[4:], now)
    found = await notices(db)
    wanted = {notice.id: notice.send_after for event in story.events for notice in event.notices}
    assert found.keys() == wanted.keys()
    assert {name: found[name] for name in before} == before
    new = {name: (status, cause) for name, (status, cause, _) in found.items() if name not in before}
    past = {name for name in new if wanted[name] <= now}
    assert past
    assert new.keys() - past
    assert {new[name] for name in new.keys() - past} == {("due", None)}
    assert {new[name] for name in past} == {("unsure", "restored")}


async def test_a_journal_put_together_from_pieces_gives_the_lists_that_the_whole_gives(db: Database) -> None:
    story = long_story()
    await written(db, story.events)
    whole = await dump(db, "journeys", "tasks")
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("DELETE FROM journal WHERE seq % 3 = 0 OR seq > 15")
        await connection.execute("DELETE FROM tasks")
    await restored(db, story.events, MONDAY)
    assert await dump(db, "journeys", "tasks") == whole
    await restored(db, story.events[::-1], MONDAY)
    assert await dump(db, "journeys", "tasks") == whole
    await written(db, story.sleep(30 * DAY).events)


@pytest.mark.parametrize(("keep", "given", "least"), [(3, slice(4, 9), 0), (3, slice(0, 0), 4), (0, slice(1, 9), 0)])
async def test_nothing_is_made_anew_while_a_gap_remains(db: Database, keep: int, given: slice, least: int) -> None:
    story = Story().sleep(20 * DAY)
    await written(db, story.events[:keep])
    before = await dump(db, "journeys", "tasks", "notices")
    with pytest.raises(JournalGap, match="is missing before"):
        await restored(db, story.events[given], MONDAY, least)
    assert await dump(db, "journeys", "tasks", "notices") == before


async def test_there_must_be_a_journey_to_put_it_back_to(db: Database) -> None:
    async with db.acting_as(SYSTEM) as connection:
        with pytest.raises(NoJourney):
            await journal.restore(connection, "jnobody", now=MONDAY)


# ---- versions that were published after the backup


def worded(minutes: int, words: str) -> Programme:
    text = {"sv": words, "en": words}
    invitation = Template.model_validate({"subject": text, "body": text})
    return sample().model_copy(update={"undo_minutes": minutes, "notices": {"invitation": invitation}})


async def found(db: Database, lost: Programme) -> Programme:
    """A version as it is known here, once a journey that follows it has been found."""
    numbered = lost.model_copy(update={"version": 3, "hash": content_hash(lost)})
    async with db.acting_as(SYSTEM) as connection:
        number = await found_version(connection, numbered.riding(), MONDAY)
    return await load(db, "sample", number)


async def test_a_lost_version_whose_words_another_has_is_whole_again(db: Database) -> None:
    await publish(db, worded(5, "See you {appointment}"), MONDAY)
    await publish(db, worded(5, "Meet us {appointment}"), MONDAY)
    again = await found(db, worded(10, "See you {appointment}"))
    assert again.undo_minutes == 10
    assert again.notices["invitation"].subject.en == "See you {appointment}"
    assert await without_words(db) == []


async def test_a_lost_version_borrows_the_newest_words_until_it_is_published_again(db: Database) -> None:
    await publish(db, worded(5, "See you {appointment}"), MONDAY)
    lost = worded(10, "Welcome at {appointment}")
    again = await found(db, lost)
    assert again.notices["invitation"].subject.en == "See you {appointment}"
    assert await without_words(db) == [("sample", again.version)]
    healed = await publish(db, lost, MONDAY)
    assert (healed.version, healed.notices["invitation"].subject.en) == (again.version, "Welcome at {appointment}")
    assert await without_words(db) == []
