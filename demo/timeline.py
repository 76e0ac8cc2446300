"""The end of the demonstration: a table of what became of everybody, and a bar for each journey, day by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table
from rich.text import Text

from demo import words
from demo.cast import Part
from demo.plan import Stage
from schemas.base import Language
from schemas.events import Event, EventKind
from schemas.journey import Status

COLOURS = ("cyan", "green", "yellow", "magenta", "blue", "bright_green", "white")
REST, TROUBLE = "░", "!"
LATE = {EventKind.TASK_OVERDUE, EventKind.TASK_ESCALATED, EventKind.TASK_HANDED_OVER}
LABEL = 14
"""Columns in front of a bar."""


@dataclass(frozen=True)
class Life:
    """All that is told of one journey at the end. `letters` went out about it, to anybody."""

    journey: str
    part: Part
    status: Status
    exit: str | None
    events: Sequence[Event]
    letters: int = 0

    def count(self, *kinds: EventKind) -> int:
        """How many events of these kinds there are."""
        return sum(event.kind in kinds for event in self.events)

    @property
    def done(self) -> int:
        """Tasks that somebody did."""
        return sum(event.kind is EventKind.TASK_COMPLETED and event.command is not None for event in self.events)

    @property
    def reminders(self) -> int:
        """Reminders, without those that a newer one replaced."""
        return sum(event.kind is EventKind.TASK_REMINDED and bool(event.notices) for event in self.events)

    def length(self, stage: Stage, last: int) -> int:
        """Days from the first event until the way out, or until now."""
        ends = next((stage.day(e.at) for e in self.events if e.kind is EventKind.JOURNEY_EXITED), last)
        return ends - stage.day(self.events[0].at) + 1


def table(lives: Iterable[Life], stage: Stage, last: int, language: Language) -> Table:
    """One row for each participant."""
    shown = Table(box=box.SIMPLE_HEAD, title=words.OUTCOMES[language], title_justify="left", pad_edge=False)
    for head in ("journey", "destiny", "stands"):
        shown.add_column(words.HEADS[head][language], overflow="fold")
    for head in ("days", "done", "reminders", "escalations", "letters"):
        shown.add_column(words.HEADS[head][language], justify="right")
    for life in lives:
        figures = (life.length(stage, last), life.done, life.reminders)
        escalated = life.count(EventKind.TASK_ESCALATED, EventKind.TASK_HANDED_OVER)
        cells = (life.journey, life.part.destiny[language], stands(life, stage, language))
        shown.add_row(*map(Text, cells), *(Text(str(one)) for one in (*figures, escalated, life.letters)))
    return shown


def stands(life: Life, stage: Stage, language: Language) -> str:
    """Where a journey is, in words."""
    if life.exit is None:
        return words.UNDER_WAY[language]
    title = f"{life.exit} {stage.programme.exits[life.exit].title[language]}"
    return f"{title}, {words.FOLLOWED_UP[language]}" if life.status is Status.FOLLOWING_UP else title


def bars(lives: Iterable[Life], stage: Stage, last: int, width: int, language: Language) -> Iterator[Text]:
    """A title, a ruler, a bar for each journey and the legend, none wider than `width` columns."""
    step = max(1, -(-last // max(width - LABEL, 10)))
    letters = _letters(stage)
    yield Text(words.TIMELINE[language], style="italic")
    yield Text(" " * LABEL + _ruler(last, step), style="dim")
    for life in lives:
        yield Text.assemble(f"{life.journey:<{LABEL}}", *_bar(life, stage, last, step))
    phases = (f"{letter} {stage.programme.phases[name].title[language]}" for name, (letter, _) in letters.items())
    rest = (f"{REST} {words.RESTS[language]}", f"{TROUBLE} {words.LATE[language]}")
    yield Text("  ".join((*phases, *rest)), style="dim")


def _letters(stage: Stage) -> dict[str, tuple[str, str]]:
    """For each phase its letter and its colour."""
    names = enumerate(stage.programme.phases)
    return {name: (chr(ord("A") + number), COLOURS[number % len(COLOURS)]) for number, name in names}


def _ruler(last: int, step: int) -> str:
    marks = {day // step: str(day) for day in range(10, last + 1, 10 * step)}
    ruler = ""
    for column, mark in sorted(marks.items()):
        ruler += " " * (column - len(mark) - len(ruler)) + mark
    return ruler


def _bar(life: Life, stage: Stage, last: int, step: int) -> Iterator[tuple[str, str]]:
    letters, days = _letters(stage), phases_by_day(life.events, stage, last)
    for first in range(1, last + 1, step):
        cells = [days[day] for day in range(first, min(first + step, last + 1))]
        cell = TROUBLE if TROUBLE in cells else cells[-1]
        yield {"": (" ", ""), REST: (REST, "dim"), TROUBLE: (TROUBLE, "bold red")}.get(cell) or letters[cell]


def phases_by_day(events: Sequence[Event], stage: Stage, last: int) -> Mapping[int, str]:
    """For each day the phase in which most is open at its end, or that the journey rests, was late, or is over."""
    by_day: dict[int, list[Event]] = {}
    for event in events:
        by_day.setdefault(stage.day(event.at), []).append(event)
    open_steps: dict[str, str] = {}
    resting, found = False, {}
    for day in range(1, last + 1):
        todays = by_day.get(day, [])
        for event in todays:
            resting = event.kind is EventKind.JOURNEY_HELD or (resting and event.kind not in _GOES_ON)
            _follow(open_steps, event)
        trouble = any(event.kind in LATE for event in todays)
        found[day] = TROUBLE if trouble else REST if resting else _most(open_steps, stage)
    return found


_GOES_ON = {EventKind.JOURNEY_RELEASED, EventKind.JOURNEY_EXITED}


def _follow(open_steps: dict[str, str], event: Event) -> None:
    if event.kind is EventKind.TASK_OPENED and event.step and event.phase:
        open_steps[event.step] = event.phase
    elif event.kind in {EventKind.TASK_COMPLETED, EventKind.TASK_CLOSED}:
        open_steps.pop(event.step or "", None)


def _most(open_steps: Mapping[str, str], stage: Stage) -> str:
    """The phase with most open steps; of several the last."""
    order = list(stage.programme.phases)
    counted = Counter(open_steps.values())
    return max(counted, key=lambda phase: (counted[phase], order.index(phase)), default="")
