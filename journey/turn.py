"""One turn of the engine: the working copy of a state, and the small acts that every decision is made of.

A turn is thrown away when the command is refused, so nothing half done ever reaches the state. Each act appends the
event that says so; `settle` then opens whatever has become possible, until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from journey import calendars, deadlines
from journey.letters import Addressing, notices_for
from journey.steps import Standing, not_applicable, standing
from schemas.commands import SYSTEM, RecordEvent
from schemas.events import CloseReason, Event, EventKind, Notice
from schemas.journey import JourneyState, Receipt, Result, Status
from schemas.programme import Calendar, Kind, Outcome, Programme, Step, Then
from schemas.tasks import Hold, Task, task_id

REACHED = "reached"
"""The outcome of a milestone, for the `needs` of the steps after it."""

ALL = "*"
"""Among the changed steps: everything must be looked at again."""


class Turn:
    """The state while it is being changed. `at` is the journey time of what happens, `recorded_at` the real now."""

    def __init__(
        self, state: JourneyState, recorded_at: datetime, by: str = SYSTEM, command: str | None = None
    ) -> None:
        self._before = state
        self.programme: Programme = state.programme
        self.journey = state.journey
        self.recorded_at = recorded_at
        self.at = recorded_at
        self.by = by
        self.command = command
        self.seq = state.seq
        self.status, self.exit, self.exited_at, self.ended_at = (
            state.status,
            state.exit,
            state.exited_at,
            state.ended_at,
        )
        self.hold = state.hold
        self.facts, self.dates, self.owners = dict(state.facts), dict(state.dates), dict(state.owners)
        self.tasks: dict[str, Task] = {task.step: task for task in state.tasks}
        self.results, self.openings, self.taken = dict(state.results), dict(state.openings), dict(state.taken)
        self.parked: list[RecordEvent] = list(state.parked)
        self.invited = dict(state.invited)
        self.received_at = state.received_at
        self.openings_before = state.openings_before
        self.events: list[Event] = []
        self._dirty: set[str] = set() if state.seq else {ALL}

    # ---- what is known

    def finish(self, receipt: Receipt | None = None) -> JourneyState:
        """The state after this turn."""
        ledger = self._before.ledger if receipt is None else {**self._before.ledger, receipt.command: receipt}
        return self._before.model_copy(
            update={
                "at": self.recorded_at, "status": self.status, "seq": self.seq, "exit": self.exit,
                "exited_at": self.exited_at, "ended_at": self.ended_at, "hold": self.hold,
                "received_at": self.received_at, "facts": self.facts, "dates": self.dates, "owners": self.owners,
                "tasks": tuple(self.tasks.values()), "results": self.results, "openings": self.openings,
                "openings_before": self.openings_before,
                "taken": self.taken, "parked": tuple(self.parked), "invited": self.invited, "ledger": ledger,
                "outbox": (*self._before.outbox, *self.events),
            }
        )  # fmt: skip

    def step_of(self, task: Task) -> Step:
        return self.programme.steps[task.step]

    def timing(self, name: str, generation: int, opened_at: datetime) -> deadlines.Clock:
        anchors = deadlines.Anchors(opened_at, self.received_at, self.exited_at, self.dates)
        generation -= self.openings_before.get(name, 0)
        return deadlines.clock(self.programme, self.programme.steps[name], generation, anchors)

    def timing_of(self, task: Task) -> deadlines.Clock:
        return self.timing(task.step, task.generation, task.opened_at)

    def calendar_of(self, task: Task) -> Calendar:
        """The calendar that the task's clock follows."""
        return deadlines.calendar_of(self.programme, self.step_of(task))

    def addressing(self, task: Task | None) -> Addressing:
        """Who is who for the notices of the next event."""
        return Addressing(self.journey, self.seq + 1, self.at, task, self.owners, self.dates)

    # ---- the small acts

    def emit(self, kind: EventKind, *, task: Task | None = None, notices: Iterable[Notice] = (), **rest: Any) -> None:
        """Append an event with the next number."""
        self.seq += 1
        step = rest.pop("step", task.step if task else None)
        found = self.programme.steps.get(step) if step else None
        self.events.append(
            Event(
                seq=self.seq, at=self.at, recorded_at=self.recorded_at, kind=kind, by=self.by, command=self.command,
                step=step, phase=found.phase if found else None, task=task, notices=tuple(notices), **rest,
            )
        )  # fmt: skip

    def open_task(self, name: str) -> Task:
        """Open a step for this participant and start its clocks."""
        step = self.programme.steps[name]
        generation = self.openings.get(name, 0) + 1
        self.openings[name] = generation
        timing = self.timing(name, generation, self.at)
        task = Task(
            id=task_id(self.journey, name, generation),
            step=name,
            generation=generation,
            role=step.role,
            owner=self.owners.get(step.role) if step.role else None,
            opened_at=self.at,
            anchor_at=timing.anchor_at,
            due_at=timing.due_at,
            fixed=timing.fixed,
            alarms=deadlines.alarms(self.programme, step, timing, self.at, self.at),
        )
        self.tasks[name] = task
        self.emit(EventKind.TASK_OPENED, task=task, notices=self._notices(step.opens_with, task))
        return task

    def _notices(self, rules: Iterable[Any], task: Task | None) -> tuple[Notice, ...]:
        rules = tuple(rules)
        for rule in rules:
            if rule.invite is not None:
                self.invited[rule.invite] = rule.to
        return notices_for(rules, self.addressing(task)) if rules else ()

    def replace_task(self, task: Task, **changes: Any) -> Task:
        changed = task.model_copy(update=changes)
        self.tasks[task.step] = changed
        return changed

    def end_task(self, task: Task, name: str, outcome: Outcome, **given: Any) -> None:
        """The task ends with an outcome: the result is kept and its figures are worked out."""
        del self.tasks[task.step]
        ended = task.model_copy(update={"alarms": (), "overdue": task.due_at is not None and self.at > task.due_at})
        self._keep_result(task.step, Result(generation=task.generation, outcome=name, at=self.at))
        step, calendar = self.step_of(task), self.calendar_of(task)
        first, last = (calendars.local_day(moment, calendar) for moment in (task.anchor_at or task.opened_at, self.at))
        self.emit(
            EventKind.TASK_COMPLETED,
            task=ended,
            outcome=name,
            counts=step.counts,
            calendar_days=(last - first).days,
            working_days=calendars.working_days_between(first, last, calendar),
            notices=self._notices(outcome.notices, task),
            **given,
        )

    def _keep_result(self, step: str, result: Result) -> None:
        self.results[step] = result
        self._dirty.add(step)

    def close_task(self, task: Task, reason: CloseReason) -> None:
        """The task ends without an outcome."""
        del self.tasks[task.step]
        self.emit(EventKind.TASK_CLOSED, task=task.model_copy(update={"alarms": ()}), reason=reason.value)

    def learn(self, facts: Mapping[str, str], owners: Mapping[str, str], changed_dates: set[str]) -> None:
        """Take in answers; clocks that hang on a changed date are re-timed, tasks without an owner get one."""
        if any(self.facts.get(fact) != value for fact, value in facts.items()):
            self._dirty.add(ALL)
        self.facts.update(facts)
        self.owners.update(owners)
        for task in tuple(self.tasks.values()) if changed_dates or owners else ():
            if changed_dates & _dates_of(self.step_of(task)):
                self.retime(task)
            elif task.owner is None and task.role is not None and task.role in owners:
                self.emit(EventKind.TASK_ASSIGNED, task=self.replace_task(task, owner=owners[task.role]))

    def note_dates(self, dates: Mapping[str, date | datetime]) -> set[str]:
        """Take in named dates; the names of those that are new or different."""
        changed = {name for name, value in dates.items() if self.dates.get(name) != value}
        self.dates.update(dates)
        return changed

    def retime(self, task: Task) -> None:
        """Work out a task's clock again, from when it opened."""
        step = self.step_of(task)
        timing = self.timing_of(task)
        if timing.due_at != task.due_at:
            alarms = deadlines.alarms(self.programme, step, timing, task.opened_at, self.at)
            overdue = task.overdue and timing.due_at is not None and timing.due_at <= self.at
            changed = {"anchor_at": timing.anchor_at, "due_at": timing.due_at, "alarms": alarms, "overdue": overdue}
            self.emit(EventKind.TASK_RETIMED, task=self.replace_task(task, **changed))

    # ---- effects

    def apply(self, task: Task, name: str, outcome: Outcome) -> None:
        """What an outcome leads to. Exactly one effect is set; `go_on` needs no act of its own."""
        key = f"{task.step}.{name}"
        if outcome.exit is not None:
            self.leave(outcome.exit)
        elif outcome.again is not None:
            if self._may_take(key, outcome.again.at_most):
                self.go_back(outcome.again.step)
            else:
                self._then(outcome.again.then)
        elif outcome.hold is not None:
            if self._may_take(key, outcome.hold.at_most):
                self.rest(
                    outcome.hold.cause, outcome.hold.on, self._hold_ends(outcome), outcome.hold.resume, wakes=True
                )
            else:
                self._then(outcome.hold.then)

    def _may_take(self, key: str, at_most: int) -> bool:
        self.taken[key] = self.taken.get(key, 0) + 1
        return self.taken[key] <= at_most

    def _then(self, then: Then) -> None:
        if then.exit is not None:
            self.leave(then.exit)

    def _hold_ends(self, outcome: Outcome) -> datetime:
        rule = outcome.hold
        assert rule is not None
        calendar = next(iter(self.programme.calendars.values()))
        until = self.dates.get(rule.until) if rule.until else None
        if isinstance(until, datetime):
            return max(until, self.at)
        day = until or calendars.local_day(self.at, calendar) + rule.days * calendars.ONE_DAY
        return max(self.at, calendars.instant(calendars.working_day_from(day, calendar), calendar.morning, calendar))

    def go_back(self, name: str) -> None:
        """Open a step anew. What follows from it is closed and will open again, except what is marked `keep`."""
        after = [step for step in self.programme.descendants[name] if not self.programme.steps[step].keep]
        for task in [self.tasks[step] for step in self.tasks if step in after]:
            self.close_task(task, CloseReason.STEP_REOPENED)
        for step in (name, *after):
            self.results.pop(step, None)
        self._dirty.add(ALL)
        if name not in self.tasks:
            self.open_task(name)

    def rest(self, cause: str, on: str, review_at: datetime, resume: str | None, *, wakes: bool) -> None:
        """Let the journey rest."""
        self.hold = Hold(cause=cause, on=on, since=self.at, review_at=review_at, resume=resume, wakes=wakes)
        self.emit(EventKind.JOURNEY_HELD, hold=self.hold)

    def release(self) -> None:
        """End the hold. Promises of ours keep the working time they had left; fixed dates have not moved."""
        hold = self.hold
        assert hold is not None
        self.hold = None
        self.emit(EventKind.JOURNEY_RELEASED, cause=hold.cause)
        for task in tuple(self.tasks.values()):
            if not task.fixed:
                self._resume_clock(task, hold.since)
        if hold.resume is not None and hold.resume not in self.tasks:
            self.go_back(hold.resume)

    def _resume_clock(self, task: Task, since: datetime) -> None:
        calendar = self.calendar_of(task)
        paused = max(since, task.opened_at)

        def moved(moment: datetime) -> datetime:
            left = calendars.office_time_between(paused, moment, calendar)
            return calendars.add_office_time(self.at, left, calendar)

        due_at = moved(task.due_at) if task.due_at is not None and task.due_at > paused else task.due_at
        alarms = tuple(alarm.model_copy(update={"at": moved(alarm.at)}) for alarm in task.alarms)
        if (due_at, alarms) != (task.due_at, task.alarms):
            self.emit(EventKind.TASK_RETIMED, task=self.replace_task(task, due_at=due_at, alarms=alarms))

    def leave(self, code: str) -> None:
        """Leave the programme: everything open is closed, and what follows after this exit may open."""
        for task in tuple(self.tasks.values()):
            self.close_task(task, CloseReason.EXIT)
        self.hold = None
        self.exit, self.exited_at, self.status = code, self.at, Status.FOLLOWING_UP
        self._dirty.add(ALL)
        addressing = self.addressing(None)
        notices = notices_for(self.programme.exits[code].notices, addressing)
        cancelled = addressing.cancellations(self.invited, after=len(notices))
        self.invited.clear()
        self.emit(EventKind.JOURNEY_EXITED, exit=code, notices=(*notices, *cancelled))

    def come_back(self, name: str | None) -> None:
        """Take a person who had left back in; results that are kept by the programme stay."""
        self.exit = self.exited_at = self.ended_at = None
        self.status = Status.OPEN
        for task in tuple(self.tasks.values()):
            self.close_task(task, CloseReason.STEP_REOPENED)
        self.results = {step: result for step, result in self.results.items() if self._stays(step, name)}
        self.taken.clear()
        self.openings_before = dict(self.openings)
        self._dirty.add(ALL)
        self.emit(EventKind.JOURNEY_REOPENED, step=name)
        if name is not None:
            self.go_back(name)

    def _stays(self, step: str, name: str | None) -> bool:
        found = self.programme.steps.get(step)
        if found is None or found.after_exit:
            return False
        return found.keep or (name is not None and step != name and step not in self.programme.descendants[name])

    # ---- what has become possible

    def settle(self) -> None:
        """Open and close steps until nothing changes; then make sure that somebody owns what comes next."""
        while self._dirty:
            dirty, self._dirty = self._dirty, set()
            self._step_forward(self.programme.steps if ALL in dirty else self._after(dirty))
        if self.hold is None and not self.tasks:
            if self.exit is not None:
                self._end()
            else:
                self.open_task(self.programme.fallback)

    def _after(self, changed: set[str]) -> Iterable[str]:
        found = {name for step in changed for name in self.programme.dependents[step]}
        return found if len(found) <= 1 else [name for name in self.programme.steps if name in found]

    def _step_forward(self, candidates: Iterable[str]) -> None:
        excluded = not_applicable(self.programme, self.facts, self.exit)
        for task in tuple(self.tasks.values()):
            if task.step in excluded and task.step != self.programme.fallback:
                self.close_task(task, CloseReason.NOT_APPLICABLE)
        for name in candidates:
            if self._may_open(name):
                self._enter(name)

    def _enter(self, name: str) -> None:
        step = self.programme.steps[name]
        if step.kind is Kind.MILESTONE:
            self._keep_result(name, Result(generation=1, outcome=REACHED, at=self.at))
            self.emit(EventKind.MILESTONE_REACHED, step=name, counts=step.counts)
        else:
            self.open_task(name)

    def _may_open(self, name: str) -> bool:
        if name in self.results or name in self.tasks or name == self.programme.fallback:
            return False
        if bool(self.programme.steps[name].after_exit) != (self.exit is not None):
            return False
        return standing(self.programme, name, self.results, self.facts, self.exit) is Standing.READY

    def _end(self) -> None:
        if self.status is not Status.ENDED:
            self.status, self.ended_at = Status.ENDED, self.at
            self.emit(EventKind.JOURNEY_ENDED, exit=self.exit)


def _dates_of(step: Step) -> frozenset[str]:
    clocks = [due for due in (step.due, step.due_again) if due is not None]
    return frozenset(name for due in clocks for name in (due.before, due.after) if name is not None)
