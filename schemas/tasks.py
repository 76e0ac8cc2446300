"""Tasks, their alarms, and holds: what is open in a journey right now."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from schemas.base import Identifier, Instant, Model, Name


class AlarmKind(StrEnum):
    """What falls due when an alarm fires."""

    REMIND = "remind"
    OVERDUE = "overdue"
    ESCALATE = "escalate"
    END = "end"


class Alarm(Model):
    """A moment when something falls due. `rule` is its place in the step's list of reminders or rungs."""

    at: Instant
    kind: AlarmKind
    rule: int = 0


class Task(Model):
    """A step opened for one participant.

    `generation` counts how often the step has been opened. `anchor_at` is what the clock counts from;
    `fixed` clocks are not moved by a hold. `alarms` are still to come, earliest first. `stands_in_for` is whose task
    it is while its owner stands in. `extended`: somebody has given it this due time, which therefore wins over the
    programme's. An automatic step's action waits until `acts_after`. `grace` is the working time by which the due time
    is later than the rules say, because a version under which it had passed was adopted. `wished_at` is when the
    participant would rather have it.
    """

    id: Identifier
    step: Name
    generation: int = 1
    role: Name | None = None
    owner: Identifier | None = None
    opened_at: Instant
    anchor_at: Instant | None = None
    due_at: Instant | None = None
    fixed: bool = False
    overdue: bool = False
    alarms: tuple[Alarm, ...] = ()
    stands_in_for: Identifier | None = None
    extended: bool = False
    acts_after: Instant | None = None
    grace: timedelta | None = None
    wished_at: Instant | None = None


class Cover(Model):
    """`absent` is away from `since` until `until`, and `stand_in` does what is theirs. `begun` once that has begun."""

    absent: Identifier
    stand_in: Identifier
    since: Instant
    until: Instant
    begun: bool = False

    @property
    def alarm_at(self) -> Instant:
        """When something falls due: that it begins, and after that its end."""
        return self.until if self.begun else self.since


class Hold(Model):
    """The journey rests: why, on whom, until when it is looked at again, and what is then opened."""

    cause: Name
    on: Name
    since: Instant
    review_at: Instant
    resume: Name | None = None
    wakes: bool = False
    reviewed: bool = False
    ask_again_at: Instant | None = None

    @property
    def alarm_at(self) -> Instant:
        """When something falls due: the review, and after it each time that somebody is asked again."""
        return self.ask_again_at or self.review_at


def task_id(journey: str, step: str, generation: int) -> str:
    """The id of a task: it tells its journey, its step and its generation."""
    return f"{journey}.{step}.{generation}"


def step_of_task(task: str) -> str:
    """The step that a task belongs to."""
    return task.rsplit(".", 2)[-2]


def journey_of_task(task: str) -> str | None:
    """The journey a task id belongs to, or None when it is not a task id."""
    parts = task.rsplit(".", 2)
    return parts[0] if len(parts) == 3 and parts[2].isdigit() else None  # noqa: PLR2004 (journey, step, generation)
