"""The timeline: everything that happened to a journey in words, the latest first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from console.language import all_words, say
from console.who import CLIENT, VISITOR
from journey import calendars
from journey.wording import spoken, spoken_day
from schemas.base import Language
from schemas.commands import SYSTEM
from schemas.events import Event, EventKind
from schemas.programme import PARTICIPANT, Programme
from services.letters import Letter

BIG = {
    EventKind.JOURNEY_STARTED,
    EventKind.TASK_COMPLETED,
    EventKind.MILESTONE_REACHED,
    EventKind.JOURNEY_HELD,
    EventKind.JOURNEY_RELEASED,
    EventKind.JOURNEY_EXITED,
    EventKind.JOURNEY_ENDED,
    EventKind.JOURNEY_REOPENED,
    EventKind.STEP_WAIVED,
    EventKind.WENT_BACK,
    EventKind.ACT_UNDONE,
}
"""What stands out on the timeline."""

ACTS = {
    *BIG,
    EventKind.INTEREST_JOINED,
    EventKind.TASK_ASSIGNED,
    EventKind.TASK_NUDGED,
    EventKind.TASK_EXTENDED,
    EventKind.ANSWERS_CORRECTED,
    EventKind.IDENTITY_CORRECTED,
    EventKind.DATE_MOVED,
    EventKind.TIME_WISHED,
    EventKind.WISH_ANSWERED,
    EventKind.COVER_AGREED,
    EventKind.PROGRAMME_ADOPTED,
}
"""What somebody does; everything else follows from it, and needs no name."""

LATE = {EventKind.TASK_OVERDUE, EventKind.TASK_ESCALATED}


@dataclass(frozen=True)
class Told:
    """One line: when, what in a sentence, by whom. `why` and `note` are words that people typed."""

    at: datetime
    sentence: str
    by: str = ""
    why: str = ""
    note: str = ""
    late: bool = False
    big: bool = False


@dataclass(frozen=True)
class ToldDay:
    """What happened on one day."""

    day: date
    lines: tuple[Told, ...]


def aloud(at: date | datetime | None, programme: Programme, language: Language) -> str:
    """A time or a day as it is spoken where the programme's office is."""
    if at is None:
        return "-"
    office = programme.office
    if isinstance(at, datetime):
        return spoken(calendars.local(at, office), language)
    return spoken_day(calendars.local(calendars.opening(at, office), office), language)


@dataclass(frozen=True)
class Teller:
    """Tells events of one programme. `staff` are the names of those who act."""

    programme: Programme
    staff: Mapping[str, str]
    language: Language

    def tell(self, event: Event, why: str = "") -> Told:
        """One event."""
        return Told(
            event.at,
            self._sentence(event),
            self.who(event.by) if event.kind in ACTS else "",
            why,
            late=event.kind in LATE,
            big=event.kind in BIG,
        )

    def letter(self, letter: Letter) -> Told:
        """One letter."""
        came = letter.status == "sent"
        to = self.staff.get(letter.staff or "") or self._owner(None, letter.to)
        if letter.to == PARTICIPANT:
            to = say("letters.participant", self.language)
        key = f"letters.{letter.purpose if came else letter.status}"
        return Told(letter.at, say(key, self.language, to=to), late=not came)

    def who(self, by: str | None) -> str:
        """The name behind an id; nobody's for what happens by itself."""
        if by is None or by == SYSTEM:
            return ""
        if by == PARTICIPANT:
            return say("roles.participant", self.language)
        if by == VISITOR:
            return say("roles.visitor", self.language)
        if by.startswith(CLIENT):
            return say("roles.client", self.language, name=by.removeprefix(CLIENT))
        return self.staff.get(by, by)

    def _sentence(self, event: Event) -> str:
        key = f"events.{event.kind}"
        if event.kind is EventKind.TASK_CLOSED and f"{key}.{event.reason}" in all_words():
            key = f"{key}.{event.reason}"
        elif event.kind is EventKind.TASK_COMPLETED and event.outcome is None:
            key = f"{key}.bare"
        return say(key, self.language, **self._params(event))

    def _params(self, event: Event) -> dict[str, str]:
        programme, task = self.programme, event.task
        step = programme.steps.get(event.step or (task.step if task else ""))
        outcome = step.outcomes.get(event.outcome or "") if step else None
        left = programme.exits.get(event.exit or "")
        hold = event.hold
        cause = programme.causes.get(hold.cause) if hold else None
        party = programme.parties.get(hold.on) if hold else None
        return {
            "step": step.title[self.language] if step else event.step or "",
            "outcome": outcome.title[self.language] if outcome else event.outcome or "",
            "exit": left.title[self.language] if left else event.exit or "",
            "cause": cause.title[self.language] if cause else hold.cause.replace("_", " ") if hold else "",
            "on": party.title[self.language] if party else hold.on if hold else "",
            "until": self._when(hold.review_at if hold else event.until),
            "due": self._when(task.due_at if task else None),
            "wished": self._when(task.wished_at if task else None),
            "owner": self._owner(task.owner if task else None, task.role if task else None),
            "dates": ", ".join(self._date(name, value) for name, value in event.dates.items()),
            "corrected": ", ".join(
                [
                    *(self._fact(name, value) for name, value in event.facts.items()),
                    *(self._date(name, value) for name, value in event.dates.items()),
                ]
            ),
            "version": str(event.version or ""),
            "cover": self._cover(event),
        }

    def _owner(self, owner: str | None, role: str | None) -> str:
        if owner is not None:
            return self.staff.get(owner, owner)
        known = self.programme.roles.get(role or "")
        return known.title[self.language] if known else "-"

    def _cover(self, event: Event) -> str:
        return f"{self.who(event.cover.stand_in)} → {self.who(event.cover.absent)}" if event.cover else ""

    def _date(self, name: str, value: Any) -> str:
        known = self.programme.dates.get(name)
        return f"{known.title[self.language] if known else name}: {self._when(value)}"

    def _fact(self, name: str, value: str) -> str:
        known = self.programme.facts.get(name)
        if known is None:
            return f"{name}: {value}"
        words = known.values.get(value)
        return f"{known.title[self.language]}: {words[self.language] if words else value}"

    def _when(self, at: date | datetime | None) -> str:
        return aloud(at, self.programme, self.language)


def by_day(lines: Iterable[Told], programme: Programme) -> Sequence[ToldDay]:
    """The lines day by day, the latest first; what happened at one moment keeps its order, reversed."""
    office = programme.office
    ordered = [line for _, _, line in sorted(((line.at, place, line) for place, line in enumerate(lines)), key=_latest)]
    days = groupby(ordered, lambda line: calendars.local_day(line.at, office))
    return [ToldDay(day, tuple(found)) for day, found in days]


def _latest(placed: tuple[datetime, int, Told]) -> tuple[float, int]:
    return (-placed[0].timestamp(), -placed[1])
