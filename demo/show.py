"""What people see while it runs: a line for each thing worth noticing, and a dim one a day for what simply went well.

It formats what it is given and fetches nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from rich.console import Console
from rich.text import Text

from demo import words
from demo.cast import Part
from demo.feed import Sent
from demo.plan import Stage
from journey import calendars
from schemas.base import Language
from schemas.commands import SYSTEM
from schemas.events import Event, EventKind, Notice
from schemas.programme import PARTICIPANT

STYLES = {
    EventKind.JOURNEY_STARTED: "cyan",
    EventKind.INTEREST_JOINED: "cyan",
    EventKind.TASK_REMINDED: "yellow",
    EventKind.TASK_OVERDUE: "red",
    EventKind.TASK_ESCALATED: "bold red",
    EventKind.TASK_HANDED_OVER: "bold red",
    EventKind.MILESTONE_REACHED: "green",
    EventKind.JOURNEY_EXITED: "bold magenta",
    EventKind.JOURNEY_HELD: "blue",
    EventKind.JOURNEY_RELEASED: "blue",
    EventKind.EVENT_PARKED: "blue",
    EventKind.EVENT_REFUSED: "red",
    EventKind.TASK_COMPLETED: "yellow",
}


class Teller:
    """Tells what happens. `journeys` says whose a journey is; it may grow."""

    def __init__(self, console: Console, language: Language, stage: Stage) -> None:
        self._console, self._language, self._stage = console, language, stage
        self._day = 0
        self._done: Counter[str] = Counter()
        self._letters: Counter[str] = Counter()

    def tell(self, news: Iterable[tuple[str, Event]], journeys: Mapping[str, Part]) -> None:
        """Show what is worth noticing; keep the rest for the line of the day."""
        for journey, event in news:
            if event.kind is EventKind.TASK_COMPLETED and event.by != SYSTEM and event.step:
                self._done[self._title(event.step)] += 1
            elif (said := self._sentence(journey, event, journeys)) is not None:
                self._console.print(self._line(event.at, journey, said, STYLES[event.kind]), soft_wrap=True)

    def tell_letters(self, letters: Iterable[Sent]) -> None:
        """Count what went out today."""
        for letter in letters:
            self._letters.update(words.PURPOSES[purpose][self._language] for purpose in letter.purposes)
            self._letters["*"] += 1

    def close_day(self, now: datetime) -> None:
        """When a day has passed, say in one line what was done in it."""
        day = self._stage.day(now)
        if day <= self._day:
            return
        parts = [*self._what_was_done(), *self._what_went_out()]
        if parts and self._day:
            self._console.print(Text(f"{self._prefix(self._day)}{' · '.join(parts)}", style="dim"), soft_wrap=True)
        self._day = day
        self._done.clear()
        self._letters.clear()

    def _what_was_done(self) -> Iterable[str]:
        if self._done:
            steps = ", ".join(f"{count} {step}" if count > 1 else step for step, count in sorted(self._done.items()))
            yield words.DONE[self._language].format(steps=steps)

    def _what_went_out(self) -> Iterable[str]:
        count = self._letters.pop("*", 0)
        if count:
            kinds = ", ".join(kind for kind, _ in self._letters.most_common())
            yield words.LETTERS[self._language].format(count=count, kinds=kinds)

    # ---- one line

    def _line(self, at: datetime, journey: str, said: str, style: str) -> Text:
        when = calendars.local(at, self._stage.calendar)
        head = f"{self._prefix(self._stage.day(at))}{when:%H:%M}  {journey}  "
        return Text.assemble((head, "dim"), (said, style))

    def _prefix(self, day: int) -> str:
        weekday = words.WEEKDAYS[self._language].split()[self._stage.at(day, self._stage.calendar.opens).weekday()]
        return f"{words.DAY[self._language]} {day:>3} {weekday}  "

    def _sentence(self, journey: str, event: Event, journeys: Mapping[str, Part]) -> str | None:
        if event.kind not in words.SAID or (event.kind is EventKind.TASK_COMPLETED and not self._by_itself(event)):
            return None
        if event.kind is EventKind.TASK_REMINDED and not event.notices:
            return None  # a newer one has taken its place
        if event.kind is EventKind.MILESTONE_REACHED and event.counts == "interest":
            return None
        part = journeys.get(journey)
        taken = event.kind is EventKind.TASK_ESCALATED and event.task is not None and self._is_taken_over(event)
        said = words.SAID[event.kind][self._language].format(
            destiny=part.destiny[self._language] if part else "-",
            to=self._receivers(event.notices),
            owner=(event.task.owner or self._role(event.task.role)) if event.task else "",
            step=self._title(event.step) if event.step else "",
            outcome=self._outcome(event),
            on=self._party(event.hold.on) if event.hold else "",
            exit=self._exit(event.exit),
            reason=event.reason or "",
        )
        return said + (words.TAKEN_OVER[self._language] if taken else "")

    def _by_itself(self, event: Event) -> bool:
        """Whether a step ended because nobody answered; automatic steps are nobody's doing and not told."""
        step = self._stage.programme.steps[event.step or ""]
        return event.command is None and step.end is not None and step.end.outcome == event.outcome

    def _is_taken_over(self, event: Event) -> bool:
        step = self._stage.programme.steps[event.step or ""]
        return event.task is not None and event.task.role != step.role

    def _receivers(self, notices: Iterable[Notice]) -> str:
        found = dict.fromkeys(
            words.PARTICIPANT[self._language] if notice.to == PARTICIPANT else notice.staff or self._role(notice.to)
            for notice in notices
        )
        return ", ".join(found) or "-"

    def _title(self, step: str) -> str:
        return self._stage.programme.steps[step].title[self._language]

    def _outcome(self, event: Event) -> str:
        step = self._stage.programme.steps.get(event.step or "")
        found = step.outcomes.get(event.outcome or "") if step else None
        return found.title[self._language] if found else event.outcome or ""

    def _role(self, role: str | None) -> str:
        found = self._stage.programme.roles.get(role or "")
        return found.title[self._language] if found else "-"

    def _party(self, party: str) -> str:
        found = self._stage.programme.parties.get(party)
        return found.title[self._language] if found else party

    def _exit(self, code: str | None) -> str:
        return f"{self._stage.programme.exits[code].title[self._language]} ({code})" if code else ""
