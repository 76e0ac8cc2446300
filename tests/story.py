"""A journey as the engine lives it, for tests of what is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from db.pool import SYSTEM, Database
from journey import engine
from schemas.commands import (
    CompleteTask,
    ExitJourney,
    HoldJourney,
    JoinInterest,
    ReleaseJourney,
    ReopenJourney,
    StartJourney,
)
from schemas.events import Event
from tests.sample import sample

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(days=1)
JOURNEY = "j23456789"


async def enter(db: Database, journey: str) -> None:
    async with db.acting_as(SYSTEM) as connection:
        await connection.execute(
            "INSERT INTO people (person, name, email, created_at) VALUES ($1, 'Synthetic', 'a@example.org', $2)",
            f"p-{journey}",
            MONDAY,
        )
        await connection.execute(
            "INSERT INTO journeys (journey, person, programme, version, received_at) VALUES ($1, $2, 'sample', 1, $3)",
            journey,
            f"p-{journey}",
            MONDAY,
        )


class Story:
    """A journey as the engine lives it, with every event it has brought forth."""

    def __init__(self, journey: str = JOURNEY) -> None:
        begin = StartJourney(
            id="start",
            journey=journey,
            programme=sample().model_copy(update={"version": 1}),
            received_at=MONDAY,
            owners={"coordinator": "s1", "leader": "s2"},
        )
        self.state, self.events, self.now = engine.start(begin, MONDAY).state, list[Event](), MONDAY
        self._take_up()

    def _take_up(self) -> None:
        self.events += self.state.outbox
        self.state = self.state.model_copy(update={"outbox": ()})

    def sleep(self, length: timedelta) -> Story:
        self.now += length
        self.state, _ = engine.advance(self.state, self.now)
        self._take_up()
        return self

    def do(self, command: Any) -> Story:
        self.state = engine.decide(self.state, command, self.now).state
        self._take_up()
        return self

    def complete(self, step: str, outcome: str, **answers: Any) -> Story:
        task = next(task for task in self.state.tasks if task.step == step)
        return self.do(CompleteTask(id=f"c-{task.id}", task=task.id, outcome=outcome, by="s1", **answers))


def long_story(journey: str = JOURNEY) -> Story:
    """Reminders, escalation, hold and release, a join, an exit with its follow-up, and the person comes back."""
    story = Story(journey).sleep(6 * DAY).do(JoinInterest(id="join", received_at=MONDAY + DAY))
    story.complete("welcome_call", "willing", facts={"route": "study"})
    story.do(HoldJourney(id="hold", cause="ill", on="participant", review_at=story.now + 20 * DAY)).sleep(3 * DAY)
    story.do(ReleaseJourney(id="release")).sleep(DAY)
    story.complete("interview", "booked", dates={"interview_at": story.now + 2 * DAY})
    story.do(ExitJourney(id="exit", exit="X5")).sleep(60 * DAY)
    return story.do(ReopenJourney(id="reopen", step="welcome_call")).sleep(DAY)
