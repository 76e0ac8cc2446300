"""Events: what has happened to a journey, numbered without gaps, and the notices that follow from each."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from schemas.base import DateOrTime, Identifier, Instant, Model, Name
from schemas.tasks import Cover, Hold, Task


class EventKind(StrEnum):
    """Every kind of event, in the past tense: a closed set."""

    JOURNEY_STARTED = "journey_started"
    INTEREST_JOINED = "interest_joined"
    TASK_OPENED = "task_opened"
    TASK_COMPLETED = "task_completed"
    TASK_CLOSED = "task_closed"
    TASK_ASSIGNED = "task_assigned"
    TASK_REMINDED = "task_reminded"
    TASK_OVERDUE = "task_overdue"
    TASK_ESCALATED = "task_escalated"
    TASK_HANDED_OVER = "task_handed_over"
    TASK_RETIMED = "task_retimed"
    MILESTONE_REACHED = "milestone_reached"
    JOURNEY_HELD = "journey_held"
    HOLD_REVIEW_DUE = "hold_review_due"
    JOURNEY_RELEASED = "journey_released"
    EVENT_PARKED = "event_parked"
    EVENT_REFUSED = "event_refused"
    JOURNEY_EXITED = "journey_exited"
    JOURNEY_ENDED = "journey_ended"
    JOURNEY_REOPENED = "journey_reopened"
    TASK_NUDGED = "task_nudged"
    TASK_EXTENDED = "task_extended"
    TASK_RESTORED = "task_restored"
    STEP_WAIVED = "step_waived"
    WAIVER_EXPIRED = "waiver_expired"
    WENT_BACK = "went_back"
    ACT_UNDONE = "act_undone"
    ANSWERS_CORRECTED = "answers_corrected"
    IDENTITY_CORRECTED = "identity_corrected"
    DATE_MOVED = "date_moved"
    COVER_AGREED = "cover_agreed"
    COVER_ENDED = "cover_ended"
    PROGRAMME_ADOPTED = "programme_adopted"
    TIME_WISHED = "time_wished"
    WISH_ANSWERED = "wish_answered"


class CloseReason(StrEnum):
    """Why a task ended without an outcome."""

    EXIT = "exit"
    STEP_REOPENED = "step_reopened"
    NOT_APPLICABLE = "not_applicable"
    WAIVED = "waived"
    UNDONE = "undone"
    STEP_REMOVED = "step_removed"


class Purpose(StrEnum):
    """What a notice is for; decides whether it is still worth sending later. A `link` was asked for by its receiver."""

    REMINDER = "reminder"
    ESCALATION = "escalation"
    INFORMATION = "information"
    INVITATION = "invitation"
    CANCELLATION = "cancellation"
    LINK = "link"


class Notice(Model):
    """A message to be sent. `to` is `participant` or a role; `staff` the person in it, where one is known.

    A reminder or escalation is sent only while its task is open in this generation. `valid_until` bounds how
    late it may go out. `appointment` is the named time that an invitation is for, `appointment_at` its instant.
    """

    id: Identifier
    template: Name
    purpose: Purpose
    to: Name
    staff: Identifier | None = None
    task: Identifier | None = None
    send_after: Instant
    valid_until: Instant | None = None
    appointment: Name | None = None
    appointment_at: Instant | None = None


class Restored(Model):
    """What an undone act gave back, whole: the read row takes it over as it is."""

    exit: Name | None = None
    exited_at: Instant | None = None
    hold: Hold | None = None
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)
    owners: dict[Name, Identifier] = Field(default_factory=dict)


class Event(Model):
    """One thing that happened. Fields that do not belong to its kind stay empty.

    `at` is the journey time it happened or fell due; `recorded_at` is when the engine took note of it, later only
    when the worker was away. `task` and `hold` are what they were after the event: the read tables are made from
    them. `report` is the type of an outside report. `calendar_days` and `working_days` of a completion count from
    the clock's anchor to the completion, from the opening where the clock counts back from a later day.

    `why` is the id of the submission with the reason in words. `taken_back` and `kept` are steps whose result was
    forgotten or stands; `expired` those whose result is too old to stand. `undoes` is the first and the last event that
    an undone act had left; their notices are not sent. `fields` are what was corrected of who somebody is.
    """

    seq: int
    at: Instant
    recorded_at: Instant
    kind: EventKind
    by: Identifier = "system"
    command: Identifier | None = None
    step: Name | None = None
    phase: Name | None = None
    task: Task | None = None
    outcome: Name | None = None
    reason: str | None = None
    report: str | None = None
    exit: Name | None = None
    counts: Name | None = None
    submission: Identifier | None = None
    hold: Hold | None = None
    received_at: Instant | None = None
    calendar_days: int | None = None
    working_days: int | None = None
    facts: dict[Name, Name] = Field(default_factory=dict)
    dates: dict[Name, DateOrTime] = Field(default_factory=dict)
    owners: dict[Name, Identifier] = Field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    why: Identifier | None = None
    taken_back: tuple[Name, ...] = ()
    kept: tuple[Name, ...] = ()
    expired: tuple[Name, ...] = ()
    until: DateOrTime | None = None
    undoes: tuple[int, int] | None = None
    restored: Restored | None = None
    fields: tuple[Name, ...] = ()
    cover: Cover | None = None
    version: int | None = None
    rollout: Identifier | None = None
