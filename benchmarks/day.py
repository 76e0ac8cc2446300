"""How fast My day is for somebody with hundreds of open tasks among a million journeys: `make bench-day`.

The whole page is asked for over HTTP, without a network: session, rights, queries, sentences, template. Run with
`python -m benchmarks.day [--journeys N] [--calls N]`.
"""

from __future__ import annotations

from benchmarks.pages import Crowd, page, run, visit
from benchmarks.read import JOURNEYS, Answered, answered
from db.pool import Database

CALLS = 300
TARGET = 100.0
PAGES = {
    "my day": "/",
    "my day, page 4": "/?page=4",
    "my day, one step": "/?step=welcome_call",
    "the team's": "/?show=team",
    "the team's, one step": "/?show=team&step=arrival",
    "the team's, one owner, late": "/?show=team&owner=s017&late=1",
}


async def measure(crowd: Crowd) -> list[Answered]:
    """How long each page takes for somebody with hundreds of tasks."""
    db, found = await Database.open(crowd.dsn, most=4), []
    async with visit(db, "s017", crowd.now) as client:
        for name, path in PAGES.items():
            with crowd.console.status(name):
                found.append(await answered(page(client, name, path), crowd.calls))
    await db.close()
    return found


if __name__ == "__main__":
    run(measure, about=__doc__, journeys=JOURNEYS, calls=CALLS, counted="bytes", target=TARGET)
