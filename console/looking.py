"""Looks at what a version would do to many: begun by somebody, shown to nobody else, and kept for a while.

A look asks every journey and takes as long as that takes; pages only say how far it has come. It changes nothing, and
is gone when the console starts again: then it is begun anew.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from console.errors import NotThere, TooMany
from console.page import Page
from journey.errors import Refusal
from schemas.programme import Programme
from services.bulk.previewing import Look, Seen
from services.bulk.where import Conditions
from services.journeys import Journeys
from services.whom import PATIENCE

AT_ONCE, OF_ONE = 4, 2
"""Looks under way: of everybody, and of one person."""

MOST = 40
LONGEST = timedelta(hours=1)
"""How many are kept, and for how long: what was seen an hour ago says little of now."""

SOON = 1.5
"""Seconds that a page waits for a look, so that a short one is there at once."""


class CannotLook(Refusal):
    """The journeys cannot be asked right now; look again in a while."""

    sv = "Det går inte att fråga resorna just nu; se efter igen om en stund."


@dataclass
class Looking:
    """One look. `seen` or `refusal` is there when it is done. `whom` are the journeys, once they are known.

    `draft` is the text of a draft that is not published, to go back to.
    """

    look: str
    programme: Programme
    where: Conditions
    who: str
    begun_at: datetime
    draft: str | None = None
    whom: list[str] = field(default_factory=list)
    asked: int = 0
    seen: Seen | None = None
    refusal: Refusal | None = None
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def done(self) -> bool:
        return self.seen is not None or self.refusal is not None

    @property
    def far(self) -> object:
        """How far it has come, for somebody who follows it."""
        return len(self.whom), self.asked, self.done


class Looks:
    """Every look of this console."""

    def __init__(self) -> None:
        self._known: dict[str, Looking] = {}

    async def begin(self, page: Page, programme: Programme, where: Conditions, draft: str | None = None) -> Looking:
        """Begin to look; gives it as far as it has come after a moment. Raises `TooMany`."""
        self._forget(page.now)
        under_way = [each for each in self._known.values() if not each.done]
        if len(under_way) >= AT_ONCE or sum(each.who == page.actor for each in under_way) >= OF_ONE:
            raise TooMany(30)
        found = Looking(secrets.token_urlsafe(12), programme, where, page.actor, page.now, draft)
        self._known[found.look] = found
        desk = page.desk
        journeys = Journeys(desk.client, desk.pace, PATIENCE)
        look = Look(desk.db, journeys, programme, desk.pace.to_journey(page.now), page.actor)
        found.task = asyncio.create_task(_carry_out(found, look))
        await asyncio.wait([found.task], timeout=SOON)
        return found

    def find(self, page: Page, look: str, programme: str | None = None) -> Looking | None:
        """A look of whoever asks; None when it is kept no longer. Raises `NotThere` for somebody else's."""
        self._forget(page.now)
        found = self._known.get(look)
        if found is not None and (found.who != page.actor or programme not in (None, found.programme.programme)):
            raise NotThere
        return found

    def _forget(self, now: datetime) -> None:
        for look in [each.look for each in self._known.values() if each.done and now - each.begun_at > LONGEST]:
            del self._known[look]
        done = [each.look for each in self._known.values() if each.done]
        for look in done[: max(0, len(self._known) - MOST)]:
            del self._known[look]


def looks_of(page: Page) -> Looks:
    """Those of this console."""
    looks: Looks = page.request.app.state.looks
    return looks


async def _carry_out(found: Looking, look: Look) -> None:
    try:
        found.whom = await look.whom(found.where)
        found.seen = await look.at(found.whom, _counting(found))
    except Refusal as refusal:
        found.refusal = refusal
    except Exception as error:  # noqa: BLE001 (nobody waits for this task: what breaks in it is said on the page)
        structlog.get_logger().error("look_broke", kind=type(error).__name__)
        found.refusal = CannotLook()


def _counting(found: Looking) -> Callable[[int], None]:
    def count(asked: int) -> None:
        found.asked = asked

    return count
