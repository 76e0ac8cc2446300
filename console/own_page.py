"""What a participant's own page says, in words for them: who acts now and by when, what they may answer, what is set.

Pure: it is made of what `services.participant` has read, and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from console.language import say
from console.mapping import Stands, Stretch, journey_map
from journey import calendars, wishing
from journey.check_own_page import is_theirs
from journey.errors import Refusal
from journey.wording import spoken, spoken_day
from schemas.base import Both, Language
from schemas.clocks import Calendar
from schemas.programme import PARTICIPANT, Kind
from schemas.tasks import Task
from services.participant.answering import question_of
from services.participant.own_journey import OwnJourney


@dataclass(frozen=True)
class Line:
    """One thing that is open. `asks`: the participant may answer it; `theirs`: it waits for nobody else.

    `told` is what they have said already and staff look at. `movable`: another time may be asked for.
    """

    task: str
    title: str
    sentence: str
    asks: bool = False
    theirs: bool = False
    told: str = ""
    movable: bool = False
    by_phone: bool = False
    wished: str = ""
    late: bool = False


@dataclass(frozen=True)
class Appointment:
    """A time that is set, with what is open about it, if anything."""

    name: str
    title: Both
    at: datetime
    minutes: int
    line: Line | None


@dataclass(frozen=True)
class Stage:
    """A phase of the way, and how it stands: `done`, `now`, `ahead`, or `maybe` when that is not known yet."""

    title: str
    stands: str


@dataclass(frozen=True)
class Speaker:
    """Says how one journey stands, in one language."""

    own: OwnJourney
    language: Language

    # ---- what is open

    def lines(self) -> list[Line]:
        """What is open: what waits for the participant first, then by when it is due."""
        open_now = sorted(self.own.tasks, key=lambda task: (task.due_at is None, task.due_at or task.opened_at))
        shown = [task for task in open_now if self.own.programme.steps[task.step].kind is not Kind.AUTOMATIC]
        return sorted((self._line(task) for task in shown), key=lambda line: (not line.theirs, not line.asks))

    def _line(self, task: Task) -> Line:
        programme = self.own.programme
        step, own = programme.steps[task.step], programme.own_page.get(task.step)
        question = question_of(programme, task.step)
        return Line(
            task=task.id,
            title=own.says[self.language] if own else step.title[self.language],
            sentence=self._sentence(task),
            asks=question is not None,
            theirs=is_theirs(step) and question is not None,
            told=", ".join(self._told(task)),
            movable=self._movable(task),
            by_phone=step.by_phone,
            wished=self.when(task.wished_at) if task.wished_at else "",
            late=self._late(task),
        )

    def _told(self, task: Task) -> Iterator[str]:
        own, event = self.own.programme.own_page.get(task.step), self.own.programme.steps[task.step].event
        for outcome, answer in own.answers.items() if own is not None else ():
            if (event, outcome) in self.own.told:
                yield answer.words[self.language]

    def _movable(self, task: Task) -> bool:
        try:
            wishing.window(self.own.programme, task, self.own.dates, self.own.now, self.own.hold)
        except Refusal:
            return False
        return True

    def _late(self, task: Task) -> bool:
        return task.due_at is not None and task.due_at < self.own.now and not self._stopped(task)

    def _stopped(self, task: Task) -> bool:
        return self.own.hold is not None and not task.fixed

    def _sentence(self, task: Task) -> str:
        programme = self.own.programme
        step = programme.steps[task.step]
        who, due = self.who(task), self.day(task.due_at) if task.due_at else ""
        late = "_late" if self._late(task) else "" if task.due_at and not self._stopped(task) else "_open"
        said = {"who": who, "due": due}
        name = wishing.appointment_of(programme, step)
        set_for = self.own.dates.get(name or "")
        if isinstance(set_for, datetime):
            key = "appointment" if set_for > self.own.now else "appointment_over"
            return say(f"mine.{key}", self.language, when=self.when(set_for), who=who)
        party = programme.parties.get(step.waiting_on or "")
        kind = "answer" if PARTICIPANT in {task.role, step.waiting_on} else "call" if step.by_phone else "ours"
        if kind == "ours" and step.kind is Kind.WAIT and party is not None:
            kind, said["party"] = "wait", party.title[self.language]
        return say(f"mine.{kind}{late or '_by'}", self.language, **said)

    def who(self, task: Task) -> str:
        """Who has a task: their name, else what they are."""
        helper = self.own.helpers.get(task.owner or "")
        role = self.own.programme.roles.get(task.role or "")
        return helper.name if helper else role.title[self.language] if role else say("mine.we", self.language)

    # ---- what is set, and the way

    def appointments(self) -> list[Appointment]:
        """Times that are set and to come, the next first; one whose step has ended is past, whenever it was to be."""
        found = []
        lines = {line.task: line for line in self.lines()}
        for name, value in self.own.dates.items():
            known = self.own.programme.dates.get(name)
            if known is None or not known.minutes or not isinstance(value, datetime) or value <= self.own.now:
                continue
            task = self._task_of(name)
            if task is not None or not self._has_a_step(name):
                line = lines.get(task.id) if task else None
                found.append(Appointment(name, known.title, value, known.minutes, line))
        return sorted(found, key=lambda each: each.at)

    def _task_of(self, appointment: str) -> Task | None:
        steps = self.own.programme.steps
        tasks = (t for t in self.own.tasks if wishing.appointment_of(self.own.programme, steps[t.step]) == appointment)
        return next(tasks, None)

    def _has_a_step(self, appointment: str) -> bool:
        programme = self.own.programme
        return any(wishing.appointment_of(programme, step) == appointment for step in programme.steps.values())

    def stages(self) -> list[Stage]:
        """The phases that concern this participant, as far as it is known; of some it is not known yet whether."""
        own = self.own
        titles = {phase.title: phase.own or phase.title for phase in own.programme.phases.values()}
        found = journey_map(own.programme, own.results, own.tasks, own.facts, own.exit)
        return [
            Stage(titles[each.title][self.language], "maybe" if self._is_open(each) else each.stands.value)
            for each in found
            if each.stands is not Stands.NOT
        ]

    def _is_open(self, stretch: Stretch) -> bool:
        """Whether all of a phase hangs on answers that nobody has given yet."""
        when = [self.own.programme.steps[stop.step].when for stop in stretch.stops]
        return stretch.stands is Stands.AHEAD and all(facts.keys() - self.own.facts.keys() for facts in when)

    # ---- times

    @property
    def office(self) -> Calendar:
        """The calendar in whose time it speaks."""
        return self.own.programme.office

    def day(self, at: datetime) -> str:
        """`i dag`, `i morgon`, else `torsdag 26 november`."""
        local = calendars.local(at, self.office)
        near = self._near(local.date())
        return near or spoken_day(local, self.language).removesuffix(f" {self._today().year}")

    def when(self, at: datetime) -> str:
        """The same with the time of day."""
        local = calendars.local(at, self.office)
        near = self._near(local.date())
        if not near:
            return spoken(local, self.language).replace(f" {self._today().year}", "", 1)
        return f"{near} kl. {local:%H.%M}" if self.language == "sv" else f"{near} at {local:%H:%M}"

    def _near(self, day: date) -> str:
        ahead = (day - self._today()).days
        return say("mine.today" if ahead == 0 else "mine.tomorrow", self.language) if ahead in {0, 1} else ""

    def _today(self) -> date:
        return calendars.local_day(self.own.now, self.office)


def by_day(times: tuple[datetime, ...], office: Calendar) -> dict[date, list[datetime]]:
    """Times to choose among, day by day."""
    found: dict[date, list[datetime]] = {}
    for at in times:
        found.setdefault(calendars.local_day(at, office), []).append(at)
    return found
