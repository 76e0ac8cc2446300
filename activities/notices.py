"""The courier's activity: delivers the notices that are due. How it is done is in `activities.delivery`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import monotonic

from pydantic import Field
from temporalio import activity

from activities.delivery import OwnPages, Round
from activities.heart import beating, is_leaving
from activities.mailer import Mailer
from activities.noticebook import NoticeBook
from db.pool import Database
from schemas.base import Model
from schemas.journey import Pace

Clock = Callable[[], datetime]
REAL_TIME = Pace()
ROUND_SECONDS = 120.0
"""No new letter is begun after this long; the rest waits for the next round."""
BEAT_SECONDS = 10.0


class DeliverDue(Model):
    """Deliver what is due: at most this many notices, and what is due to the same people.

    `seen` is the number of the latest walk that Temporal remembers: a database that knows nothing of it is an older
    backup.
    """

    most: int = Field(default=200, ge=1)
    seen: int = 0


class Delivered(Model):
    """What became of the notices of a round, in numbers.

    `waiting` for office hours or the end of quiet hours, `later` after a failure that was certainly none of the
    letter's; both are tried again. `more`: another round would find more to do. `walk` is the number of this walk.
    """

    sent: int = 0
    dropped: int = 0
    waiting: int = 0
    undeliverable: int = 0
    unsure: int = 0
    later: int = 0
    more: bool = False
    walk: int = 0

    def plus(self, other: Delivered) -> Delivered:
        """Both rounds together; whether there is more is what the other, later one says."""
        counted = type(self).model_fields.keys() - {"more", "walk"}
        sums = {name: getattr(self, name) + getattr(other, name) for name in counted}
        return Delivered(**sums, more=other.more, walk=max(self.walk, other.walk))


class Notices:
    """Holds the database and the way to the mail server.

    `pace` is for journeys that have no pace of their own. `clock` gives wall time; by default it is that of the
    Temporal server, which is also the journeys' clock. With `own_pages` letters to participants carry a link to theirs.
    """

    def __init__(
        self,
        database: Database,
        mailer: Mailer,
        pace: Pace = REAL_TIME,
        clock: Clock | None = None,
        own_pages: OwnPages | None = None,
    ) -> None:
        self._own_pages = own_pages
        self._book = NoticeBook(database, pace)
        self._mailer = mailer
        self._clock = clock

    @activity.defn(name="deliver_due")
    async def deliver_due(self, order: DeliverDue) -> Delivered:
        """Deliver what is due now and can be delivered. Safe to repeat and to run twice at once.

        Raises what asyncpg raises when the database is away; what was handed over by then stays handed over.
        """
        end, clock = monotonic() + ROUND_SECONDS, self._clock or server_clock()
        delivery = Round(self._book, self._mailer, clock, lambda: _may_go_on(end), self._own_pages)
        async with beating(BEAT_SECONDS):
            walk, doubtful = await self._book.set_out(order.seen, clock())
            delivery.doubt(doubtful)
            more = await delivery.deliver(order.most)
        return Delivered(**delivery.counts, more=more, walk=walk)


def server_clock() -> Clock:
    """Wall time as the Temporal server has it, also where a test lets it skip; outside activities, this machine's."""
    if not activity.in_activity():
        return lambda: datetime.now(UTC)
    started, begun = activity.info().started_time, monotonic()
    return lambda: started + timedelta(seconds=monotonic() - begun)


def _may_go_on(end: float) -> bool:
    return not is_leaving() and monotonic() < end
