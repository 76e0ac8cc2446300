"""What Temporal says of the journeys' course: whether a worker is there, and what a journey fails at right now.

It only asks, each question with a time limit. The texts of errors are never read, for they may say who somebody is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import PendingWorkflowTaskState, TaskQueueType, WorkflowTaskFailedCause
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import PendingActivityInfo
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    DescribeTaskQueueResponse,
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from schemas.base import Instant, Model
from schemas.stuck import Trouble
from workflows.names import JOURNEY_WORKFLOW, TASK_QUEUE, bulk_workflow_id, journey_of_workflow, journey_workflow_id

T = TypeVar("T")

PATIENCE = timedelta(seconds=3)
"""How long one question may take."""

AGAIN_AND_AGAIN = 3
"""From which attempt on an activity counts as failing. The worker notes it from there on too (`activities.trouble`)."""

POLL = timedelta(seconds=75)
"""A worker asks for work at least once a minute, and a little is allowed for."""

NOT_TAKEN_UP = timedelta(seconds=10)
"""Work that has been lying for so long, with nobody asking since, has no worker."""

REMEMBERED = timedelta(minutes=5)
"""How long the server remembers who asked for work."""

WORKER, SERVER, WORKFLOW, DATABASE = "worker", "server", "workflow", "database"
MISSING, ENDED, ASLEEP, NOT_BEGUN, AWAY, NO_ANSWER = "missing", "ended", "asleep", "not_begun", "away", "no_answer"
RESTORED = "restored"
_LATEST_EVENTS = 12


class NoAnswer(Exception):  # noqa: N818 (an answer of a kind)
    """Temporal did not answer in time."""


@dataclass(frozen=True)
class Ailment:
    """What a journey fails at now. `since` is wall time, where Temporal says it."""

    trouble: Trouble
    since: datetime | None = None


class Waiting(Model):
    """An event that is not in the journal yet."""

    recorded_at: Instant


class Reached(Model):
    """How far a journey has come by its own account, and what it has not written down yet."""

    seq: int
    outbox: tuple[Waiting, ...] = ()


@dataclass(frozen=True)
class Hands:
    """How many workers carry journeys, or since when (wall time) none does."""

    number: int
    away: datetime | None


async def worker_away(client: Client, now: datetime) -> datetime | None:
    """Since when (wall time) nobody carries journeys; None when somebody does. Raises `NoAnswer`."""
    return away_since(await _task_queue(client), now)


async def hands(client: Client, now: datetime) -> Hands:
    """Who carries journeys. Raises `NoAnswer`."""
    found = await _task_queue(client)
    asking = {poller.identity for poller in found.pollers if now - _moment(poller.last_access_time) <= POLL}
    return Hands(len(asking), away_since(found, now))


async def _task_queue(client: Client) -> DescribeTaskQueueResponse:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        report_stats=True,
    )
    return await _asked(client.workflow_service.describe_task_queue(request))


def away_since(found: DescribeTaskQueueResponse, now: datetime) -> datetime | None:
    """What the description of a task queue says of that: no one has asked for long, or not for work that lies there."""
    asked = max((_moment(poller.last_access_time) for poller in found.pollers), default=None)
    lying = found.stats.approximate_backlog_age.ToTimedelta() if found.stats.approximate_backlog_count else timedelta(0)
    if asked is None:
        return now - max(lying, REMEMBERED)
    left_lying = lying > NOT_TAKEN_UP and now - lying > asked
    return asked if left_lying or now - asked > POLL else None


async def with_problems(client: Client, most: int) -> list[str]:
    """Journeys of which Temporal itself says that it fails to carry them on, again and again. Raises `NoAnswer`.

    Servers that do not know of such problems list none.
    """
    query = (
        f"WorkflowType = '{JOURNEY_WORKFLOW}' AND ExecutionStatus = 'Running' AND TaskQueue = '{TASK_QUEUE}' AND "
        "TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')"
    )

    async def listed() -> list[str]:
        return [found.id async for found in client.list_workflows(query, page_size=most, limit=most)]

    try:
        return [journey for each in await _asked(listed()) if (journey := journey_of_workflow(each))]
    except RPCError as error:
        if error.status is RPCStatusCode.INVALID_ARGUMENT:
            return []
        raise


async def ailment(client: Client, journey: str, now: datetime) -> Ailment | None:
    """What this journey fails at now; None when nothing is wrong. Raises `NoAnswer`."""
    try:
        found = await _asked(client.get_workflow_handle(journey_workflow_id(journey)).describe())
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return Ailment(Trouble(what=WORKFLOW, cause=MISSING))
        raise
    if found.status is not WorkflowExecutionStatus.RUNNING:
        ended = found.status is WorkflowExecutionStatus.COMPLETED
        return Ailment(Trouble(what=WORKFLOW, cause=ENDED if ended else MISSING), found.close_time)
    return await _failing(client, found, now)


async def bulk_ailment(client: Client, bulk: str, now: datetime) -> Ailment | None:
    """What an act for many that is under way fails at now; None when nothing is wrong. Raises `NoAnswer`."""
    try:
        found = await _asked(client.get_workflow_handle(bulk_workflow_id(bulk)).describe())
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return Ailment(Trouble(what=WORKFLOW, cause=NOT_BEGUN))
        raise
    return await _failing(client, found, now) if found.status is WorkflowExecutionStatus.RUNNING else None


async def reached(client: Client, journey: str) -> Reached:
    """How far a journey has come by its own account. Raises `NoAnswer`."""
    handle = client.get_workflow_handle(journey_workflow_id(journey))
    return await _asked(handle.query("state", result_type=Reached))


async def _failing(client: Client, found: WorkflowExecutionDescription, now: datetime) -> Ailment | None:
    raw = found.raw_description
    return await _failing_task(client, found.id, raw, now) or _failing_activity(raw)


async def _failing_task(
    client: Client, workflow: str, found: DescribeWorkflowExecutionResponse, now: datetime
) -> Ailment | None:
    if not found.HasField("pending_workflow_task"):
        return None
    task = found.pending_workflow_task
    if task.attempt > 1:
        return await _latest_failure(client, workflow, task.attempt)
    lies = task.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED
    since = _moment(task.scheduled_time)
    if lies and now - since > POLL:
        return Ailment(Trouble(what=WORKFLOW, cause=ASLEEP), since)
    return None


async def _latest_failure(client: Client, workflow: str, attempt: int) -> Ailment:
    """Why carrying it on fails: the history ends with it."""
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace,
        execution=WorkflowExecution(workflow_id=workflow),
        maximum_page_size=_LATEST_EVENTS,
    )
    found = await _asked(client.workflow_service.get_workflow_execution_history_reverse(request))
    for event in found.history.events:
        if cause := _cause(event):
            return Ailment(Trouble(what=WORKFLOW, cause=cause, attempts=attempt), _moment(event.event_time))
    return Ailment(Trouble(what=WORKFLOW, cause="unknown", attempts=attempt))


def _cause(event: HistoryEvent) -> str | None:
    if event.HasField("workflow_task_timed_out_event_attributes"):
        return "timeout"
    if not event.HasField("workflow_task_failed_event_attributes"):
        return None
    failed = event.workflow_task_failed_event_attributes
    if failed.cause == WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE:
        return _kind(failed.failure)
    return WorkflowTaskFailedCause.Name(failed.cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_").lower()


def _failing_activity(found: DescribeWorkflowExecutionResponse) -> Ailment | None:
    failing = [each for each in found.pending_activities if each.attempt >= AGAIN_AND_AGAIN]
    if not failing:
        return None
    worst: PendingActivityInfo = max(failing, key=lambda each: each.attempt)
    trouble = Trouble(what=worst.activity_type.name, cause=_kind(worst.last_failure), attempts=worst.attempt)
    return Ailment(trouble, _moment(worst.last_attempt_complete_time))


def _kind(failure: Failure) -> str:
    """What kind of error it is, in a word of a program's."""
    if failure.HasField("application_failure_info"):
        return failure.application_failure_info.type or "unknown"
    return "timeout" if failure.HasField("timeout_failure_info") else "unknown"


def _moment(stamp: Timestamp) -> datetime:
    return stamp.ToDatetime(UTC)


async def _asked(question: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(asyncio.ensure_future(question), PATIENCE.total_seconds())
    except (TimeoutError, ValueError):  # the latter from a workflow that somebody has paused
        raise NoAnswer from None
    except RPCError as error:
        if error.status in {RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED}:
            raise NoAnswer from None
        raise
