"""A journey at the wheel, for tests of the pure engine: wall times of Stockholm in, events out.

Nothing here decides anything; it only spares the tests from repeating ids and conversions.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, datetime
from itertools import count
from typing import Any

from journey import calendars, engine
from schemas.clocks import Calendar
from schemas.commands import (
    RULES,
    AssignTask,
    Command,
    CompleteTask,
    ExitJourney,
    HoldJourney,
    JoinInterest,
    RecordEvent,
    ReleaseJourney,
    ReopenJourney,
    StartJourney,
)
from schemas.events import Event, EventKind, Notice
from schemas.journey import JourneyState
from schemas.mending import (
    AdoptProgramme,
    AskForTime,
    CorrectAnswers,
    CoverStaff,
    ExtendTask,
    GoBack,
    MatchEvent,
    MoveDate,
    NudgeTask,
    UndoLast,
    WaiveStep,
)
from schemas.programme import Programme
from schemas.tasks import Task
from tests.sample import PLAN, holidays, sample

OFFICE = Calendar(holidays=tuple(holidays()))
"""The calendar of the sample programme: Swedish days off, 08:00 to 17:00."""

OWNERS = {"coordinator": "anna", "leader": "lena"}


def at(wall: str) -> datetime:
    """The instant of a wall time in Stockholm, `2026-03-02 10:00`."""
    return calendars.local_to_utc(datetime.fromisoformat(wall))


def wall(moment: datetime | None) -> str:
    """The wall time in Stockholm of an instant, `Mon 2026-03-02 10:00`; `-` for none."""
    return f"{calendars.local(moment, OFFICE):%a %Y-%m-%d %H:%M}" if moment is not None else "-"


def variant(change: Callable[[dict[str, Any]], object]) -> Programme:
    """The sample programme with something else in it."""
    plan = copy.deepcopy(PLAN)
    change(plan)
    return Programme.model_validate(plan)


def newer(change: Callable[[dict[str, Any]], object], version: int = 2) -> Programme:
    """A later version of the sample programme, with something else in it."""
    return variant(change).but(version=version)


def graced(change: Callable[[dict[str, Any]], object] | None = None) -> Programme:
    """The sample programme with five minutes in which things may be taken back."""

    def both(plan: dict[str, Any]) -> None:
        plan["undo_minutes"] = 5
        if change is not None:
            change(plan)

    return variant(both)


class Drive:
    """One journey and its clock. Every command gets an id of its own unless one is given."""

    def __init__(
        self,
        received: str = "2026-03-02 10:00",
        now: str | None = None,
        programme: Programme | None = None,
        facts: dict[str, str] | None = None,
        owners: dict[str, str] | None = None,
    ) -> None:
        self._ids = count(1)
        self.now = at(now or received)
        begin = StartJourney(
            id="start",
            journey="j1",
            programme=programme or sample(),
            received_at=at(received),
            facts=facts or {},
            owners=OWNERS if owners is None else owners,
        )
        self.sent: Command = begin
        self.decision = engine.start(begin, self.now)
        self.state: JourneyState = self.decision.state
        self.last: tuple[Event, ...] = self.decision.events

    # ---- acts

    def to(self, moment: str | datetime) -> Drive:
        """Let time pass until a wall time, with whatever falls due."""
        self.now = at(moment) if isinstance(moment, str) else moment
        self.state, self.last = engine.advance(self.state, self.now)
        return self

    def send(self, command: Command) -> Drive:
        self.sent = command = command.but(rules=RULES)
        self.decision = engine.decide(self.state, command, self.now)
        self.state, self.last = self.decision.state, self.decision.events
        return self

    def complete(self, step: str, outcome: str, *, key: str | None = None, **given: Any) -> Drive:
        task = self.task(step).id
        return self.send(CompleteTask(id=key or self.key(), by="anna", task=task, outcome=outcome, **given))

    def report(self, type_: str, outcome: str, *, key: str | None = None, **given: Any) -> Drive:
        return self.send(RecordEvent(id=key or self.key(), by="gateway", type=type_, outcome=outcome, **given))

    def hold(self, review: str, cause: str = "illness", on: str = "participant") -> Drive:
        return self.send(HoldJourney(id=self.key(), by="anna", cause=cause, on=on, review_at=at(review)))

    def release(self, *, catch_up: bool = False) -> Drive:
        return self.send(ReleaseJourney(id=self.key(), by="anna", catch_up=catch_up))

    def exit(self, code: str = "X5", *, any_exit: bool = False) -> Drive:
        return self.send(ExitJourney(id=self.key(), by="anna", exit=code, any_exit=any_exit))

    def reopen(self, step: str | None = None, received: str | None = None) -> Drive:
        moment = at(received) if received else None
        return self.send(ReopenJourney(id=self.key(), by="anna", step=step, received_at=moment))

    def join(self) -> Drive:
        return self.send(JoinInterest(id=self.key(), received_at=self.now))

    def assign(self, step: str, to: str) -> Drive:
        return self.send(AssignTask(id=self.key(), by="lena", task=self.task(step).id, to=to))

    def adopt(self, version: Programme, rollout: str | None = None) -> Drive:
        return self.send(AdoptProgramme(id=self.key(), by="lena", programme=version, rollout=rollout))

    def back(self, step: str) -> Drive:
        return self.send(GoBack(id=self.key(), by="anna", step=step))

    def undo(self, step: str | None = None) -> Drive:
        task = self.latest(step) if step else None
        return self.send(UndoLast(id=self.key(), by="anna", task=task))

    def correct(self, facts: dict[str, str] | None = None, **dates: date | datetime) -> Drive:
        return self.send(CorrectAnswers(id=self.key(), by="anna", facts=facts or {}, dates=dates))

    def move(self, name: str, to: date | datetime, *keep: str) -> Drive:
        tasks = tuple(self.task(step).id for step in keep)
        return self.send(MoveDate(id=self.key(), by="anna", date=name, to=to, keep=tasks))

    def ask(self, step: str, when: str | datetime | None) -> Drive:
        wished = at(when) if isinstance(when, str) else when
        return self.send(AskForTime(id=self.key(), by="participant", task=self.task(step).id, at=wished))

    def match(self, type_: str, outcome: str, *, event: str = "e1", happened: str | None = None, **given: Any) -> Drive:
        moment = at(happened) if happened else self.now
        told = {"event": event, "type": type_, "outcome": outcome, "happened_at": moment}
        return self.send(MatchEvent(id=self.key(), by="anna", **told, **given))

    def nudge(self, step: str) -> Drive:
        return self.send(NudgeTask(id=self.key(), by="lena", task=self.task(step).id))

    def extend(self, step: str, due: str) -> Drive:
        return self.send(ExtendTask(id=self.key(), by="lena", task=self.task(step).id, due_at=at(due)))

    def waive(self, step: str, outcome: str | None = None, until: str | None = None, **given: Any) -> Drive:
        expires_on = day(until) if until else None
        command = WaiveStep(id=self.key(), by="lena", step=step, outcome=outcome, expires_on=expires_on, **given)
        return self.send(command)

    def cover(self, absent: str, stand_in: str, since: str, until: str) -> Drive:
        times = {"since": at(since), "until": at(until)}
        return self.send(CoverStaff(id=self.key(), by="lena", absent=absent, stand_in=stand_in, **times))

    def willing(self, route: str = "job") -> Drive:
        """The usual beginning: assigned, called, willing."""
        self.complete("assignment", "assigned")
        return self.complete("welcome_call", "willing", facts={"route": route})

    def booked(self, route: str = "job", interview: str = "2026-03-10 13:00") -> Drive:
        """As far as the wait for an offer."""
        return self.willing(route).complete("interview", "booked", dates={"interview_at": at(interview)})

    def restored(self) -> Drive:
        """The same journey after a checkpoint: its state has been JSON in between."""
        self.state = JourneyState.model_validate_json(self.state.model_dump_json())
        return self

    # ---- looks

    def key(self) -> str:
        return f"c{next(self._ids)}"

    def task(self, step: str) -> Task:
        return next(task for task in self.state.tasks if task.step == step)

    def latest(self, step: str) -> str:
        """The id of the step's latest task, open or not."""
        return f"j1.{step}.{self.state.openings.get(step, 1)}"

    @property
    def open(self) -> list[str]:
        return [task.step for task in self.state.tasks]

    @property
    def happened(self) -> list[str]:
        """The last events, `kind step`."""
        return [told(event) for event in self.last]

    @property
    def log(self) -> list[Event]:
        return list(self.state.outbox)

    def of(self, kind: EventKind, step: str | None = None) -> list[Event]:
        """Every event so far of a kind (and step)."""
        return [event for event in self.log if event.kind is kind and step in {None, event.step}]


def told(event: Event) -> str:
    return f"{event.kind.value} {event.step}" if event.step else event.kind.value


def addressed(notices: tuple[Notice, ...]) -> list[tuple[str, str, str | None]]:
    """Template, role and person of each notice."""
    return [(notice.template, notice.to, notice.staff) for notice in notices]


def day(text: str) -> date:
    return date.fromisoformat(text)
