"""A journey's whole life leaves few events in Temporal's history: 12 for each step that is ended, 11 for each alarm."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from benchmarks.history import lead
from schemas.journey import DAY
from tests.programmes import programme
from tests.workflow.harness import accelerated, house_on


async def test_a_life_in_which_everything_is_done_at_once_keeps_to_the_budget(
    client: Client, database_dsn: str
) -> None:
    async with house_on(client, database_dsn, programme=programme("relocate")) as house:
        life = await lead(house)
    assert life.alarms == 0
    assert life.steps > 20
    assert life.events <= life.budget, str(life)


async def test_a_life_full_of_alarms_keeps_to_the_budget(skipping: WorkflowEnvironment, database_dsn: str) -> None:
    pace = accelerated(DAY, wall=await skipping.get_current_time())
    async with house_on(skipping.client, database_dsn, pace, programme=programme("relocate")) as house:
        life = await lead(house, skipping)
    assert life.alarms > 20
    assert life.events <= life.budget, str(life)
