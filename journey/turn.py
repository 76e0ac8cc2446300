"""One turn of the engine: the working copy of a state, and the small acts that every decision is made of.

A turn is thrown away when the command is refused, so nothing half done ever reaches the state. Each act appends the
event that says so. What outcomes lead to is in `journey.effects`, what opens next in `journey.settling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from journey import calendars, covers, deadlines
from journey.letters import Addressing, notices_for
from journey.steps import not_applicable
from schemas.clocks import OWNER, Calendar
from schemas.commands import SYSTEM, RecordEvent
from schemas.events import CloseReason, Event, EventKind, Notice
from schemas.journey import JourneyState, Receipt, Result
from schemas.programme import Outcome, Programme, Step
from schemas.tasks import Task, task_id

ALL = "*"
"""Among the changed steps: everything must be looked at again."""


class Turn:
    """The state while it is being changed. `at` is the journey time of what happens, `recorded_at` the real now."""

    # With slots, for Python keeps no more than thirty attributes of an instance at full speed.
    __slots__ = (
        "_before", "at", "by", "changed", "command", "covers", "dates", "ended_at", "events", "excluded", "exit",
        "exited_at", "facts", "hold", "invited", "journey", "laid_aside", "new_facts", "openings", "openings_before",
        "owners", "parked", "programme", "received_at", "recorded_at", "reminded", "reopenable", "results", "rules",
        "seq", "status", "taken", "tasks", "undo", "waivers", "why",
    )  # fmt: skip

    def __init__(
        self,
        state: JourneyState,
        recorded_at: datetime,
        by: str = SYSTEM,
        command: str | None = None,
        why: str | None = None,
        *,
        rules: int = 0,
    ) -> None:
        self._before = state
        self.rules = rules
        self.programme: Programme = state.programme
        self.journey = state.journey
        self.recorded_at = recorded_at
        self.at = recorded_at
        self.by, self.command, self.why = by, command, why
        self.seq = state.seq
        self.status, self.exit = state.status, state.exit
        self.exited_at, self.ended_at = state.exited_at, state.ended_at
        self.hold = state.hold
        # Replaced, never changed in place: the state they come from keeps its own.
        self.facts, self.dates, self.owners = state.facts, state.dates, state.owners
        self.taken, self.invited = state.taken, state.invited
        self.tasks: dict[str, Task] = {task.step: task for task in state.tasks}
        self.results, self.openings = dict(state.results), dict(state.openings)
        self.parked: list[RecordEvent] = list(state.parked)
        self.laid_aside = state.laid_aside
        self.received_at = state.received_at
        self.undo = state.undo
        self.openings_before = state.openings_before
        self.covers, self.reminded, self.waivers = state.covers, state.reminded, state.waivers
        self.events: list[Event] = []
        self.changed: set[str] = set() if state.seq else {ALL}
        """Steps whose result is new since the journey was last settled; `ALL` when the exit is."""
        self.new_facts: set[str] = set()
        self.excluded = not_applicable(state.programme, state.facts, state.exit)
        """The steps that did not apply when the journey was last settled."""
        self.reopenable: set[str] = set()
        """Steps whose result was taken back."""

    # ---- what is known

    @property
    def receipts(self) -> Mapping[str, Receipt]:
        """What every command of the journey's life so far has done, by its id."""
        return self._before.ledger

    def finish(self, receipt: Receipt | None = None) -> JourneyState:
        """The state after this turn."""
        ledger = self._before.ledger if receipt is None else {**self._before.ledger, receipt.command: receipt}
        return self._before.but(
            at=self.recorded_at, status=self.status, seq=self.seq, exit=self.exit, exited_at=self.exited_at,
            ended_at=self.ended_at, hold=self.hold, received_at=self.received_at, facts=self.facts, dates=self.dates,
            owners=self.owners, tasks=tuple(self.tasks.values()), results=self.results, openings=self.openings,
            openings_before=self.openings_before, taken=self.taken, parked=tuple(self.parked), invited=self.invited,
            undo=self.undo, covers=self.covers, reminded=self.reminded, waivers=self.waivers,
            programme=self.programme, laid_aside=self.laid_aside,
            ledger=ledger, outbox=(*self._before.outbox, *self.events),
        )  # fmt: skip

    def step_of(self, task: Task) -> Step:
        return self.programme.steps[task.step]

    def timing(self, name: str, generation: int, opened_at: datetime) -> deadlines.Clock:
        anchors = deadlines.Anchors(opened_at, self.received_at, self.exited_at, self.dates, generation > 1)
        generation -= self.openings_before.get(name, 0)
        return deadlines.clock(self.programme, self.programme.steps[name], generation, anchors)

    def timing_of(self, task: Task) -> deadlines.Clock:
        return self.timing(task.step, task.generation, task.opened_at)

    def calendar_of(self, task: Task) -> Calendar:
        """The calendar that the task's clock follows."""
        return deadlines.calendar_of(self.programme, self.step_of(task))

    def addressing(self, task: Task | None) -> Addressing:
        """Who is who for the notices of the next event."""
        owners = self.owners
        if self.covers:
            owners = {role: covers.holder(owner, self.covers, self.at) for role, owner in owners.items()}
        return Addressing(self.journey, self.seq + 1, self.at, task, owners, self.dates)

    def with_whom(self, owner: str | None) -> tuple[str | None, str | None]:
        """Who has what is this person's, and whom they stand in for: a stand-in while somebody is away."""
        if owner is None or not self.covers:
            return owner, None
        holder = covers.holder(owner, self.covers, self.at)
        return holder, owner if holder != owner else None

    def with_role(self, role: str | None) -> tuple[str | None, str | None]:
        """The same of what is this role's."""
        return self.with_whom(self.owners.get(role) if role is not None else None)

    # ---- the small acts

    def emit(
        self,
        kind: EventKind,
        *,
        task: Task | None = None,
        step: str | None = None,
        notices: tuple[Notice, ...] = (),
        **rest: Any,
    ) -> None:
        """Append an event with the next number."""
        self.seq += 1
        if step is None and task is not None:
            step = task.step
        phase = self.programme.steps[step].phase if step is not None else None
        self.events.append(
            Event.made(
                seq=self.seq, at=self.at, recorded_at=self.recorded_at, kind=kind, by=self.by, command=self.command,
                why=self.why, step=step, phase=phase, task=task, notices=notices, **rest,
            )
        )  # fmt: skip

    def open_task(self, name: str, *, quietly: bool = False) -> Task:
        """Open a step for this participant and start its clocks; `quietly`, nobody is written to."""
        step = self.programme.steps[name]
        generation = self.openings.get(name, 0) + 1
        self.openings[name] = generation
        timing = self.timing(name, generation, self.at)
        owner, absent = self.owners.get(step.role) if step.role is not None else None, None
        if self.covers:
            owner, absent = self.with_whom(owner)
        task = Task.made(
            id=task_id(self.journey, name, generation),
            step=name,
            generation=generation,
            role=step.role,
            owner=owner,
            stands_in_for=absent,
            opened_at=self.at,
            anchor_at=timing.anchor_at,
            due_at=timing.due_at,
            fixed=timing.fixed,
            alarms=deadlines.alarms(self.programme, step, timing, self.at, self.at),
        )
        self.tasks[name] = task
        notices = () if quietly else self._notices(step.opens_with, task)
        self.emit(EventKind.TASK_OPENED, task=task, notices=notices)
        return task

    def _notices(self, rules: Iterable[Any], task: Task | None) -> tuple[Notice, ...]:
        rules = tuple(rules)
        for rule in rules:
            if rule.invite is not None:  # the owner of this task, whoever owns what is open when it is taken back
                owner = task.role if task and task.role else OWNER
                receivers = tuple(owner if to == OWNER else to for to in rule.to)
                self.invited = {**self.invited, rule.invite: receivers}
        return notices_for(rules, self.addressing(task)) if rules else ()

    def replace_task(self, task: Task, **changes: Any) -> Task:
        changed = task.but(**changes)
        self.tasks[task.step] = changed
        return changed

    def end_task(
        self, task: Task, name: str, outcome: Outcome, *, happened_at: datetime | None = None, **given: Any
    ) -> None:
        """The task ends with an outcome: the result is kept and its figures are worked out.

        They count to `happened_at`, if the task was open then.
        """
        del self.tasks[task.step]
        ended = task.but(alarms=())
        self.keep_result(task.step, Result.made(generation=task.generation, outcome=name, at=self.at))
        step, calendar = self.step_of(task), self.calendar_of(task)
        until = happened_at if happened_at is not None and task.opened_at <= happened_at <= self.at else self.at
        since = task.anchor_at if task.anchor_at is not None and task.anchor_at <= until else task.opened_at
        first, last = calendars.local_day(since, calendar), calendars.local_day(until, calendar)
        self.emit(
            EventKind.TASK_COMPLETED,
            task=ended,
            outcome=name,
            counts=step.counts if outcome.counts else None,
            calendar_days=(last - first).days,
            working_days=calendars.working_days_between(first, last, calendar),
            notices=self._notices(outcome.notices, task),
            **given,
        )

    def keep_result(self, step: str, result: Result) -> None:
        self.results[step] = result
        self.changed.add(step)

    def close_task(self, task: Task, reason: CloseReason) -> None:
        """The task ends without an outcome."""
        del self.tasks[task.step]
        self.emit(EventKind.TASK_CLOSED, task=task.but(alarms=()), reason=reason.value)

    def learn(self, facts: Mapping[str, str], owners: Mapping[str, str], changed_dates: set[str]) -> None:
        """Take in answers; clocks that hang on a changed date are re-timed, tasks without an owner get one."""
        self.new_facts.update(fact for fact, value in facts.items() if self.facts.get(fact) != value)
        self.facts = {**self.facts, **facts}
        self.owners = {**self.owners, **owners}
        for task in tuple(self.tasks.values()) if changed_dates or owners else ():
            if changed_dates & dates_of(self.step_of(task)):
                task = self.answer_wish(task)  # noqa: PLW2901 (the same task, changed)
                task = self.retime(task)  # noqa: PLW2901 (the same task, changed)
            if task.owner is None and task.role is not None and task.role in owners:
                self.give(task, owners[task.role])

    def note_dates(self, dates: Mapping[str, date | datetime]) -> set[str]:
        """Take in named dates; the names of those that are new or different."""
        changed = {name for name, value in dates.items() if self.dates.get(name) != value}
        self.dates = {**self.dates, **dates}
        return changed

    def give(self, task: Task, to: str) -> None:
        """The task becomes somebody's; while they are away, it is with whoever stands in for them."""
        owner, absent = self.with_whom(to)
        self.emit(EventKind.TASK_ASSIGNED, task=self.replace_task(task, owner=owner, stands_in_for=absent))

    def placed(self, task: Task) -> Task:
        """The task as it stands with whoever has it by now, if somebody has gone away or come back since."""
        owner, absent = self.with_whom(task.stands_in_for or task.owner)
        return task.but(owner=owner, stands_in_for=absent)

    def hand(self, task: Task, role: str) -> Task:
        """The task becomes a role's; the caller says what happened."""
        owner, absent = self.with_role(role)
        return self.replace_task(task, role=role, owner=owner, stands_in_for=absent)

    def note_reminded(self, task: Task) -> None:
        """Remember that somebody was reminded of this task now; what is not open any more is forgotten."""
        still = {found.id for found in self.tasks.values()}
        self.reminded = {**{name: at for name, at in self.reminded.items() if name in still}, task.id: self.at}

    def answer_wish(self, task: Task) -> Task:
        """Nobody wishes for another time of this task any more: it is set, or the wish was taken back."""
        if task.wished_at is None:
            return task
        task = self.replace_task(task, wished_at=None)
        self.emit(EventKind.WISH_ANSWERED, task=task)
        return task

    def retime(self, task: Task) -> Task:
        """Work out a task's clock again, from when it opened. A due time that somebody has given it wins."""
        if task.extended:
            return task
        step = self.step_of(task)
        timing = self.timing_of(task)
        if timing.due_at != task.due_at:
            alarms = deadlines.alarms(self.programme, step, timing, task.opened_at, self.at)
            overdue = task.overdue and timing.due_at is not None and timing.due_at <= self.at
            if overdue:
                alarms = deadlines.still_ahead(alarms, task.alarms)
            changed = {"anchor_at": timing.anchor_at, "due_at": timing.due_at, "alarms": alarms, "overdue": overdue}
            task = self.replace_task(task, **changed)
            self.emit(EventKind.TASK_RETIMED, task=task)
        return task


def dates_of(step: Step) -> frozenset[str]:
    """The named dates that a step's clocks count from."""
    clocks = [due for due in (step.due, step.due_again) if due is not None]
    return frozenset(name for due in clocks for name in (due.before, due.after) if name is not None)
