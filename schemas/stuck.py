"""Who is stuck: why, since when, waiting on whom, and what to type about it."""

from __future__ import annotations

from enum import StrEnum

from schemas.base import Both, Identifier, Instant, Model, Name, Text


class StuckCause(StrEnum):
    """Why a journey is stuck: a closed set, in the order in which it is shown. A journey may have several."""

    TECHNICAL = "technical"
    BEHIND = "behind"
    UNOWNED = "unowned"
    OVERDUE = "overdue"
    SILENT = "silent"
    REST = "rest"
    UNDELIVERABLE = "undeliverable"
    UNMATCHED = "unmatched"


class WaitingOn(Model):
    """Whom it waits for: the party, the role that is to act, and the person in it, where one is known."""

    party: Name | None = None
    role: Name | None = None
    owner: Identifier | None = None


class Trouble(Model):
    """What a program fails at: `what` is an activity, `workflow`, `worker`, `server` or `database`.

    `cause` is the latest kind of error.
    """

    what: str
    cause: str
    attempts: int = 0


class StuckRow(Model):
    """One thing that is stuck. `since` is journey time; what is about no journey or none that is known has none.

    `explain` says in one or two sentences why it waits, `what_to_do` what somebody should type.
    """

    cause: StuckCause
    journey: Text | None = None
    task: Identifier | None = None
    step: Name | None = None
    title: Both | None = None
    notice: Identifier | None = None
    event: Text | None = None
    bulk: Identifier | None = None
    since: Instant
    waiting_on: WaitingOn = WaitingOn()
    trouble: Trouble | None = None
    what_to_do: Both
    explain: Both


class Stuck(Model):
    """What is stuck, the longest first within each cause. Of the causes in `more` there are more than counted."""

    counts: dict[StuckCause, int]
    more: tuple[StuckCause, ...] = ()
    stuck: tuple[StuckRow, ...] = ()
