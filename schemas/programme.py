"""A programme: one published, immutable version of a journey's steps, clocks, roles and words.

It is data: no expressions, no variables, no loops. Conditions are memberships (`needs`, `when`); everything else
names something that exists in code (a form, an action, a calendar rule). `journey.checks` judges drafts; these
classes only give the shape, and stay tolerant because a version rides inside every journey that follows it.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from schemas.base import Both, Line, Model, Name, Remembering, Text
from schemas.clocks import Calendar, Due, End, Offset, Reminder, Rung
from schemas.tasks import Alarm

PARTICIPANT = "participant"
"""The reserved role of the person the journey is about."""

FORMAT = 1


class Kind(StrEnum):
    """The four kinds of step: a closed set."""

    TASK = "task"
    WAIT = "wait"
    AUTOMATIC = "automatic"
    MILESTONE = "milestone"


class Then(Model):
    """The effect that replaces an exhausted `again` or `hold`: exactly one of the two."""

    go_on: bool = False
    exit: Name | None = None


class HoldRule(Model):
    """An outcome that lets the journey rest, and where it goes on: `resume` is reopened when the hold ends.

    The hold ends by itself after `days`, or on the named date `until`. After `at_most` holds by this outcome,
    `then` happens instead.
    """

    cause: Name
    on: Name
    days: int = 30
    until: Name | None = None
    resume: Name | None = None
    at_most: int = 1
    then: Then


class Again(Model):
    """Open `step` anew, at most `at_most` times in the journey's life; after that, `then`."""

    step: Name
    at_most: int
    then: Then


class NoticeRule(Model):
    """A message to send when something happens.

    With `invite` it carries a calendar invitation for that named time.
    """

    notice: Name
    to: tuple[Name, ...] = (PARTICIPANT,)
    invite: Name | None = None


class Outcome(Model):
    """One way a task can end. Exactly one of `go_on`, `exit`, `again` and `hold`.

    `asks` and `asks_dates` name the facts and dates that whoever completes the task must give; `sets` gives
    facts that follow from the outcome itself. `counts: false` says that nobody took part after all, so that the
    step's counted activity is not counted.
    """

    title: Both
    go_on: bool = False
    exit: Name | None = None
    again: Again | None = None
    hold: HoldRule | None = None
    sets: dict[Name, Name] = Field(default_factory=dict)
    asks: tuple[Name, ...] = ()
    asks_dates: tuple[Name, ...] = ()
    notices: tuple[NoticeRule, ...] = ()
    counts: bool = True


class Step(Model):
    """A place in the programme.

    `needs` opens it once each named step has ended with one of the listed outcomes; a named step that does not
    apply to this participant counts as satisfied, and a step all of whose needs do not apply does not apply
    either. `when` says for which facts it applies. `after_exit` opens it once the journey has left with one of
    these exits. `keep` keeps its result when an earlier step is opened again. A result older than `valid` says nothing
    any more about somebody who comes back. `by_phone`: staff call the participant, who may wish for another time.
    """

    kind: Kind
    title: Both
    phase: Name
    role: Name | None = None
    waiting_on: Name | None = None
    needs: dict[Name, tuple[Name, ...]] = Field(default_factory=dict)
    when: dict[Name, tuple[Name, ...]] = Field(default_factory=dict)
    after_exit: tuple[Name, ...] = ()
    due: Due | None = None
    due_again: Due | None = None
    remind: tuple[Reminder, ...] | None = None
    escalate: tuple[Rung, ...] | None = None
    end: End | None = None
    outcomes: dict[Name, Outcome] = Field(default_factory=dict)
    form: Name | None = None
    event: Line | None = None
    action: Name | None = None
    opens_with: tuple[NoticeRule, ...] = ()
    counts: Name | None = None
    keep: bool = False
    valid: Offset | None = None
    help: Both | None = None
    by_phone: bool = False


class Defaults(Model):
    """Reminders and escalations of every task and wait that does not give its own."""

    remind: tuple[Reminder, ...] = ()
    escalate: tuple[Rung, ...] = ()


class Role(Model):
    """Who does things. `party` is the organisation behind the role."""

    title: Both
    party: Name


class Party(Model):
    """An organisation or person that a journey can wait for."""

    title: Both


class Phase(Model):
    """A stretch of the journey, for maps and numbers; `own` is what participants call it."""

    title: Both
    own: Both | None = None


class Fact(Model):
    """An enumerated answer. `values` maps each permitted value to its words."""

    title: Both
    values: dict[Name, Both]


class NamedDate(Model):
    """A date (or, with `minutes`, an appointment of that length) that clocks and invitations refer to."""

    title: Both
    minutes: int | None = None


class Cause(Model):
    """The words for why a journey rests."""

    title: Both


class Exit(Model):
    """A way out of the journey. `anytime` lets staff choose it whatever step the person is in."""

    title: Both
    good: bool = False
    anytime: bool = False
    notices: tuple[NoticeRule, ...] = ()


class Template(Model):
    """The words of a message. Placeholders in braces; see `docs/concepts.md` for the list."""

    subject: Both
    body: Both


class OwnAnswer(Model):
    """An answer that a participant may give, in words of theirs; with `confirm` staff look at it before it counts."""

    words: Both
    confirm: bool = False


class OwnStep(Model):
    """What a participant's own page says of an open step, and which of its outcomes they may report themselves.

    `fields` are those of the step's form that they may fill in besides what the outcome asks for.
    """

    says: Both
    answers: dict[Name, OwnAnswer] = Field(default_factory=dict)
    fields: tuple[Name, ...] = ()


class Messages(Model):
    """How people are written to: never inside quiet hours, never more than `per_day` messages to a participant."""

    quiet_from: time = time(20)
    quiet_to: time = time(8)
    per_day: int = 2
    sender: Line = "resan@example.org"


class DatedValue(Model):
    """A parameter's value from a date on. `source` says who decided it."""

    since: date
    value: Decimal
    source: Text = ""


class OrganisationKind(StrEnum):
    """What an organisation is to a participant."""

    EMPLOYER = "employer"
    SCHOOL = "school"
    LANDLORD = "landlord"
    PARTNER = "partner"


class Organisation(Model):
    """An employer, school, landlord or partner of the programme."""

    title: Line
    kind: OrganisationKind


class Programme(Remembering):
    """One version of a programme. `version` and `hash` are given at publication.

    `undo_minutes` is how long a completion may be taken back; its letters leave after that.
    """

    format: int = FORMAT
    programme: Name
    title: Both
    version: int = 0
    hash: str = ""
    fallback: Name
    roles: dict[Name, Role]
    parties: dict[Name, Party]
    phases: dict[Name, Phase]
    calendars: dict[Name, Calendar]
    facts: dict[Name, Fact] = Field(default_factory=dict)
    dates: dict[Name, NamedDate] = Field(default_factory=dict)
    causes: dict[Name, Cause] = Field(default_factory=dict)
    exits: dict[Name, Exit]
    steps: dict[Name, Step]
    defaults: Defaults = Defaults()
    notices: dict[Name, Template] = Field(default_factory=dict)
    own_page: dict[Name, OwnStep] = Field(default_factory=dict)
    messages: Messages = Messages()
    undo_minutes: int = 0
    parameters: dict[Name, tuple[DatedValue, ...]] = Field(default_factory=dict)
    organisations: dict[Name, Organisation] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: SerializerFunctionWrapHandler) -> Any:
        # A version rides in every journey's history: what is not given is not written, which halves it.
        return _pruned(write(self))

    @property
    def office(self) -> Calendar:
        """The calendar by which days are told where no step says which: the first."""
        return next(iter(self.calendars.values()))

    def riding(self) -> Programme:
        """The part that travels inside a journey: all rules, without the words for people and the address lists."""
        if not (self.notices or self.parameters or self.organisations or self.own_page):
            return self
        return self.but(notices={}, parameters={}, organisations={}, own_page={})

    def shared(self) -> Programme:
        """The same version as other journeys in this process have it, so that a thousand of them hold it once."""
        if not self.hash:
            return self
        key = (self.programme, self.version, self.hash, bool(self.notices))
        if key not in _SHARED and len(_SHARED) >= _MOST_SHARED:
            _SHARED.clear()
        return _SHARED.setdefault(key, self)

    @cached_property
    def places(self) -> dict[str, int]:
        """For each step its place in the programme's order."""
        return {name: place for place, name in enumerate(self.steps)}

    @cached_property
    def dependents(self) -> dict[str, tuple[str, ...]]:
        """For each step, the steps that name it in their `needs`, in the programme's order."""
        direct: dict[str, list[str]] = {name: [] for name in self.steps}
        for name, step in self.steps.items():
            for needed in step.needs:
                direct.setdefault(needed, []).append(name)
        return {name: tuple(found) for name, found in direct.items()}

    @cached_property
    def asked_by(self) -> dict[str, tuple[str, ...]]:
        """For each fact, the steps whose `when` asks for it."""
        asking: dict[str, list[str]] = {}
        for name, step in self.steps.items():
            for fact in step.when:
                asking.setdefault(fact, []).append(name)
        return {fact: tuple(found) for fact, found in asking.items()}

    @cached_property
    def descendants(self) -> dict[str, frozenset[str]]:
        """For each step, every step that depends on it through `needs`, directly or not."""
        return {name: _reachable(name, self.dependents) for name in self.steps}

    @cached_property
    def memo(self) -> dict[Any, frozenset[str]]:
        """A place for what is worked out again and again about one version; never part of its meaning."""
        return {}

    @cached_property
    def ladders(self) -> dict[tuple[int, datetime], tuple[Alarm, ...]]:
        """Another such place, for alarms."""
        return {}

    @cached_property
    def due_times(self) -> dict[tuple[int, int, date, bool], datetime]:
        """Another such place, for due times."""
        return {}


_MOST_SHARED = 64
_SHARED: dict[tuple[str, int, str, bool], Programme] = {}
"""Published versions never change, so that it does not matter whose copy is kept."""


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _pruned(inner) for key, inner in value.items() if inner is not None}
    return [_pruned(inner) for inner in value] if isinstance(value, list) else value


def _reachable(start: str, direct: dict[str, tuple[str, ...]]) -> frozenset[str]:
    seen: set[str] = set()
    ahead = list(direct.get(start, ()))
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead.extend(direct.get(name, ()))
    return frozenset(seen)
