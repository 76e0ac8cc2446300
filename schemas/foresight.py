"""What comes if nobody acts, what a command would change, and what another version of the programme would.

Only shapes: `journey.forecast`, `journey.foreseeing` and `journey.preview` find it all out by letting the engine run on
a copy of the state. Services pass them on as JSON.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.base import Both, DateOrTime, Identifier, Instant, Model, Name
from schemas.events import Event, EventKind, Purpose
from schemas.journey import Receipt, Status
from schemas.tasks import Alarm, Hold, Task


class Letter(Model):
    """A message that would be sent, or would not: `to` is `participant` or a role, `staff` the person in it."""

    template: Name
    purpose: Purpose
    to: Name
    staff: Identifier | None = None
    at: Instant
    step: Name | None = None
    task: Identifier | None = None
    appointment: Name | None = None
    appointment_at: Instant | None = None


class Coming(Model):
    """One thing that happens by itself, at its own time, with the messages that go out then.

    `role` and `owner` say who has the task after it, `outcome` and `exit` how it ends.
    """

    at: Instant
    kind: EventKind
    step: Name | None = None
    task: Identifier | None = None
    role: Name | None = None
    owner: Identifier | None = None
    outcome: Name | None = None
    exit: Name | None = None
    letters: tuple[Letter, ...] = ()


class Shifted(Model):
    """Something that comes either way, but at another time."""

    before: Coming
    after: Coming


class Difference(Model):
    """How what comes would change: what comes no longer, what comes in addition, what comes at another time."""

    until: Instant
    gone: tuple[Coming, ...] = ()
    added: tuple[Coming, ...] = ()
    shifted: tuple[Shifted, ...] = ()


class Closed(Model):
    """A task that would end: with an outcome, or closed for a reason."""

    task: Task
    outcome: Name | None = None
    reason: str | None = None


class Moved(Model):
    """A task whose clock would change: its due time, or only what goes off before and after it."""

    task: Task
    due_before: Instant | None
    due_after: Instant | None
    alarms_before: tuple[Alarm, ...] = ()
    alarms_after: tuple[Alarm, ...] = ()


class Given(Model):
    """A task that would be with somebody else, as it is after that."""

    task: Task
    role_before: Name | None
    owner_before: Identifier | None


class StayReason(StrEnum):
    """Why a clock that might have moved does not."""

    FIXED = "fixed"
    EXTENDED = "extended"
    KEPT = "kept"
    SAME = "same"


class Stays(Model):
    """A task whose clock would not change although it hangs on what does."""

    task: Task
    reason: StayReason


Answer = Annotated[DateOrTime | Name, Field(union_mode="left_to_right")]
"""A named date or a fact's value, which is never written as a date."""


class Answered(Model):
    """A fact or a named date before and after; None where nobody has said it."""

    name: Name
    before: Answer | None
    after: Answer | None


class Change(Model):
    """What a command would do to a journey. `repeated`: it has been done already and would do nothing.

    `unsent` are the messages that an undone act had left waiting. `taken_back`, `kept` and `expired` are steps whose
    result would be forgotten, stand, or be too old to stand. `titles` are the words for every step that is named.
    """

    what: str
    at: Instant
    repeated: bool = False
    opened: tuple[Task, ...] = ()
    restored: tuple[Task, ...] = ()
    closed: tuple[Closed, ...] = ()
    moved: tuple[Moved, ...] = ()
    assigned: tuple[Given, ...] = ()
    stays: tuple[Stays, ...] = ()
    sent: tuple[Letter, ...] = ()
    unsent: tuple[Letter, ...] = ()
    answers: tuple[Answered, ...] = ()
    taken_back: tuple[Name, ...] = ()
    kept: tuple[Name, ...] = ()
    expired: tuple[Name, ...] = ()
    waived: tuple[Name, ...] = ()
    status_before: Status
    status_after: Status
    exit_before: Name | None = None
    exit_after: Name | None = None
    hold_before: Hold | None = None
    hold_after: Hold | None = None
    undo_until: Instant | None = None
    coming: Difference
    titles: dict[Name, Both] = Field(default_factory=dict)
    events: tuple[Event, ...] = ()
    receipt: Receipt


class Preview(Model):
    """What adopting a version would do to one journey; where it cannot, `refused` says why in a sentence.

    `version_before` is the version that the journey follows. `titles` are the words for every step that is named.
    """

    journey: Identifier
    version_before: int
    version: int
    opened: tuple[Task, ...] = ()
    closed: tuple[Closed, ...] = ()
    retimed: tuple[Moved, ...] = ()
    assigned: tuple[Given, ...] = ()
    titles: dict[Name, Both] = Field(default_factory=dict)
    refused: Both | None = None
    code: str | None = None


class Effect(StrEnum):
    """What adopting a version does to a task, or to a whole journey: a closed set."""

    OPENED = "opened"
    CLOSED = "closed"
    EARLIER = "earlier"
    LATER = "later"
    ALARMS = "alarms"
    ASSIGNED = "assigned"


class Counted(Model):
    """In how many journeys a step meets an effect, and the first few of them."""

    effect: Effect
    step: Name
    title: Both
    journeys: int
    examples: tuple[Identifier, ...] = ()


class CountedRefusal(Model):
    """How many journeys cannot go on by the version for the same reason, and the first few of them."""

    code: str
    sentence: Both
    journeys: int
    examples: tuple[Identifier, ...] = ()


class Outlook(Model):
    """What adopting a version would do to all the journeys that were looked at.

    Each of them is counted once as refused, changed or unchanged. `examples` are whole previews of a few
    that change, each otherwise than those before it.
    """

    programme: Name
    version: int
    journeys: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    effects: tuple[Counted, ...] = ()
    refusals: tuple[CountedRefusal, ...] = ()
    examples: tuple[Preview, ...] = ()
