"""Pages that follow what happens: server-sent events from what Postgres announces. They say that something is new.

A page that hears it reads itself anew, as anybody's page, behind the same rights. An announcement may be lost: the page
also reads itself anew when it connects again.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from console.errors import NotThere, TooMany
from console.page import Page, Staffed
from console.session import Sessions
from console.subjects import subject_of_journey
from console.who import Act
from db.hearing import JOURNAL, Ear
from services.my_day import concerns

router = APIRouter()

GATHER = 0.7
"""Seconds in which news are gathered: one look at a page for many small things."""

BEAT = 15.0
"""Seconds after which something is said although nothing is new, so that a lost connection is noticed."""

MOST = 8
"""Open streams of one person."""

_open: Counter[str] = Counter()

LOOK = 1.0
UNHURRIED = 20
"""Seconds between two looks at what no announcement tells of; at least so many times as long as one look takes."""

BEGUN, NEWS, STILL_HERE = "retry: 3000\n\nevent: begun\ndata:\n\n", "event: news\ndata:\n\n", ": still here\n\n"

Concerns = Callable[[set[str]], Awaitable[bool]]
Look = Callable[[], Awaitable[object]]


@router.get("/live")
async def live(page: Staffed, about: str = "day", journey: str = "") -> Response:
    """News of one's own day, or of one journey."""
    match about:
        case "day":
            page.must(Act.WORK)
            roles = sorted(page.who.roles)

            async def news(journeys: set[str]) -> bool:
                return await concerns(page.desk.db, journeys, page.who.staff, roles)
        case "journey":
            page.must(Act.SEE_JOURNEY, await subject_of_journey(page, journey))

            async def news(journeys: set[str]) -> bool:
                return journey in journeys
        case _:
            raise NotThere
    return stream(page, news)


def stream(page: Page, news: Concerns) -> Response:
    """A stream that says `news` whenever `news` says that these journeys concern the page."""
    return _streaming(page, _said(page, news))


def mark(found: object) -> str:
    """A few characters that are others when what was found is something else."""
    return hashlib.sha256(repr(found).encode()).hexdigest()[:12]


def watched(page: Page, look: Look, every: float = LOOK) -> Response:
    """A stream that says `news` whenever a look finds something else than the one before. It looks again and again.

    What the page itself shows is named by its `mark`, as `seen` in the address: nothing is missed in between.
    """
    return _streaming(page, _seen(page, look, every))


def _streaming(page: Page, said: AsyncIterator[str]) -> Response:
    who = page.who.staff
    if _open[who] >= MOST:
        raise TooMany(BEAT)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_counted(who, said), media_type="text/event-stream", headers=headers)


async def _counted(who: str, said: AsyncIterator[str]) -> AsyncIterator[str]:
    _open[who] += 1
    try:
        async for each in said:
            yield each
    finally:
        _open[who] -= 1


async def _said(page: Page, news: Concerns) -> AsyncIterator[str]:
    yield BEGUN
    async with page.desk.db.hearing(JOURNAL) as heard:
        while await _still_signed_in(page):
            first = await heard.next(BEAT)
            if first is None:
                yield STILL_HERE
            elif await news(await _gathered(heard, first)):
                yield NEWS


async def _seen(page: Page, look: Look, every: float) -> AsyncIterator[str]:
    clock = asyncio.get_running_loop().time
    before = page.request.query_params.get("seen") or mark(await look())
    yield BEGUN
    pause, said = 0.0, clock()
    while await _still_signed_in(page):
        await asyncio.sleep(pause)
        began = clock()
        now = mark(await look())
        pause = max(every, (clock() - began) * UNHURRIED)
        if now != before or clock() - said > BEAT:
            yield NEWS if now != before else STILL_HERE
            before, said = now, clock()


async def _gathered(heard: Ear.Subscription, first: str) -> set[str]:
    """The journeys that were announced within a short while."""
    loop = asyncio.get_running_loop()
    until = loop.time() + GATHER
    journeys = {first.split(" ", maxsplit=1)[0]}
    while (left := until - loop.time()) > 0:
        another = await heard.next(left)
        if another is not None:
            journeys.add(another.split(" ")[0])
    return journeys


async def _still_signed_in(page: Page) -> bool:
    sessions: Sessions = page.request.app.state.sessions
    return (await sessions.visitor(page.visitor.token, page.now, active=False)).person is not None
