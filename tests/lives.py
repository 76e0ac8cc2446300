"""Journeys that have lived for a while, drawn by chance: any command, and any time that passes between them.

For tests of what must hold wherever the person is.
"""

from __future__ import annotations

import contextlib
import random
from datetime import datetime, timedelta

from hypothesis import strategies as st

from journey import engine
from journey.errors import Refusal
from schemas.commands import (
    AssignTask,
    Command,
    CompleteTask,
    ExitJourney,
    HoldJourney,
    RecordEvent,
    ReleaseJourney,
    ReopenJourney,
    StartJourney,
)
from schemas.journey import JourneyState, Status
from schemas.mending import CoverStaff, ExtendTask, GoBack, NudgeTask, WaiveStep
from schemas.programme import Programme
from schemas.tasks import Task
from tests.driving import OWNERS, at
from tests.unit.test_engine_properties import PROGRAMME

BEGIN = at("2026-03-20 09:00")
HOURS = (0, 0, 1, 3, 20, 26, 50, 24 * 5, 24 * 12, 24 * 40)
WEIGHTS = {
    "complete": 14,
    "any": 3,
    "wait": 5,
    "hold": 2,
    "release": 3,
    "exit": 1,
    "report": 2,
    "assign": 1,
    "other": 4,
}
lives = st.integers(0, 10_000)
"""Seeds: a life is drawn by chance, so that most of them get somewhere."""


def command(state: JourneyState, what: str, key: str, now: datetime, chance: random.Random) -> Command | None:
    soon = now + timedelta(days=chance.randrange(1, 30))
    match what:
        case "hold":
            return HoldJourney(id=key, cause="illness", on="participant", review_at=soon)
        case "release":
            return ReleaseJourney(id=key)
        case "exit":
            return ExitJourney(id=key, exit="X5") if chance.random() < 0.2 else None
        case "report":
            type_, name = chance.choice([("csn.decided", "decided"), ("offer.made", "offered"), ("offer.made", "lost")])
            return RecordEvent(id=key, type=type_, outcome=name)
    if state.status is Status.ENDED:
        return ReopenJourney(id=key, step=chance.choice([None, "interview"]))
    return about_a_task(state, what, key, soon, chance) if state.tasks else None


def about_a_task(state: JourneyState, what: str, key: str, soon: datetime, chance: random.Random) -> Command | None:
    task = chance.choice(state.tasks)
    outcomes = state.programme.steps[task.step].outcomes
    going = [name for name, found in outcomes.items() if found.go_on or found.exit == "OK1"]
    match what:
        case "other":
            return mending(state, task, key, soon, chance)
        case "complete" | "any" if outcomes:
            name = chance.choice(going if going and what == "complete" else list(outcomes))
            facts = {fact: chance.choice(list(state.programme.facts[fact].values)) for fact in outcomes[name].asks}
            asked = outcomes[name].asks_dates
            dates = {date: soon if state.programme.dates[date].minutes else soon.date() for date in asked}
            return CompleteTask(id=key, by="anna", task=task.id, outcome=name, facts=facts, dates=dates)
    return None


def mending(state: JourneyState, task: Task, key: str, soon: datetime, chance: random.Random) -> Command:
    step = chance.choice(list(state.programme.steps))
    name = next((name for name, found in state.programme.steps[step].outcomes.items() if found.go_on), None)
    return chance.choice([
        AssignTask(id=key, task=task.id, to="bo"),
        ExtendTask(id=key, task=task.id, due_at=soon),
        CoverStaff(id=key, absent="anna", stand_in="bo", since=soon - timedelta(days=9), until=soon),
        WaiveStep(id=key, step=step, outcome=name, facts={"route": "job"}, expires_on=soon.date()),
        GoBack(id=key, step=step),
        NudgeTask(id=key, task=task.id),
    ])  # fmt: skip


def lived(seed: int, programme: Programme = PROGRAMME) -> tuple[JourneyState, datetime]:
    """A journey of this programme at some moment of its life, and that moment."""
    begin = StartJourney(id="start", journey="j1", programme=programme, received_at=BEGIN, owners=OWNERS)
    return live(engine.start(begin, BEGIN).state, BEGIN, random.Random(seed), "c")


def live(state: JourneyState, now: datetime, chance: random.Random, prefix: str) -> tuple[JourneyState, datetime]:
    """Let a journey live on for a while. What is refused is part of life."""
    for number in range(chance.randrange(1, 22)):
        now += timedelta(hours=chance.choice(HOURS))
        state, _ = engine.advance(state, now)
        (what,) = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
        wanted = command(state, what, f"{prefix}{number}", now, chance)
        if wanted is not None:
            with contextlib.suppress(Refusal):
                state = engine.decide(state, wanted, now).state
    return state, now
