"""Commands: what somebody asks a journey to do. Imperative, one frozen class each, each with an id of its own.

The id makes a command safe to send again: it acts once in the journey's whole life. Those by which a journey is mended
are in `schemas.mending`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import DateOrTime, Identifier, Instant, Model, Name
from schemas.programme import Programme

SYSTEM = "system"

RULES = 1
"""The rules by which commands are decided today. What older histories hold says none, and is decided as it was then.

1: appointments that fall away are called off; an early report is judged when it comes.
"""


class Command(Model):
    """What every command carries. `by` is a staff id, `participant`, or `system`; never a name.

    `why` is the id of the submission that holds the reason in words: words of people are kept in Postgres only.
    `rules` are those of the time when it was given; whoever sends it says so (`RULES`).
    """

    id: Identifier
    by: Identifier = SYSTEM
    why: Identifier | None = None
    rules: int = 0

    @property
    def what(self) -> str:
        """One line that tells this command from another with the same id."""
        return type(self).__name__


class StartJourney(Command):
    """Begin a journey for an interest received at `received_at`."""

    journey: Identifier
    programme: Programme
    received_at: Instant
    facts: dict[Name, Name] = Field(default_factory=dict)
    owners: dict[Name, Identifier] = Field(default_factory=dict)


class CompleteTask(Command):
    """Say how a task ended. `submission` is the id of the form, which is already in Postgres.

    `owners` is what the action of an automatic step found out: who does what for this participant.
    """

    task: Identifier
    outcome: Name
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)
    submission: Identifier | None = None
    owners: dict[Name, Identifier] = Field(default_factory=dict)

    @property
    def what(self) -> str:
        return f"complete {self.task} {self.outcome}"


class RecordEvent(Command):
    """Something that an outside system reports. It completes the open task whose step waits for `type`."""

    type: str
    outcome: Name
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)

    @property
    def what(self) -> str:
        return f"event {self.type} {self.outcome}"


class HoldJourney(Command):
    """Let the journey rest, on `on`, until it is looked at again at `review_at`."""

    act: Literal["hold"] = "hold"
    cause: Name
    on: Name
    review_at: Instant

    @property
    def what(self) -> str:
        return f"hold {self.cause} {self.on}"


class ReleaseJourney(Command):
    """End the hold. `catch_up` sends its owner one message that says what is open, and no more than one."""

    act: Literal["release"] = "release"
    catch_up: bool = False


class ExitJourney(Command):
    """Leave the programme with an exit that may be chosen at any time; with `any_exit`, by whichever exit it has."""

    act: Literal["exit"] = "exit"
    exit: Name
    any_exit: bool = False
    submission: Identifier | None = None

    @property
    def what(self) -> str:
        return f"exit {self.exit}"


class ReopenJourney(Command):
    """Take a person who had left back in, at `step` (the first step when not given), with the history kept."""

    act: Literal["reopen"] = "reopen"
    step: Name | None = None
    received_at: Instant | None = None


class JoinInterest(Command):
    """The same person registered an interest again while the journey is under way."""

    received_at: Instant


class AssignTask(Command):
    """Give a task to somebody."""

    act: Literal["assign"] = "assign"
    task: Identifier
    to: Identifier

    @property
    def what(self) -> str:
        return f"assign {self.task} {self.to}"
