"""However the events of a journey came in, the read tables are what its journal says, and say when it is stuck."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.journal import Journal, JournalBatch
from db.pool import SYSTEM, Database
from db.projection import JourneyRow, journey_after, rebuild
from db.queries import sql
from journey import engine
from journey.errors import Refusal
from schemas.commands import (
    AssignTask,
    CompleteTask,
    ExitJourney,
    HoldJourney,
    JoinInterest,
    ReleaseJourney,
    ReopenJourney,
    StartJourney,
)
from schemas.events import CloseReason, Event, EventKind, Notice, Purpose, Restored
from schemas.journey import Status
from schemas.programme import Programme
from schemas.tasks import Alarm, AlarmKind, Hold, Task
from services.publish import publish
from tests.breadth import examples
from tests.golden.script import JOURNEY as SCRIPTED
from tests.golden.script import Player, commands_of
from tests.programmes import programme
from tests.sample import sample
from tests.story import DAY, JOURNEY, MONDAY, Story

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest_asyncio.fixture
async def db(database_dsn: str) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn)
    yield db
    await db.close()


async def enter(db: Database, journey: str, published: Programme) -> None:
    """A participant's rows, and nothing left of who had this id before."""
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("TRUNCATE journal, notices, tasks, journeys, people CASCADE")
        await connection.execute(
            "INSERT INTO people (person, name, email, created_at) VALUES ($1, 'Synthetic', 'a@example.org', $2)",
            f"p-{journey}", MONDAY,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO journeys (journey, person, programme, version, received_at) VALUES ($1, $2, $3, $4, $5)",
            journey, f"p-{journey}", published.programme, published.version, MONDAY,
        )  # fmt: skip


async def print_version(db: Database, version: Programme) -> None:
    """A version with this number, whatever is published already."""
    steps = [(name, step.kind.value, step.waiting_on) for name, step in version.steps.items()]
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("DELETE FROM steps WHERE (programme, version) = ($1, $2)", *_key(version))
        await connection.execute(
            "INSERT INTO programmes VALUES ($1, $2, $3, '{}', $4) ON CONFLICT DO NOTHING",
            *_key(version), f"printed {version.version}", MONDAY,
        )  # fmt: skip
        await connection.execute(sql.add_steps, *_key(version), *map(list, zip(*steps, strict=True)))


def _key(version: Programme) -> tuple[str, int]:
    return version.programme, version.version


async def rows(db: Database) -> dict[str, list[dict[str, Any]]]:
    """The read tables, as they are."""
    async with db.acting_as(SYSTEM) as connection:
        journeys = await connection.fetch("SELECT * FROM journeys ORDER BY journey")
        tasks = await connection.fetch("SELECT * FROM tasks ORDER BY task")
        figures = await connection.fetch("SELECT * FROM figures ORDER BY journey")
    found = {"journeys": journeys, "tasks": tasks, "figures": figures}
    return {name: [dict(row) for row in records] for name, records in found.items()}


async def written(db: Database, events: Sequence[Event], chance: random.Random, journey: str = JOURNEY) -> None:
    """Written in pieces of any length."""
    start = 0
    while start < len(events):
        end = start + chance.choice([1, 1, 2, 3, 5, 8, 40])
        await Journal(db).write(JournalBatch(journey=journey, events=tuple(events[start:end])))
        start = end


async def rebuilt(db: Database, journey: str) -> dict[str, list[dict[str, Any]]]:
    async with db.acting_as(SYSTEM) as connection:
        await rebuild(connection, journey)
    return await rows(db)


def check_clocks(found: dict[str, list[dict[str, Any]]], published: Programme) -> None:
    """What the indexes of those who are stuck stand on is what task, hold and programme say."""
    (journey,) = found["journeys"]
    hold = journey["hold"]
    assert journey["review_at"] == (_at(hold["review_at"]) if hold and not hold["wakes"] else None)
    assert journey["wakes_at"] == (_at(hold["review_at"]) if hold and hold["wakes"] else None)
    for row in found["tasks"]:
        task = Task.model_validate(row["detail"])
        step = published.steps.get(row["step"])  # none of a version that was left
        runs = row["status"] == "open" and (hold is None or task.fixed)
        assert row["stalls_at"] == (task.due_at if runs else None), row
        assert row["next_alarm_at"] == (task.alarms[0].at if runs and task.alarms else None), row
        assert row["stands_in_for"] == task.stands_in_for
        expected = (step.kind.value, step.waiting_on) if step and row["status"] == "open" else (None, None)
        assert (row["kind"], row["waiting_on"]) == expected, row


def _at(moment: str) -> datetime:
    return datetime.fromisoformat(moment)


async def test_every_golden_journey_gives_the_same_rows_at_once_in_pieces_and_made_again(db: Database) -> None:
    chance, published = random.Random(3), dict[str, Programme]()
    for path in sorted(GOLDEN.rglob("*.journey")):
        name, commands = commands_of(path.read_text(encoding="utf-8"), path.parent / "prefixes")
        if name not in published:
            published[name] = await publish(db, programme(name), MONDAY)
        player = Player(published[name], path.parent)
        for command in commands:
            player.play(command)
        await enter(db, SCRIPTED, published[name])
        for adopted in {event.version for event in player.events if event.version}:
            await print_version(db, player.programme.but(version=adopted))
        await written(db, player.events, chance, SCRIPTED)
        in_pieces = await rows(db)
        assert await rebuilt(db, SCRIPTED) == in_pieces, path
        check_clocks(in_pieces, player.programme)


# ---- any life


ACTS = st.sampled_from(["sleep", "sleep", "end", "end", "hold", "release", "assign", "join", "exit", "reopen"])
LENGTHS = st.sampled_from([1, 4, 30, 24 * 4, 24 * 12, 24 * 60]).map(lambda hours: timedelta(hours=hours))
LIVES = st.lists(st.tuples(ACTS, st.integers(0, 9), st.integers(0, 9), LENGTHS), min_size=3, max_size=25)


def lived(acts: Iterable[tuple[str, int, int, timedelta]], version: Programme) -> list[Event]:
    """What happens in such a life; what is refused has no effect."""
    begin = StartJourney(id="start", journey=JOURNEY, programme=version, received_at=MONDAY, owners={"leader": "lena"})
    state, now = engine.start(begin, MONDAY).state, MONDAY
    for number, (act, pick, which, length) in enumerate(acts):
        key = f"c{number}"
        now += length if act == "sleep" else timedelta(minutes=1)
        state, _ = engine.advance(state, now)
        task = state.tasks[pick % len(state.tasks)] if state.tasks else None
        command: Any = None
        match act:
            case "end" if task is not None:
                names = list(version.steps[task.step].outcomes)
                name = names[which % len(names)]
                asked = version.steps[task.step].outcomes[name]
                given = {"facts": {fact: "study" if fact == "route" else "yes" for fact in asked.asks}}
                dates = dict.fromkeys(asked.asks_dates, now + length)
                command = CompleteTask(id=key, by="anna", task=task.id, outcome=name, **given, dates=dates)
            case "hold":
                command = HoldJourney(id=key, cause="ill", on="participant", review_at=now + length)
            case "assign" if task is not None:
                command = AssignTask(id=key, task=task.id, to="kim")
            case "release" | "join" | "exit" | "reopen":
                command = {
                    "release": ReleaseJourney(id=key),
                    "join": JoinInterest(id=key, received_at=now),
                    "exit": ExitJourney(id=key, exit="X5"),
                    "reopen": ReopenJourney(id=key, step="welcome_call"),
                }[act]
        if command is not None:
            try:
                state = engine.decide(state, command, now).state
            except Refusal:
                continue
    return list(state.outbox)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=LIVES, seed=st.integers(0, 99))
async def test_any_life_gives_the_same_rows_in_pieces_and_made_again(
    db: Database, acts: list[tuple[str, int, int, timedelta]], seed: int
) -> None:
    published = await publish(db, sample(), MONDAY)
    await enter(db, JOURNEY, published)
    await written(db, lived(acts, published), random.Random(seed))
    in_pieces = await rows(db)
    assert await rebuilt(db, JOURNEY) == in_pieces
    check_clocks(in_pieces, published)


# ---- what mending leaves behind


def event(seq: int, kind: EventKind, at: datetime = MONDAY, **rest: Any) -> Event:
    task = rest.get("task")
    step = {"step": task.step, "phase": "a"} if task else {}
    return Event(seq=seq, at=at, recorded_at=at, kind=kind, **step, **rest)


CALL = Task(
    id=f"{JOURNEY}.welcome_call.1", step="welcome_call", role="coordinator", owner="anna", opened_at=MONDAY,
    due_at=MONDAY + 3 * DAY, alarms=(Alarm(at=MONDAY + DAY, kind=AlarmKind.REMIND),),
)  # fmt: skip
WAIT = Task(
    id=f"{JOURNEY}.csn.1", step="csn", role="coordinator", opened_at=MONDAY, due_at=MONDAY + 9 * DAY, fixed=True,
    alarms=(Alarm(at=MONDAY + 8 * DAY, kind=AlarmKind.REMIND),),
)  # fmt: skip
REST = Hold(cause="ill", on="participant", since=MONDAY, review_at=MONDAY + 5 * DAY)


async def test_a_rest_stops_our_clocks_and_not_the_fixed_ones_until_it_ends(db: Database) -> None:
    await enter(db, JOURNEY, await publish(db, sample(), MONDAY))
    await Journal(db).write(JournalBatch(journey=JOURNEY, events=(
        event(1, EventKind.TASK_OPENED, task=CALL), event(2, EventKind.TASK_OPENED, task=WAIT),
    )))  # fmt: skip
    held = event(3, EventKind.JOURNEY_HELD, hold=REST)
    await Journal(db).write(JournalBatch(journey=JOURNEY, events=(held,)))
    resting = await rows(db)
    assert resting["journeys"][0]["review_at"] == REST.review_at
    assert [(row["step"], row["stalls_at"], row["next_alarm_at"]) for row in resting["tasks"]] == [
        ("csn", WAIT.due_at, WAIT.alarms[0].at), ("welcome_call", None, None),
    ]  # fmt: skip
    await Journal(db).write(JournalBatch(journey=JOURNEY, events=(event(4, EventKind.JOURNEY_RELEASED),)))
    awake = await rows(db)
    assert awake["journeys"][0]["review_at"] is None
    assert [(row["stalls_at"], row["next_alarm_at"]) for row in awake["tasks"]] == [
        (WAIT.due_at, WAIT.alarms[0].at), (CALL.due_at, CALL.alarms[0].at),
    ]  # fmt: skip


async def test_an_undone_act_gives_back_what_it_took_and_its_letters_stay_unsent(db: Database) -> None:
    await enter(db, JOURNEY, await publish(db, sample(), MONDAY))
    goodbye = Notice(
        id=f"{JOURNEY}.3.1", template="goodbye", purpose=Purpose.INFORMATION, to="participant", send_after=MONDAY
    )
    extended = CALL.but(due_at=MONDAY + 6 * DAY, extended=True, stands_in_for="kim")
    acts = [
        event(1, EventKind.JOURNEY_STARTED, facts={"route": "job"}),
        event(2, EventKind.TASK_OPENED, task=CALL),
        event(3, EventKind.TASK_CLOSED, task=CALL.but(alarms=()), reason=CloseReason.EXIT.value),
        event(4, EventKind.JOURNEY_EXITED, exit="X5", facts={"route": "study"}, notices=(goodbye,)),
        event(5, EventKind.JOURNEY_ENDED, exit="X5"),
        event(6, EventKind.TASK_RESTORED, task=CALL),
        event(7, EventKind.ACT_UNDONE, undoes=(3, 5), restored=Restored(hold=REST, facts={"route": "job"})),
        event(8, EventKind.TASK_NUDGED, task=CALL),
        event(9, EventKind.TASK_EXTENDED, task=extended),
    ]
    await written(db, acts[:7], random.Random(1))
    undone = await rows(db)
    (journey,), (call,) = undone["journeys"], undone["tasks"]
    assert (journey["status"], journey["exit"], journey["exited_at"], journey["ended_at"]) == ("open", None, None, None)
    assert (journey["facts"], journey["review_at"]) == ({"route": "job"}, REST.review_at)
    assert (call["status"], call["ended_at"], call["reason"]) == ("open", None, None)
    async with db.acting_as(SYSTEM) as connection:
        letter = await connection.fetchrow("SELECT status, cause FROM notices")
    assert letter is not None
    assert tuple(letter) == ("dropped", "undone")
    await written(db, acts[7:], random.Random(1))
    later = await rows(db)
    assert (later["tasks"][0]["due_at"], later["tasks"][0]["stands_in_for"]) == (MONDAY + 6 * DAY, "kim")
    assert await rebuilt(db, JOURNEY) == later


def test_undoing_what_came_after_an_exit_leaves_the_journey_out() -> None:
    out = Restored(exit="OK1", exited_at=MONDAY)
    row = journey_after(JourneyRow(), event(1, EventKind.ACT_UNDONE, restored=out))
    assert (row.status, row.exit, row.exited_at) == (Status.FOLLOWING_UP, "OK1", MONDAY)


async def test_who_adopts_another_version_waits_as_that_one_says(db: Database) -> None:
    first = await publish(db, sample(), MONDAY)
    steps = {name: step for name, step in sample().steps.items() if name != "interview"}
    steps["csn"] = steps["csn"].but(waiting_on="employer")
    second = await publish(db, sample().but(steps=steps), MONDAY)
    await enter(db, JOURNEY, first)
    interview = CALL.but(id=f"{JOURNEY}.interview.1", step="interview")
    acts = [
        event(1, EventKind.TASK_OPENED, task=WAIT),
        event(2, EventKind.TASK_OPENED, task=interview),
        event(3, EventKind.PROGRAMME_ADOPTED, version=second.version),
        event(4, EventKind.TASK_CLOSED, task=interview, reason=CloseReason.STEP_REMOVED.value),
    ]
    await Journal(db).write(JournalBatch(journey=JOURNEY, events=tuple(acts[:2])))
    assert [row["waiting_on"] for row in (await rows(db))["tasks"]] == ["csn", None]
    await Journal(db).write(JournalBatch(journey=JOURNEY, events=tuple(acts[2:])))
    adopted = await rows(db)
    assert adopted["journeys"][0]["version"] == second.version
    assert [(row["kind"], row["waiting_on"], row["status"]) for row in adopted["tasks"]] == [
        ("wait", "employer", "open"), (None, None, "closed"),
    ]  # fmt: skip
    assert await rebuilt(db, JOURNEY) == adopted


async def test_a_reminder_that_reached_nobody_is_seen_to_when_its_task_ends(db: Database) -> None:
    await enter(db, JOURNEY, await publish(db, sample(), MONDAY))
    story = Story().sleep(2 * DAY)
    await written(db, story.events, random.Random(1))
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("UPDATE notices SET status = 'undeliverable'")
        reminders = await connection.fetchval("SELECT count(*) FROM notices WHERE task LIKE '%welcome_call%'")
    assert reminders
    seen = len(story.events)
    await written(db, story.complete("welcome_call", "willing", facts={"route": "job"}).events[seen:], random.Random(1))
    async with db.acting_as(SYSTEM) as connection:
        handled = await connection.fetch("SELECT task, handled_by FROM notices WHERE handled_at IS NOT NULL")
    assert len(handled) == reminders
    assert {(row["task"], row["handled_by"]) for row in handled} == {(f"{JOURNEY}.welcome_call.1", "system")}


async def test_publishing_again_lists_the_steps_that_an_older_database_lacks(db: Database) -> None:
    published = await publish(db, sample(), MONDAY)
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute("DELETE FROM steps WHERE step <> 'move'")
    await publish(db, sample(), MONDAY)
    async with db.acting_as(SYSTEM) as connection:
        found = await connection.fetch("SELECT step, kind, waiting_on FROM steps WHERE version = $1", published.version)
    assert {row["step"]: (row["kind"], row["waiting_on"]) for row in found} == {
        name: (step.kind.value, step.waiting_on) for name, step in sample().steps.items()
    }
