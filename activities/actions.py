"""The named actions of automatic steps. Each is safe to repeat: it reads, or writes by the task's id."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from pydantic import Field
from temporalio import activity
from temporalio.exceptions import ApplicationError

from db import staffing
from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.base import Identifier, Model, Name
from schemas.journey import Pace


class ActionCall(Model):
    """An automatic step to be carried out. `owners` is who already does what for this participant."""

    journey: Identifier
    task: Identifier
    action: Name
    owners: dict[Name, Identifier] = Field(default_factory=dict)


class ActionResult(Model):
    """How an action ended: an outcome of its step, and the owners it found."""

    outcome: Name
    owners: dict[Name, Identifier] = Field(default_factory=dict)


class Actions:
    """Carries out automatic steps. Holds the pool; nothing else."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Callable[[ActionCall], Awaitable[ActionResult]]] = {
            "assign_owners": self._assign_owners,
        }

    @activity.defn(name="run_action")
    async def run(self, call: ActionCall) -> ActionResult:
        """Run one action. An unknown one fails until a worker that knows it is there."""
        action = self._known.get(call.action)
        if action is None:
            raise ApplicationError(f"no action is called {call.action}", type="unknown_action")
        return await action(call)

    async def _assign_owners(self, call: ActionCall) -> ActionResult:
        """Give every role that nobody fills yet to the member of staff with the fewest open tasks."""
        async with self._database.acting_as(SYSTEM) as connection:
            pace = Pace.model_validate(await connection.fetchval(sql.pace_of_journey, call.journey) or {})
            found = await staffing.least_busy(connection, pace.to_journey(datetime.now(UTC)))
        return ActionResult(outcome="assigned", owners={**found, **call.owners})
