"""Replay that also compares values.

Temporal's own replay looks only at the order and number of a workflow's commands: another argument, another answer to
an update or another timer passes unseen. Here every command is kept as the replayed workflow gives it, and compared
with what the history says was done. Fields that are new since the recording count as their defaults. Timeouts and
retries are not compared: they may be tuned.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from temporalio import workflow
from temporalio.api.common.v1 import Payload, Payloads, SearchAttributes
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from activities.actions import ActionCall
from activities.journal import JournalBatch
from schemas.base import Model
from schemas.journey import Receipt
from worker import sandboxed
from workflows.connection import DATA_CONVERTER
from workflows.journey import ParticipantJourney
from workflows.messages import JourneyEnd, JourneyInput

ARGUMENTS: dict[str, type[Model]] = {"write_journal": JournalBatch, "run_action": ActionCall}
"""What each activity is given: an activity that is not listed here cannot be compared, and fails the replay."""

TIMERS_MAY_DIFFER_BY = timedelta(seconds=1)

Done = tuple[str, str, Any]
"""What kind of command, what it is called, and its value."""


class Watching(WorkflowRunner):
    """The worker's own runner, with an eye on every command that a workflow gives."""

    def __init__(self, inner: WorkflowRunner) -> None:
        self._inner = inner
        self.commands: list[WorkflowCommand] = []

    def prepare_workflow(self, defn: workflow._Definition) -> None:
        self._inner.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = self._inner.create_instance(det)
        activate = instance.activate

        def watched(act: WorkflowActivation) -> WorkflowActivationCompletion:
            completion = activate(act)
            self.commands.extend(completion.successful.commands)
            return completion

        instance.activate = watched  # type: ignore[method-assign]
        return instance


async def replay(history: WorkflowHistory) -> None:
    """Replay strictly. Raises what Temporal raises, or an AssertionError that names the first value that differs."""
    runner = Watching(sandboxed())
    await replayer(runner).replay_workflow(history)
    compare(recorded(history), [done for command in runner.commands for done in replayed(command)])


def replayer(runner: WorkflowRunner | None = None) -> Replayer:
    """Temporal's own replay, set up as our worker is."""
    return Replayer(
        workflows=[ParticipantJourney], data_converter=DATA_CONVERTER, workflow_runner=runner or sandboxed()
    )


def compare(recorded: list[Done], replayed: list[Done]) -> None:
    """Each kind of command on its own, in order. What the recording did not live to see is not compared."""
    for kind in {kind for kind, _, _ in recorded}:
        then = [(name, value) for found, name, value in recorded if found == kind]
        now = [(name, value) for found, name, value in replayed if found == kind]
        assert len(now) >= len(then), f"{kind}: {len(then)} recorded, {len(now)} replayed"
        for number, (before, after) in enumerate(zip(then, now, strict=False), 1):
            assert _same(kind, before, after), f"{kind} {number} was {before} and is now {after}"


def _same(kind: str, before: tuple[str, Any], after: tuple[str, Any]) -> bool:
    if kind == "timer":
        return bool(abs(before[1] - after[1]) <= TIMERS_MAY_DIFFER_BY)
    return before == after


# ---- what was done then


def recorded(history: WorkflowHistory) -> list[Done]:
    """What a history says the workflow did, with today's defaults."""
    return [done for event in history.events for done in _recorded(event)]


def _recorded(event: HistoryEvent) -> Iterable[Done]:
    match event.event_type:
        case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            activity = event.activity_task_scheduled_event_attributes
            name = activity.activity_type.name
            yield "activity", name, _then(ARGUMENTS[name], activity.input)
        case EventType.EVENT_TYPE_TIMER_STARTED:
            yield "timer", "", event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta()
        case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
            yield "shown", "", _shown(event.upsert_workflow_search_attributes_event_attributes.search_attributes)
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
            outcome = event.workflow_execution_update_completed_event_attributes.outcome
            yield "answer", "", _then(Receipt, outcome.success) if outcome.HasField("success") else "failed"
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            given = event.workflow_execution_continued_as_new_event_attributes.input
            yield "end", "continued", _then(JourneyInput, given)
        case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            yield "end", "completed", _then(JourneyEnd, event.workflow_execution_completed_event_attributes.result)
        case _:
            return


def _then(model: type[Model], payloads: Payloads) -> list[Any]:
    return [model.model_validate_json(payload.data).model_dump(mode="json") for payload in payloads.payloads]


# ---- what is done now


def replayed(command: WorkflowCommand) -> Iterable[Done]:
    """What the replayed workflow asks for with this command, as far as a recording can tell."""
    match command.WhichOneof("variant"):
        case "schedule_activity":
            activity = command.schedule_activity
            yield "activity", activity.activity_type, _now(activity.arguments)
        case "start_timer":
            yield "timer", "", command.start_timer.start_to_fire_timeout.ToTimedelta()
        case "upsert_workflow_search_attributes":
            yield "shown", "", _shown(command.upsert_workflow_search_attributes.search_attributes)
        case "update_response" if command.update_response.HasField("completed"):
            yield "answer", "", _now([command.update_response.completed])
        case "update_response" if command.update_response.HasField("rejected"):
            yield "answer", "", "failed"
        case "continue_as_new_workflow_execution":
            yield "end", "continued", _now(command.continue_as_new_workflow_execution.arguments)
        case "complete_workflow_execution":
            yield "end", "completed", _now([command.complete_workflow_execution.result])
        case _:
            return


def _shown(attributes: SearchAttributes) -> dict[str, bytes]:
    return {name: payload.data for name, payload in attributes.indexed_fields.items()}


def _now(payloads: Iterable[Payload]) -> list[Any]:
    return [json.loads(payload.data) for payload in payloads]
