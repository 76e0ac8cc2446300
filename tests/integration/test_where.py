"""The query that finds whom an act is for: for any rows and any conditions it finds what the words say, and no more."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
import pytest_asyncio

from db.pool import SYSTEM, Database
from schemas.programme import PARTICIPANT
from services.bulk.where import CAUSES, Match, UnknownValue, conditions, count, matching
from services.errors import NoSuchJourney
from services.publish import publish
from services.stuck.finding import UNOWNED_FOR
from tests.sample import sample
from tests.story import DAY, MONDAY

NOW = MONDAY + 10 * DAY
HOW_MANY = 250


class Task(NamedTuple):
    """An open task, as the read tables have it."""

    id: str
    step: str
    phase: str
    role: str
    owner: str | None
    waiting_on: str | None
    due_at: datetime | None
    stalls_at: datetime | None
    opened_at: datetime


class Journey(NamedTuple):
    """A journey and who it is about, as the read tables have it."""

    id: str
    version: int
    status: str
    exit: str | None
    partner: str | None
    municipality: str | None
    review_at: datetime | None
    undeliverable: bool
    tasks: tuple[Task, ...]


def some_day(chance: random.Random) -> datetime | None:
    return chance.choice([None, *(MONDAY + timedelta(days=day, hours=chance.randrange(24)) for day in range(0, 20, 3))])


def some_task(chance: random.Random, journey: str, step: str) -> Task:
    due = some_day(chance)
    return Task(
        f"{journey}.{step}.1", step, chance.choice("ab"), chance.choice(["coordinator", "leader", PARTICIPANT]),
        chance.choice([None, "anna", "lena"]), chance.choice([None, None, "csn", "employer"]), due,
        chance.choice([due, None]), chance.choice([MONDAY, NOW - UNOWNED_FOR * 5, NOW - UNOWNED_FOR / 2]),
    )  # fmt: skip


def some_journey(chance: random.Random, number: int) -> Journey:
    name, status = f"j{number:04}", chance.choice(["open", "open", "open", "following_up", "ended"])
    steps = [] if status == "ended" else chance.sample(["welcome_call", "interview", "offer"], chance.randrange(4))
    return Journey(
        name, chance.choice([1, 2]), status, None if status == "open" else chance.choice(["X1", "OK1"]),
        chance.choice([None, "AF Malmö", "Väst"]), chance.choice([None, "Malmö", "Lund"]), some_day(chance),
        chance.random() < 0.1, tuple(some_task(chance, name, step) for step in steps),
    )  # fmt: skip


@pytest.fixture(scope="module")
def everybody() -> tuple[Journey, ...]:
    chance = random.Random(2026)
    return tuple(some_journey(chance, number) for number in range(HOW_MANY))


@pytest_asyncio.fixture
async def db(database_dsn: str, everybody: tuple[Journey, ...]) -> AsyncIterator[Database]:
    db = await Database.open(database_dsn, most=2)
    await publish(db, sample(), MONDAY)
    await publish(db, sample().model_copy(update={"title": sample().title.model_copy(update={"en": "Two"})}), MONDAY)
    await enter(db, everybody)
    yield db
    await db.close()


async def enter(db: Database, everybody: tuple[Journey, ...]) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(
            "INSERT INTO staff (staff, name, email) SELECT each, 'Synthetic', 'a@example.org' "
            " FROM unnest($1::text[]) AS each",
            ["anna", "lena"],
        )
        await connection.executemany(
            "INSERT INTO people (person, name, email, partner, municipality, created_at)"
            " VALUES ($1, 'Synthetic', 'a@example.org', $2, $3, $4)",
            [(f"p-{one.id}", one.partner, one.municipality, MONDAY) for one in everybody],
        )
        await connection.executemany(
            "INSERT INTO journeys (journey, person, programme, version, received_at, status, exit, review_at)"
            " VALUES ($1, 'p-' || $1, 'sample', $2, $3, $4, $5, $6)",
            [(one.id, one.version, MONDAY, one.status, one.exit, one.review_at) for one in everybody],
        )
        await connection.executemany(
            "INSERT INTO tasks (task, journey, step, generation, status, phase, role, owner, waiting_on, due_at,"
            " stalls_at, opened_at, detail) VALUES ($1, $2, $3, 1, 'open', $4, $5, $6, $7, $8, $9, $10, '{}')",
            [(task.id, one.id, *task[1:]) for one in everybody for task in one.tasks],
        )
        await connection.executemany(
            "INSERT INTO notices (notice, journey, seq, template, purpose, recipient, send_after, status)"
            " VALUES ('n-' || $1, $1, 1, 'reminder', 'reminder', 'participant', $2, 'undeliverable')",
            [(one.id, MONDAY) for one in everybody if one.undeliverable],
        )


def fits(where: dict[str, list[str]], one: Journey, task: Task | None) -> bool:
    """What the words say, without a database."""
    if one.status == "ended" and not {"status", "exit", "journey"} & where.keys():
        return False
    said: dict[str, Any] = {**one._asdict(), "journey": one.id, "programme": "sample", "version": str(one.version)}
    said |= task._asdict() if task else {}
    plain = all(said.get(name) in values for name, values in where.items() if name != "cause")
    return plain and ("cause" not in where or any(caused(cause, one, task) for cause in where["cause"]))


def caused(cause: str, one: Journey, task: Task | None) -> bool:
    late = task is not None and task.stalls_at is not None and task.stalls_at <= NOW
    match cause:
        case "overdue" | "silent":
            return late and task is not None and (task.waiting_on is not None) is (cause == "silent")
        case "unowned":
            found = task is not None and task.owner is None and task.role != PARTICIPANT
            return found and task is not None and task.opened_at <= NOW - UNOWNED_FOR
        case "rest":
            return one.review_at is not None and one.review_at <= NOW
        case _:
            return one.undeliverable


def expected(where: dict[str, list[str]], everybody: tuple[Journey, ...]) -> list[Match]:
    found = []
    for one in everybody:
        tasks: list[Task | None] = [task for task in one.tasks if fits(where, one, task)]
        if not one.tasks and fits(where, one, None):
            tasks = [None]
        if tasks:
            found.append(min((urgency(task), one.id, task.id if task else None) for task in tasks))
    return [Match(journey, task) for _, journey, task in sorted(found, key=lambda match: (match[0][0], match[1]))]


def urgency(task: Task | None) -> tuple[float, str]:
    due = task.due_at.timestamp() if task and task.due_at else float("inf")
    return due, task.id if task else ""


CHOICES = {
    "cause": CAUSES, "step": ("welcome_call", "interview", "offer"), "phase": ("a", "b"),
    "role": ("coordinator", "leader", PARTICIPANT), "owner": ("anna", "lena"), "partner": ("AF Malmö", "Väst"),
    "municipality": ("Malmö", "Lund"), "programme": ("sample",), "version": ("1", "2"),
    "status": ("open", "following_up", "ended"), "exit": ("X1", "OK1"), "journey": ("j0007", "j0011", "j0013"),
    "waiting_on": ("csn", "employer"),
}  # fmt: skip


async def test_any_conditions_find_exactly_those_of_whom_they_are_true(
    db: Database, everybody: tuple[Journey, ...]
) -> None:
    chance, found_any = random.Random(7), 0
    alone = [{name: [value]} for name, values in CHOICES.items() for value in values]
    mixed = [
        {name: chance.sample(CHOICES[name], chance.randint(1, len(CHOICES[name]))) for name in names}
        for names in (chance.sample(list(CHOICES), chance.randint(1, 4)) for _ in range(150))
    ]
    for where in [{}, *alone, *mixed]:
        wanted = expected(where, everybody)
        assert await matching(db, where, NOW) == wanted, where
        assert await count(db, where, NOW) == len(wanted), where
        found_any += bool(wanted)
    assert found_any > 80


async def test_the_most_urgent_come_first_and_no_more_than_asked_for(
    db: Database, everybody: tuple[Journey, ...]
) -> None:
    everyone = expected({}, everybody)
    assert await matching(db, {}, NOW, most=5) == everyone[:5]
    others = [one.id for one in everybody if one.version == 2 and one.status != "ended"]
    assert sorted(match.journey for match in await matching(db, {}, NOW, besides=1)) == others
    assert await count(db, {}, NOW, besides=1) == len(others)


async def test_partners_and_municipalities_are_known_however_they_are_spelt(db: Database) -> None:
    where = await conditions(db, ["partner=af malmö", "municipality=LUND"])
    assert await count(db, where, NOW) == await count(db, {"partner": ["AF Malmö"], "municipality": ["Lund"]}, NOW) > 0


@pytest.mark.parametrize(
    ("given", "choices"),
    [
        ("cause=overdu", "overdue, silent, unowned, rest, undeliverable"),
        ("status=closed", "open, following_up, ended"),
        ("step=wellcome_call", "welcome_call, assignment"),
        ("phase=c", "a, b, e"),
        ("role=boss", "coordinator, leader, participant"),
        ("owner=bo", "anna, lena"),
        ("programme=relocate", "sample"),
        ("version=3", "1, 2"),
        ("exit=X9", "X1, X2"),
        ("waiting_on=the bank", "csn, employer, participant, us"),
        ("partner=Nord", "AF Malmö, Väst"),
        ("municipality=Umeå", "Lund, Malmö"),
    ],
)
async def test_an_unknown_value_is_refused_with_the_choices(db: Database, given: str, choices: str) -> None:
    with pytest.raises(UnknownValue) as refused:
        await conditions(db, ["journey=j0007", given])
    for language in ("sv", "en"):
        said = refused.value.sentence(language)
        assert given.partition("=")[2] in said
        assert all(choice in said for choice in choices.split(", ")), said


async def test_an_unknown_journey_is_refused_as_everywhere(db: Database) -> None:
    with pytest.raises(NoSuchJourney):
        await conditions(db, ["journey=j'; DROP TABLE journeys"])


async def test_what_is_typed_never_becomes_part_of_the_query(db: Database) -> None:
    for value in ("' OR true --", "{}", "$1", '"]'):
        assert await count(db, {"owner": [value]}, NOW) == 0
        assert await count(db, {"partner": [value]}, NOW) == 0
