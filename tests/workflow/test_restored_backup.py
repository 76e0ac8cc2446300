"""Yesterday's backup is put back while journeys go on: nothing that they know is lost, and no letter is sent twice."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from db.pool import SYSTEM
from schemas.commands import ReopenJourney
from schemas.journey import JourneyState, Status
from schemas.programme import Programme
from schemas.stuck import StuckCause
from services.mending.identity import correct_identity
from services.outside.receiving import receive
from services.publish import load, publish
from services.repair.rebuilding import rebuild_all
from services.repair.reconcile import Reconciled, Reconciliation
from services.repair.words import What
from services.stuck.looking import stuck
from tests.backups import back_up, put_back
from tests.mail_servers import Postbox
from tests.sample import PLAN
from tests.workflow.harness import MONDAY, NOBODY_THERE, House, eventually, over
from worker import build
from workflows.courier import ensure_schedule
from workflows.names import COURIER_SCHEDULE

ROUTE = {"route": "job"}
INTERVIEW = {"interview_at": MONDAY + timedelta(days=20)}
READ_TABLES = {
    "journeys": "journey, status, exit, seq, started_at, exited_at, ended_at, hold, facts, dates, owners, version",
    "tasks": "task, status, role, owner, opened_at, due_at, next_alarm_at, ended_at, outcome, reason, stalls_at",
}


@pytest_asyncio.fixture
async def postbox(house: House) -> AsyncIterator[Postbox]:
    """Letters leave: a courier walks every second."""
    async with (
        Postbox().open() as postbox,
        build(house.client, house.db, postbox.mailer(), house.pace, task_queue=house.queue),
    ):
        await ensure_schedule(house.client, timedelta(seconds=1), task_queue=house.queue)
        yield postbox
        await house.client.get_schedule_handle(COURIER_SCHEDULE).delete()


@asynccontextmanager
async def courier_at_home(house: House) -> AsyncIterator[None]:
    """No letter leaves meanwhile."""
    schedule = house.client.get_schedule_handle(COURIER_SCHEDULE)
    await schedule.pause()
    await asyncio.sleep(1.5)

    async def back() -> bool:
        return not (await schedule.describe()).info.running_actions

    await eventually(back, "the courier is back")
    yield
    await schedule.unpause()


async def called(house: House, journey: str) -> None:
    await house.complete(journey, "welcome_call", "willing", key=f"{journey}-called", facts=ROUTE)


async def booked(house: House, journey: str) -> None:
    """The interview is booked: an invitation to the participant."""
    await house.complete(journey, "interview", "booked", key=f"{journey}-booked", dates=INTERVIEW)


async def declined(house: House, journey: str) -> None:
    """The journey ends, with a letter."""
    await house.complete(journey, "welcome_call", "not_willing", key=f"{journey}-declined")
    await over(house, journey)


async def begun(house: House, **given: Any) -> str:
    journey = await house.begin(**given)
    await house.settled(journey)
    return journey


async def reconciled(house: House, *, mend: bool = True) -> Reconciled:
    comparison = Reconciliation(house.db, house.client, house.journeys, now=datetime.now(UTC), mend=mend)
    return await comparison.all(lambda _done, _total: None, task_queue=house.queue)


async def final(house: House, journey: str) -> JourneyState:
    """How a journey stands, running or ended, with nothing left to write."""

    async def quiet() -> JourneyState | None:
        state = await house.state(journey)
        return state if not state.outbox else None

    found = await eventually(quiet, f"{journey} has written everything")
    assert found is not None
    return found


async def agree(house: House, lives: dict[str, str]) -> None:
    """Journals without gaps, and read tables that say what the journeys themselves say."""
    for journey in lives.values():
        state = await final(house, journey)
        events = await house.journal(journey)
        assert len(events) == state.seq, journey
        row = await house.row("journeys", "journey", journey)
        assert (row["seq"], row["status"], row["exit"]) == (state.seq, state.status, state.exit)
        assert (row["facts"], row["owners"]) == (state.facts, state.owners)
        assert (row["closed"] is not None) is (state.status is Status.ENDED)
        async with house.db.acting_as(SYSTEM) as connection:
            tasks = await connection.fetch("SELECT * FROM tasks WHERE journey = $1 AND status = 'open'", journey)
        assert {task["task"]: (task["owner"], task["due_at"]) for task in tasks} == {
            task.id: (task.owner, task.due_at) for task in state.tasks
        }


async def read_tables(house: House) -> dict[str, list[tuple[Any, ...]]]:
    async with house.db.acting_as(SYSTEM) as connection:
        return {
            table: [tuple(row) for row in await connection.fetch(f"SELECT {columns} FROM {table} ORDER BY 1")]
            for table, columns in READ_TABLES.items()
        }


async def notices(house: House, *, of: str) -> list[tuple[str, str, str | None]]:
    async with house.db.acting_as(SYSTEM) as connection:
        rows = await connection.fetch("SELECT * FROM notices WHERE journey = $1 ORDER BY seq, notice", of)
    return [(row["template"], row["status"], row["cause"]) for row in rows]


async def sent(house: House, *journeys: str) -> None:
    """Every notice of these journeys has left."""

    async def gone() -> bool:
        found = [each for journey in journeys for each in await notices(house, of=journey)]
        return all(status == "sent" for _, status, _ in found)

    await eventually(gone, f"the letters of {journeys} leave")


def another_version() -> Programme:
    plan = copy.deepcopy(PLAN)
    plan["steps"]["interview"]["due"] = {"working_days": 4}
    words = {"sv": "Vi ses {appointment}", "en": "See you {appointment}"}
    plan["notices"] = {"invitation": {"subject": words, "body": words}}
    return Programme.model_validate(plan)


async def yesterday(house: House) -> dict[str, str]:
    """Journeys in the backup, by what becomes of them; the latest letter has not left when it is made."""
    names = ("nothing happens", "goes on", "ends", "comes back", "is renewed")
    lives = {name: await begun(house) for name in names}
    await declined(house, lives["comes back"])
    await sent(house, lives["comes back"])
    return lives


async def at_night(house: House, lives: dict[str, str]) -> None:
    lives["is written to"] = await begun(house)
    await called(house, lives["is written to"])
    await booked(house, lives["is written to"])
    await agree(house, lives)


async def since_then(house: House, lives: dict[str, str]) -> None:
    """What the backup knows nothing of."""
    await sent(house, lives["is written to"])
    await called(house, lives["goes on"])
    await booked(house, lives["goes on"])
    await declined(house, lives["ends"])
    back = lives["comes back"]
    await house.journeys.reopen(back, await final(house, back), ReopenJourney(id=f"{back}-back"))
    await house.settled(back)
    for generation in (1, 2):
        await house.checkpointed(lives["is renewed"])
        await house.complete(lives["is renewed"], "welcome_call", "not_reached", generation=generation)
    lives |= {"is new": await begun(house), "is new and ends": await begun(house)}
    await declined(house, lives["is new and ends"])
    house.programme = await publish(house.db, another_version(), MONDAY)
    lives["has a new version"] = await begun(house)
    await called(house, lives["has a new version"])
    await booked(house, lives["has a new version"])
    report = {"journey": lives["nothing happens"], "type": "offer.made", "outcome": "offered"}
    told = await receive(house.db, house.journeys, "e1", report, by="gateway", now=datetime.now(UTC), patience=100)
    assert told.status == "early"


NEW = ("is new", "is new and ends", "has a new version")
BEHIND = ("nothing happens", "goes on", "ends", "comes back", "is renewed", *NEW)


@pytest.mark.timeout(600)
async def test_after_the_backup_of_yesterday_everything_is_as_the_journeys_know_it(
    house: House, postbox: Postbox, database_dsn: str, tmp_path: Path
) -> None:
    lives = await yesterday(house)
    async with courier_at_home(house):
        await at_night(house, lives)
        back_up(database_dsn, tmp_path / "yesterday")
    await since_then(house, lives)
    await agree(house, lives)
    await sent(house, *lives.values())
    before, letters = await read_tables(house), len(postbox.letters)

    put_back(database_dsn, tmp_path / "yesterday")
    await eventually(lambda: says_so_by_now(house), "it is said that an older backup was restored")
    goes_on = lives["goes on"]
    waits = await house.complete(goes_on, "offer", "offered", key="meanwhile")  # behind what is missing
    assert not any(finding.mended for finding in (await reconciled(house, mend=False)).findings)
    assert await says_so(house), "looking alone mends nothing"
    await check_findings(await reconciled(house), lives)
    assert not await says_so(house)
    await house.written(goes_on, waits.seq)
    await agree(house, lives)
    await check_what_is_mended(house, lives, before)
    await check_that_the_version_is_healed(house)
    await check_that_people_can_be_told_who_they_are(house, lives)
    await check_that_journeys_go_on(house, lives)
    await check_the_letters(house, lives, postbox, letters)


async def says_so_by_now(house: House) -> bool:
    """The same, while connections to the former database are still being lost."""
    with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return await says_so(house)
    return False


async def says_so(house: House) -> bool:
    """Whether operations see that the lists are older than the journeys, although no journey shows it yet."""
    found = await stuck(house.db, house.client, cause=StuckCause.BEHIND, now=datetime.now(UTC), pace=house.pace)
    told = [row.what_to_do.en for row in found.stuck if row.journey is None]
    assert told in ([], ["Catch all of them up: operator reconcile."])
    return bool(told)


async def check_findings(found: Reconciled, lives: dict[str, str]) -> None:
    expected = {(lives[each], What.BEHIND) for each in BEHIND} | {(lives[each], What.UNKNOWN_PERSON) for each in NEW}
    assert {(finding.journey, finding.what) for finding in found.findings} == expected
    assert all(finding.mended is (finding.what is What.BEHIND) for finding in found.findings)
    assert found.versions == {("sample", 2)}
    assert (found.checked, found.in_order) == (9, 1)


async def check_what_is_mended(house: House, lives: dict[str, str], before: dict[str, list[tuple[Any, ...]]]) -> None:
    """The lists are as they were, but for what has happened since, and as the journal makes them; again is the same."""
    after = await read_tables(house)
    others = [{row for row in each["tasks"] if not row[0].startswith(lives["goes on"])} for each in (before, after)]
    assert others[0] == others[1]
    for name in NEW:
        person = await house.row("people", "person", (await house.row("journeys", "journey", lives[name]))["person"])
        assert (person["unknown"], person["email"]) == (True, None)
    assert (await house.row("outside_events", "event", "e1"))["status"] == "early"
    again = await reconciled(house)
    assert {(finding.journey, finding.what) for finding in again.findings} == {
        (lives[each], What.UNKNOWN_PERSON) for each in NEW if "ends" not in each
    }
    assert again.versions == {("sample", 2)}
    assert await read_tables(house) == after
    assert (await rebuild_all(house.db)).gaps == []
    assert await read_tables(house) == after


async def check_that_the_version_is_healed(house: House) -> None:
    """Publishing the file again gives the version its words back, and makes no twin."""
    assert not (await load(house.db, "sample", 2)).notices
    healed = await publish(house.db, another_version(), MONDAY)
    assert (healed.version, list((await load(house.db, "sample", 2)).notices)) == (2, ["invitation"])
    assert (await reconciled(house)).versions == set()


async def check_that_people_can_be_told_who_they_are(house: House, lives: dict[str, str]) -> None:
    for name in NEW[::2]:
        who = {"name": f"Synthetic {name}", "email": f"{lives[name]}@{NOBODY_THERE}"}
        now = datetime.now(UTC)
        await correct_identity(house.db, house.journeys, lives[name], who, reason="From the paper list", now=now)
    assert (await reconciled(house)).findings == []


async def check_that_journeys_go_on(house: House, lives: dict[str, str]) -> None:
    await house.complete(lives["goes on"], "move", "arrived", key="arrived")
    await called(house, lives["nothing happens"])
    await booked(house, lives["nothing happens"])
    await called(house, lives["is new"])
    await house.complete(lives["is renewed"], "welcome_call", "not_reached", generation=3)
    await agree(house, lives)
    assert (await house.row("outside_events", "event", "e1"))["status"] == "applied"


async def check_the_letters(house: House, lives: dict[str, str], postbox: Postbox, letters: int) -> None:
    """None has been sent twice; those of what was lost are for somebody to look at."""

    async def new_ones() -> bool:
        invited, cancelled = [await notices(house, of=lives[name]) for name in ("nothing happens", "goes on")]
        return ("invitation", "sent", None) in invited and ("cancellation", "sent", None) in cancelled

    await eventually(new_ones, "the letters of what is new")
    await asyncio.sleep(3)
    assert len(postbox.letters) == letters + 2
    assert max(Counter((receiver, words_of(letter)) for receiver, letter in postbox.letters).values()) == 1
    doubtful = (("goes on", "invitation"), ("ends", "goodbye"), ("is written to", "invitation"))
    for name, template in doubtful:
        assert (template, "unsure", "restored") in await notices(house, of=lives[name])


def words_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_lists_that_were_emptied_by_hand_come_back_while_everything_runs(house: House) -> None:
    async with house.worker():
        journeys = [await begun(house) for _ in range(6)]
        lives = dict(zip(journeys, journeys, strict=True))
        for journey in journeys[:4]:
            await called(house, journey)
        await declined(house, journeys[5])
        await agree(house, lives)
        before = await read_tables(house)
        async with house.db.acting_as(SYSTEM) as connection:
            await connection.execute("DELETE FROM tasks")
            await connection.execute("UPDATE journeys SET status = 'open', exit = NULL, facts = '{}', owners = '{}'")
        rebuilding = asyncio.create_task(rebuild_all(house.db))
        await asyncio.gather(*(booked(house, journey) for journey in journeys[:2]))  # somebody works on meanwhile
        assert ((await rebuilding).done, (await rebuilding).gaps) == (6, [])
        await agree(house, lives)
        after = await read_tables(house)
        await rebuild_all(house.db)
        assert await read_tables(house) == after
    unchanged = [{row for row in each["tasks"] if row[0].split(".")[0] in journeys[2:]} for each in (before, after)]
    assert unchanged[0] == unchanged[1] != set()
