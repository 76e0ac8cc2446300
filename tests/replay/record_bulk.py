"""Record the histories of an act for many on real servers: `python -m tests.replay.record_bulk`.

Recordings are only ever added. An act that is under way when new code comes must be able to go on with it.
"""

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path

from temporalio.client import WorkflowHistory

from db.migrate import migrate
from schemas.bulk import MendEach
from services.bulk.acts import Bulks, begin, follow, resume, stop
from services.bulk.order import Ordered, create
from tests import servers
from tests.workflow.harness import House, eventually, house_on
from workflows.connection import connect
from workflows.names import TASK_QUEUE, bulk_workflow_id

FOLDER = Path(__file__).parent / "bulks"


async def acted(dsn: str, address: str) -> list[WorkflowHistory]:
    """The history of each run of an act that goes on by itself, is stopped half way and resumed, twice at once."""
    await migrate(dsn)
    client = await connect(address, "default", identity="recorder")
    async with house_on(client, dsn, queue=TASK_QUEUE) as house, house.worker():
        journeys = [await house.begin(f"j-{number}") for number in range(9)]
        for journey in journeys:
            await house.settled(journey)
        ordered = Ordered(MendEach(act="assign", fields={"to": "lena"}), "assign", rate=2.0)
        bulk, bulks = await create(house.db, ordered, {"step": ["welcome_call"]}, house.now()), Bulks(client)
        await begin(bulks, bulk)
        await eventually(lambda: _assigned(house, 5), "half of them are assigned")
        await stop(house.db, bulks, bulk)
        handle = client.get_workflow_handle(bulk_workflow_id(bulk))
        first = await handle.fetch_history()
        await asyncio.gather(resume(house.db, bulks, bulk), resume(house.db, bulks, bulk))
        await follow(house.db, bulk)
        await bulks.rest(bulk, 10)
        return [first, await handle.fetch_history()]


async def _assigned(house: House, number: int) -> bool:
    async with house.db.acting_as("test") as connection:
        return bool(await connection.fetchval("SELECT count(*) >= $1 FROM bulk_items WHERE status = 'done'", number))


def main() -> None:
    """Record it."""
    with servers.postgres_server() as postgres, servers.temporal_server() as temporal:
        histories = asyncio.run(acted(postgres.dsn(), temporal.address))
    number = next(number for number in count(1) if not list(FOLDER.glob(f"act_{number}*.json")))
    for run, history in enumerate(histories, 1):
        with (FOLDER / f"act_{number}_run{run}.json").open("x", encoding="utf-8") as out:
            out.write(history.to_json() + "\n")


if __name__ == "__main__":
    main()
