"""`make astray`: twenty made-up journeys that are stuck from the start, at least two for each cause, to practise on.

They follow `samples/practice.yaml` and are entered into the stack that runs. What to type about each is in
`docs/runbook.md`. Each time twenty more are entered.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.text import Text

from cli import run
from cli.run import Answer, Desk
from db.pool import SYSTEM
from db.queries import sql as queries
from demo.feed import sql
from journey.checks import judged_before, years_for
from schemas.base import Both
from schemas.commands import HoldJourney
from schemas.mending import NudgeTask
from schemas.people import email_key, phone_key
from schemas.programme import Programme
from schemas.stuck import StuckCause
from schemas.tasks import task_id
from services.completing.completing import complete
from services.intake.row import IntakeRow
from services.intake.taking_in import take_in
from services.journeys import Journeys
from services.mending.acts import mend
from services.outside.receiving import receive
from services.publish import publish
from services.seed import staff
from services.stuck.looking import stuck
from services.visibility import wait_until_visible

PRACTICE = Path(__file__).parent.parent / "samples" / "practice.yaml"
BROKEN = "practice_broken"
BY = "practice"
LONG_AGO = timedelta(days=30)
SHORTLY = timedelta(seconds=5)
"""Wall time after which the rests are to be reviewed."""

PATIENCE = 300.0
ENTERED = Both(
    sv="{} resor har kört fast. Se dem: python starter.py operator stuck",
    en="{} journeys are stuck. See them: python starter.py operator stuck",
)


@dataclass(frozen=True)
class Cast:
    """How many people are to be stuck for a cause, and how they came in."""

    cause: StuckCause
    count: int
    ago: timedelta = timedelta(0)
    programme: str = "practice"
    by_phone: bool = False


CAST = (
    Cast(StuckCause.OVERDUE, 4, ago=LONG_AGO),
    Cast(StuckCause.SILENT, 4, ago=LONG_AGO),
    Cast(StuckCause.UNOWNED, 2, ago=LONG_AGO),
    Cast(StuckCause.REST, 2),
    Cast(StuckCause.UNDELIVERABLE, 2, by_phone=True),
    Cast(StuckCause.UNMATCHED, 2),
    Cast(StuckCause.TECHNICAL, 2, programme=BROKEN),
    Cast(StuckCause.BEHIND, 2),
)


class Practice:
    """Leads each of the cast to where they are stuck, as people and programs do it. Only the loss is pretended."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pace = desk.stack.pace
        self._journeys = Journeys(desk.client, desk.stack.pace)
        self._mark = secrets.token_hex(3)

    async def enter(self) -> int:
        """Enter everybody and lead them astray; gives how many there are."""
        await self._publish()
        ways: dict[StuckCause, Callable[[list[str]], Awaitable[None]]] = {
            StuckCause.SILENT: self._unanswered,
            StuckCause.UNOWNED: self._nobodys,
            StuckCause.REST: self._resting,
            StuckCause.UNMATCHED: self._misfits,
            StuckCause.BEHIND: self._lost,
        }
        found = [(part.cause, await self._take_in(part)) for part in CAST]
        for cause, journeys in found:
            if cause in ways:
                await ways[cause](journeys)
        await self._shown()
        return sum(len(journeys) for _, journeys in found)

    # ---- who

    async def _publish(self) -> None:
        now = self._now()
        programme = judged_before(PRACTICE.read_text(encoding="utf-8"), years=years_for(now.year))
        for each in (programme, broken(programme)):
            await publish(self._desk.db, each, now, by=BY)
        async with self._desk.db.acting_as(SYSTEM) as connection:
            await connection.executemany(queries.add_staff, list(staff()))

    async def _take_in(self, part: Cast) -> list[str]:
        now = self._now()
        report = await take_in(
            self._desk.db, self._journeys, people(part, self._mark, now - part.ago), part.programme,
            now=now, pace=self._pace, by=BY,
        )  # fmt: skip
        return [entry.journey for entry in (*report.accepted, *report.joined)]

    # ---- what they do

    async def _unanswered(self, journeys: list[str]) -> None:
        for journey in journeys:
            await self._end(journey, "welcome_call", "willing", way="application")

    async def _nobodys(self, journeys: list[str]) -> None:
        for journey in journeys:
            await self._end(journey, "welcome_call", "willing", way="mentor")

    async def _resting(self, journeys: list[str]) -> None:
        for journey in journeys:
            await self._opened(task_id(journey, "welcome_call", 1))
            review_at = self._pace.to_journey(datetime.now(UTC) + SHORTLY)
            rest = HoldJourney(id="rest", cause="illness", on="csn", review_at=review_at)
            await mend(self._desk.db, self._journeys, journey, rest, by=BY, now=datetime.now(UTC))

    async def _misfits(self, journeys: list[str]) -> None:
        """An answer for somebody who has one, one for somebody who has left, and one for nobody who is known."""
        answered, left = journeys
        await self._end(answered, "welcome_call", "willing", way="application")
        await self._end(answered, "application", "granted")
        await self._end(left, "welcome_call", "not_willing")
        for number, (journey, outcome) in enumerate([(answered, "refused"), (left, "granted"), ("unheard", "granted")]):
            given = {"journey": journey, "type": "csn.decided", "outcome": outcome}
            await receive(
                self._desk.db, self._journeys, f"{BY}-{self._mark}-{number}", given,
                by="csn", now=datetime.now(UTC), pace=self._pace,
            )  # fmt: skip

    async def _lost(self, journeys: list[str]) -> None:
        for journey in journeys:
            task = task_id(journey, "welcome_call", 1)
            await self._opened(task)
            async with self._desk.db.acting_as(SYSTEM) as connection:
                await connection.execute(sql.lose_latest, journey)
            nudge = NudgeTask(id="nudge", task=task)
            await mend(self._desk.db, self._journeys, journey, nudge, by=BY, now=datetime.now(UTC))

    async def _end(self, journey: str, step: str, outcome: str, **answers: str) -> None:
        task = task_id(journey, step, 1)
        await self._opened(task)
        await complete(
            self._desk.db, self._journeys, task, outcome, answers, key=f"{BY}-{task}", by=BY, now=datetime.now(UTC)
        )

    async def _opened(self, task: str) -> None:
        """Wait until a task is open, and everything written so far is to be seen."""
        journey = task.split(".", 1)[0]

        async def there() -> bool:
            state = await self._journeys.state(journey)
            seen = await wait_until_visible(self._desk.db, journey, state.seq)
            return seen and any(found.id == task for found in state.tasks)

        await _until(there)

    async def _shown(self) -> None:
        """Wait until each cause is to be seen; a task without an owner counts as stuck after a minute."""
        wanted = {part.cause: part.count for part in CAST}

        async def there() -> bool:
            found = await stuck(self._desk.db, self._desk.client, now=datetime.now(UTC), pace=self._pace)
            return all(found.counts.get(cause, 0) >= count for cause, count in wanted.items())

        await _until(there)

    def _now(self) -> datetime:
        return self._pace.to_journey(datetime.now(UTC))


async def _until(there: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await there():  # noqa: ASYNC110 (other processes do it)
            await asyncio.sleep(0.2)


def broken(programme: Programme) -> Programme:
    """The same, with an action that no program knows: what a release that has lost something looks like."""
    step = programme.steps["assignment"].but(action="send_to_register")
    return programme.but(programme=BROKEN, steps={**programme.steps, "assignment": step})


def people(part: Cast, mark: str, received_at: datetime) -> Iterable[IntakeRow]:
    """Made-up people, named after what they are stuck for; the numbers are of the series for films and books (PTS)."""
    for number in range(1, part.count + 1):
        phone = f"070-174 06 {random.randint(10, 99)}" if part.by_phone else None  # noqa: S311 (no secret)
        email = None if part.by_phone else f"{part.cause}-{number}-{mark}@example.org"
        yield IntakeRow(
            line=number + 1,
            name=f"Prov {part.cause.title()} {mark} {number}",
            email=email,
            email_key=email_key(email) if email else None,
            phone=phone,
            phone_key=phone_key(phone) if phone else None,
            received_at=received_at,
        )


async def _astray(desk: Desk) -> Answer:
    count = await Practice(desk).enter()
    return Answer({"journeys": count}, Text(ENTERED[desk.language].format(count)))


def main() -> None:
    """Enter them into the stack that runs."""
    run.at_desk(_astray)


if __name__ == "__main__":
    main()
