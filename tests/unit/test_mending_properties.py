"""What holds of taking back, going back and moving dates, whatever journey they come to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from journey import calendars, engine
from journey.errors import Refusal
from schemas.commands import (
    AssignTask,
    Command,
    CompleteTask,
    ExitJourney,
    HoldJourney,
    JoinInterest,
    RecordEvent,
    ReleaseJourney,
    StartJourney,
)
from schemas.events import EventKind
from schemas.journey import JourneyState, Status
from schemas.mending import GoBack, MoveDate, UndoLast, WaiveStep
from schemas.tasks import Task
from tests.breadth import examples
from tests.driving import OFFICE, OWNERS, graced
from tests.unit.test_engine_properties import BEGIN, fuller

PROGRAMME = graced(fuller)
STEPS = list(PROGRAMME.steps)
PICK = st.integers(0, 30)
CHOICES = st.tuples(st.sampled_from([*["complete"] * 6, "wait", "wait", "report", "hold", "release"]), PICK, PICK)
WAITS = [0, 1, 5, 26, 24 * 5, 24 * 40]


class Walk:
    """A journey to which things have happened by chance."""

    def __init__(self, choices: list[tuple[str, int, int]], *, onwards: bool = False) -> None:
        begin = StartJourney(id="start", journey="j1", programme=PROGRAMME, received_at=BEGIN, owners=OWNERS)
        self.now, self.state = BEGIN, engine.start(begin, BEGIN).state
        self._ids = count(1)
        for what, first, second in choices:
            if self.state.status is Status.OPEN:
                self._step(what, first, second, onwards)
        self.state = self.state.written(self.state.seq)

    def key(self) -> str:
        return f"c{next(self._ids)}"

    def _step(self, what: str, first: int, second: int, onwards: bool) -> None:
        if what == "wait":
            self.pass_time(timedelta(hours=WAITS[first % len(WAITS)]))
        elif what == "complete" and self.state.tasks:
            self.send(self.completion(first, second, onwards))
        elif what == "report" and not onwards:
            self.send(RecordEvent(id=self.key(), by="gateway", type="offer.made", outcome="offered"))
        elif what == "hold" and not onwards:
            review = self.now + timedelta(days=1 + first)
            self.send(HoldJourney(id=self.key(), by="anna", cause="illness", on="participant", review_at=review))
        elif what == "release":
            self.send(ReleaseJourney(id=self.key(), by="anna"))

    def completion(self, first: int, second: int, onwards: bool = False) -> CompleteTask:
        """A task that is open ends in one of its ways, with whatever that asks for."""
        task = self.state.tasks[first % len(self.state.tasks)]
        outcomes = PROGRAMME.steps[task.step].outcomes
        names = [name for name, outcome in outcomes.items() if outcome.go_on or not onwards] or list(outcomes)
        asked = outcomes[names[second % len(names)]]
        dates: dict[str, Any] = {}
        for name in asked.asks_dates:
            moment = self.now + timedelta(hours=second * 7)
            dates[name] = moment if PROGRAMME.dates[name].minutes is not None else moment.date()
        facts = {fact: list(PROGRAMME.facts[fact].values)[second % 2] for fact in asked.asks}
        outcome = names[second % len(names)]
        return CompleteTask(id=self.key(), by="anna", task=task.id, outcome=outcome, facts=facts, dates=dates)

    def send(self, command: Command) -> engine.Decision | None:
        try:
            decision = engine.decide(self.state, command, self.now)
        except Refusal:
            return None
        self.state = decision.state
        return decision

    def pass_time(self, length: timedelta) -> None:
        self.now += length
        self.state, _ = engine.advance(self.state, self.now)

    def act(self, what: str, first: int, second: int) -> engine.Decision | None:
        """Something that may be taken back."""
        match what:
            case "exit":
                return self.send(ExitJourney(id=self.key(), by="anna", exit="X5"))
            case "back":
                return self.send(GoBack(id=self.key(), by="anna", step=STEPS[first % len(STEPS)]))
            case "waive":
                step = STEPS[first % len(STEPS)]
                outcomes = [name for name, found in PROGRAMME.steps[step].outcomes.items() if found.go_on]
                until = calendars.local_day(self.now, OFFICE) + timedelta(days=second) if second % 2 else None
                facts = {"route": "job", "foreign_citizen": "yes"}
                return self.send(
                    WaiveStep(
                        id=self.key(), by="anna", step=step, outcome=next(iter(outcomes), None), facts=facts,
                        expires_on=until,
                    )
                )  # fmt: skip
            case _:
                return self.send(self.completion(first, second)) if self.state.tasks else None

    def beside(self, what: str) -> None:
        """Something that does not stand in the way of taking it back."""
        match what:
            case "join":
                self.send(JoinInterest(id=self.key(), received_at=self.now))
            case "report":
                self.send(RecordEvent(id=self.key(), by="gateway", type="weather.changed", outcome="rain"))
            case "assign" if self.state.tasks:
                self.send(AssignTask(id=self.key(), by="lena", task=self.state.tasks[0].id, to="bo"))


def said(state: JourneyState) -> dict[str, Any]:
    """What is true of a journey, without how it came about."""
    names = ("status", "exit", "exited_at", "ended_at", "received_at", "hold", "facts", "dates", "owners", "results")
    return {name: getattr(state, name) for name in (*names, "taken", "parked", "invited", "tasks")}


def unowned(task: Task) -> Task:
    return task.but(owner=None)


ACTS = st.tuples(st.sampled_from(["complete", "complete", "complete", "exit", "back", "waive"]), PICK, PICK)


@given(
    choices=st.lists(CHOICES, max_size=14),
    act=ACTS,
    later=st.integers(0, 4),
    beside=st.lists(st.sampled_from(["join", "report", "assign"]), max_size=2),
)
@settings(max_examples=examples(150))
def test_what_was_done_and_taken_back_has_never_been(
    choices: list[tuple[str, int, int]], act: tuple[str, int, int], later: int, beside: list[str]
) -> None:
    walk = Walk(choices)
    before, began = said(walk.state), walk.now
    upcoming = engine.next_alarm(walk.state)
    decision = walk.act(*act)
    if decision is None or (upcoming is not None and upcoming <= began + timedelta(minutes=later)):
        return  # what falls due meanwhile has tests of its own
    undo = decision.state.undo
    assert undo is not None
    for notice in (notice for event in decision.events for notice in event.notices):
        appointment = notice.appointment_at or notice.valid_until
        near = appointment is not None and appointment <= undo.until + timedelta(minutes=1)
        assert near or notice.send_after > undo.until
    for what in beside:
        walk.beside(what)
    walk.pass_time(timedelta(minutes=later))
    taken_back = walk.send(UndoLast(id=walk.key(), by="anna"))
    assert taken_back is not None
    after = said(walk.state)
    if "assign" in beside:
        before["tasks"], after["tasks"] = (tuple(map(unowned, each["tasks"])) for each in (before, after))
    assert after == before
    sent = [notice for event in taken_back.events for notice in event.notices]
    assert all(notice.appointment_at is not None and notice.appointment_at <= undo.until for notice in sent)
    assert JourneyState.model_validate_json(walk.state.model_dump_json()) == walk.state


@given(choices=st.lists(CHOICES, max_size=14), act=ACTS, later=st.integers(0, 4))
@settings(max_examples=examples(60))
def test_what_follows_by_itself_is_the_same_as_if_it_had_never_been_done(
    choices: list[tuple[str, int, int]], act: tuple[str, int, int], later: int
) -> None:
    never, undone = Walk(choices), Walk(choices)
    upcoming = engine.next_alarm(never.state)
    if undone.act(*act) is None or (upcoming is not None and upcoming <= undone.now + timedelta(minutes=later)):
        return
    undone.pass_time(timedelta(minutes=later))
    undone.send(UndoLast(id=undone.key(), by="anna"))
    undone.state = undone.state.written(undone.state.seq)
    for walk in (never, undone):
        walk.pass_time(timedelta(days=90))
    told = [
        [(event.at, event.kind, event.step, event.outcome, event.reason) for event in walk.state.outbox]
        for walk in (never, undone)
    ]
    assert told[0] == told[1]


@given(choices=st.lists(CHOICES, max_size=12), back=PICK)
@settings(max_examples=examples(80))
def test_back_and_forward_ends_in_the_same_place(choices: list[tuple[str, int, int]], back: int) -> None:
    walk = Walk(choices, onwards=True)
    there = walk.state
    if there.status is not Status.OPEN or there.hold is not None or PROGRAMME.fallback in there.results:
        return
    reached = [step for step in there.results if PROGRAMME.steps[step].outcomes]
    if not reached or walk.send(GoBack(id=walk.key(), by="anna", step=reached[back % len(reached)])) is None:
        return
    for _ in range(len(STEPS)):
        for task in [task for task in walk.state.tasks if task.step in there.results]:
            outcome = there.results[task.step].outcome
            asked = PROGRAMME.steps[task.step].outcomes[outcome]
            facts = {fact: there.facts[fact] for fact in asked.asks}
            dates = {name: there.dates[name] for name in asked.asks_dates}
            command = CompleteTask(id=walk.key(), by="anna", task=task.id, outcome=outcome, facts=facts, dates=dates)
            assert walk.send(command) is not None
    assert {task.step for task in walk.state.tasks} == {task.step for task in there.tasks}
    assert {s: r.outcome for s, r in walk.state.results.items()} == {s: r.outcome for s, r in there.results.items()}
    assert (walk.state.facts, walk.state.dates) == (there.facts, there.dates)


@given(
    choices=st.lists(CHOICES, max_size=14),
    name=st.sampled_from(["course_start", "interview_at"]),
    days=st.integers(-20, 200),
    kept=st.integers(0, 7),
)
@settings(max_examples=examples(100))
def test_moving_a_date_moves_nothing_that_is_fixed_or_kept(
    choices: list[tuple[str, int, int]], name: str, days: int, kept: int
) -> None:
    walk = Walk(choices)
    before = {task.id: task for task in walk.state.tasks}
    keep = tuple(task for number, task in enumerate(before) if kept >> number & 1)
    moment = walk.now + timedelta(days=days)
    to: date | datetime = moment if name == "interview_at" else moment.date()
    decision = walk.send(MoveDate(id=walk.key(), by="anna", date=name, to=to, keep=keep))
    if decision is None:
        return
    assert walk.state.dates[name] == to
    moved = {event.task.id for event in decision.events if event.task and event.kind is EventKind.TASK_RETIMED}
    for task in walk.state.tasks:
        was = before[task.id]
        assert (task == was) is (task.id not in moved)
        assert not (task.id in moved and (was.fixed or task.id in keep))
        assert (task.id in moved) <= (name == "course_start" and task.step == "second_thoughts")
