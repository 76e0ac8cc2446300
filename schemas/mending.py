"""Commands by which a journey is mended: what operations ask for when people or rules have gone astray.

Each is a command like any other: it has an id and acts once, and says by whom and why. Those that are as old as the
journey itself (hold, release, exit, reopen, assign) are in `schemas.commands`; `Mending` is all of them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from schemas.base import DateOrTime, Identifier, Instant, Model, Name
from schemas.commands import AssignTask, Command, ExitJourney, HoldJourney, ReleaseJourney, ReopenJourney
from schemas.programme import Programme


class NudgeTask(Command):
    """Remind whoever owns a task now, whatever its clock says."""

    act: Literal["nudge"] = "nudge"
    task: Identifier

    @property
    def what(self) -> str:
        return f"nudge {self.task}"


class ExtendTask(Command):
    """Give a task more time. A date of somebody else's is not ours to extend."""

    act: Literal["extend"] = "extend"
    task: Identifier
    due_at: Instant

    @property
    def what(self) -> str:
        return f"extend {self.task} {self.due_at.isoformat()}"


class WaiveStep(Command):
    """Do without a step: it counts as ended with `outcome`, which must lead on, and nothing of it is sent or counted.

    `outcome` may be left out where only one leads on. From `expires_on` on the step is asked for after all.
    """

    act: Literal["waive"] = "waive"
    step: Name
    outcome: Name | None = None
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)
    expires_on: date | None = None

    @property
    def what(self) -> str:
        return f"waive {self.step}"


class GoBack(Command):
    """Open a step anew. What follows from it is opened anew too, except what the programme keeps."""

    act: Literal["go_back"] = "go_back"
    step: Name

    @property
    def what(self) -> str:
        return f"go_back {self.step}"


class UndoLast(Command):
    """Take back what was done last, while its effects have not left. `task` says which completion is meant."""

    act: Literal["undo"] = "undo"
    task: Identifier | None = None

    @property
    def what(self) -> str:
        return f"undo {self.task}" if self.task else "undo"


class CorrectAnswers(Command):
    """Correct facts and named dates. Steps open and close by what is right, and clocks follow the dates."""

    act: Literal["correct"] = "correct"
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)

    @property
    def what(self) -> str:
        return "correct " + " ".join(sorted((*self.facts, *self.dates)))


class CorrectIdentity(Command):
    """Who the person is was corrected. Only the names of the `fields` are said here; `submission` holds the values."""

    act: Literal["identify"] = "identify"
    fields: tuple[Name, ...]
    submission: Identifier

    @property
    def what(self) -> str:
        return "identify " + " ".join(self.fields)


class MoveDate(Command):
    """Move a named date, as the day of arrival. Open tasks that count from it follow.

    Not those in `keep`, and never those with a fixed date of somebody else's.
    """

    act: Literal["move_date"] = "move_date"
    date: Name
    to: DateOrTime
    keep: tuple[Identifier, ...] = ()

    @property
    def what(self) -> str:
        return f"move_date {self.date} {self.to.isoformat()}"


class AskForTime(Command):
    """The participant would rather have a call or an appointment `at` another time; without one, no longer."""

    act: Literal["ask_time"] = "ask_time"
    task: Identifier
    at: Instant | None = None

    @property
    def what(self) -> str:
        return f"ask_time {self.task} {self.at.isoformat() if self.at else '-'}"


class CoverStaff(Command):
    """Somebody is away from `since` until `until`: what is theirs, or becomes theirs, is with `stand_in` meanwhile."""

    act: Literal["cover"] = "cover"
    absent: Identifier
    stand_in: Identifier
    since: Instant
    until: Instant

    @property
    def what(self) -> str:
        return f"cover {self.absent} {self.stand_in}"


class MatchEvent(Command):
    """Apply an outside report that fitted nowhere, as if it had come in time.

    `event` is its own id, `happened_at` when it came. Where the step that waits for it has ended, it is opened anew
    and answered.
    """

    act: Literal["match"] = "match"
    event: Identifier
    type: str
    outcome: Name
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)
    happened_at: Instant

    @property
    def what(self) -> str:
        return f"match {self.event} {self.type} {self.outcome}"


class AdoptProgramme(Command):
    """Go on by another version of the same programme. `rollout` says which roll-out wanted it."""

    act: Literal["adopt"] = "adopt"
    programme: Programme
    rollout: Identifier | None = None

    @property
    def what(self) -> str:
        return f"adopt {self.programme.programme} {self.programme.version}"


Mending: TypeAlias = Annotated[
    NudgeTask
    | ExtendTask
    | WaiveStep
    | GoBack
    | UndoLast
    | CorrectAnswers
    | CorrectIdentity
    | MoveDate
    | AskForTime
    | CoverStaff
    | MatchEvent
    | AdoptProgramme
    | AssignTask
    | HoldJourney
    | ReleaseJourney
    | ExitJourney
    | ReopenJourney,
    Field(discriminator="act"),
]


class Mend(Model):
    """A mending command on its way to a journey."""

    command: Mending
