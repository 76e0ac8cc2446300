"""The lives of the demonstration's participants, played against the engine alone: no server, no waiting."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

from demo.answers import answers, asked
from demo.cast import STAFF, Part
from demo.desk import Desk
from demo.plan import Act, Stage, Todo, plan
from journey import engine
from schemas.commands import Command, CompleteTask, ExitJourney, JoinInterest, RecordEvent, StartJourney
from schemas.events import Event, EventKind
from schemas.journey import JourneyState
from schemas.programme import Kind
from schemas.tasks import Task
from services.completing.filling_in import Place, fill_in
from tests.programmes import programme

MONDAY = date(2026, 3, 2)
STAGE = Stage(programme("relocate"), MONDAY)
DAYS = 96
OWNERS = {role: person.staff for person in reversed(STAFF) for role in person.roles}


class Life:
    """One participant's life, on the engine."""

    def __init__(self, part: Part, days: int) -> None:
        self.part = part
        self.ends = STAGE.at(days, STAGE.calendar.closes)
        self.now = STAGE.at(part.arrives, STAGE.calendar.opens)
        self.ids = itertools.count()
        self.events: list[Event] = []
        start = StartJourney(id="start", journey="j1", programme=STAGE.programme, received_at=self.now)
        self.take(engine.start(start, self.now))
        self.script = self.scripted()

    def scripted(self) -> dict[datetime, Command]:
        found: dict[datetime, Command] = {}
        noon = STAGE.calendar.morning
        for report in self.part.reports:
            found[STAGE.at(report.day, noon)] = RecordEvent(id="r", type=report.type, outcome=report.outcome)
        if self.part.leaves is not None:
            found[STAGE.at(self.part.leaves[0], noon)] = ExitJourney(id="x", exit=self.part.leaves[1])
        if self.part.again is not None:
            moment = STAGE.at(self.part.again, noon)
            found[moment] = JoinInterest(id="again", received_at=moment)
        return found

    def take(self, decision: engine.Decision) -> None:
        self.state: JourneyState = decision.state.but(outbox=())
        self.events += decision.events

    def live(self) -> Life:
        """Until the end of the days, or of the life."""
        while True:
            acts = sorted((act for act in map(self.planned, self.state.tasks) if act), key=lambda act: act.at)
            moments = [*(act.at for act in acts[:1]), *self.script]
            alarm = engine.next_alarm(self.state)
            moment = max(self.now, min([*moments, *([alarm] if alarm else [])], default=self.ends))
            if moment >= self.ends:
                return self
            self.now = moment
            if moment in self.script:
                self.take(engine.decide(self.state, self.script.pop(moment), moment))
            elif acts and acts[0].at <= moment and self.state.hold is None:
                self.take(engine.decide(self.state, self.command(acts[0]), moment))
            else:
                state, fired = engine.advance(self.state, max(moment, alarm or moment))
                self.now = max(moment, alarm or moment)
                self.state = state.but(outbox=())
                self.events += fired

    def planned(self, task: Task) -> Act | None:
        if self.state.hold is not None:
            return None
        if STAGE.programme.steps[task.step].kind is Kind.AUTOMATIC:
            return Act(todo(task), task.opened_at, "assigned", "system")
        return plan(STAGE, self.part, todo(task), self.known)

    @property
    def known(self) -> dict[str, Any]:
        return {**self.state.facts, **self.state.dates}

    def command(self, act: Act) -> Command:
        name = f"c{next(self.ids)}"
        if act.by == "system":
            return CompleteTask(id=name, task=act.todo.task, outcome="assigned", owners=OWNERS)
        desk = Desk(STAGE.programme, act.todo.step, act.outcome, self.now, self.known, self.part.wishes)
        step = STAGE.programme.steps[act.todo.step]
        if step.event:
            return RecordEvent(id=name, by="gateway", type=step.event, outcome=act.outcome, dates=asked(desk))
        place = Place(act.todo.task, "j1", act.todo.step, STAGE.programme, self.known, self.now, ended=False)
        form = fill_in(place, act.outcome, answers(desk))
        return CompleteTask(
            id=name, by=act.by, task=act.todo.task, outcome=act.outcome, facts=form.facts, dates=form.dates
        )

    def count(self, kind: EventKind, **fields: Any) -> int:
        return sum(
            event.kind is kind and all(getattr(event, name) == value for name, value in fields.items())
            for event in self.events
        )


def todo(task: Task) -> Todo:
    return Todo(task.id, task.step, task.generation, task.role, task.owner, task.opened_at, task.due_at)
