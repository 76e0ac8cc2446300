"""What Temporal's histories remember of a journey: the events that were written to the journal, newest run first.

It only reads. A history is kept while its run goes on, and for the time of retention after that.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic import ValidationError
from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from schemas.base import Model
from schemas.commands import RecordEvent
from schemas.events import Event
from schemas.journey import JourneyState, Pace
from workflows.messages import JourneyInput
from workflows.names import journey_workflow_id

M = TypeVar("M", bound=Model)

WRITE_JOURNAL, RECORD_EVENT = "write_journal", "record_event"


class Written(Model):
    """What was given to the journal's activity to write, as far as a repair needs it."""

    events: tuple[Event, ...] = ()
    closed: JourneyState | None = None


@dataclass
class Remembered:
    """What was found: events by number, the state the journey ended in last, reports by id with when they came.

    `pace` is that of the newest run; None when no run could be read.
    """

    events: dict[int, Event] = field(default_factory=dict)
    closed: JourneyState | None = None
    reports: dict[str, tuple[RecordEvent, datetime]] = field(default_factory=dict)
    pace: Pace | None = None


async def remember(client: Client, journey: str, wanted: Iterable[int], *, run: str) -> Remembered:
    """Look in the runs of a journey, newest first, until every event that is wanted is found. `run` is the newest run.

    At least that run is looked at. An event that is not found is in no history any more.
    """
    found, missing = Remembered(), set(wanted)
    for one in (run, *await _earlier_runs(client, journey, run)):
        history = await _history(client, journey, one)
        if history is not None:
            await _look(client, history, found)
        if missing <= found.events.keys():
            break
    return found


async def _earlier_runs(client: Client, journey: str, newest: str) -> list[str]:
    """The other runs that are still known, the latest first: those before a checkpoint, and before a return."""
    query = f"WorkflowId = '{journey_workflow_id(journey)}'"
    runs = [found async for found in client.list_workflows(query) if found.run_id != newest]
    return [found.run_id for found in sorted(runs, key=lambda found: found.start_time, reverse=True)]


async def _history(client: Client, journey: str, run: str) -> WorkflowHistory | None:
    try:
        return await client.get_workflow_handle(journey_workflow_id(journey), run_id=run).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:  # forgotten between listing and reading
            return None
        raise


async def _look(client: Client, history: WorkflowHistory, found: Remembered) -> None:
    for event in history.events:
        match event.event_type:
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED if found.pace is None:
                given = event.workflow_execution_started_event_attributes.input
                found.pace = (await _decoded(client, given, JourneyInput)).pace
            case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
                await _look_at_activity(client, event, found)
            case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
                await _look_at_signal(client, event, found)
            case _:
                pass


async def _look_at_activity(client: Client, event: HistoryEvent, found: Remembered) -> None:
    activity = event.activity_task_scheduled_event_attributes
    if activity.activity_type.name != WRITE_JOURNAL:
        return
    batch = await _decoded(client, activity.input, Written)
    for written in batch.events:
        found.events.setdefault(written.seq, written)
    if batch.closed is not None and (found.closed is None or batch.closed.seq >= found.closed.seq):
        found.closed = batch.closed


async def _look_at_signal(client: Client, event: HistoryEvent, found: Remembered) -> None:
    signal = event.workflow_execution_signaled_event_attributes
    if signal.signal_name != RECORD_EVENT or len(signal.input.payloads) != 1:
        return
    try:
        report = await _decoded(client, signal.input, RecordEvent)
    except (ValidationError, ValueError):  # whatever was sent: the journey could not read it either
        return
    found.reports.setdefault(report.id, (report, event.event_time.ToDatetime(UTC)))


async def _decoded(client: Client, payloads: Payloads, model: type[M]) -> M:
    values: list[Any] = await client.data_converter.decode(payloads.payloads, [model])
    return model.model_validate(values[0])
