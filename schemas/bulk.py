"""One act for many journeys: what is ordered, and what becomes of it in each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from schemas.base import Both, Identifier, Model, Name
from schemas.commands import Command
from schemas.mending import Mending

OF_A_TASK = frozenset({"nudge", "extend", "assign"})
"""The acts that are about one open task: in each journey the one that fitted the conditions."""


class BulkStatus(StrEnum):
    """How an act for many stands. A stopped one goes on when somebody says so."""

    UNDER_WAY = "under_way"
    STOPPED = "stopped"
    DONE = "done"


class ItemStatus(StrEnum):
    """What became of the act in one journey. `failed`: nobody knows; it may be tried again and acts once at most."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class MendEach(Model):
    """The same mending command for each. `fields` are those of the command, without its id and its task."""

    kind: Literal["mend"] = "mend"
    act: Name
    fields: dict[str, Any] = Field(default_factory=dict)


class RollOut(Model):
    """A version for new journeys, and with `all` for those under way. `before` was in force for new ones until then."""

    kind: Literal["roll_out"] = "roll_out"
    programme: Name
    version: int
    to: Literal["new", "all"]
    before: int | None = None


class RollBack(Model):
    """The way back from a roll-out: each journey that it moved follows the version that it followed before."""

    kind: Literal["roll_back"] = "roll_back"
    programme: Name
    rollout: Identifier


Order: TypeAlias = Annotated[MendEach | RollOut | RollBack, Field(discriminator="kind")]

ORDER: TypeAdapter[Order] = TypeAdapter(Order)
MENDING: TypeAdapter[Mending] = TypeAdapter(Mending)


class Result(Model):
    """What came of the act in one journey. Without a `status` the journey has not answered."""

    status: ItemStatus | None = None
    code: str | None = None
    sentence: Both | None = None
    seq: int | None = None


NO_TASK = Result(
    status=ItemStatus.REFUSED,
    code="no_open_task",
    sentence=Both(
        sv="Inget är öppet i resan som det här kan göras med; se vad den väntar på.",
        en="Nothing is open in the journey that this could be done to; see what it waits for.",
    ),
)
NO_ANSWER = Result(
    code="no_answer",
    sentence=Both(
        sv="Resan har inte svarat; återuppta så tillfrågas den igen, och det görs ändå högst en gång.",
        en="The journey has not answered; resume, and it is asked again, and acts once at most.",
    ),
)

Perform: TypeAlias = Callable[[str, Command], Awaitable[Result]]
"""Gives a journey a command and says what came of it; raises nothing."""


def command_id(bulk: str, journey: str) -> str:
    """The same each time, so that an act is done once in a journey, however often it is tried."""
    return f"bulk:{bulk}:{journey}"
