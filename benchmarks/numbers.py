"""How fast the numbers of a programme with a hundred thousand journeys are counted: `make bench-numbers`.

Counted anew each time, as for somebody who opens the page when nobody has looked for half a minute; and the whole page
over HTTP, without a network, when it has just been counted. Run with `python -m benchmarks.numbers [--journeys N]`.
"""

from __future__ import annotations

from datetime import timedelta

from benchmarks.pages import Crowd, page, run, visit
from benchmarks.read import Answered, Question, answered
from db.pool import Database
from services.known_programmes import KnownProgrammes
from services.numbers.numbers import Asked, numbers

JOURNEYS, CALLS = 100_000, 10
TARGET = 1_000.0


async def measure(crowd: Crowd) -> list[Answered]:
    """How long it takes to count, and to show what has been counted."""
    db = await Database.open(crowd.dsn, most=6)
    async with db.acting_as("bench") as connection:
        await connection.execute("UPDATE staff SET roles = '{project_leader}' WHERE staff = 's001'")
    known, counted = KnownProgrammes(db), 0

    async def anew(_: int) -> int:
        nonlocal counted
        counted += 1
        wall = crowd.now + timedelta(minutes=counted)
        found = await numbers(db, known, Asked("relocate"), wall=wall, now=crowd.now, by="bench")
        return int(found.people or 0)

    async with visit(db, "s001", crowd.now) as client:
        questions = [Question("counted anew", anew), page(client, "the page, just counted", "/numbers")]
        found = [await answered(question, crowd.calls) for question in questions]
    await db.close()
    return found


if __name__ == "__main__":
    run(measure, about=__doc__, journeys=JOURNEYS, calls=CALLS, counted="people, bytes", target=TARGET)
