"""The courier: on a schedule, it has the notices delivered that are due, round after round until none is left.

It knows nothing of letters or people; only numbers pass through it. One runs at a time, and two would do no harm.
"""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleIntervalSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

with workflow.unsafe.imports_passed_through():
    from activities.notices import DeliverDue, Delivered, Notices
    from workflows import policies
    from workflows.names import COURIER_SCHEDULE, COURIER_WORKFLOW, TASK_QUEUE


@workflow.defn(name=COURIER_WORKFLOW)
class Courier:
    """One walk of the courier."""

    @workflow.run
    async def run(self) -> Delivered:
        """Deliver until nothing is left that can be delivered now; says what became of the notices, in numbers.

        The number of the walk is remembered from one courier to the next: a database that knows nothing of the latest
        walk has been restored from a backup, and what is due there may have been sent.
        """
        total = Delivered(walk=_latest_walk())
        for _ in range(policies.DELIVERY_ROUNDS):
            total = total.plus(
                await workflow.execute_activity_method(
                    Notices.deliver_due,
                    DeliverDue(seen=total.walk),
                    heartbeat_timeout=policies.DELIVERY_HEARTBEAT,
                    **policies.DELIVERY,
                )
            )
            if not total.more:
                break
        return total


def _latest_walk() -> int:
    if not workflow.has_last_completion_result():
        return 0
    latest = workflow.get_last_completion_result(Delivered)
    return latest.walk if latest is not None else 0


async def ensure_schedule(
    client: Client, every: timedelta, *, scatter: timedelta | None = None, task_queue: str = TASK_QUEUE
) -> None:
    """Let a courier walk at this interval, never two at once. Safe to repeat; another interval replaces the former.

    `scatter` makes each walk later by chance, by at most so much: where a journey day is short, an even interval could
    meet the same hour of every day, and that hour may be at night.
    """
    wanted = _schedule(every, scatter, task_queue)
    try:
        await client.create_schedule(COURIER_SCHEDULE, wanted)
    except ScheduleAlreadyRunningError:
        await client.get_schedule_handle(COURIER_SCHEDULE).update(lambda found: _renewed(found, wanted))


def _schedule(every: timedelta, scatter: timedelta | None, task_queue: str) -> Schedule:
    return Schedule(
        action=ScheduleActionStartWorkflow(
            COURIER_WORKFLOW,
            id=COURIER_SCHEDULE,
            task_queue=task_queue,
            execution_timeout=policies.COURIER_RUN,
        ),
        spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=every)], jitter=scatter),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP, catchup_window=policies.COURIER_CATCH_UP),
    )


def _renewed(found: ScheduleUpdateInput, wanted: Schedule) -> ScheduleUpdate:
    # Whether an operator has paused it is the operator's: a restart of the worker does not change that.
    wanted.state = found.description.schedule.state
    return ScheduleUpdate(schedule=wanted)
