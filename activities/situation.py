"""One notice and everything that decides what becomes of it, as it is at this moment. Values only: no database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.base import Language
from schemas.clocks import Calendar
from schemas.events import Purpose
from schemas.journey import Pace
from schemas.programme import PARTICIPANT, Programme

OFFICE = "office"
ABOUT_APPOINTMENTS = frozenset({Purpose.INVITATION, Purpose.CANCELLATION})


class Cause(StrEnum):
    """Why a notice was not sent, or not yet. What a mail server answers is `smtp_` and its number."""

    TASK_DONE = "task_done"
    TOO_LATE = "too_late"
    JOURNEY_ENDED = "journey_ended"
    ON_HOLD = "on_hold"
    SUPERSEDED = "superseded"
    NEVER_INVITED = "never_invited"
    NOBODY = "nobody"
    NO_EMAIL = "no_email"
    BAD_ADDRESS = "bad_address"
    BAD_SENDER = "bad_sender"
    QUIET_HOURS = "quiet_hours"
    OFFICE_CLOSED = "office_closed"
    ENOUGH_TODAY = "enough_today"
    MAY_BE_OFF = "may_be_off"
    CUT_OFF = "cut_off"
    RESTORED = "restored"
    TECHNICAL = "technical"
    NO_PAGE = "no_page"
    UNDONE = "undone"


@dataclass(frozen=True)
class Person:
    """Somebody who is written to or written about."""

    name: str
    email: str | None = None
    phone: str | None = None
    language: Language = "sv"


@dataclass(frozen=True)
class AboutTask:
    """The task that a notice is about, as the read tables know it."""

    task: str
    step: str
    open: bool
    fixed: bool
    opened_at: datetime
    due_at: datetime | None
    owner: str | None
    role: str | None


@dataclass(frozen=True)
class Situation:
    """A notice with its journey, task, receiver and programme. `now` and all other times are journey time.

    `receiver` is None when nobody stands behind the role; `holders` are the active staff in it. `accepted` are the
    times of the participant's latest letters. `superseded` and `never_invited` are about the other notices; `yields_at`
    is when a newer word about the same appointment is due, which may yet be taken back. `invited` are the staff in
    whose calendars an appointment stands that is called off, where `staff` is not among them: they had the task before.
    """

    notice: str
    journey: str
    seq: int
    template: str
    purpose: Purpose
    recipient: str
    staff: str | None
    task: AboutTask | None
    task_id: str | None
    send_after: datetime
    valid_until: datetime | None
    appointment: str | None
    appointment_at: datetime | None
    attempts: int
    now: datetime
    pace: Pace
    programme: Programme
    ended: bool
    held: bool
    owners: Mapping[str, str]
    person: str
    receiver: Person | None
    holders: tuple[str, ...]
    accepted: tuple[datetime, ...]
    superseded: bool
    never_invited: bool
    yields_at: datetime | None = None
    invited: tuple[str, ...] = ()

    @property
    def to_participant(self) -> bool:
        return self.recipient == PARTICIPANT

    @property
    def asked_for(self) -> bool:
        """Whether the receiver waits for it at this moment, for they have asked for it themselves."""
        return self.purpose is Purpose.LINK

    @property
    def about_appointment(self) -> bool:
        return self.purpose in ABOUT_APPOINTMENTS

    @property
    def office(self) -> Calendar:
        """The calendar in which this programme's people are written to."""
        return self.programme.calendars.get(OFFICE) or Calendar()

    @property
    def owner(self) -> str | None:
        """The staff member to ask: the task's owner, else the programme's fallback for this participant."""
        task_owner = (self.task.owner or self.owners.get(self.task.role or "")) if self.task else None
        return task_owner or self.owners.get(self.programme.fallback)


def situation(row: Mapping[str, Any], programme: Programme, pace: Pace, wall: datetime) -> Situation:
    """A row of the query `notice_situations`, at this wall time."""
    now = pace.to_journey(wall)
    participant = row["recipient"] == PARTICIPANT
    purpose, newer_at = Purpose(row["purpose"]), row["newer_at"]
    superseded = newer_at is not None and newer_at <= now
    return Situation(
        **{name: row[name] for name in _AS_THEY_ARE},
        purpose=purpose,
        task=_task(row) if row["step"] is not None else None,
        now=now,
        pace=pace,
        programme=programme,
        superseded=superseded,
        yields_at=newer_at if purpose in ABOUT_APPOINTMENTS and not superseded else None,
        receiver=_person(row, "person" if participant else "staff"),
        holders=tuple(row["holders"]),
        invited=tuple(row["invited"]),
        accepted=tuple(row["accepted"]),
    )


_AS_THEY_ARE = (
    *("notice", "journey", "seq", "template", "recipient", "staff", "task_id", "send_after", "valid_until"),
    *("appointment", "appointment_at", "attempts", "ended", "held", "owners", "person", "never_invited"),
)


def _task(row: Mapping[str, Any]) -> AboutTask:
    return AboutTask(
        task=row["task_id"],
        step=row["step"],
        open=row["task_open"],
        fixed=row["task_fixed"],
        opened_at=row["opened_at"],
        due_at=row["due_at"],
        owner=row["task_owner"],
        role=row["task_role"],
    )


def _person(row: Mapping[str, Any], who: str) -> Person | None:
    if row[f"{who}_name"] is None:
        return None
    return Person(
        name=row[f"{who}_name"],
        email=row[f"{who}_email"],
        phone=row[f"{who}_phone"],
        language=row[f"{who}_language"],
    )
