"""What holds whatever happens: random commands, reports and passing time, on a programme with every kind of step."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from journey import calendars, engine
from journey.errors import Refusal
from journey.explain import explain
from schemas.commands import (
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
from schemas.events import Event, EventKind, Purpose
from schemas.journey import JourneyState, Status
from schemas.programme import Kind, Programme
from tests.breadth import examples
from tests.driving import OFFICE, OWNERS, variant
from tests.sample import both, outcome


def fuller(plan: dict[str, Any]) -> None:
    """The sample, with the turns it does not have: a fixed date, a wait ending in a hold, parallel and kept steps."""
    steps = plan["steps"]
    steps["last_day"] = {
        "kind": "wait", "title": both("Last day"), "phase": "a", "role": "coordinator", "waiting_on": "csn",
        "needs": {"welcome_call": ["willing"]}, "due": {"days": 14, "fixed": True}, "event": "csn.decided",
        "keep": True,
        "end": {"after_due": {"days": 7}, "outcome": "silent"},
        "outcomes": {
            "decided": outcome("Decided", go_on=True, asks=["foreign_citizen"]),
            "silent": outcome("Silent", hold={
                "cause": "silence", "on": "csn", "days": 20, "resume": "last_day", "at_most": 2,
                "then": {"go_on": True},
            }),
        },
    }  # fmt: skip
    steps["second_thoughts"] = {
        "kind": "task", "title": both("Second thoughts"), "phase": "a", "role": "participant",
        "needs": {"interview": ["booked"]}, "due": {"days": 5, "after": "course_start", "without_date": {"days": 9}},
        "remind": [{"after": {"working_days": 2}, "every": {"working_days": 1}, "to": ["participant"]}],
        "escalate": [{"after_due": {"working_days": 1}, "to": ["owner"], "reassign_to": "leader"}],
        "outcomes": {
            "dated": outcome("Dated", go_on=True, asks_dates=["course_start"]),
            "changed": outcome(
                "Changed", asks=["route"], again={"step": "welcome_call", "at_most": 2, "then": {"go_on": True}}
            ),
        },
    }  # fmt: skip
    steps["settled"] = {
        "kind": "milestone", "title": both("Settled"), "phase": "a", "counts": "settled",
        "needs": {"last_day": ["decided", "silent"], "csn": ["granted"]},
    }  # fmt: skip
    steps["interview"]["outcomes"]["lost"] = outcome("Lost", go_on=True)
    steps["follow_up"]["outcomes"]["again"] = outcome(
        "Again", again={"step": "follow_up", "at_most": 2, "then": {"go_on": True}}
    )


PROGRAMME = variant(fuller)
EVENTS = sorted({step.event for step in PROGRAMME.steps.values() if step.event} | {"weather.changed"})
BEGIN = calendars.local_to_utc(datetime(2026, 3, 20, 9))  # Easter, a clock change, May and midsummer lie ahead

HOURS = st.sampled_from([0, 1, 3, 8, 20, 26, 50, 24 * 5, 24 * 12, 24 * 40, 24 * 200]).map(lambda n: timedelta(hours=n))
FACTS = st.fixed_dictionaries(
    {"route": st.sampled_from(["job", "study"])}, optional={"foreign_citizen": st.sampled_from(["yes", "no"])}
)


def answers(name: str, step: str, facts: dict[str, str], now: datetime, ahead: timedelta) -> dict[str, Any]:
    """What the outcome asks for, and nothing that the programme does not know."""
    asked = PROGRAMME.steps[step].outcomes[name]
    given = {fact: facts.get(fact, "yes") for fact in asked.asks}
    dates: dict[str, Any] = {}
    for wanted in asked.asks_dates:
        moment = now + ahead
        dates[wanted] = moment if PROGRAMME.dates[wanted].minutes is not None else moment.date()
    return {"facts": given, "dates": dates}


def seen(state: JourneyState) -> str:
    """All of a state that could be changed by mistake."""
    return state.model_dump_json(exclude={"programme"})


class Life(RuleBasedStateMachine):
    """One journey to which anything may happen."""

    programme: Programme = PROGRAMME
    state: JourneyState
    now: datetime
    journal: list[Event]
    number: int

    @initialize(late=st.sampled_from([0, 1, 10, 60]), named=st.booleans())
    def start(self, late: int, named: bool) -> None:
        self.now, self.number, self.journal = BEGIN, 0, []
        begin = StartJourney(
            id="start",
            journey="j1",
            programme=self.programme,
            received_at=BEGIN - timedelta(days=late),
            owners=OWNERS if named else {},
        )
        self.state = engine.start(begin, self.now).state
        self.write()

    def write(self) -> None:
        """The journal takes the events out, as the workflow lets it."""
        self.journal += self.state.outbox
        self.state = self.state.written(self.state.seq)

    def key(self) -> str:
        self.number += 1
        return f"c{self.number}"

    def send(self, command: Command) -> bool:
        before = seen(self.state)
        try:
            decision = engine.decide(self.state, command, self.now)
        except Refusal:
            assert seen(self.state) == before
            assert command.id not in self.state.ledger
            return False
        assert seen(self.state) == before
        assert decision.state.outbox == decision.events
        assert decision.receipt.seq == decision.state.seq
        again = engine.decide(decision.state, command, self.now + timedelta(days=400))
        assert again.state is decision.state
        assert again.receipt == decision.receipt.but(repeated=True)
        passed, fired = engine.advance(self.state, self.now)
        then = engine.decide(passed, command, self.now)
        assert (then.state, (*fired, *then.events)) == (decision.state, decision.events)
        self.state = decision.state
        self.write()
        return True

    # ---- what may happen

    @rule(ahead=HOURS)
    def time_passes(self, ahead: timedelta) -> None:
        self.now += ahead
        self.state, fired = engine.advance(self.state, self.now)
        assert self.state.outbox == fired
        upcoming = engine.next_alarm(self.state)
        assert upcoming is None or upcoming > self.now
        self.write()

    @rule()
    def the_next_alarm_goes_off(self) -> None:
        upcoming = engine.next_alarm(self.state)
        if upcoming is not None:
            self.now = max(self.now, upcoming)
            before = self.state.seq
            self.state, _ = engine.advance(self.state, self.now)
            assert self.state.seq > before
            self.write()

    @precondition(lambda self: self.state.tasks)
    @rule(pick=st.integers(0, 9), which=st.integers(0, 9), facts=FACTS, ahead=HOURS)
    def somebody_ends_a_task(self, pick: int, which: int, facts: dict[str, str], ahead: timedelta) -> None:
        task = self.state.tasks[pick % len(self.state.tasks)]
        names = list(PROGRAMME.steps[task.step].outcomes)
        name = names[which % len(names)]
        given = answers(name, task.step, facts, self.now, ahead)
        done = CompleteTask(id=self.key(), by="anna", task=task.id, outcome=name, **given)
        still = {found.id for found in engine.advance(self.state, self.now)[0].tasks}
        assert self.send(done) == (task.id in still)

    @rule(
        step=st.sampled_from(list(PROGRAMME.steps)),
        generation=st.integers(0, 3),
        name=st.sampled_from(["willing", "x"]),
    )
    def somebody_sends_nonsense(self, step: str, generation: int, name: str) -> None:
        self.send(CompleteTask(id=self.key(), task=f"j1.{step}.{generation}", outcome=name))

    @rule(type_=st.sampled_from(EVENTS), name=st.sampled_from(["offered", "no_answer", "decided", "eaten"]))
    def a_report_comes_in(self, type_: str, name: str) -> None:
        facts = {"foreign_citizen": "no"} if name == "decided" else {}
        ended = engine.advance(self.state, self.now)[0].status is Status.ENDED
        taken = self.send(RecordEvent(id=self.key(), by="gateway", type=type_, outcome=name, facts=facts))
        assert taken is not ended

    @rule(rest=HOURS)
    def staff_let_it_rest(self, rest: timedelta) -> None:
        self.send(HoldJourney(id=self.key(), cause="illness", on="participant", review_at=self.now + rest))

    @rule()
    def staff_go_on(self) -> None:
        self.send(ReleaseJourney(id=self.key()))

    @rule(code=st.sampled_from(["X5", "OK1", "X99"]), sure=st.integers(0, 3))
    def staff_end_it(self, code: str, sure: int) -> None:
        if not sure:
            self.send(ExitJourney(id=self.key(), exit=code))

    @rule(step=st.sampled_from([None, "interview", "move", "intake", "follow_up"]), fresh=st.booleans())
    def the_person_comes_back(self, step: str | None, fresh: bool) -> None:
        self.send(ReopenJourney(id=self.key(), step=step, received_at=self.now if fresh else None))

    @rule()
    def the_interest_comes_again(self) -> None:
        self.send(JoinInterest(id=self.key(), received_at=self.now))

    @precondition(lambda self: self.state.tasks)
    @rule(pick=st.integers(0, 9), to=st.sampled_from(["anna", "bo"]))
    def a_task_is_given_away(self, pick: int, to: str) -> None:
        task = self.state.tasks[pick % len(self.state.tasks)]
        self.send(AssignTask(id=self.key(), task=task.id, to=to))

    @rule()
    def it_goes_through_a_checkpoint(self) -> None:
        text = self.state.model_dump_json()
        again = JourneyState.model_validate_json(text)
        assert again == self.state
        assert json.loads(again.model_dump_json()) == json.loads(text)
        self.state = again

    # ---- what always holds

    @invariant()
    def events_are_numbered_without_gaps_and_their_times_never_go_back(self) -> None:
        if not hasattr(self, "journal"):
            return
        assert [event.seq for event in self.journal] == list(range(1, self.state.seq + 1))
        moments = [event.at for event in self.journal]
        assert moments == sorted(moments)
        assert all(event.at <= event.recorded_at <= max(self.now, self.state.at) for event in self.journal)

    @invariant()
    def an_open_journey_has_an_open_task_or_a_dated_rest(self) -> None:
        if not hasattr(self, "state") or self.state.status is not Status.OPEN:
            return
        assert self.state.tasks or self.state.hold is not None

    @invariant()
    def an_open_journey_that_nobody_rests_hears_from_itself_again_or_is_late_already(self) -> None:
        if not hasattr(self, "state") or self.state.status is not Status.OPEN or self.state.hold is not None:
            return
        assert engine.next_alarm(self.state) is not None or any(task.overdue for task in self.state.tasks)

    @invariant()
    def every_open_task_has_a_role_and_a_due_time_and_alarms_in_order(self) -> None:
        for task in self.state.tasks if hasattr(self, "state") else ():
            assert task.role is not None
            assert task.due_at is not None
            assert list(task.alarms) == sorted(task.alarms, key=lambda alarm: alarm.at)
            assert all(alarm.at >= task.opened_at for alarm in task.alarms)
            assert PROGRAMME.steps[task.step].kind is not Kind.MILESTONE
            assert task.generation == self.state.openings[task.step]

    @invariant()
    def a_step_is_open_or_has_ended_and_never_both(self) -> None:
        if hasattr(self, "state"):
            names = [task.step for task in self.state.tasks]
            assert len(names) == len(set(names))
            assert self.state.results.keys().isdisjoint(set(names) - {PROGRAMME.fallback})

    @invariant()
    def an_ended_journey_has_nothing_left(self) -> None:
        if hasattr(self, "state") and self.state.status is Status.ENDED:
            assert (self.state.tasks, self.state.hold, self.state.parked) == ((), None, ())
            assert engine.next_alarm(self.state) is None
            assert self.state.exit is not None
            assert self.state.ended_at is not None

    @invariant()
    def status_and_exit_agree(self) -> None:
        if hasattr(self, "state"):
            assert (self.state.status is Status.OPEN) == (self.state.exit is None) == (self.state.exited_at is None)

    @invariant()
    def ids_are_made_once(self) -> None:
        if not hasattr(self, "journal"):
            return
        opened = [e.task.id for e in self.journal if e.kind is EventKind.TASK_OPENED and e.task]
        letters = [notice.id for event in self.journal for notice in event.notices]
        assert len(opened) == len(set(opened))
        assert len(letters) == len(set(letters))

    @invariant()
    def nobody_is_reminded_of_a_task_that_is_not_open(self) -> None:
        still: set[str] = set()
        for event in self.journal if hasattr(self, "journal") else ():
            if event.task is None:
                continue
            if event.kind is EventKind.TASK_OPENED:
                still.add(event.task.id)
            assert event.task.id in still
            if event.kind in {EventKind.TASK_COMPLETED, EventKind.TASK_CLOSED}:
                still.remove(event.task.id)
        if hasattr(self, "state"):
            assert still == {task.id for task in self.state.tasks}

    @invariant()
    def each_letter_of_an_event_goes_to_another_person(self) -> None:
        for event in self.journal if hasattr(self, "journal") else ():
            about = [n for n in event.notices if n.purpose in {Purpose.REMINDER, Purpose.ESCALATION}]
            assert len({n.staff or n.to for n in about}) == len(about)

    @invariant()
    def it_can_always_be_explained(self) -> None:
        if hasattr(self, "state"):
            said = explain(PROGRAMME, self.state, self.now)
            assert said.sv.endswith(".")
            assert said.en.endswith(".")
            assert not any(bad in said.sv + said.en for bad in ("None", "{", "  ", "..", "?"))

    @invariant()
    def the_parked_reports_wait_for_steps_that_are_not_open(self) -> None:
        if hasattr(self, "state"):
            wanted = {PROGRAMME.steps[task.step].event for task in self.state.tasks}
            assert not any(early.type in wanted for early in self.state.parked)


TestLife = Life.TestCase


# ---- time in one jump or in many steps


def begun(programme: Programme) -> JourneyState:
    begin = StartJourney(id="start", journey="j1", programme=programme, received_at=BEGIN, owners=OWNERS)
    return engine.start(begin, BEGIN).state


def silent(plan: dict[str, Any]) -> None:
    """A programme in which much happens although nobody acts."""
    fuller(plan)
    plan["steps"]["welcome_call"]["end"] = {"after_due": {"days": 2}, "outcome": "not_reached"}
    plan["steps"]["welcome_call"]["outcomes"]["not_reached"]["again"]["then"] = {"go_on": True}
    plan["steps"]["interview"]["needs"]["welcome_call"].append("not_reached")
    plan["steps"]["interview"]["end"] = {"after_due": {"working_days": 3}, "outcome": "lost"}
    plan["steps"]["last_day"]["needs"] = {"interview": ["lost"]}


SILENT = variant(silent)


def bare(event: Event) -> Event:
    """An event but for when it was noticed, and for reminders that had been overtaken by then."""
    notices = tuple(notice for notice in event.notices if notice.purpose is not Purpose.REMINDER)
    return event.but(recorded_at=event.at, notices=notices)


@given(st.lists(HOURS, min_size=1, max_size=12))
@settings(max_examples=examples(30))
def test_one_jump_through_time_does_what_many_steps_do(steps: list[timedelta]) -> None:
    state = begun(SILENT)
    end = BEGIN + sum(steps, timedelta())
    jumped, at_once = engine.advance(state, end)
    slowly, now, told = state, BEGIN, list[Event]()
    for step in steps:
        now += step
        slowly, fired = engine.advance(slowly, now)
        told += fired
    assert [bare(event) for event in told] == [bare(event) for event in at_once]
    assert slowly.but(outbox=(), at=end) == jumped.but(outbox=(), at=end)
    assert engine.next_alarm(slowly) == engine.next_alarm(jumped)


def test_nobody_acts_for_two_years_and_nothing_gets_lost() -> None:
    state, fired = engine.advance(begun(SILENT), BEGIN + timedelta(days=730))
    kinds = {event.kind for event in fired}
    assert {EventKind.TASK_REMINDED, EventKind.TASK_OVERDUE, EventKind.TASK_ESCALATED} <= kinds
    assert {EventKind.TASK_COMPLETED, EventKind.JOURNEY_HELD, EventKind.JOURNEY_RELEASED} <= kinds
    assert [event.seq for event in state.outbox] == list(range(1, state.seq + 1))
    assert state.status is Status.OPEN
    assert state.tasks


@given(st.integers(0, 200), st.data())
@settings(max_examples=examples(15))
def test_a_checkpoint_at_any_moment_changes_nothing_that_comes_after_it(hours: int, data: st.DataObject) -> None:
    moment = BEGIN + timedelta(hours=hours * data.draw(st.integers(1, 24)))
    end = moment + timedelta(days=60)
    state, _ = engine.advance(begun(SILENT), moment)
    again = JourneyState.model_validate_json(state.model_dump_json())
    assert engine.advance(again, end) == engine.advance(state, end)
    assert calendars.local_day(end, OFFICE) > calendars.local_day(BEGIN, OFFICE)
