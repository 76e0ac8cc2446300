"""What an act would change and what comes if nobody acts, in words: shown before anything is done. Pure.

`journey.forecast` finds it all out; here it is only said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from console.language import all_words, counted, say
from console.telling import aloud
from journey import calendars
from journey.forecast import forecast
from schemas.base import Language
from schemas.clocks import OWNER
from schemas.events import EventKind
from schemas.foresight import Answered, Change, Coming, Letter
from schemas.journey import JourneyState
from schemas.programme import PARTICIPANT, Programme
from schemas.tasks import Task

AHEAD, FURTHER = timedelta(weeks=6), timedelta(weeks=52)
MOST_LINES = 12


@dataclass(frozen=True)
class Lines:
    """A heading of the dry run and what stands under it."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class AheadDay:
    """What comes on one day if nobody acts."""

    day: date
    lines: tuple[tuple[datetime, str], ...]

    @property
    def as_pair(self) -> tuple[date, int]:
        """The day, and how much happens on it."""
        return self.day, len(self.lines)


@dataclass(frozen=True)
class Month:
    """A month on the calendar: its weeks of days, None where another month's days would stand."""

    first: date
    weeks: tuple[tuple[date | None, ...], ...]

    @property
    def weekdays(self) -> tuple[date, ...]:
        """A week from Monday, for what its days are called."""
        monday = self.first - timedelta(days=self.first.weekday())
        return tuple(monday + timedelta(days=place) for place in range(7))


@dataclass(frozen=True)
class Seer:
    """Says what lies ahead, in one language. `staff` are names."""

    programme: Programme
    staff: Mapping[str, str]
    language: Language

    def change(self, change: Change) -> list[Lines]:
        """What a command would change, heading by heading; those with nothing under them left out."""
        found = [Lines(self._say(f"would.{name}"), tuple(lines)) for name, lines in self._parts(change)]
        return [each for each in found if each.lines]

    def _parts(self, change: Change) -> Iterator[tuple[str, list[str]]]:
        yield "state", list(self._state(change))
        yield "opened", [self._opened(task) for task in (*change.opened, *change.restored)]
        yield "closed", [self._step(each.task.step) for each in change.closed]
        yield "moved", [self._moved(each.task, each.due_before, each.due_after) for each in change.moved]
        yield "stays", [self._say(f"would.stays_{s.reason}", step=self._step(s.task.step)) for s in change.stays]
        yield (
            "assigned",
            [
                self._say("would.given", step=self._step(each.task.step), owner=self._owner(each.task))
                for each in change.assigned
            ],
        )
        yield "answers", [self._answer(each) for each in change.answers]
        yield "redone", [self._step(step) for step in change.taken_back]
        yield "kept", [self._step(step) for step in change.kept]
        yield "expired", [self._step(step) for step in change.expired]
        yield "sent", [self._letter(letter) for letter in change.sent]
        yield "unsent", [self._letter(letter) for letter in change.unsent]
        yield "gone", self._few(self._once(change.coming.gone))
        yield "added", self._few(self._once(change.coming.added))
        yield (
            "shifted",
            self._few(
                [
                    self._say("would.shift", what=self.coming(each.before), when=self.when(each.after.at))
                    for each in change.coming.shifted
                ]
            ),
        )

    def _state(self, change: Change) -> Iterator[str]:
        hold, left = change.hold_after, change.exit_after
        if hold is not None and change.hold_before is None:
            yield self._say("would.rests", until=self.when(hold.review_at))
        if hold is None and change.hold_before is not None:
            yield self._say("would.goes_on")
        if left is not None and change.exit_before is None:
            yield self._say("would.leaves", exit=self.programme.exits[left].title[self.language])
        if left is None and change.exit_before is not None:
            yield self._say("would.comes_back")
        if any(event.kind is EventKind.EVENT_PARKED for event in change.events):
            yield self._say("would.waits")
        if change.undo_until is not None:
            yield self._say("would.undo", until=self.when(change.undo_until))

    def _opened(self, task: Task) -> str:
        given = {"step": self._step(task.step), "owner": self._owner(task)}
        return (
            self._say("would.opens_due", **given, due=self.when(task.due_at))
            if task.due_at
            else self._say("would.opens", **given)
        )

    def _moved(self, task: Task, before: datetime | None, after: datetime | None) -> str:
        step = self._step(task.step)
        if before == after:
            return self._say("would.reminders_move", step=step)
        return self._say("would.moves", step=step, before=self.when(before), after=self.when(after))

    def _answer(self, answered: Answered) -> str:
        known = self.programme.facts.get(answered.name) or self.programme.dates.get(answered.name)
        title = known.title[self.language] if known else answered.name
        return f"{title}: {self._value(answered.name, answered.before)} → {self._value(answered.name, answered.after)}"

    def _value(self, name: str, value: datetime | date | str | None) -> str:
        if not isinstance(value, str):
            return self.when(value)
        fact = self.programme.facts.get(name)
        return fact.values[value][self.language] if fact and value in fact.values else value

    def _letter(self, letter: Letter) -> str:
        to = self.staff.get(letter.staff or "") or self._role(letter.to)
        key = f"would.letter_{letter.purpose}"
        return self._say(key, to=to, step=self._step(letter.step) if letter.step else "", when=self.when(letter.at))

    def coming(self, coming: Coming) -> str:
        """One thing that comes, with when."""
        return self._say("would.coming", when=self.when(coming.at), what=self.what(coming))

    def _once(self, found: Iterable[Coming]) -> list[str]:
        """Each thing the first time that it comes, and how often it comes again."""
        times: dict[str, list[Coming]] = {}
        for each in found:
            times.setdefault(self.what(each), []).append(each)
        return [
            self.coming(first) + (f" ({counted('would.again', len(again), self.language)})" if again else "")
            for first, *again in times.values()
        ]

    def what(self, coming: Coming) -> str:
        """One thing that comes, without when."""
        key = f"coming.{coming.kind}"
        if key not in all_words():
            key = "coming.other"
        step = self.programme.steps.get(coming.step or "")
        outcome = step.outcomes.get(coming.outcome or "") if step else None
        left = self.programme.exits.get(coming.exit or "")
        return self._say(
            key,
            step=self._step(coming.step) if coming.step else "",
            outcome=outcome.title[self.language] if outcome else "",
            exit=left.title[self.language] if left else "",
            owner=self.staff.get(coming.owner or "") or self._role(coming.role),
            to=", ".join(dict.fromkeys(self._to(letter) for letter in coming.letters)) or "-",
        )

    def when(self, at: datetime | date | None) -> str:
        """A time as it is spoken."""
        return aloud(at, self.programme, self.language)

    def _to(self, letter: Letter) -> str:
        return self.staff.get(letter.staff or "") or self._role(letter.to)

    def _few(self, lines: Sequence[str]) -> list[str]:
        more = len(lines) - MOST_LINES
        return [*lines[:MOST_LINES], *([self._say("would.more", count=more)] if more > 0 else [])]

    def _step(self, name: str | None) -> str:
        step = self.programme.steps.get(name or "")
        return step.title[self.language] if step else name or ""

    def _owner(self, task: Task) -> str:
        return self.staff.get(task.owner or "") or self._role(task.role)

    def _role(self, role: str | None) -> str:
        if role == PARTICIPANT:
            return self._say("roles.participant")
        known = self.programme.roles.get(role or "")
        return known.title[self.language] if known else self._say("would.owner") if role == OWNER else role or "-"

    def _say(self, key: str, **params: object) -> str:
        return say(key, self.language, **params)


def ahead(seer: Seer, state: JourneyState, now: datetime) -> list[AheadDay]:
    """What comes within six weeks if nobody acts, day by day; the next thing where it is further away."""
    office = seer.programme.office
    found = forecast(state, now, now + AHEAD) or forecast(state, now, now + FURTHER)[:1]
    lines = [(coming.at, seer.what(coming)) for coming in found]
    days = groupby(lines, lambda line: calendars.local_day(line[0], office))
    return [AheadDay(day, tuple(found)) for day, found in days]


def months(days: Iterable[AheadDay], today: date) -> list[Month]:
    """The months from today to the last of these days, weeks from Monday."""
    last = max((day.day for day in days), default=today)
    first, found = today.replace(day=1), []
    while first <= last:
        found.append(Month(first, tuple(_weeks(first))))
        first = (first + timedelta(days=32)).replace(day=1)
    return found


def _weeks(first: date) -> Iterator[tuple[date | None, ...]]:
    day = first - timedelta(days=first.weekday())
    while day.month == first.month or day < first:
        week = [day + timedelta(days=place) for place in range(7)]
        yield tuple(each if each.month == first.month else None for each in week)
        day += timedelta(days=7)
