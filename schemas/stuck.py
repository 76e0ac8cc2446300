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


class Advice(StrEnum):
    """What somebody should do about it, whatever they do it with: a closed set."""

    REMIND = "remind"
    REMIND_OR_GIVE_TIME = "remind_or_give_time"
    END_BY_HAND = "end_by_hand"
    GIVE_TO_SOMEBODY = "give_to_somebody"
    GO_ON_OR_END = "go_on_or_end"
    CORRECT_ADDRESS = "correct_address"
    CORRECT_STAFF = "correct_staff"
    ASK_WHETHER_IT_CAME = "ask_whether_it_came"
    GIVE_ROLE = "give_role"
    MATCH = "match"
    START_AGAIN = "start_again"
    CATCH_UP = "catch_up"
    CATCH_UP_ALL = "catch_up_all"
    WILL_BEGIN = "will_begin"
    WAKE = "wake"
    MEND_OR_STOP = "mend_or_stop"
    MEND = "mend"


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

    `explain` says in one or two sentences why it waits, `what_to_do` what somebody should type, `advice` what to do.
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
    advice: Advice | None = None


class Stuck(Model):
    """What is stuck, the longest first within each cause. Of the causes in `more` there are more than counted."""

    counts: dict[StuckCause, int]
    more: tuple[StuckCause, ...] = ()
    stuck: tuple[StuckRow, ...] = ()
