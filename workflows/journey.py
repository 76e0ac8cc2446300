"""One participant's journey as a durable workflow: it keeps time, takes messages and sees that the journal is written.

It decides nothing: every rule is in `journey.engine`. Update handlers return at once and never wait for people,
timers or Postgres. What has happened waits in the state's outbox; one activity at a time writes all of it, in order.
"""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError
from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.actions import ActionCall, Actions
    from activities.journal import Journal, JournalBatch
    from journey import engine
    from journey.errors import Refusal
    from journey.explain import explain
    from schemas.base import Both
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
    )
    from schemas.journey import JourneyState, Pace, Receipt, Status
    from schemas.mending import Mend
    from schemas.programme import Kind
    from schemas.tasks import Task
    from workflows import policies
    from workflows.messages import JourneyEnd, JourneyInput, answering, refusing
    from workflows.names import JOURNEY_WORKFLOW
    from workflows.showing import show

TIMER_SLACK = timedelta(milliseconds=1)
"""A timer is set this much late, so that rounding never wakes the journey just before its alarm."""


@workflow.defn(name=JOURNEY_WORKFLOW)
class ParticipantJourney:
    """From interest to arrival and after. Its only state is `JourneyState`."""

    @workflow.init
    def __init__(self, given: JourneyInput) -> None:
        # An update may be judged before `run` starts, so the first tasks are open when this returns.
        self._pace: Pace = given.pace
        self._visible: bool = given.visible
        self._writer: asyncio.Task[None] | None = None
        self._acting: dict[str, asyncio.Task[None]] = {}
        self._checkpoint_asked = False
        self._armed: datetime | None = None
        self._state: JourneyState = given.begin(self._now())
        self._shown: int | None = None

    @workflow.run
    async def run(self, given: JourneyInput) -> JourneyEnd:  # noqa: ARG002 (Temporal wants both signatures alike)
        while not await self._has_ended():
            self._take(engine.advance(self._state, self._now())[0])
            if self._checkpoint_due():
                await self._checkpoint()
            await self._sleep()
        return JourneyEnd(journey=self._state.journey, seq=self._state.seq, exit=self._state.exit)

    # ---- waiting

    def _now(self) -> datetime:
        return self._pace.to_journey(workflow.now())

    async def _has_ended(self) -> bool:
        """Whether nothing is left to wait for, after whatever was asked in the meantime: it may go on after all."""
        if self._over():
            await workflow.wait_condition(workflow.all_handlers_finished)
        return self._over()

    def _over(self) -> bool:
        # While what ended it may be taken back, it still listens.
        return self._state.status is Status.ENDED and not self._state.outbox and self._state.undo is None

    def _checkpoint_due(self) -> bool:
        info = workflow.info()
        long = info.is_continue_as_new_suggested() or info.get_current_history_length() > policies.CHECKPOINT_AFTER
        return self._checkpoint_asked or long

    async def _sleep(self) -> None:
        """Sleep until the next alarm. The timer is lazy: it is set again only when it must go off earlier."""
        self._armed = engine.next_alarm(self._state)
        timeout = None
        if self._armed is not None:
            # Time stands still inside a workflow task: an alarm that is due but for rounding needs a timer too.
            timeout = max(self._pace.to_wall(self._armed) - workflow.now(), timedelta(0)) + TIMER_SLACK
        with contextlib.suppress(TimeoutError):
            await workflow.wait_condition(self._must_look, timeout=timeout, timeout_summary="next alarm")

    def _must_look(self) -> bool:
        alarm = engine.next_alarm(self._state)
        earlier = alarm is not None and (self._armed is None or alarm < self._armed)
        return earlier or self._over() or self._checkpoint_due()

    async def _checkpoint(self) -> None:
        """Continue as a new run with the one state object. Nothing waits for the outside world for long."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        running = [task for task in (self._writer, *self._acting.values()) if task is not None and not task.done()]
        if running:
            await workflow.wait(running, timeout=policies.CHECKPOINT_PATIENCE.total_seconds())
        for task in running:
            task.cancel()  # repeated by the next run: journal and actions know what they have done already
        workflow.continue_as_new(JourneyInput(state=self._state, pace=self._pace, visible=self._visible))

    # ---- what a change sets going

    def _take(self, state: JourneyState) -> None:
        self._state = state
        if state.outbox and (self._writer is None or self._writer.done()):
            self._writer = asyncio.create_task(self._write())
        for task in state.tasks:
            if state.programme.steps[task.step].kind is Kind.AUTOMATIC and task.id not in self._acting:
                self._acting[task.id] = asyncio.create_task(self._act(task))
        self._let_go()
        self._show()

    def _let_go(self) -> None:
        """Give up actions whose task somebody else has ended: one that fails would be tried for ever."""
        still = {task.id for task in self._state.tasks}
        for task, acting in tuple(self._acting.items()):
            others = task not in still and not acting.done() and acting is not asyncio.current_task()
            if others and workflow.patched(policies.LETS_GO):  # journeys of the first release went on trying
                acting.cancel()
                del self._acting[task]

    def _show(self) -> None:
        """Let Temporal's own pages show how it stands, when something has happened since they did."""
        if self._shown != self._state.seq:
            self._shown = self._state.seq
            show(self._state, self._now(), visible=self._visible)

    async def _write(self) -> None:
        """Write the outbox to the journal, batch by batch, until it is empty."""
        while batch := self._state.outbox[: policies.JOURNAL_BATCH]:
            closed = self._state if self._state.status is Status.ENDED else None
            call = JournalBatch(journey=self._state.journey, events=batch, closed=closed and closed.at_rest())
            seq = await workflow.execute_activity_method(Journal.write, call, **policies.JOURNAL)
            self._state = self._state.written(seq)

    async def _act(self, task: Task) -> None:
        """Run the named action of an automatic step and end the step with what it found."""
        if task.acts_after is not None:
            await workflow.sleep(max(self._pace.to_wall(task.acts_after) - workflow.now(), timedelta(0)) + TIMER_SLACK)
        if task.acts_after is None or self._is_open(task):
            with contextlib.suppress(ActivityError):  # given up: an action that fails is tried for ever
                await self._run_action(task)
        if not self._is_open(task):
            self._acting.pop(task.id, None)  # should what ended it be taken back, it acts again

    async def _run_action(self, task: Task) -> None:
        action = self._state.programme.steps[task.step].action or ""
        call = ActionCall(journey=self._state.journey, task=task.id, action=action, owners=self._state.owners)
        found = await workflow.execute_activity_method(Actions.run, call, **policies.ACTION)
        done = CompleteTask(id=f"action:{task.id}", task=task.id, outcome=found.outcome, owners=found.owners)
        try:
            self._apply(done)
        except Refusal as refusal:  # a person ended it meanwhile, or the journey is over
            workflow.logger.info("action no longer wanted: %s", refusal.code)

    def _is_open(self, task: Task) -> bool:
        return any(found.id == task.id for found in self._state.tasks)

    def _apply(self, command: Command) -> Receipt:
        decision = engine.decide(self._state, command, self._now())
        self._take(decision.state)
        return decision.receipt

    def _judge(self, command: Command) -> None:
        engine.decide(self._state, command, self._now())

    # ---- updates: somebody waits for yes or no

    @workflow.update
    @answering
    def complete_task(self, command: CompleteTask) -> Receipt:
        return self._apply(command)

    @workflow.update
    @answering
    def hold(self, command: HoldJourney) -> Receipt:
        return self._apply(command)

    @workflow.update
    @answering
    def release(self, command: ReleaseJourney) -> Receipt:
        return self._apply(command)

    @workflow.update
    @answering
    def leave(self, command: ExitJourney) -> Receipt:
        return self._apply(command)

    @workflow.update
    @answering
    def reopen(self, command: ReopenJourney) -> Receipt:
        return self._apply(command)

    @workflow.update
    @answering
    def join_interest(self, command: JoinInterest) -> Receipt:
        return self._apply(command)

    @workflow.update
    @answering
    def assign(self, command: AssignTask) -> Receipt:
        return self._apply(command)

    @workflow.update
    @answering
    def mend(self, order: Mend) -> Receipt:
        """Every command that is younger than the journeys of the first release, and the older ones of operators."""
        return self._apply(order.command)

    @complete_task.validator
    @refusing
    def _may_complete(self, command: CompleteTask) -> None:
        self._judge(command)

    @hold.validator
    @refusing
    def _may_hold(self, command: HoldJourney) -> None:
        self._judge(command)

    @release.validator
    @refusing
    def _may_release(self, command: ReleaseJourney) -> None:
        self._judge(command)

    @leave.validator
    @refusing
    def _may_leave(self, command: ExitJourney) -> None:
        self._judge(command)

    @reopen.validator
    @refusing
    def _may_reopen(self, command: ReopenJourney) -> None:
        self._judge(command)

    @join_interest.validator
    @refusing
    def _may_join(self, command: JoinInterest) -> None:
        self._judge(command)

    @assign.validator
    @refusing
    def _may_assign(self, command: AssignTask) -> None:
        self._judge(command)

    @mend.validator
    @refusing
    def _may_mend(self, order: Mend) -> None:
        self._judge(order.command)

    # ---- signals: what outside systems report, and housekeeping

    @workflow.signal
    def record_event(self, report: Any = None, *more: Any) -> None:
        """Take in an outside report. One that cannot be taken in is written down as refused, never dropped.

        It is taken as whatever was sent: Temporal silently drops a signal that does not fit the types asked for.
        """
        given: RecordEvent | None = None
        try:
            given = RecordEvent.model_validate((report, *more) if more else report)
            self._apply(given)
        except ValidationError:
            self._take(engine.note_refused(self._state, "unreadable", self._now()))
        except Refusal as refusal:
            self._take(engine.note_refused(self._state, refusal.code, self._now(), given))
        except Exception:  # noqa: BLE001 (whatever it is, it may not wedge the journey)
            workflow.logger.exception("a report failed")
            self._take(engine.note_refused(self._state, "mistake", self._now(), given))

    @workflow.signal
    def checkpoint(self) -> None:
        """Continue as a new run at the next quiet point."""
        self._checkpoint_asked = True

    # ---- queries

    @workflow.query
    def state(self) -> JourneyState:
        return self._state

    @workflow.query
    def explanation(self) -> Both:
        return explain(self._state.programme, self._state, self._now())
