"""One round of the courier: what is due is looked at, gathered into letters and handed to the mail server.

At most once for each notice: a letter is offered first, then its notices are marked as being handed over and that is
committed, and only then does the server get the content. Whatever happens after that mark and is not a definite
answer leaves the notices `unsure`; they are never sent again by themselves. Logs hold notice ids and codes only.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

import asyncpg
import structlog

from activities.letters import NOWHERE, Letter, Places, compose, is_gathered
from activities.mailer import CutOff, Mailer, MailSession, MailTrouble, RefusedForGood, ServerAway
from activities.noticebook import LEASE, NoticeBook
from activities.relevance import Drop, Send, Share, Undeliverable, Wait, judge
from activities.situation import Cause, Situation
from db import links
from db.pool import SYSTEM, Connection

FIRST_REST = timedelta(minutes=1)
LONGEST_REST_SERVER = timedelta(minutes=5)
LONGEST_REST_LETTER = timedelta(hours=1)
_DOUBLINGS = 10
_ROUNDING = timedelta(milliseconds=1)
_PAUSES = (0.5, 1.0, 2.0, 4.0, None)
DATABASE_TROUBLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.get_logger()


@dataclass(frozen=True)
class OwnPages:
    """Where the console is, and how long a link to a participant's own page works (wall time)."""

    console: str
    valid: timedelta

    async def link(self, connection: Connection, journey: str, now: datetime) -> str:
        """A new link. Its token is in the letter and nowhere else."""
        token = await links.make(connection, journey, by=SYSTEM, now=now, until=now + self.valid)
        return links.address(self.console, token)


class Ending(Enum):
    """Why a round's letters came to an end."""

    DONE = auto()
    SERVER_AWAY = auto()
    STOPPED = auto()


@dataclass(frozen=True)
class Parcel:
    """Notices that go into one letter, and where it goes."""

    way: Send
    cases: tuple[Situation, ...]

    @property
    def notices(self) -> list[str]:
        return [case.notice for case in self.cases]


class Round:
    """One round. `clock` is wall time; `go_on` says whether there is time for another letter."""

    def __init__(
        self,
        book: NoticeBook,
        mailer: Mailer,
        clock: Callable[[], datetime],
        go_on: Callable[[], bool],
        own_pages: OwnPages | None = None,
    ) -> None:
        self._book = book
        self._mailer = mailer
        self._clock = clock
        self._go_on = go_on
        self._own_pages = own_pages
        self._lease = clock()
        self.counts: Counter[str] = Counter()

    async def deliver(self, most: int) -> bool:
        """Do what can be done now with at most `most` notices; whether another round would find more to do."""
        self._count("unsure", await self._book.cut_off(self._clock()), Cause.CUT_OFF)
        more_to_nobody = await self._address(most)
        wall = self._clock()
        self._lease = wall + LEASE
        notices, more = await self._book.lease(wall, most, to_nobody=False)
        if not notices:
            return more_to_nobody
        match await self._send_all(await self._plan(notices)):
            case Ending.DONE:
                return more or more_to_nobody
            case Ending.SERVER_AWAY:
                return False
            case Ending.STOPPED:
                return True

    def doubt(self, notices: Sequence[str]) -> None:
        """Take note of notices of which nobody knows whether they have been sent."""
        self._count("unsure", notices, Cause.RESTORED)

    async def _address(self, most: int) -> bool:
        """Find out who gets the notices that are for a role."""
        wall = self._clock()
        self._lease = wall + LEASE
        notices, more = await self._book.lease(wall, most, to_nobody=True)
        if notices:
            await self._plan(notices)
        return more

    async def _plan(self, notices: Sequence[str]) -> list[Parcel]:
        async with self._book.transaction() as connection:
            cases = await self._book.situations(connection, notices, self._lease, self._clock())
            return _gathered(await self._sort(connection, cases))

    async def _sort(self, connection: Connection, cases: Iterable[Situation]) -> list[tuple[Situation, Send]]:
        """Settle, put off or share out what is not to be sent now; what is left is to be sent."""
        ready = []
        for case in cases:
            match judge(case):
                case Drop(cause):
                    await self._settle(connection, case, "dropped", cause)
                case Send() if case.asked_for and self._own_pages is None:
                    await self._settle(connection, case, "undeliverable", Cause.NO_PAGE)
                case Send() as way:
                    ready.append((case, way))
                case Undeliverable(cause):
                    await self._settle(connection, case, "undeliverable", cause)
                case Wait(cause, until):
                    later = case.pace.to_wall(until) + _ROUNDING
                    await self._book.put_back(connection, [case.notice], self._lease, later, cause)
                    self._count("waiting", [case.notice], cause)
                case Share(staff):
                    await self._book.share(connection, case, staff)
        return ready

    async def _settle(self, connection: Connection, case: Situation, status: str, cause: str) -> None:
        await self._book.settle(connection, case, self._lease, status, cause)
        self._count(status, [case.notice], cause)

    async def _send_all(self, parcels: Sequence[Parcel]) -> Ending:
        """Hand over letter after letter over one connection. What is not tried is given back."""
        async with self._mailer.visit() as session:
            for number, parcel in enumerate(parcels):
                if not self._go_on():
                    await self._give_back(parcels[number:])
                    return Ending.STOPPED
                try:
                    await self._send(session, parcel)
                except ServerAway as trouble:
                    await self._rest(parcels[number:], trouble.cause, LONGEST_REST_SERVER)
                    return Ending.SERVER_AWAY
        return Ending.DONE

    async def _send(self, session: MailSession, parcel: Parcel) -> None:
        """One letter. Raises `ServerAway` with the notices still leased, when none can be sent now."""
        try:
            await session.offer(parcel.way.sender.addr_spec, parcel.way.address)
        except ServerAway:
            raise
        except RefusedForGood as trouble:
            async with self._book.transaction() as connection:
                for case in parcel.cases:
                    await self._settle(connection, case, "undeliverable", trouble.cause)
            return
        except MailTrouble as trouble:
            await self._rest([parcel], trouble.cause, LONGEST_REST_LETTER)
            return
        letter = await self._take(parcel)
        if letter is None:
            await session.withdraw()
        else:
            await self._hand_over(session, parcel, letter)

    async def _take(self, parcel: Parcel) -> Letter | None:
        """Look again, write the letter and mark its notices; None when nothing is left to send."""
        async with self._book.transaction() as connection:
            await self._book.lock_receiver(connection, parcel.notices[0])
            now_due = await self._book.situations(connection, parcel.notices, self._lease, self._clock())
            ready = await self._sort(connection, now_due)
            cases = [case for case, way in ready if way == parcel.way]
            moved = [case.notice for case, way in ready if way != parcel.way]
            await self._book.put_back(connection, moved, self._lease, None, None)
            if not cases:
                return None
            staff = await self._book.staff(connection, [case.owner for case in cases])
            places = await self._places(connection, cases[0])
            try:
                letter = compose(cases, parcel.way, staff, self._clock(), places)
            except Exception as error:  # noqa: BLE001 (one letter that cannot be written must not hold up the others)
                log.error("letter_not_written", notices=parcel.notices, error=type(error).__name__)  # noqa: TRY400 (its text could quote the letter)
                await self._put_off(connection, cases, Cause.TECHNICAL, LONGEST_REST_LETTER)
                return None
            wall = self._clock()
            await self._book.hand_over(connection, letter, cases[0].now, wall)
            return letter

    async def _places(self, connection: Connection, case: Situation) -> Places:
        """Where the letter leads, where there are pages: staff to theirs, a participant by a fresh link."""
        if self._own_pages is None or (case.to_participant and case.ended and not case.asked_for):
            return NOWHERE
        if not case.to_participant:
            return Places(console=self._own_pages.console)
        return Places(own=await self._own_pages.link(connection, case.journey, self._clock()))

    async def _hand_over(self, session: MailSession, parcel: Parcel, letter: Letter) -> None:
        try:
            await session.hand_over(letter.content)
        except CutOff as trouble:
            await self._close(letter, "unsure", trouble.cause)
        except RefusedForGood as trouble:
            await self._close(letter, "undeliverable", trouble.cause)
        except MailTrouble as trouble:
            away = isinstance(trouble, ServerAway)
            longest = LONGEST_REST_SERVER if away else LONGEST_REST_LETTER
            await self._close(letter, "due", trouble.cause, _rested(parcel.cases, longest))
        else:
            await self._close(letter, "sent", None)

    async def _close(self, letter: Letter, status: str, cause: str | None, until: datetime | None = None) -> None:
        """Write down what became of a letter, patiently: if it cannot be written, the letter ends as unsure."""
        for pause in _PAUSES:
            try:
                await self._book.close(letter, status, cause, until)
                break
            except DATABASE_TROUBLE as error:
                log.warning("letter_not_marked", notices=letter.notices, status=status, error=type(error).__name__)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
        self._count("later" if status == "due" else status, letter.notices, cause)

    async def _rest(self, parcels: Iterable[Parcel], cause: str, longest: timedelta) -> None:
        async with self._book.transaction() as connection:
            for parcel in parcels:
                await self._put_off(connection, parcel.cases, cause, longest)

    async def _put_off(
        self, connection: Connection, cases: Sequence[Situation], cause: str, longest: timedelta
    ) -> None:
        notices, until = [case.notice for case in cases], _rested(cases, longest)
        await self._book.put_back(connection, notices, self._lease, until, cause, attempts=1)
        self._count("later", notices, cause)

    async def _give_back(self, parcels: Iterable[Parcel]) -> None:
        notices = [notice for parcel in parcels for notice in parcel.notices]
        async with self._book.transaction() as connection:
            await self._book.put_back(connection, notices, self._lease, None, None)

    def _count(self, what: str, notices: Sequence[str], cause: str | None) -> None:
        self.counts[what] += len(notices)
        if notices:
            log.info("notices", became=what, notices=list(notices), cause=cause)


def _gathered(ready: Iterable[tuple[Situation, Send]]) -> list[Parcel]:
    """One parcel for each person on the staff, one for each other notice; in the order in which they came."""
    parcels: dict[tuple[str, str, str], Parcel] = {}
    for case, way in ready:
        key = (str(way.sender), way.address, "" if is_gathered(case) else case.notice)
        before = parcels[key].cases if key in parcels else ()
        parcels[key] = Parcel(way, (*before, case))
    return list(parcels.values())


def _rested(cases: Sequence[Situation], longest: timedelta) -> datetime:
    """When to try again (wall time): after a minute, then after twice as long each time, up to `longest`."""
    case = min(cases, key=lambda case: case.attempts)
    rest = min(FIRST_REST * 2 ** min(case.attempts, _DOUBLINGS), longest)
    return case.pace.to_wall(case.now + rest)
