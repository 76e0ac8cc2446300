"""What somebody wants done to a journey: what is asked of them, and what they sent. Acts are made of these.

Nothing is decided here: rights are `who`'s, and whether it can be done the journey says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from console.forms import Sent, Shown
from console.language import say
from console.viewing import View
from console.who import Act
from journey import calendars
from journey.errors import Refusal
from schemas.base import Language
from schemas.clocks import Calendar
from schemas.commands import Command
from schemas.programme import Programme
from schemas.tasks import Task

TO_COME = "to-come"
"""The id of a command is given when it is sent."""

REASON = "reason"
"""The field for why, in words."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants done: to whom, about which task or step, and what they sent."""

    view: View
    language: Language
    doing: str
    sent: Sent = field(default_factory=dict)
    any_exit: bool = False

    @property
    def programme(self) -> Programme:
        return self.view.programme

    @property
    def office(self) -> Calendar:
        return self.programme.office

    def one(self, name: str) -> str:
        return next(iter(self.sent.get(name, ())), "").strip()

    def task(self) -> Task | None:
        return next((task for task in self.view.tasks if task.id == self.one("task")), None)


class Unclear(Refusal):
    """Fill in what is missing."""

    sv = "Fyll i det som saknas."

    def __init__(self, name: str, words: str) -> None:
        self.field = name
        self.words = words
        super().__init__()


@dataclass(frozen=True)
class Doing:
    """One act: its name in the address, the right it takes, what it asks and what it becomes."""

    name: str
    act: Act
    fields: Callable[[Asked], Iterable[Shown]]
    command: Callable[[Asked], Command]
    possible: Callable[[View], bool]
    reason: bool = True
    about_task: bool = False
    serious: bool = False


def field_of(asked: Asked, name: str, kind: str = "text", choices: Iterable[tuple[str, str]] = ()) -> Shown:
    """One field of an act, as it was filled in so far."""
    explained = f"acts.{name}_help"
    return Shown(
        name=name,
        label=say(f"acts.{name}", asked.language),
        kind=kind,
        value=asked.one(name),
        values=tuple(value for value in asked.sent.get(name, ()) if value),
        choices=tuple(choices),
        help=say(explained, asked.language) if explained in HELPED else None,
    )


HELPED = {"acts.review_help", "acts.until_help", "acts.keep_help", "acts.to_day_help"}


def day_of(asked: Asked, name: str) -> date:
    """A day that was filled in. Raises `Unclear`."""
    try:
        return date.fromisoformat(asked.one(name))
    except ValueError:
        raise Unclear(name, "acts.choose_day") from None


def moment_of(asked: Asked, name: str) -> datetime:
    """A local time that was filled in, as an instant. Raises `Unclear`."""
    try:
        return calendars.local_to_utc(datetime.fromisoformat(asked.one(name)).replace(tzinfo=None))
    except ValueError:
        raise Unclear(name, "acts.choose_time") from None
