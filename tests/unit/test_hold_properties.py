"""A rest at any time: over weekends, holidays and the nights on which clocks change, whatever happens meanwhile.

Promises of ours keep the working time they had left, to the minute; dates of somebody else's never move. People go
away and come back, waivers expire and time is given while the journey rests or between two rests.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from journey import calendars, engine
from journey.covers import holder
from journey.errors import Refusal
from schemas.commands import Command, CompleteTask, HoldJourney, ReleaseJourney, StartJourney
from schemas.events import Event, EventKind
from schemas.journey import JourneyState
from schemas.mending import CoverStaff, ExtendTask, NudgeTask, WaiveStep
from schemas.tasks import Task
from tests.driving import OFFICE, OWNERS, at, variant
from tests.sample import both, outcome


def long_ladder(plan: dict[str, Any]) -> None:
    """The sample with a fixed date, reminders after the opening and a wait that is handed on, all open at once."""
    steps = plan["steps"]
    steps["last_day"] = {
        "kind": "wait", "title": both("Last day"), "phase": "a", "role": "coordinator", "waiting_on": "csn",
        "needs": {"intake": ["reached"]}, "due": {"days": 14, "fixed": True},
        "end": {"after_due": {"days": 9}, "hand_to": "leader"}, "outcomes": {"done": outcome("Done", go_on=True)},
    }  # fmt: skip
    steps["papers"] = {
        "kind": "wait", "title": both("Papers"), "phase": "a", "role": "leader", "waiting_on": "employer",
        "needs": {"intake": ["reached"]}, "due": {"office_hours": 50},
        "remind": [{"after": {"working_days": 1}, "every": {"working_days": 2}, "to": ["owner"]}],
        "end": {"after_due": {"working_days": 4}, "hand_to": "coordinator"},
        "outcomes": {"here": outcome("Here", go_on=True)},
    }  # fmt: skip


PROGRAMME = variant(long_ladder)

SEAMS = st.sampled_from(
    [
        "2026-03-27 07:00",  # the clocks go forward, and Easter after that
        "2027-03-23 15:00",  # Easter and the clocks on one day
        "2026-04-29 08:00",  # May Day and Ascension
        "2026-06-17 10:00",  # midsummer
        "2026-10-22 09:00",  # the clocks go back
        "2026-12-21 16:00",  # Christmas and New Year
    ]
).map(at)
MINUTES = st.integers(0, 60 * 24 * 12).map(lambda minutes: timedelta(minutes=minutes))
WHAT = st.sampled_from(["extend", "cover", "waive", "nudge", "complete", "wait"])
THINGS = st.lists(st.tuples(WHAT, MINUTES), max_size=4)
RESTS = st.lists(st.tuples(MINUTES, THINGS, MINUTES, THINGS), min_size=1, max_size=3)

OF_A_CLOCK = {
    EventKind.TASK_REMINDED, EventKind.TASK_OVERDUE, EventKind.TASK_ESCALATED, EventKind.TASK_HANDED_OVER,
}  # fmt: skip


class Left(NamedTuple):
    """What a task had left when its clock stopped: of working time, until it is due and until each alarm."""

    due: timedelta
    alarms: tuple[timedelta, ...]


class Life:
    """One journey that rests now and then."""

    def __init__(self, begin: datetime) -> None:
        self._ids = count(1)
        self.now = begin
        start = StartJourney(id="s", journey="j1", programme=PROGRAMME, received_at=begin, owners=OWNERS)
        self.state: JourneyState = engine.start(start, begin).state
        self.opened = {task.id: task for task in self.state.tasks}

    def key(self) -> str:
        return f"c{next(self._ids)}"

    def to(self, moment: datetime) -> tuple[Event, ...]:
        self.now = moment
        before = self.state.seq
        self.state, _ = engine.advance(self.state, moment)
        return tuple(event for event in self.state.outbox if event.seq > before)

    def send(self, command: Command) -> tuple[Event, ...]:
        """What came of a command; nothing where it was refused."""
        try:
            decision = engine.decide(self.state, command, self.now)
        except Refusal:
            return ()
        self.state = decision.state
        return decision.events

    def happens(self, what: str, ahead: timedelta) -> None:
        """One of the things that may happen at any time, about whatever it can be about."""
        later = self.now + max(ahead, timedelta(minutes=1))
        tasks = self.state.tasks
        task = tasks[ahead.seconds // 60 % len(tasks)] if tasks else None
        match what:
            case "extend" if task is not None:
                self.send(ExtendTask(id=self.key(), task=task.id, due_at=later + timedelta(days=20)))
            case "nudge" if task is not None:
                self.send(NudgeTask(id=self.key(), task=task.id))
            case "cover":
                absent, stand_in = ("anna", "bo") if ahead.days % 2 else ("lena", "anna")
                times = {"since": self.now + ahead * (ahead.days % 3) / 3, "until": later}
                self.send(CoverStaff(id=self.key(), absent=absent, stand_in=stand_in, **times))
            case "waive":
                day = calendars.local_day(later, OFFICE)
                self.send(WaiveStep(id=self.key(), step="papers", expires_on=day))
            case "complete" if task is not None and task.step == "welcome_call":
                done = {"task": task.id, "outcome": "willing", "facts": {"route": "job"}}
                self.send(CompleteTask(id=self.key(), **done))
        self.everybody_has_what_is_theirs()

    def everybody_has_what_is_theirs(self) -> None:
        for task in self.state.tasks:
            whose = task.stands_in_for or task.owner
            assert whose is not None
            assert task.owner == holder(whose, self.state.covers, self.now)


def left(task: Task, since: datetime) -> Left:
    paused = max(since, task.opened_at)
    assert task.due_at is not None
    due = calendars.office_time_between(paused, task.due_at, OFFICE)
    return Left(due, tuple(calendars.office_time_between(paused, alarm.at, OFFICE) for alarm in task.alarms))


def promises(state: JourneyState) -> dict[str, Task]:
    return {task.id: task for task in state.tasks if not task.fixed}


def others_dates(state: JourneyState) -> dict[str, datetime | None]:
    return {task.id: task.due_at for task in state.tasks if task.fixed}


def played(begin: datetime, rests: list[tuple[timedelta, list[Any], timedelta, list[Any]]]) -> Life:
    """The journey after all its rests, each looked at closely."""
    life = Life(begin)
    for runs, between, rest, meanwhile in rests:
        life.to(life.now + runs)
        for what, ahead in between:
            life.happens(what, ahead)
        review = life.now + rest + timedelta(days=90)
        life.send(HoldJourney(id=life.key(), cause="illness", on="csn", review_at=review))
        rested(life, life.now + rest, meanwhile)
    return life


def rested(life: Life, until: datetime, meanwhile: list[tuple[str, timedelta]]) -> None:
    """Let the journey rest, and let things happen meanwhile; then release it."""
    held_at, first = life.now, life.state.seq
    fixed = others_dates(life.state)
    step = (until - held_at) / (len(meanwhile) + 1)
    for number, (what, ahead) in enumerate(meanwhile, 1):
        life.to(held_at + number * step)
        life.happens(what, ahead)
    life.to(until)
    events = [event for event in life.state.outbox if event.seq > first]
    assert not [event for event in events if event.kind in OF_A_CLOCK and event.task and not event.task.fixed]
    before = promises(life.state)
    told = life.send(ReleaseJourney(id=life.key(), catch_up=True))
    letters = [notice.template for event in told for notice in event.notices]
    assert letters == ["released"] if life.state.tasks else len(letters) <= 1
    for name, due_at in others_dates(life.state).items():
        assert fixed[name] == due_at
    after = promises(life.state)
    assert after.keys() == before.keys()
    for name, was in before.items():
        kept(was, after[name], held_at, life.now)


def kept(was: Task, now: Task, held_at: datetime, released_at: datetime) -> None:
    """A promise has as much working time as it had, to the second, and everything that was to go off still does."""
    assert now.due_at is not None
    assert was.due_at is not None
    assert (was.overdue, was.extended, was.owner) == (now.overdue, now.extended, now.owner)
    assert [(alarm.kind, alarm.rule) for alarm in was.alarms] == [(alarm.kind, alarm.rule) for alarm in now.alarms]
    paused = max(held_at, was.opened_at)
    if was.due_at > paused:
        had = left(was, held_at)
        assert calendars.office_time_between(released_at, now.due_at, OFFICE) == had.due
        assert now.due_at >= was.due_at or had.due == timedelta()
    else:
        assert now.due_at == was.due_at
    had_alarms = left(was, held_at).alarms
    assert tuple(calendars.office_time_between(released_at, alarm.at, OFFICE) for alarm in now.alarms) == had_alarms
    assert all(alarm.at >= released_at for alarm in now.alarms)


@given(SEAMS, RESTS)
def test_whatever_happens_a_rest_takes_no_working_time_from_a_promise(begin: datetime, rests: list[Any]) -> None:
    played(begin, rests)


@given(SEAMS, RESTS)
def test_what_happened_is_in_order_and_everybody_has_what_is_theirs(begin: datetime, rests: list[Any]) -> None:
    life = played(begin, rests)
    events = life.state.outbox
    assert [event.seq for event in events] == list(range(1, life.state.seq + 1))
    assert [event.at for event in events] == sorted(event.at for event in events)
    life.everybody_has_what_is_theirs()
    assert all(cover.until > life.now for cover in life.state.covers)


@given(SEAMS, MINUTES, st.integers(1, 20), MINUTES)
def test_a_waiver_expires_on_its_day_also_in_a_rest_and_its_step_has_all_its_time_afterwards(
    begin: datetime, runs: timedelta, days: int, rest: timedelta
) -> None:
    life = Life(begin)
    life.to(begin + runs)
    day = calendars.local_day(life.now, OFFICE) + timedelta(days=days)
    told = life.send(WaiveStep(id="w", step="papers", expires_on=day))
    expires_at = calendars.opening(day, OFFICE)
    review = life.now + rest + timedelta(days=90)
    life.send(HoldJourney(id="h", cause="illness", on="csn", review_at=review))
    events = life.to(max(life.now + rest, expires_at))
    expired = [event for event in events if event.kind is EventKind.WAIVER_EXPIRED]
    assert [event.at for event in expired] == ([expires_at] if told else [])
    life.send(ReleaseJourney(id="r"))
    [papers] = [task for task in life.state.tasks if task.step == "papers"]
    if told:
        assert papers.opened_at == expires_at
        assert papers.due_at is not None
        assert calendars.office_time_between(life.now, papers.due_at, OFFICE) == timedelta(hours=50)


@given(SEAMS, RESTS, MINUTES, st.integers(2, 6))
def test_time_that_passes_in_one_jump_or_in_many_steps_leads_to_the_same(
    begin: datetime, rests: list[Any], ahead: timedelta, steps: int
) -> None:
    life = played(begin, rests)
    for what, later in rests[0][1]:
        life.happens(what, later)
    state, end = life.state, life.now + ahead
    jumped, _ = engine.advance(state, end)
    slowly = state
    for number in range(1, steps + 1):
        slowly, _ = engine.advance(slowly, life.now + number * (ahead / steps))
    slowly, _ = engine.advance(slowly, end)
    assert slowly.but(outbox=(), at=end) == jumped.but(outbox=(), at=end)
    again = JourneyState.model_validate_json(state.model_dump_json())
    assert engine.advance(again, end)[0] == jumped
