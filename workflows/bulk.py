"""One act for many journeys as a durable workflow: closing the terminal stops nothing, nor does a killed worker.

It knows no journey; only numbers pass through it. Whether the act is under way, stopped or done stands in the database.
"""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.bulk import Batch, BulkTurns
    from schemas.base import Identifier, Model
    from workflows import policies
    from workflows.names import BULK_WORKFLOW


class BulkInput(Model):
    """Which act."""

    bulk: Identifier


@workflow.defn(name=BULK_WORKFLOW)
class Bulk:
    """One act, from where it stands to where it is done or stopped; stopped, it is started again to go on."""

    @workflow.init
    def __init__(self, given: BulkInput) -> None:  # noqa: ARG002 (Temporal wants both signatures alike)
        self._asked_again = False

    @workflow.run
    async def run(self, given: BulkInput) -> None:
        while True:
            self._asked_again = False
            done = await workflow.execute_activity_method(
                BulkTurns.perform_some,
                Batch(bulk=given.bulk),
                heartbeat_timeout=policies.BULK_HEARTBEAT,
                **policies.BULK,
            )
            if done.over and not self._asked_again:
                return
            if done.silent and done.silent == done.turns:
                await workflow.sleep(policies.BULK_PAUSE)
            if self._is_long():
                workflow.continue_as_new(given)

    def _is_long(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() > policies.CHECKPOINT_AFTER

    @workflow.signal
    def go_on(self) -> None:
        """Look again whether there is something to do: a stopped act was resumed, perhaps just as it came to rest."""
        self._asked_again = True
