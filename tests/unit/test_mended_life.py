"""The same life as in `test_engine_properties`, of a journey that people also go back in, correct and take back."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from journey import engine
from schemas.events import EventKind
from schemas.journey import Status
from schemas.mending import CorrectAnswers, GoBack, MatchEvent, MoveDate, UndoLast
from schemas.programme import Kind
from tests.breadth import examples
from tests.driving import graced
from tests.unit.test_engine_properties import EVENTS, FACTS, HOURS, Life, fuller

PROGRAMME = graced(fuller)
MINUTES = st.integers(0, 6).map(lambda n: timedelta(minutes=n))


class MendedLife(Life):
    """One journey to which anything may happen, and be mended."""

    programme = PROGRAMME

    # ---- what may happen besides

    @rule(ahead=MINUTES)
    def a_moment_passes(self, ahead: timedelta) -> None:
        self.now += ahead
        self.state, _ = engine.advance(self.state, self.now)
        self.write()

    @rule()
    def the_next_alarm_goes_off(self) -> None:
        upcoming = engine.next_alarm(self.state)
        if upcoming is not None:
            self.now = max(self.now, upcoming)
            before = self.state
            self.state, _ = engine.advance(self.state, self.now)
            assert self.state.seq > before.seq or (before.status is Status.ENDED and before.undo is not None)
            self.write()

    @precondition(lambda self: self.state.tasks)
    @rule(pick=st.integers(0, 9), which=st.integers(0, 9), facts=FACTS, ahead=MINUTES)
    def a_mistake_is_made_and_taken_back(self, pick: int, which: int, facts: dict[str, str], ahead: timedelta) -> None:
        self.state, _ = engine.advance(self.state, self.now)
        self.write()
        before = self.state
        self.somebody_ends_a_task(pick, which, facts, ahead)
        self.now += ahead
        undo = engine.advance(self.state, self.now)[0].undo
        taken_back = self.send(UndoLast(id=self.key(), by="anna"))
        assert taken_back is (undo is not None and self.now < undo.until)
        if taken_back:
            assert (self.state.facts, self.state.dates, self.state.taken) == (before.facts, before.dates, before.taken)
            assert self.state.undo is None

    @rule(step=st.sampled_from(list(PROGRAMME.steps)))
    def somebody_goes_back(self, step: str) -> None:
        before, written = self.state.results, len(self.journal)
        if self.send(GoBack(id=self.key(), by="anna", step=step)):
            told = self.journal[written:]
            # A second report that has waited may answer it at once.
            ends = {EventKind.TASK_COMPLETED, EventKind.MILESTONE_REACHED}
            answered = {event.step for event in told if event.kind in ends}
            assert (step in self.state.results) <= (step in answered)
            assert self.state.results.keys() <= before.keys() | answered
            assert [event.step for event in told if event.kind is EventKind.WENT_BACK] == [step]

    @rule(facts=FACTS, ahead=HOURS)
    def answers_are_corrected(self, facts: dict[str, str], ahead: timedelta) -> None:
        dates = {"course_start": (self.now + ahead).date()}
        if self.send(CorrectAnswers(id=self.key(), by="anna", facts=facts, dates=dates)):
            assert {**self.state.facts, **facts} == self.state.facts
            assert {**self.state.dates, **dates} == self.state.dates

    @rule(ahead=HOURS, keep=st.booleans())
    def a_date_is_moved(self, ahead: timedelta, keep: bool) -> None:
        kept = tuple(task.id for task in self.state.tasks) if keep else ()
        before = {task.id: task.due_at for task in self.state.tasks if task.fixed or task.id in kept}
        to = (self.now + ahead).date()
        self.state, _ = engine.advance(self.state, self.now)
        self.write()
        if self.send(MoveDate(id=self.key(), by="anna", date="course_start", to=to, keep=kept)):
            after = {task.id: task.due_at for task in self.state.tasks}
            assert all(after[task] == due for task, due in before.items() if task in after)

    @rule(type_=st.sampled_from(EVENTS), name=st.sampled_from(["offered", "no_answer", "decided"]), ago=HOURS)
    def a_report_is_matched_by_hand(self, type_: str, name: str, ago: timedelta) -> None:
        facts = {"foreign_citizen": "no"} if name == "decided" else {}
        key = self.key()
        told = {"event": f"e-{key}", "type": type_, "outcome": name, "happened_at": self.now - ago}
        self.send(MatchEvent(id=key, by="anna", facts=facts, **told))

    # ---- what always holds, where it is more than without mending

    @invariant()
    def every_open_task_has_a_role_and_a_due_time_and_alarms_in_order(self) -> None:
        for task in self.state.tasks if hasattr(self, "state") else ():
            assert task.role is not None
            assert task.due_at is not None
            assert list(task.alarms) == sorted(task.alarms, key=lambda alarm: alarm.at)
            assert all(alarm.at >= task.opened_at for alarm in task.alarms)
            assert PROGRAMME.steps[task.step].kind is not Kind.MILESTONE
            assert task.generation <= self.state.openings[task.step]  # later ones may have been taken back

    @invariant()
    def an_ended_journey_has_nothing_left(self) -> None:
        if hasattr(self, "state") and self.state.status is Status.ENDED:
            assert (self.state.tasks, self.state.hold, self.state.parked) == ((), None, ())
            listens_until = self.state.undo.until if self.state.undo is not None else None
            assert engine.next_alarm(self.state) == listens_until
            assert self.state.exit is not None
            assert self.state.ended_at is not None

    @invariant()
    def nobody_is_reminded_of_a_task_that_is_not_open(self) -> None:
        still: set[str] = set()
        for event in self.journal if hasattr(self, "journal") else ():
            if event.task is None:
                continue
            if event.kind in {EventKind.TASK_OPENED, EventKind.TASK_RESTORED}:
                assert event.task.id not in still
                still.add(event.task.id)
            assert event.task.id in still
            if event.kind in {EventKind.TASK_COMPLETED, EventKind.TASK_CLOSED}:
                still.remove(event.task.id)
        if hasattr(self, "state"):
            assert still == {task.id for task in self.state.tasks}

    @invariant()
    def nothing_that_can_be_taken_back_has_left(self) -> None:
        undo = self.state.undo if hasattr(self, "state") else None
        if undo is None:
            return
        for event in self.journal[undo.first - 1 : undo.last]:
            for notice in event.notices:
                soon = notice.appointment_at is not None and notice.appointment_at <= undo.until + timedelta(minutes=1)
                assert soon or notice.send_after > undo.until

    @invariant()
    def the_open_tasks_are_those_that_the_journal_last_told_of(self) -> None:
        if not hasattr(self, "state"):
            return
        latest = {event.task.id: event.task for event in self.journal if event.task is not None}
        for task in self.state.tasks:
            assert latest[task.id] == task


MendedLife.TestCase.settings = settings(max_examples=examples(40))
TestMendedLife = MendedLife.TestCase
