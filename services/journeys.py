"""Journeys as the command line and the console reach them: commands go out, receipts or refusals come back.

Acknowledged means durable: a command is sent with its own id, again and again with the same id, until it is answered.
What could not be confirmed in time is said to be so; sending it again with the same id is always safe.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.workflow import UpdateMethodMultiParam

from journey import engine
from journey.errors import Refusal
from schemas.base import Language
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
from schemas.journey import JourneyState, Pace, Receipt
from schemas.mending import Mend
from schemas.tasks import journey_of_task
from services.errors import NotSavedYet
from workflows.journey import ParticipantJourney
from workflows.messages import REFUSED, JourneyInput, Refused
from workflows.names import TASK_QUEUE, journey_workflow_id
from workflows.showing import attributes, is_registered

T = TypeVar("T")
C = TypeVar("C", bound=Command)

PATIENCE = timedelta(seconds=20)
"""How long a caller waits for an answer before it is told that nothing is confirmed yet."""

_PAUSE = 0.2
_PASSING = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.ABORTED,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.FAILED_PRECONDITION,  # it came just as the journey went on in a new run, or a worker failed at it
}


class RefusedByJourney(Refusal):
    """A journey refused a command; the sentence is the journey's own."""

    def __init__(self, refused: Refused) -> None:
        self._refused = refused
        super().__init__()

    @property
    def code(self) -> str:
        return self._refused.code

    def sentence(self, language: Language) -> str:
        return self._refused.sentence[language]


class NoLongerRunning(Exception):  # noqa: N818 (an answer, not an error)
    """The journey's workflow has ended, or never was: nothing can be asked of it."""


class Journeys:
    """Sends commands to journeys. `pace` is given to the journeys that it starts.

    They are `visible` in Temporal's own pages where the server knows the attributes for it; it is asked once.
    """

    def __init__(
        self, client: Client, pace: Pace | None = None, patience: timedelta = PATIENCE, *, visible: bool | None = None
    ) -> None:
        self._client = client
        self._pace = pace or Pace()
        self._patience = patience
        self._visible = visible

    def handle(self, journey: str) -> WorkflowHandle[ParticipantJourney, Any]:
        """The workflow that carries this journey."""
        return self._client.get_workflow_handle_for(ParticipantJourney.run, journey_workflow_id(journey))

    async def start(self, command: StartJourney) -> None:
        """Start a journey; nothing happens when it has been started before."""
        given = JourneyInput(start=command.but(programme=command.programme.riding()), pace=self._pace)
        await self._persist(command.journey, lambda: self._start(given, WorkflowIDReusePolicy.REJECT_DUPLICATE))

    async def reopen(self, journey: str, closed: JourneyState, command: ReopenJourney) -> None:
        """Take an ended journey up again, once for each command id: where it still listens, else from its final state.

        Raises a `Refusal`. What begins anew is judged here: a workflow whose beginning is refused could never begin.
        """
        if command.id in closed.ledger:
            return
        with suppress(NoLongerRunning):
            await self.come_back(journey, command)
            return
        engine.decide(closed, command, self.journey_time())
        given = JourneyInput(state=closed, reopen=command.but(rules=RULES), pace=self._pace)
        await self._persist(journey, lambda: self._start(given, WorkflowIDReusePolicy.ALLOW_DUPLICATE))

    def journey_time(self) -> datetime:
        """Journey time of the journeys that it starts."""
        return self._pace.to_journey(datetime.now(UTC))

    async def _start(self, given: JourneyInput, reuse: WorkflowIDReusePolicy) -> None:
        if self._visible is None:
            self._visible = await is_registered(self._client)
        try:
            await self._begin(given.but(visible=self._visible), reuse)
        except RPCError as error:
            if error.status is not RPCStatusCode.INVALID_ARGUMENT or not self._visible:
                raise
            self._visible = False  # the server has forgotten the attributes, or has not heard of them everywhere yet
            await self._begin(given.but(visible=False), reuse)

    async def _begin(self, given: JourneyInput, reuse: WorkflowIDReusePolicy) -> None:
        journey = given.start.journey if given.start else given.state.journey if given.state else ""
        with suppress(WorkflowAlreadyStartedError):
            await self._client.start_workflow(
                ParticipantJourney.run,
                given,
                id=journey_workflow_id(journey),
                task_queue=TASK_QUEUE,
                id_reuse_policy=reuse,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                search_attributes=attributes(given.begin(self.journey_time())) if given.visible else None,
            )

    async def complete(self, command: CompleteTask) -> Receipt:
        """Say how a task ended. Raises a `Refusal`, `NotSavedYet` or `NoLongerRunning`."""
        journey = journey_of_task(command.task) or ""
        return await self._update(journey, ParticipantJourney.complete_task, command)

    async def hold(self, journey: str, command: HoldJourney) -> Receipt:
        return await self._update(journey, ParticipantJourney.hold, command)

    async def release(self, journey: str, command: ReleaseJourney) -> Receipt:
        return await self._update(journey, ParticipantJourney.release, command)

    async def leave(self, journey: str, command: ExitJourney) -> Receipt:
        return await self._update(journey, ParticipantJourney.leave, command)

    async def come_back(self, journey: str, command: ReopenJourney) -> Receipt:
        """Take back in a person whose journey has left but is still being followed up."""
        return await self._update(journey, ParticipantJourney.reopen, command)

    async def join(self, journey: str, command: JoinInterest) -> Receipt:
        return await self._update(journey, ParticipantJourney.join_interest, command)

    async def assign(self, command: AssignTask) -> Receipt:
        journey = journey_of_task(command.task) or ""
        return await self._update(journey, ParticipantJourney.assign, command)

    async def record_event(self, journey: str, report: RecordEvent) -> None:
        """Hand an outside report to a journey; it is in the journey's history when this returns."""
        handle = self.handle(journey)
        report_as_sent = report.but(rules=RULES).model_dump(mode="json")
        await self._persist(journey, lambda: handle.signal(ParticipantJourney.record_event, report_as_sent))

    async def checkpoint(self, journey: str) -> None:
        """Ask a journey to continue as a new run at its next quiet point."""
        handle = self.handle(journey)
        await self._persist(journey, lambda: handle.signal(ParticipantJourney.checkpoint))

    async def state(self, journey: str) -> JourneyState:
        """What a journey knows of itself right now."""
        handle = self.handle(journey)
        return await self._persist(journey, lambda: handle.query(ParticipantJourney.state))

    async def perform(self, journey: str, command: Command) -> Receipt:
        """Give a journey any command of `schemas.mending.Mending`.

        Raises a `Refusal`, `NotSavedYet` or `NoLongerRunning`.
        """
        handle, order = self.handle(journey), Mend.model_validate({"command": command.but(rules=RULES)})
        return await self._answered(
            journey, lambda: handle.execute_update(ParticipantJourney.mend, order, id=command.id)
        )

    async def _update(
        self, journey: str, update: UpdateMethodMultiParam[[ParticipantJourney, C], Receipt], command: C
    ) -> Receipt:
        handle, given = self.handle(journey), command.but(rules=RULES)
        return await self._answered(journey, lambda: handle.execute_update(update, given, id=given.id))

    async def _answered(self, journey: str, send: Callable[[], Awaitable[Receipt]]) -> Receipt:
        try:
            return await self._persist(journey, send)
        except WorkflowUpdateFailedError as failed:
            if (refusal := _refusal(failed)) is None:
                raise
            raise refusal from None

    async def _persist(self, journey: str, send: Callable[[], Awaitable[T]]) -> T:
        """Send until it is answered, within our patience. Everything sent here is safe to send again."""
        deadline = asyncio.get_running_loop().time() + self._patience.total_seconds()
        while (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                return await asyncio.wait_for(asyncio.ensure_future(send()), left)
            except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError):
                continue
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    raise NoLongerRunning(journey) from None
                if error.status not in _PASSING:
                    raise
                await asyncio.sleep(_PAUSE)
        raise NotSavedYet


def _refusal(failed: WorkflowUpdateFailedError) -> RefusedByJourney | None:
    cause = failed.cause
    if isinstance(cause, ApplicationError) and cause.type == REFUSED and cause.details:
        return RefusedByJourney(Refused.model_validate(cause.details[0]))
    return None
