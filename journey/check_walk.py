"""One simulated journey with the real engine, and what has been seen in all of them.

A walk chooses nothing by chance: what to do next is an argument, time moves in fixed steps, and the same draft always
gives the same walks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from journey import deadlines, engine
from journey.check_draft import goes_back_to
from journey.check_references import ACTIONS
from schemas.commands import CompleteTask, ExitJourney, ReopenJourney, StartJourney
from schemas.events import Event, EventKind
from schemas.journey import JourneyState, Status
from schemas.programme import Kind, Outcome, Programme
from schemas.tasks import Alarm, AlarmKind, Task

BEGIN = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""A Monday morning without a holiday near: the weeks after it have every kind of day."""

PAUSE = timedelta(minutes=10)
DAYS_AHEAD = (60, 5, 200)
"""How far ahead a date is when it is asked for: a comfortable one, a near one and a far one, in turn."""

Rule = tuple[str, str, int]
"""What stands behind an alarm: step (or `defaults`), kind, and place in the list."""


@dataclass
class Seen:
    """What has been observed, in any run. `stuck` says after what a journey had nothing left to do."""

    opened: set[str] = field(default_factory=set)
    outcomes: set[tuple[str, str]] = field(default_factory=set)
    exhausted: set[tuple[str, str]] = field(default_factory=set)
    rules: set[Rule] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)
    stuck: dict[tuple[str, str], None] = field(default_factory=dict)
    turns: int = 0


def begin(programme: Programme) -> JourneyState:
    """A journey that has just begun; every walk sets out from the same one."""
    command = StartJourney(id="start", journey="draft", programme=programme, received_at=BEGIN)
    return engine.start(command, BEGIN).state


class Walk:
    """A journey on its way. `complete` and `let_time_pass` move it; what happens is noted in `seen`."""

    def __init__(self, beginning: JourneyState, seen: Seen, ahead: int = DAYS_AHEAD[0]) -> None:
        self.programme = beginning.programme
        self.seen = seen
        self.ahead = ahead
        self.now = BEGIN
        self.number = 0
        self.came_back = False
        self.last: tuple[str, str] | None = None
        self.resumed: str | None = None
        self.state = beginning
        self._take(beginning, beginning.outbox)
        self._automatic()

    @property
    def over(self) -> bool:
        return self.state.status is Status.ENDED

    @property
    def tasks(self) -> tuple[Task, ...]:
        return self.state.tasks

    def complete(self, task: Task, name: str, facts: dict[str, str]) -> None:
        """End a task, with an answer to everything that is asked."""
        outcome = self.programme.steps[task.step].outcomes[name]
        self.now = max(self.now + PAUSE, self.state.at)
        if all(open_.id != task.id for open_ in self._up_to_now()):
            return
        asked = {fact: self._answer(fact, facts) for fact in outcome.asks}
        dates = {wanted: self._date(wanted) for wanted in outcome.asks_dates}
        self._note_exhausted(task, name, outcome)
        self.last = (task.step, name)
        command = CompleteTask(id=self._id(), task=task.id, outcome=name, facts=asked, dates=dates)
        decision = engine.decide(self.state, command, self.now)
        self._take(decision.state, decision.events)
        self._automatic()

    def leave(self, codes: Collection[str]) -> None:
        """Leave by one of these exits that may be chosen at any time, if there is one."""
        code = next((code for code in codes if self.programme.exits[code].anytime), None)
        if code is None or self.state.exit is not None:
            return
        self.now = max(self.now + PAUSE, self.state.at)
        decision = engine.decide(self.state, ExitJourney(id=self._id(), exit=code), self.now)
        self._take(decision.state, decision.events)

    def come_back(self, step: str) -> None:
        """Take the person in again at this step, once the journey has been left."""
        self.now, self.last, self.came_back = max(self.now + PAUSE, self.state.at), None, True
        decision = engine.decide(self.state, ReopenJourney(id=self._id(), step=step), self.now)
        self._take(decision.state, decision.events)

    def let_time_pass(self) -> bool:
        """Go to the next alarm; False when nothing will ever fall due."""
        moment = engine.next_alarm(self.state)
        if moment is None:
            return False
        alarms = [(task, a) for task in self.state.tasks for a in task.alarms if a.at <= moment]
        self.now = max(moment, self.now)
        state, events = engine.advance(self.state, self.now)
        self._note_alarms(alarms, events)
        self._take(state, events)
        self._automatic()
        return True

    def _up_to_now(self) -> tuple[Task, ...]:
        while not self.over and (moment := engine.next_alarm(self.state)) is not None and moment <= self.now:
            self.let_time_pass()
        return self.state.tasks

    def _automatic(self) -> None:
        """The machine does its steps at once."""
        for task in self.state.tasks:
            step = self.programme.steps[task.step]
            name = ACTIONS.get(step.action or "")
            if step.kind is Kind.AUTOMATIC and name in step.outcomes:
                self.last = (task.step, name)
                command = CompleteTask(id=self._id(), task=task.id, outcome=name)
                decision = engine.decide(self.state, command, self.now)
                self._take(decision.state, decision.events)
                self._automatic()
                return

    def _take(self, state: JourneyState, events: tuple[Event, ...]) -> None:
        self.seen.turns += 1
        released = any(event.kind is EventKind.JOURNEY_RELEASED for event in events)
        self.resumed = self.state.hold.resume if released and self.state.hold else None
        self.state = state.model_copy(update={"outbox": (), "ledger": {}})
        for event in events:
            self._note(event)

    def _note(self, event: Event) -> None:
        if event.step is None:
            return
        match event.kind:
            case EventKind.TASK_OPENED:
                self.seen.opened.add(event.step)
                if event.step == self.programme.fallback and self.last and not self._meant() and not self.came_back:
                    self.seen.stuck[self.last] = None
            case EventKind.MILESTONE_REACHED:
                self.seen.opened.add(event.step)
            case EventKind.TASK_COMPLETED:
                self.last = (event.step, event.outcome or "")
                self.seen.outcomes.add(self.last)
            case _:
                pass

    def _meant(self) -> bool:
        """Whether the programme itself sends the journey to the fallback."""
        assert self.last is not None
        outcome = self.programme.steps[self.last[0]].outcomes.get(self.last[1])
        if self.programme.fallback in {self.last[0], self.resumed} or outcome is None:
            return True
        return goes_back_to(outcome, self.last[0]) == self.programme.fallback

    def _note_alarms(self, alarms: list[tuple[Task, Alarm]], events: tuple[Event, ...]) -> None:
        for task, alarm in alarms:
            if any(_effect_of(alarm, task, event) for event in events):
                self.seen.rules.add(self._rule(task.step, alarm))
                if alarm.kind is AlarmKind.END:
                    self.seen.ended.add(task.step)

    def _rule(self, name: str, alarm: Alarm) -> Rule:
        step = self.programme.steps[name]
        own = step.remind if alarm.kind is AlarmKind.REMIND else step.escalate
        return ("defaults" if own is None else name, alarm.kind.value, alarm.rule)

    def _note_exhausted(self, task: Task, name: str, outcome: Outcome) -> None:
        rule = outcome.again or outcome.hold
        if rule is not None and self.state.taken.get(f"{task.step}.{name}", 0) >= rule.at_most:
            self.seen.exhausted.add((task.step, name))

    def _answer(self, fact: str, facts: dict[str, str]) -> str:
        return facts.get(fact) or next(iter(self.programme.facts[fact].values))

    def _date(self, wanted: str) -> date | datetime:
        moment = self.now + timedelta(days=self.ahead)
        return moment if self.programme.dates[wanted].minutes is not None else moment.date()

    def _id(self) -> str:
        self.number += 1
        return f"walk:{self.number}"


_EFFECTS = {
    AlarmKind.REMIND: {EventKind.TASK_REMINDED},
    AlarmKind.OVERDUE: {EventKind.TASK_OVERDUE},
    AlarmKind.ESCALATE: {EventKind.TASK_ESCALATED},
    AlarmKind.END: {EventKind.TASK_HANDED_OVER, EventKind.TASK_COMPLETED},
}


def _effect_of(alarm: Alarm, task: Task, event: Event) -> bool:
    """Whether this event came from this alarm, and somebody notices it."""
    if event.task is None or event.task.id != task.id or event.kind not in _EFFECTS[alarm.kind]:
        return False
    return alarm.kind is AlarmKind.END or event.kind is EventKind.TASK_OVERDUE or bool(event.notices)


def rules_of(programme: Programme) -> Iterator[Rule]:
    """Every reminder and rung that is written out and that some step follows."""
    timed = [(name, step) for name, step in programme.steps.items() if step.due is not None]
    for kind, own, every in (
        (AlarmKind.REMIND, "remind", deadlines.reminders),
        (AlarmKind.ESCALATE, "escalate", deadlines.rungs),
    ):
        for name, step in timed:
            place = "defaults" if getattr(step, own) is None else name
            yield from ((place, kind.value, number) for number in range(len(every(programme, step))))
