"""A journey's state: the truth about the process, without a word about who the person is."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import Field

from schemas.base import DateOrTime, Identifier, Instant, Model, Name
from schemas.commands import RecordEvent
from schemas.events import Event
from schemas.programme import Programme
from schemas.tasks import Cover, Hold, Task

DAY = timedelta(days=1)


class Status(StrEnum):
    """Where a journey is in its life."""

    OPEN = "open"
    FOLLOWING_UP = "following_up"
    ENDED = "ended"


class Result(Model):
    """How a step ended last. A `waived` one was done without; at `expires_at` the step is asked for after all."""

    generation: int
    outcome: Name
    at: Instant
    waived: bool = False
    expires_at: Instant | None = None


class LaidAside(Model):
    """How a step ended that the version adopted `since` then does not have."""

    result: Result
    since: Instant


class Receipt(Model):
    """What a command did. The same command sent again gets the same receipt, with `repeated` set.

    `what` says in one line what the command was, so that an id used for two different things is noticed.
    """

    command: Identifier
    what: str
    seq: int
    status: Status = Status.OPEN
    exit: Name | None = None
    opened: tuple[Identifier, ...] = ()
    closed: tuple[Identifier, ...] = ()
    repeated: bool = False


class Before(Model):
    """All that an act which may be taken back can change, as it was before. Fields are those of `JourneyState`."""

    status: Status
    exit: Name | None = None
    exited_at: Instant | None = None
    ended_at: Instant | None = None
    hold: Hold | None = None
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)
    owners: dict[Name, Identifier] = Field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    results: dict[Name, Result] = Field(default_factory=dict)
    openings: dict[Name, int] = Field(default_factory=dict)
    taken: dict[str, int] = Field(default_factory=dict)
    parked: tuple[RecordEvent, ...] = ()
    invited: dict[Name, tuple[Name, ...]] = Field(default_factory=dict)


class Undo(Model):
    """The latest act, while it may be taken back: until `until`. It left the events `first` to `last`.

    `task` is the task that it completed, `what` what it was. `changed` are the tasks that it changed and left open, as
    it left them.
    """

    what: str
    until: Instant
    first: int
    last: int
    task: Identifier | None = None
    before: Before
    changed: tuple[Task, ...] = ()


class JourneyState(Model):
    """Everything the engine needs to decide, in one object; a checkpoint passes it on whole.

    `seq` is the number of the latest event. `outbox` holds what has happened but is not yet in the journal.
    `ledger` holds the receipt of every command of the journey's whole life. `parked` are outside events that
    came before their step was open. `invited` says who has been invited to which named time. `openings` counts
    generations by step, `openings_before` those before the person last came back (clocks for a repeated step
    start over). `taken` counts how often each `again` or `hold` outcome has been used (`step.outcome`). `covers` are
    absences, `undo` is the latest act while it may be taken back. `reminded` says when somebody was last reminded of
    an open task. `waivers` are steps that have ever been waived, so that only those need to be looked at.
    `laid_aside` are the results of steps that the adopted version does not have, for the day on which one that has
    them is adopted again.
    """

    journey: Identifier
    programme: Programme
    received_at: Instant
    started_at: Instant
    at: Instant
    status: Status = Status.OPEN
    seq: int = 0
    exit: Name | None = None
    exited_at: Instant | None = None
    ended_at: Instant | None = None
    hold: Hold | None = None
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)
    owners: dict[Name, Identifier] = Field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    results: dict[Name, Result] = Field(default_factory=dict)
    openings: dict[Name, int] = Field(default_factory=dict)
    openings_before: dict[Name, int] = Field(default_factory=dict)
    taken: dict[str, int] = Field(default_factory=dict)
    parked: tuple[RecordEvent, ...] = ()
    invited: dict[Name, tuple[Name, ...]] = Field(default_factory=dict)
    ledger: dict[str, Receipt] = Field(default_factory=dict)
    outbox: tuple[Event, ...] = ()
    covers: tuple[Cover, ...] = ()
    undo: Undo | None = None
    reminded: dict[Identifier, Instant] = Field(default_factory=dict)
    waivers: tuple[Name, ...] = ()
    laid_aside: dict[Name, LaidAside] = Field(default_factory=dict)

    def written(self, seq: int) -> JourneyState:
        """The state once the journal holds every event up to `seq`."""
        return self.but(outbox=tuple(event for event in self.outbox if event.seq > seq))

    def at_rest(self) -> JourneyState:
        """The state of an ended journey as it is kept in Postgres."""
        return self.but(outbox=(), undo=None, reminded={})


class Pace(Model):
    """How journey time relates to wall time: only the shell uses it. One journey day lasts `day` of wall time.

    At wall time `wall` it is journey time `journey`. The default is real time.
    """

    wall: Instant | None = None
    journey: Instant | None = None
    day: timedelta = DAY

    @property
    def real(self) -> bool:
        return self.wall is None or self.journey is None

    def to_journey(self, wall: datetime) -> datetime:
        """Journey time at this wall time."""
        if self.wall is None or self.journey is None:
            return wall
        return self.journey + (wall - self.wall) * (DAY / self.day)

    def to_wall(self, journey: datetime) -> datetime:
        """Wall time at this journey time."""
        if self.wall is None or self.journey is None:
            return journey
        return self.wall + (journey - self.journey) * (self.day / DAY)
