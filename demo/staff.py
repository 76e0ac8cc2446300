"""The simulated staff: they read their inboxes, fill in the forms and say how tasks ended, as people would.

They know no more than people do: the inbox, and what a journey's page shows of its dates. Everything goes through the
same services as the command line. Participants arrive and outside parties report here too, each on its day.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any

from db.pool import SYSTEM, Database
from db.queries import sql
from demo.answers import answers, asked
from demo.cast import STAFF, Part, Report
from demo.desk import Desk
from demo.plan import OUTSIDE, Act, Stage, Todo, plan
from journey.calendars import local_to_utc
from journey.errors import Refusal
from schemas.base import Both
from schemas.commands import ExitJourney, RecordEvent
from schemas.journey import Pace
from services import reading
from services.completing.completing import complete
from services.completing.errors import FormNotAccepted
from services.completing.filling_in import Place, find_place
from services.errors import NotSavedYet
from services.intake.row import validated
from services.intake.taking_in import take_in
from services.journeys import Journeys, NoLongerRunning

MORNING, NOON = time(8, 15), time(11, 30)
GATEWAY = "gateway"
AT_ONCE = 6
LOOKS, PAUSE = 50, 0.04
Clock = Callable[[], Awaitable[datetime]]


@dataclass(frozen=True)
class World:
    """Where and when it all happens. `clock` gives wall time, which may be a server's that skips."""

    db: Database
    journeys: Journeys
    stage: Stage
    pace: Pace
    clock: Clock


@dataclass(frozen=True)
class Scene:
    """Something that happens on its day whatever the inbox says."""

    at: datetime
    act: Callable[[], Awaitable[None]]


class Office:
    """Everybody who works with these participants."""

    def __init__(self, world: World, parts: Sequence[Part]) -> None:
        self._world = world
        self._db, self._journeys, self._stage, self._pace = world.db, world.journeys, world.stage, world.pace
        self._parts = parts
        self._who: dict[str, int] = {}
        self._plans: dict[tuple[str, str | None, str | None], Act | None] = {}
        self._done: set[str] = set()
        self._scenes = sorted(self._script(), key=lambda scene: scene.at)

    @property
    def journeys(self) -> dict[str, Part]:
        """Each journey and whose it is, in the order of the cast."""
        return {journey: self._parts[number] for journey, number in sorted(self._who.items(), key=lambda one: one[1])}

    async def hire(self) -> None:
        """Enter the staff."""
        people = [
            (one.staff, one.name, f"{one.staff}@staff.example.org", f"070-174 07 {number:02}", one.language, one.roles)
            for number, one in enumerate(STAFF, 11)
        ]
        async with self._db.acting_as(SYSTEM) as connection:
            await connection.executemany(sql.add_staff, people)

    async def work(self) -> datetime | None:
        """Do everything that is to be done by now; says when (journey time) the next thing is planned."""
        wall = await self._world.clock()
        now = self._pace.to_journey(wall)
        while self._scenes and self._scenes[0].at <= now:
            await self._scenes.pop(0).act()
        acts = await self._planned(await reading.tasks(self._db, now=wall), wall)
        await self._do([act for act in acts if act.at <= now])
        ahead = [act.at for act in acts if act.at > now] + [scene.at for scene in self._scenes[:1]]
        return min(ahead, default=None)

    # ---- what is planned

    async def _planned(self, inbox: Iterable[dict[str, Any]], wall: datetime) -> list[Act]:
        found = []
        for task in inbox:
            if task["journey"] in self._who and not task["held"] and task["id"] not in self._done:
                act = await self._plan(task, wall)
                if act is not None:
                    found.append(act)
        return found

    async def _plan(self, task: dict[str, Any], wall: datetime) -> Act | None:
        """What becomes of a task; thought of anew when it changes hands or gets more time."""
        key = (task["id"], task["role"], task["due_at"])
        if key not in self._plans:
            place = await find_place(self._db, task["id"], wall, SYSTEM)
            automatic = place.step.action is not None
            part = self._parts[self._who[task["journey"]]]
            self._plans[key] = None if automatic else plan(self._stage, part, _todo(task), place.known)
        return self._plans[key]

    # ---- what is done

    async def _do(self, acts: Iterable[Act]) -> None:
        """Everybody at once; a morning's work must not last a week because days are short here."""
        slots = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(self._try(act, slots) for act in acts))

    async def _try(self, act: Act, slots: asyncio.Semaphore) -> None:
        async with slots:
            try:
                await self._end(act)
            except FormNotAccepted:
                raise
            except (NotSavedYet, NoLongerRunning):
                return  # looked at again in the next round, with the same key
            except Refusal:
                pass  # somebody else was quicker, or the journey has left meanwhile
        self._done.add(act.todo.task)

    async def _end(self, act: Act) -> None:
        wall = await self._world.clock()
        place = await find_place(self._db, act.todo.task, wall, SYSTEM)
        desk = self._desk(act, place)
        if act.by == OUTSIDE:
            await self._report(place.journey, place.step.event or "", act.outcome, asked(desk), act.todo.task)
            await self._shows(act.todo.task)
            return
        key = f"{act.todo.task}.{act.outcome}"
        await complete(
            self._db, self._journeys, act.todo.task, act.outcome, answers(desk), key=key, by=act.by, now=wall
        )

    async def _shows(self, task: str) -> None:
        """Nobody answers a report: look for a while whether the inbox has taken it in."""
        for _ in range(LOOKS):
            if (await find_place(self._db, task, await self._world.clock(), SYSTEM)).ended:
                return
            await asyncio.sleep(PAUSE)

    def _desk(self, act: Act, place: Place) -> Desk:
        number = self._who[place.journey]
        wishes = self._parts[number].wishes
        return Desk(place.programme, act.todo.step, act.outcome, place.now, place.known, wishes, number)

    async def _report(self, journey: str, type_: str, outcome: str, dates: Mapping[str, Any], key: str) -> None:
        report = RecordEvent(id=f"report:{key}", by=GATEWAY, type=type_, outcome=outcome, dates=dict(dates))
        await self._journeys.record_event(journey, report)

    # ---- scenes

    def _script(self) -> Iterable[Scene]:
        at = self._stage.at
        for number, part in enumerate(self._parts):
            yield Scene(at(part.arrives, MORNING), partial(self._register, number))
            if part.again is not None:
                yield Scene(at(part.again, NOON), partial(self._register, number))
            if part.leaves is not None:
                yield Scene(at(part.leaves[0], NOON), partial(self._leave, number, part.leaves[1]))
            for early in part.reports:
                yield Scene(at(early.day, NOON), partial(self._report_early, number, early))

    def _journey(self, number: int) -> str:
        return next(journey for journey, one in self._who.items() if one == number)

    async def _register(self, number: int) -> None:
        """An interest comes in, with the next file."""
        part = self._parts[number]
        cells = {
            "name": part.name,
            "email": f"person{number}@example.org",
            "phone": f"070-174 06 {number + 10}",
            "language": part.language,
        }
        now = self._pace.to_journey(await self._world.clock())
        row = validated(cells, number + 2, now, local_to_utc)
        assert not isinstance(row, Both), row.en
        report = await take_in(
            self._db, self._journeys, [row], self._stage.programme.programme, now=now, pace=self._pace
        )
        for entry in report.accepted:
            self._who[entry.journey] = number

    async def _report_early(self, number: int, early: Report) -> None:
        await self._report(self._journey(number), early.type, early.outcome, {}, f"{number}.{early.type}")

    async def _leave(self, number: int, code: str) -> None:
        journey = self._journey(number)
        await self._journeys.leave(journey, ExitJourney(id=f"leave:{journey}", by=STAFF[0].staff, exit=code))


def _todo(task: Mapping[str, Any]) -> Todo:
    opened, due = task["opened_at"], task["due_at"]
    return Todo(
        task=task["id"],
        step=task["step"],
        generation=task["generation"],
        role=task["role"],
        owner=task["owner"],
        opened_at=datetime.fromisoformat(opened),
        due_at=datetime.fromisoformat(due) if due else None,
    )
