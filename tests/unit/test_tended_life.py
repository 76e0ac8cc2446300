"""The same life once more, of a journey whose clocks and owners are tended: nudged, extended, waived, stood in for."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from journey import calendars, engine
from journey.covers import holder
from schemas.commands import ExitJourney, ReleaseJourney
from schemas.events import EventKind, Purpose
from schemas.journey import JourneyState, Status
from schemas.mending import CoverStaff, ExtendTask, NudgeTask, WaiveStep
from schemas.programme import PARTICIPANT
from tests.breadth import examples
from tests.driving import OFFICE
from tests.unit.test_engine_properties import HOURS
from tests.unit.test_mended_life import PROGRAMME, MendedLife

STAFF = st.sampled_from(["anna", "lena", "bo", "cim"])
STEPS = st.sampled_from([*PROGRAMME.steps, "moon"])
FACTS = {"route": "job", "foreign_citizen": "no"}


class TendedLife(MendedLife):
    """One journey to which anything may happen, and that people look after."""

    @rule()
    def the_next_alarm_goes_off(self) -> None:
        """Somebody may have gone away who has nothing here, and a waiver may end that concerns nobody any more."""
        upcoming = engine.next_alarm(self.state)
        if upcoming is not None:
            self.now = max(self.now, upcoming)
            before = self.state
            self.state, _ = engine.advance(self.state, self.now)
            silent = before.undo is not None or before.covers or before.waivers
            assert self.state.seq > before.seq or silent
            self.write()

    @precondition(lambda self: self.state.tasks)
    @rule(pick=st.integers(0, 9))
    def somebody_is_nudged(self, pick: int) -> None:
        task = self.state.tasks[pick % len(self.state.tasks)]
        written = len(self.journal)
        if self.send(NudgeTask(id=self.key(), by="lena", task=task.id)):
            nudged = self.journal[-1]
            assert [notice.purpose for notice in nudged.notices] == [Purpose.REMINDER]
            assert nudged.kind is EventKind.TASK_NUDGED
            assert not self.send(NudgeTask(id=self.key(), by="lena", task=task.id))
            assert len(self.journal) > written

    @precondition(lambda self: self.state.tasks)
    @rule(pick=st.integers(0, 9), ahead=HOURS)
    def more_time_is_given(self, pick: int, ahead: timedelta) -> None:
        task = self.state.tasks[pick % len(self.state.tasks)]
        due_at = self.now + ahead
        if self.send(ExtendTask(id=self.key(), by="lena", task=task.id, due_at=due_at)):
            now = next(found for found in self.state.tasks if found.id == task.id)
            assert (now.due_at, now.overdue, now.extended) == (due_at, False, True)
            assert all(alarm.at > self.now for alarm in now.alarms)
            assert task.due_at is None or due_at > task.due_at

    @rule(step=STEPS, which=st.integers(0, 3), days=st.sampled_from([None, -1, 0, 1, 4, 40, 200]))
    def a_step_is_waived(self, step: str, which: int, days: int | None) -> None:
        found = PROGRAMME.steps.get(step)
        going = [name for name, outcome in found.outcomes.items() if outcome.go_on] if found else []
        outcome = going[which % len(going)] if going and which else None
        day = None if days is None else calendars.local_day(self.now, OFFICE) + timedelta(days=days)
        told = {"step": step, "outcome": outcome, "facts": FACTS, "expires_on": day}
        if self.send(WaiveStep(id=self.key(), by="lena", **told)):
            assert self.state.results[step].waived
            assert step not in [task.step for task in self.state.tasks]

    @rule(absent=STAFF, stand_in=STAFF, since=HOURS, ahead=HOURS, begun=st.booleans())
    def somebody_goes_away(self, absent: str, stand_in: str, since: timedelta, ahead: timedelta, begun: bool) -> None:
        begin = self.now - since if begun else self.now + since
        times = {"since": begin, "until": begin + ahead}
        sent = self.send(CoverStaff(id=self.key(), by="lena", absent=absent, stand_in=stand_in, **times))
        assert not sent or (absent != stand_in and begin + ahead > self.now)

    @rule()
    def staff_go_on_with_a_message(self) -> None:
        written = len(self.journal)
        self.state, _ = engine.advance(self.state, self.now)
        self.write()
        if self.send(ReleaseJourney(id=self.key(), catch_up=True)):
            letters = [notice.template for event in self.journal[written:] for notice in event.notices]
            assert letters.count("released") == 1

    @rule(code=st.sampled_from(list(PROGRAMME.exits)), sure=st.integers(0, 4))
    def operations_end_it(self, code: str, sure: int) -> None:
        if not sure:
            self.send(ExitJourney(id=self.key(), exit=code, any_exit=True))

    # ---- what always holds

    @invariant()
    def whoever_is_away_has_nothing_and_whoever_is_back_has_what_is_theirs(self) -> None:
        if not hasattr(self, "state"):
            return
        state, _ = engine.advance(self.state, self.now)
        for task in state.tasks:
            whose = task.stands_in_for or task.owner
            if whose is not None and task.role != PARTICIPANT:
                assert task.owner == holder(whose, state.covers, max(self.now, state.at))

    @invariant()
    def nothing_falls_due_in_the_past(self) -> None:
        if hasattr(self, "state"):
            state, _ = engine.advance(self.state, self.now)
            upcoming = engine.next_alarm(state)
            assert upcoming is None or upcoming > self.now

    @invariant()
    def a_waiver_that_is_still_ahead_pulls_nothing_forward(self) -> None:
        """What follows from nothing but steps that are waived beforehand is not open."""
        if hasattr(self, "state") and self.state.status is Status.OPEN:
            assert not [task.step for task in self.state.tasks if _only_waived_beforehand(self.state, task.step)]


def _only_waived_beforehand(state: JourneyState, step: str) -> bool:
    """Opened for the first time after its only need was waived, while what that needs is still open."""
    needs = PROGRAMME.steps[step].needs
    if len(needs) != 1 or state.openings.get(step, 0) != 1:
        return False
    [needed] = needs
    result = state.results.get(needed)
    earlier = PROGRAMME.steps[needed].needs
    ahead = result is not None and result.waived and not result.generation
    return ahead and len(earlier) == 1 and bool({*earlier} & {task.step for task in state.tasks})


TendedLife.TestCase.settings = settings(max_examples=examples(25))
TestTendedLife = TendedLife.TestCase
