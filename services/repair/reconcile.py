"""Comparing what Temporal knows of each journey with what Postgres has, and mending Postgres.

The journeys are the truth. What the journal lacks is taken from Temporal's histories and written as the journal writes,
each event once by its number, so that what a journey waits to write goes through. Read tables that do not agree with
their journal are made anew. Safe while everything runs, to repeat, and to interrupt: each journey is one transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from temporalio.client import Client

from db.journal import JournalGap, restore
from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.base import Both
from schemas.events import Event
from schemas.forms.problems import shown
from schemas.journey import JourneyState, Pace, Status
from services.errors import NoSuchJourney
from services.intake.delivery import Begin, Deliveries
from services.journeys import Journeys
from services.publish import found_version, without_words
from services.repair import found
from services.repair.histories import remember
from services.repair.reckoning import Course, Here, Told, Witness, known_here, known_to_temporal
from services.repair.turning_back import turn_back
from services.repair.words import ASK_AGAIN, DO_AGAIN, FORMS, LOOK_AGAIN, NOTHING, SENTENCES, TODO, VERSION, What
from workflows.names import TASK_QUEUE

AT_ONCE = 8


@dataclass(frozen=True)
class Finding:
    """What was not in order with a journey. `mended`: it is now. `first` to `last` are the events that it is about.

    `reached` is the latest event of the journey itself, `forms` are steps whose forms are lost.
    """

    journey: str
    what: What
    mended: bool = False
    first: int = 0
    last: int = 0
    count: int = 0
    reached: int = 0
    forms: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def needs_somebody(self) -> bool:
        """Whether anything is left to do for a person."""
        return not self.mended or self.what in TODO or bool(self.forms or self.left)

    @property
    def sentence(self) -> Both:
        steps = ", ".join(self.forms)
        lost = Both(sv=FORMS.sv.format(steps=steps), en=FORMS.en.format(steps=steps)) if steps else Both(sv="", en="")
        said = SENTENCES[self.what]
        return Both(sv=said.sv.format(**vars(self)) + lost.sv, en=said.en.format(**vars(self)) + lost.en)

    @property
    def todo(self) -> Both:
        said = TODO.get(self.what) or (ASK_AGAIN if self.forms else NOTHING if self.mended else LOOK_AGAIN)
        said = DO_AGAIN if self.left else said
        named = {**vars(self), "left": "; ".join(self.left)}
        return Both(sv=said.sv.format(**named), en=said.en.format(**named))

    def as_json(self) -> dict[str, Any]:
        """`journey, what, mended, events [first, last], forms, sentence {sv, en}, todo {sv, en}`."""
        events = [self.first, self.last] if self.last else None
        said = {"sentence": self.sentence.model_dump(), "todo": self.todo.model_dump()}
        return {"journey": self.journey, "what": self.what, "mended": self.mended, "events": events,
                "forms": list(self.forms), **said}  # fmt: skip


@dataclass
class Reconciled:
    """What was found. `versions` are those whose words are not known here."""

    checked: int = 0
    findings: list[Finding] = field(default_factory=list)
    versions: set[tuple[str, int]] = field(default_factory=set)

    @property
    def in_order(self) -> int:
        return self.checked - len({finding.journey for finding in self.findings})

    @property
    def left(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.needs_somebody]

    def counts(self) -> dict[What, int]:
        return {what: sum(finding.what is what for finding in self.findings) for what in What}

    def as_json(self) -> dict[str, Any]:
        """`checked, in_order, counts {what: n}, findings, versions [{programme, version, todo {sv, en}}]`."""
        versions = []
        for programme, version in sorted(self.versions):
            said = Both(**{each: VERSION[each].format(programme=programme, version=version) for each in ("sv", "en")})
            versions.append({"programme": programme, "version": version, "todo": said.model_dump()})
        found = [finding.as_json() for finding in sorted(self.findings, key=lambda finding: finding.journey)]
        numbers = {"checked": self.checked, "in_order": self.in_order, "counts": self.counts()}
        return {**numbers, "findings": found, "versions": versions}


class Reconciliation:
    """Compares journeys, some at a time; with `mend` it also puts in order what it can. `now` is wall time.

    With `turn_back` Postgres follows those that have gone back in time (`turning_back`): there is no newer copy.
    """

    def __init__(
        self,
        db: Database,
        client: Client,
        journeys: Journeys,
        *,
        now: datetime,
        mend: bool = True,
        turn_back: bool = False,
    ) -> None:
        self._db, self._client, self._journeys = db, client, journeys
        self._now, self._mend, self._turn_back = now, mend, turn_back
        self._witness = Witness(client, journeys)
        self._slots, self._publishing = asyncio.Semaphore(AT_ONCE), asyncio.Lock()
        self._versions: dict[str, int] = {}
        self.found = Reconciled()

    async def one(self, journey: str) -> Reconciled:
        """One journey, its read tables made anew in any case. Raises `NoSuchJourney`."""
        told = await self._witness.ask(journey)
        if told.course is Course.UNKNOWN and await known_here(self._db, journey) is None:
            raise NoSuchJourney(journey=shown(journey))
        await self._look(journey, anew=True)
        return await self._done()

    async def all(self, progress: Callable[[int, int], None], task_queue: str = TASK_QUEUE) -> Reconciled:
        """Every journey that Temporal knows, and every one that should run. `progress` is told how many of how many."""
        async with self._db.acting_as(SYSTEM) as connection:
            under_way = {record["journey"] for record in await connection.fetch(sql.journeys_under_way)}
        known = under_way | {journey async for journey in known_to_temporal(self._client, task_queue)}

        async def one(journey: str) -> None:
            async with self._slots:
                await self._look(journey)
            progress(self.found.checked, len(known))

        await asyncio.gather(*(one(journey) for journey in sorted(known)))
        if self._mend:
            async with self._db.acting_as(SYSTEM) as connection:
                await connection.execute(sql.older_no_more, self._now)
        return await self._done()

    async def _done(self) -> Reconciled:
        self.found.versions.update(await without_words(self._db))
        return self.found

    async def _look(self, journey: str, *, anew: bool = False) -> None:
        # Temporal first: what a journey has written meanwhile is then in the journal, and not missed there.
        told = await self._witness.ask(journey)
        here = await known_here(self._db, journey)
        match told.course:
            case Course.SILENT:
                self._note(journey, What.NO_ANSWER)
            case Course.UNKNOWN | Course.BROKEN_OFF:
                await self._not_there(journey, told, here, anew=anew)
            case _ if here is not None and here.last > told.seq and await self._is_ahead(journey, here):
                await self._gone_back(journey, told, here)
            case _:
                await self._compare(journey, told, here, anew=anew)
        if here is not None and here.unknown and here.status is not Status.ENDED:
            self._note(journey, What.UNKNOWN_PERSON)
        self.found.checked += 1

    def _note(self, journey: str, what: What, **rest: Any) -> None:
        self.found.findings.append(Finding(journey, what, **rest))

    # ---- journeys that Temporal does not carry

    async def _not_there(self, journey: str, told: Told, here: Here | None, *, anew: bool) -> None:
        if here is None:
            return
        if here.status is Status.ENDED:
            if here.seq > here.last:
                self._note(journey, What.INCOMPLETE, **_span(range(here.last + 1, here.seq + 1)))
            elif anew or not here.whole:
                await self._make_anew(journey, told, here)
        elif here.begun or here.seq or told.course is Course.BROKEN_OFF:
            self._note(journey, What.NOT_CARRIED_ON)
        else:
            self._note(journey, What.NOT_BEGUN, mended=self._mend and await self._begin(journey))

    async def _begin(self, journey: str) -> bool:
        return not await Deliveries(self._db, self._journeys).carry_out({journey: [Begin()]})

    # ---- comparing

    async def _is_ahead(self, journey: str, here: Here) -> bool:
        """Asked again: it may have gone on between the two looks."""
        told = await self._witness.ask(journey)
        return told.course in {Course.RUNNING, Course.ENDED} and told.seq < here.last

    async def _gone_back(self, journey: str, told: Told, here: Here) -> None:
        span = {"first": told.seq + 1, "last": here.last, "reached": told.seq}
        turned = None
        if self._mend and self._turn_back:
            to = (self._db, self._client, self._journeys, journey, told)
            turned = await turn_back(*to, pace=here.pace, now=self._now)
        if turned is None:
            self._note(journey, What.AHEAD, **span)
        else:
            span |= {"first": turned.first, "last": turned.last, "count": turned.again}
            self._note(journey, What.TURNED_BACK, mended=True, left=turned.left, **span)
            # What it had just taken to be written, and was not, is put back like anything else.
            await self._compare(
                journey, await self._witness.ask(journey), await known_here(self._db, journey), anew=False
            )

    async def _compare(self, journey: str, told: Told, here: Here | None, *, anew: bool) -> None:
        missing = await self._missing(journey, told, here)
        if here is None or missing:
            await self._put_back(journey, told, here, missing)
        elif anew or not here.whole or not here.agrees(told):
            await self._make_anew(journey, told, here)

    async def _missing(self, journey: str, told: Told, here: Here | None) -> set[int]:
        """Events that a journey takes to be written, and that are not."""
        needed = set(range(1, told.seq + 1)) - told.waiting
        if here is not None and here.events == here.last:
            return {number for number in needed if number > here.last}
        async with self._db.acting_as(SYSTEM) as connection:
            return needed - {record["seq"] for record in await connection.fetch(sql.numbers_in_journal, journey)}

    # ---- mending

    async def _put_back(self, journey: str, told: Told, here: Here | None, missing: set[int]) -> None:
        """Take what is missing from Temporal's histories: all of it, or what comes before the first that is lost."""
        past = await remember(self._client, journey, missing, run=told.run)
        lost = missing - past.events.keys()
        state, pace = told.state or past.closed, here.pace if here else past.pace or Pace()
        if here is None:
            self._note(journey, What.UNKNOWN_PERSON)
        if lost:
            self._note(journey, What.INCOMPLETE, **_span(lost))
        events = [past.events[number] for number in sorted(missing - lost) if number < min(lost, default=told.seq + 1)]
        if not self._mend or state is None or (here is not None and not events):
            self._note_behind(journey, events)
            return
        version = await self._known_version(state, pace)
        closed = past.closed if told.course is Course.ENDED else None
        async with self._db.acting_as(SYSTEM) as connection:
            if here is None:
                await found.place(connection, state, version, pace, pace.to_journey(self._now))
            for event in events:
                if event.command in past.reports:
                    await found.give_back(connection, journey, *past.reports[event.command], pace)
            whole = await self._restore(connection, journey, events, pace, closed)
            forms = await _forms_lost(connection, journey, events)
        if whole:
            self._note_behind(journey, events, mended=True, forms=forms)

    def _note_behind(self, journey: str, events: Sequence[Event], **rest: Any) -> None:
        if events:
            self._note(journey, What.BEHIND, **_span(event.seq for event in events), **rest)

    async def _make_anew(self, journey: str, told: Told, here: Here) -> None:
        """Make the read tables again from the journal; the state in which a journey ended is taken from Temporal."""
        fine, closed = here.whole and here.agrees(told), None
        if told.course is Course.ENDED and not here.kept:
            closed = (await remember(self._client, journey, (), run=told.run)).closed
        if self._mend:
            async with self._db.acting_as(SYSTEM) as connection:
                await self._restore(connection, journey, (), here.pace, closed)
        if not fine:
            self._note(journey, What.WRONG, mended=self._mend)

    async def _restore(
        self, connection: Connection, journey: str, events: Sequence[Event], pace: Pace, closed: JourneyState | None
    ) -> bool:
        """Whether it could be done: with a gap that stays, nothing is made anew."""
        try:
            await restore(connection, journey, events, now=pace.to_journey(self._now), closed=closed)
        except JournalGap:
            return False
        return True

    async def _known_version(self, state: JourneyState, pace: Pace) -> int:
        """The number under which the journey's version is known here, which it is after this."""
        digest = state.programme.hash
        async with self._publishing:
            if digest not in self._versions:
                async with self._db.acting_as(SYSTEM) as connection:
                    now = pace.to_journey(self._now)
                    self._versions[digest] = await found_version(connection, state.programme, now)
        return self._versions[digest]


def _span(numbers: Iterable[int]) -> dict[str, int]:
    known = sorted(numbers)
    return {"first": known[0], "last": known[-1], "count": len(known)}


async def _forms_lost(connection: Connection, journey: str, events: Iterable[Event]) -> tuple[str, ...]:
    """The steps whose forms were lost with the database: nobody but the database ever had them."""
    named = {event.submission: event.step for event in events if event.submission and event.step}
    lost = await connection.fetch(sql.forms_lost, journey, list(named))
    return tuple(sorted({named[record["submission"]] for record in lost}))
