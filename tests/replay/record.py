"""Record the history of a representative journey on real servers: `python -m tests.replay.record LIFE`.

Recordings are only ever added: each gets the next free number, and nothing is overwritten. A journey that somebody has
lived since then could not go on with code that does not replay them.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from temporalio.client import WorkflowHistory

from db.migrate import migrate
from schemas.commands import AssignTask, ExitJourney, HoldJourney, JoinInterest, ReleaseJourney, ReopenJourney
from schemas.events import EventKind
from schemas.journey import DAY, JourneyState
from schemas.mending import (
    AdoptProgramme,
    CorrectAnswers,
    CorrectIdentity,
    CoverStaff,
    ExtendTask,
    GoBack,
    MatchEvent,
    MoveDate,
    NudgeTask,
    UndoLast,
    WaiveStep,
)
from schemas.programme import Programme
from services.journeys import RefusedByJourney
from services.publish import publish
from tests import servers
from tests.driving import variant
from tests.sample import sample
from tests.workflow.harness import MONDAY, House, accelerated, completion, eventually, house_on, over, usual
from workflows.connection import connect
from workflows.names import TASK_QUEUE

FOLDER = Path(__file__).parent / "histories"
FAST = timedelta(seconds=1)
BOOKED = {"interview_at": MONDAY + 90 * DAY}


async def job(house: House, journey: str) -> None:
    """The usual life on the job route."""
    for command in usual(journey):
        await house.journeys.complete(command)


async def study(house: House, journey: str) -> None:
    """The usual life on the study route."""
    for command in usual(journey, "study"):
        await house.journeys.complete(command)


async def rested(house: House, journey: str) -> None:
    """Rests on our wish until it is released after its review, and while the person thinks, until it wakes."""
    rest = HoldJourney(id="h1", cause="illness", on="participant", review_at=house.now() + DAY)
    await house.journeys.hold(journey, rest)
    await house.written(journey, 0, EventKind.HOLD_REVIEW_DUE)
    await house.journeys.release(journey, ReleaseJourney(id="r1"))
    wake = (house.now() + 3 * DAY).date()
    await house.complete(journey, "welcome_call", "maybe", key="c1", dates={"wake_at": wake})

    async def awake() -> bool:
        return any(task.generation == 2 for task in (await house.state(journey)).tasks)

    await eventually(awake, "the journey wakes")
    await house.complete(journey, "welcome_call", "not_willing", key="c2", generation=2)


async def late(house: House, journey: str) -> None:
    """Nobody does anything in time: reminders, escalations, a wait that ends by itself."""
    await house.written(journey, 0, EventKind.TASK_ESCALATED)
    await house.complete(journey, "welcome_call", "willing", key="c1", facts={"route": "job"})
    await house.complete(journey, "interview", "booked", key="c2", dates=BOOKED)

    async def gone_back() -> bool:
        return any(task.step == "interview" for task in (await house.state(journey)).tasks)

    await eventually(gone_back, "the wait ends by itself")
    await house.journeys.leave(journey, ExitJourney(id="x1", exit="X5"))


async def left(house: House, journey: str) -> None:
    """Handed over, registered again, refused, and left."""
    await house.journeys.assign(AssignTask(id="a1", task=f"{journey}.welcome_call.1", to="lena"))
    await house.journeys.join(journey, JoinInterest(id="i1", received_at=MONDAY))
    await refused(house.complete(journey, "welcome_call", "nonsense", key="n1"))
    await house.journeys.leave(journey, ExitJourney(id="x1", exit="X5"))


async def reported(house: House, journey: str) -> None:
    """Outside reports: early, sent twice, unknown and unreadable."""
    for _ in range(2):
        await house.report(journey, "offer.made", "offered", key="e1")
    await house.journeys.handle(journey).signal("record_event", "not a report")
    await house.report(journey, "nobody.knows", "offered", key="e2")
    await house.complete(journey, "welcome_call", "willing", key="c1", facts={"route": "job"})
    await house.complete(journey, "interview", "booked", key="c2", dates=BOOKED)
    await house.complete(journey, "move", "declined", key="c3")


async def checkpointed(house: House, journey: str) -> None:
    """Three runs: a command repeated over a checkpoint, a report parked over another."""
    for _ in range(2):
        await house.complete(journey, "welcome_call", "willing", key="c1", facts={"route": "job"})
        await house.report(journey, "offer.made", "offered", key="e1")
        await house.settled(journey)
        await house.checkpointed(journey)
    await house.complete(journey, "interview", "booked", key="c2", dates=BOOKED)
    await house.complete(journey, "move", "declined", key="c3")


async def reopened(house: House, journey: str) -> None:
    """Comes back twice: while being followed up, and after the end from what Postgres kept."""
    for command in usual(journey)[:-1]:
        await house.journeys.complete(command)
    await house.journeys.come_back(journey, ReopenJourney(id="b1", step="move"))
    await house.complete(journey, "move", "declined", key="c1", generation=2)
    await over(house, journey)
    kept = (await house.row("journeys", "journey", journey))["closed"]
    again = ReopenJourney(id="b2", received_at=house.now())
    await house.journeys.reopen(journey, JourneyState.model_validate(kept), again)
    await house.complete(journey, "welcome_call", "not_willing", key="c2", generation=2)


async def mended(house: House, journey: str) -> None:
    """What was done wrongly is taken back, gone back to, corrected, moved and matched; then left for good."""
    perform = house.journeys.perform
    await house.complete(journey, "welcome_call", "not_willing", key="c1")
    await perform(journey, UndoLast(id="u1", by="anna"))
    await house.complete(journey, "welcome_call", "willing", key="c2", facts={"route": "study"})
    await perform(journey, UndoLast(id="u2", by="anna"))
    await refused(perform(journey, UndoLast(id="u3", by="anna")))
    await house.complete(journey, "welcome_call", "willing", key="c3", facts={"route": "study"})
    await house.settled(journey)
    await perform(journey, CorrectAnswers(id="f1", by="lena", facts={"route": "job"}))
    await house.complete(journey, "interview", "booked", key="c4", generation=2, dates=BOOKED)
    await perform(journey, MoveDate(id="m1", by="lena", date="interview_at", to=MONDAY + 95 * DAY))
    report = {"event": "r1", "type": "offer.made", "outcome": "offered", "happened_at": house.now()}
    await perform(journey, MatchEvent(id="e1", by="lena", **report))
    await perform(journey, GoBack(id="g1", by="lena", step="interview"))
    await perform(journey, ExitJourney(id="x1", by="lena", exit="X5"))


async def tended(house: House, journey: str) -> None:
    """Reminded by hand, given time and to others, at rest, done without for a while, gone back, put right, moved."""
    task, lena = f"{journey}.welcome_call.1", {"by": "lena", "why": "reason-1"}
    await house.journeys.perform(journey, NudgeTask(id="n1", task=task, **lena))
    await refused(house.journeys.perform(journey, NudgeTask(id="n2", task=task, **lena)))
    await house.journeys.perform(journey, ExtendTask(id="e1", task=task, due_at=house.now() + 20 * DAY, **lena))
    await house.journeys.perform(journey, AssignTask(id="a1", task=task, to="lena", **lena))
    times = {"since": house.now() - DAY, "until": house.now() + 9 * DAY}
    await house.journeys.perform(journey, CoverStaff(id="s1", absent="lena", stand_in="anna", **times, **lena))
    rest = HoldJourney(id="h1", cause="illness", on="participant", review_at=house.now() + 9 * DAY, **lena)
    await house.journeys.perform(journey, rest)
    await house.checkpointed(journey)
    await house.journeys.perform(journey, ReleaseJourney(id="r1", catch_up=True, **lena))
    without = {"step": "welcome_call", "outcome": "willing", "facts": {"route": "job"}}
    await house.journeys.perform(journey, WaiveStep(id="w1", **without, expires_on=(house.now() + 30 * DAY).date()))
    await house.complete(journey, "interview", "booked", key="c1", dates=BOOKED)
    await house.journeys.perform(journey, MoveDate(id="m1", date="interview_at", to=MONDAY + 60 * DAY, **lena))
    await house.journeys.perform(journey, CorrectAnswers(id="k1", facts={"route": "study"}, **lena))
    await house.journeys.perform(journey, CorrectIdentity(id="k2", fields=("name",), submission="identity-1", **lena))
    await house.journeys.perform(journey, GoBack(id="b1", step="interview", **lena))
    await house.journeys.perform(journey, ExitJourney(id="x1", exit="X8", any_exit=True, **lena))


async def undone(house: House, journey: str) -> None:
    """What was done last is taken back: at once, over a checkpoint, and after the end, which then comes after all."""
    ended = completion(journey, "welcome_call", "not_willing", "c1", submission="form-1")
    await house.journeys.complete(ended)
    await house.journeys.perform(journey, UndoLast(id="u1", by="anna", task=ended.task))
    await house.complete(journey, "welcome_call", "willing", key="c2", facts={"route": "job"})
    await house.checkpointed(journey)
    await house.journeys.perform(journey, UndoLast(id="u2", by="anna"))
    await house.journeys.perform(journey, ExitJourney(id="x1", by="anna", exit="X5"))
    await house.ended(journey)
    await house.journeys.perform(journey, UndoLast(id="u3", by="anna"))
    await house.complete(journey, "welcome_call", "not_reached", key="c3")
    await house.journeys.perform(journey, ExitJourney(id="x2", by="anna", exit="X5"))


async def matched(house: House, journey: str) -> None:
    """Reports that fitted nowhere are applied by hand: before their step, and after it."""
    told = {"by": "lena", "why": "reason-1", "type": "offer.made", "happened_at": house.now()}
    await house.journeys.perform(journey, MatchEvent(id="m1", event="e1", outcome="offered", **told))
    await house.complete(journey, "welcome_call", "willing", key="c1", facts={"route": "job"})
    await house.complete(journey, "interview", "booked", key="c2", dates=BOOKED)
    await refused(house.journeys.perform(journey, MatchEvent(id="m2", event="e2", outcome="offered", **told)))
    await house.journeys.perform(journey, MatchEvent(id="m3", event="e3", outcome="no_answer", **told))
    await house.complete(journey, "interview", "booked", key="c3", generation=2, dates=BOOKED)
    await house.report(journey, "offer.made", "offered", key="e4")
    await house.complete(journey, "move", "declined", key="c4", generation=2)


async def adopted(house: House, journey: str) -> None:
    """Goes on by another version, refuses the same, and goes back to the former."""
    former = house.programme
    newer = await publish(house.db, variant(slower), MONDAY)
    for number, version in enumerate((newer, former, newer)):
        await house.journeys.perform(journey, AdoptProgramme(id=f"p{number}", programme=version.riding(), rollout="r1"))
        await refused(house.journeys.perform(journey, AdoptProgramme(id=f"q{number}", programme=version.riding())))
        await house.checkpointed(journey)
    await house.complete(journey, "welcome_call", "not_willing", key="c1")


def slower(plan: dict[str, Any]) -> None:
    """A welcome call that may take twice as long."""
    plan["steps"]["welcome_call"]["due"]["days"] = 6


Living: TypeAlias = Callable[[House, str], Awaitable[None]]

LIVES: dict[str, Living] = {
    life.__name__: life
    for life in (
        job, study, rested, late, left, reported, checkpointed, reopened, mended, tended, undone, matched, adopted,
    )
}  # fmt: skip
PACES: dict[Living, timedelta] = {
    rested: FAST,
    late: FAST,
    mended: timedelta(seconds=24 * 5),
    undone: timedelta(minutes=2),
}
"""How long a day lasts; as long as it does, where nothing is said."""


def forgiving(plan: dict[str, Any]) -> None:
    """An hour to take things back; owners are found only after the call."""
    plan["undo_minutes"] = 60
    plan["steps"]["assignment"]["needs"] = {"welcome_call": ["willing"]}


PROGRAMMES: dict[Living, Programme] = {mended: variant(forgiving), undone: sample().but(undo_minutes=60)}
"""The programme that a life follows; the sample, where nothing is said."""


async def refused(asking: Awaitable[object]) -> None:
    """Ask for something that the journey refuses."""
    try:
        await asking
    except RefusedByJourney:
        return
    raise AssertionError("was not refused")


async def lived(name: str, dsn: str, address: str) -> list[WorkflowHistory]:
    """The history of each run of a journey that has had this life."""
    await migrate(dsn)
    client = await connect(address, "default", identity="recorder")
    life = LIVES[name]
    pace = accelerated(PACES.get(life, DAY))
    async with house_on(client, dsn, pace, TASK_QUEUE, PROGRAMMES.get(life)) as house:
        async with house.worker():
            journey = await house.begin(f"j-{name}")
            await house.settled(journey)
            await life(house, journey)
            await over(house, journey)
        if life is reopened:
            return [await house.journeys.handle(journey).fetch_history()]
        return await house.histories(journey)


def save(name: str, histories: list[WorkflowHistory]) -> list[Path]:
    """Write each run to a file of its own, under the next free number."""
    number = next(number for number in count(1) if not list(FOLDER.glob(f"{name}_{number}*.json")))
    runs = ["", *(f"_run{run}" for run in range(2, len(histories) + 1))]
    files = [FOLDER / f"{name}_{number}{run}.json" for run in runs]
    for file, history in zip(files, histories, strict=True):
        with file.open("x", encoding="utf-8") as out:
            out.write(history.to_json() + "\n")
    return files


def main(names: list[str]) -> None:
    """Record these lives."""
    if not names or set(names) - set(LIVES):
        sys.exit(f"Name at least one life to record: {', '.join(LIVES)}")
    for name in names:
        with servers.postgres_server() as postgres, servers.temporal_server() as temporal:
            histories = asyncio.run(lived(name, postgres.dsn(), temporal.address))
        for file in save(name, histories):
            print(file.relative_to(Path.cwd()))  # noqa: T201 (what a command was asked for)


if __name__ == "__main__":
    main(sys.argv[1:])
