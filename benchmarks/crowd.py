"""A crowd: as many journeys as wanted, each a copy of one that the engine has really lived, loaded with COPY.

Some hundreds of lives are led up to one moment, with people who are prompt, slow, away or ill. Their rows are those of
the projection; a copy differs in its ids and in who owns its tasks. Nobody in it exists. The journal holds the events
of the first few journeys only, those that are shown.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

from db.figures import Figures, figures_after
from db.projection import JourneyRow, is_about_task, journey_after, task_values
from journey import engine
from journey.errors import Refusal
from schemas.commands import CompleteTask, HoldJourney, StartJourney
from schemas.events import Event
from schemas.journey import DAY, JourneyState, Status
from schemas.programme import PARTICIPANT, Kind, Programme

SEED = 2026
LIVES = 400
"""How many lives are led; the others are copies of them."""

TASKS_EACH = 3.0
"""How many tasks a journey has on average, open and ended ones."""

TRIES = 10
"""How often a life is led anew that would make them too many."""

STAFF = 200
SHOWN = 300
"""How many journeys have their events in the journal."""

BATCH = 2_000
"""Journeys written at once."""

JOURNEY, OWNER = "j@@@@@@@@@", "s@@@"
"""What stands in a life where a copy has its own."""

Progress = Callable[[int], None]


class Life(NamedTuple):
    """What is written of a journey: its row, the rows of its tasks, and its events."""

    row: JourneyRow
    tasks: tuple[tuple[Any, ...], ...]
    events: tuple[Event, ...]
    figures: Figures


# ---- lives


def lives(programme: Programme, now: datetime, wanted: int = LIVES) -> list[Life]:
    """Lives that have come to `now`; of the usual ones such that tasks are on average as many as wanted."""
    chance, found, tasks = random.Random(SEED), list[Life](), 0
    for number in range(wanted):
        how = chance.choices(("prompt", "alone", "waiting", "ill"), (86, 4, 4, 6))[0]
        for again in range(TRIES):
            life = _led(programme, now, chance, how, f"{number}.{again}")
            if how != "prompt" or tasks + len(life.tasks) <= TASKS_EACH * (number + 1):
                break
        found.append(life)
        tasks += len(life.tasks)
    return found


def _led(programme: Programme, now: datetime, chance: random.Random, how: str, key: str) -> Life:
    """One life: most people are attended to until now; some are left alone, ill, or waiting for an answer."""
    at = now - timedelta(hours=chance.randrange(1, 36) if how == "prompt" else chance.randrange(24 * 20, 24 * 120))
    named = chance.random() > (0.02 if how == "prompt" else 0)
    owners = dict.fromkeys((role for role in programme.roles if role != PARTICIPANT), OWNER) if named else {}
    begin = StartJourney(id="start", journey=JOURNEY, programme=programme.riding(), received_at=at, owners=owners)
    state, events = _acted(engine.start(begin, at).state, at, chance, f"{key}.a"), list[Event]()
    for turn in range({"alone": chance.randrange(3), "ill": chance.randrange(1, 6)}.get(how, 25)):
        at += timedelta(hours=chance.choice([2, 8, 20, 30]))
        if at >= now or state.status is Status.ENDED or (how == "waiting" and _waits(state)):
            break
        state = _acted(engine.advance(state, at)[0], at, chance, f"{key}.{turn}")
        events += state.outbox
        state = state.written(state.seq)
    if how == "ill" and at < now:
        review = at + chance.randrange(3, 300) * DAY
        rest = HoldJourney(id="rest", cause="illness", on=PARTICIPANT, review_at=review)
        state = _decided(engine.advance(state, at)[0], rest, at)
    state, _ = engine.advance(state, now)
    return _rows([*events, *state.outbox])


def _waits(state: JourneyState) -> bool:
    """Whether nothing is open but what others are to answer."""
    return all(state.programme.steps[task.step].waiting_on is not None for task in state.tasks)


def _acted(state: JourneyState, at: datetime, chance: random.Random, key: str) -> JourneyState:
    """Somebody, or a program, ends one of the open tasks, mostly so that it goes on."""
    if not state.tasks or state.status is Status.ENDED:
        return state
    steps = state.programme.steps
    ours = [task for task in state.tasks if steps[task.step].waiting_on is None]
    by_program = [task for task in ours if steps[task.step].kind is Kind.AUTOMATIC]
    task = chance.choice(by_program or ours or state.tasks)
    step = steps[task.step]
    going = [name for name, outcome in step.outcomes.items() if outcome.go_on]
    name = chance.choice(going if going and chance.random() > 0.15 else list(step.outcomes))
    asked, known = step.outcomes[name], state.programme
    facts = {fact: chance.choice(list(known.facts[fact].values)) for fact in asked.asks}
    moment = at + 30 * DAY
    dates: dict[str, date | datetime] = {
        each: moment if known.dates[each].minutes else moment.date() for each in asked.asks_dates
    }
    return _decided(state, CompleteTask(id=key, by="s1", task=task.id, outcome=name, facts=facts, dates=dates), at)


def _decided(state: JourneyState, command: Any, at: datetime) -> JourneyState:
    try:
        return engine.decide(state, command, at).state
    except Refusal:
        return state


def _rows(events: list[Event]) -> Life:
    row, latest, figures = JourneyRow(programme="relocate", version=1), dict[str, Event](), Figures()
    for event in events:
        row, figures = journey_after(row, event), figures_after(figures, event)
        if event.task is not None and is_about_task(event):
            latest[event.task.id] = event
    return Life(row, tuple(task_values(JOURNEY, row, event) for event in latest.values()), tuple(events), figures)


# ---- rows of a crowd


@dataclass(frozen=True)
class Table:
    """A table, and what is written to it of some journeys, in COPY's text format."""

    name: str
    columns: tuple[str, ...]
    lines: Callable[[range], Iterator[str]]


TASK_COLUMNS = (
    *("task", "journey", "step", "generation", "phase", "status", "role", "owner", "opened_at", "due_at"),
    *("next_alarm_at", "ended_at", "outcome", "reason", "calendar_days", "working_days", "submission", "detail"),
    *("stalls_at", "stands_in_for", "kind", "waiting_on"),
)
JOURNEY_COLUMNS = (
    *("journey", "person", "programme", "version", "status", "exit", "seq", "received_at", "started_at", "exited_at"),
    *("ended_at", "hold", "facts", "dates", "owners", "pace", "begun", "review_at", "wakes_at"),
)
NOTICE_COLUMNS = (
    *("notice", "journey", "seq", "template", "purpose", "recipient", "task", "send_after", "status", "cause"),
    "handled_at",
)
FIGURE_COLUMNS = ("journey", "programme", "received_at", "marks", "marked", "rests", "gender")
PARTNERS = (*["jobbtorg"] * 5, *["etableringscentrum"] * 3, *["webb"] * 8, "mässa", "en vän", None)
GENDERS = (*["woman"] * 3, *["man"] * 5, "other", None)
"""Where the people of the crowd came from and how they are counted; no life depends on it."""

EVENT_COLUMNS = ("event", "journey", "type", "outcome", "by", "received_at", "at", "status", "cause")
LETTERS = (
    [("undeliverable", "no_email", False)] * 2
    + [("undeliverable", "smtp_550", True)] * 3
    + [("unsure", "cut_off", True)]
)
"""What became of the letters that were not sent, and whether somebody has seen to them; of a hundred journeys."""


class Crowd:
    """The rows of any number of journeys, copies of these lives at this moment."""

    def __init__(self, programme: Programme, now: datetime, found: list[Life]) -> None:
        self._programme, self._now, self._lives = programme, now, found
        self._journeys = [_line(self._journey(life)) for life in found]
        self._tasks = ["".join(_line(self._task(values)) for values in life.tasks) for life in found]
        self._events = ["".join(_line(_journal(event)) for event in life.events) for life in found]

    def tables(self) -> tuple[Table, ...]:
        """Everything that is loaded, in an order that fits its references."""
        return (
            Table("people", ("person", "name", "email", "language", "partner", "created_at"), self._people),
            Table("journeys", JOURNEY_COLUMNS, lambda some: self._copies(self._journeys, some)),
            Table("figures", FIGURE_COLUMNS, self._figures),
            Table("tasks", TASK_COLUMNS, lambda some: self._copies(self._tasks, some)),
            Table("notices", NOTICE_COLUMNS, self._notices),
            Table("outside_events", EVENT_COLUMNS, self._reports),
            Table(
                "journal",
                ("journey", "seq", "at", "recorded_at", "kind", "step", "command", "event"),
                lambda some: self._copies(self._events, range(some.start, min(some.stop, SHOWN))),
            ),
        )

    def _copies(self, lines: list[str], some: range) -> Iterator[str]:
        for number in some:
            again, life = divmod(number, len(lines))
            yield lines[life].replace(JOURNEY, name_of(number)).replace(OWNER, f"s{again % STAFF:03d}")

    def _journey(self, life: Life) -> tuple[Any, ...]:
        row = life.row
        return (
            JOURNEY, f"p-{JOURNEY}", self._programme.programme, self._programme.version, row.status, row.exit, row.seq,
            row.received_at, row.started_at, row.exited_at, row.ended_at, row.hold, row.facts, row.dates, row.owners,
            {}, True, row.review_at, row.wakes_at,
        )  # fmt: skip

    def _task(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        columns = dict(zip(TASK_COLUMNS, values, strict=False))
        step = self._programme.steps[columns["step"]]
        kind = (step.kind.value, step.waiting_on) if columns["status"] == "open" else (None, None)
        return (*(columns[name] for name in TASK_COLUMNS[:-2]), *kind)

    def _people(self, some: range) -> Iterator[str]:
        for number in some:
            journey = name_of(number)
            known = (f"{journey}@example.org", "sv", PARTNERS[number * 7 % len(PARTNERS)])
            yield _line((f"p-{journey}", f"Synthetic {number}", *known, self._now))

    def _figures(self, some: range) -> Iterator[str]:
        """How far each has come."""
        for number in some:
            life = self._lives[number % len(self._lives)]
            marks = sorted(life.figures.marks)
            listed = (_array(marks), _array(life.figures.marks[mark] for mark in marks))
            rests = [each.model_dump(mode="json") for each in life.figures.rests]
            told = (life.figures.received_at, *listed, rests, GENDERS[number * 3 % len(GENDERS)])
            yield _line((name_of(number), self._programme.programme, *told))

    def _notices(self, some: range) -> Iterator[str]:
        """One letter of each journey: nearly all were sent, and most of the others have been seen to."""
        sent = ("sent", None, False)
        for number in some:
            status, cause, handled = LETTERS[number % 100] if number % 100 < len(LETTERS) else sent
            journey, at = name_of(number), self._now - timedelta(minutes=number % 100_000)
            ends = (at, status, cause, self._now if handled else None)
            yield _line((f"{journey}.1.1", journey, 1, "information", "information", PARTICIPANT, None, *ends))

    def _reports(self, some: range) -> Iterator[str]:
        """A report for every other journey: most were applied, some wait for their step, a few fit nowhere."""
        for number in some[::2]:
            status, cause = {0: ("unmatched", "late"), 10: ("early", None)}.get(number % 500, ("applied", None))
            at = self._now - timedelta(minutes=number % 100_000)
            journey = name_of(number)
            yield _line((f"e-{number}", journey, "csn.decided", "granted", "gateway", at, at, status, cause))


def name_of(number: int) -> str:
    """The id of a journey of the crowd."""
    return f"j{number:09d}"


def _journal(event: Event) -> tuple[Any, ...]:
    stored = event.model_dump(mode="json")
    return JOURNEY, event.seq, event.at, event.recorded_at, event.kind, event.step, event.command, stored


def _line(values: Iterable[Any]) -> str:
    return "\t".join(map(_field, values)) + "\n"


def _array(values: Iterable[object]) -> str:
    return f"{{{','.join(map(str, values))}}}"


def _field(value: Any) -> str:
    match value:
        case None:
            return "\\N"
        case bool():
            return "t" if value else "f"
        case datetime():
            return value.isoformat()
        case dict() | list():
            text = json.dumps(value, ensure_ascii=False)
        case _:
            text = str(value)
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


# ---- loading


def load(dsn: str, crowd: Crowd, journeys: int, progress: Progress = lambda _: None) -> None:
    """Load so many journeys into a migrated database that has the programme. `progress` is told of work done."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # the references are right by construction
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(
            "INSERT INTO staff SELECT 's' || lpad(n::text, 3, '0'), 'Synthetic', 's@staff.example.org', NULL, 'sv', "
            "'{coordinator}' FROM generate_series(0, %s) AS n",
            [STAFF - 1],
        )
        indexes = connection.execute(_INDEXES, [[table.name for table in crowd.tables()]]).fetchall()
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"'.encode())
        for table in crowd.tables():
            _copy(connection, table, journeys, progress)
        for number, (_, definition) in enumerate(indexes, 1):
            connection.execute(definition.encode())
            progress(journeys * number // len(indexes) - journeys * (number - 1) // len(indexes))
        connection.execute("VACUUM (ANALYZE)")
        progress(journeys)


STAGES = 9
"""Each of the tables, the indexes and the statistics are told of as one work for every journey."""

_INDEXES = """
SELECT i.indexname, i.indexdef FROM pg_indexes AS i
WHERE i.tablename = ANY (%s) AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conname = i.indexname)
ORDER BY i.indexname
"""


def _copy(connection: psycopg.Connection[Any], table: Table, journeys: int, progress: Progress) -> None:
    statement = f"COPY {table.name} ({', '.join(table.columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for start in range(0, journeys, BATCH):
            some = range(start, min(start + BATCH, journeys))
            copy.write("".join(table.lines(some)).encode())
            progress(len(some))
