"""Is a notice still worth sending, and may it be sent now? Pure: the same situation always gives the same verdict."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.headerregistry import Address
from typing import TypeAlias

from activities.addresses import email_address, sender_address
from activities.situation import Cause, Situation
from journey.calendars import instant, local, local_day, next_opening
from schemas.events import Purpose

_ABOUT_TASKS = frozenset({Purpose.REMINDER, Purpose.ESCALATION})


@dataclass(frozen=True)
class Send:
    """Send it now, from and to these addresses."""

    sender: Address
    address: str


@dataclass(frozen=True)
class Drop:
    """It is no longer worth sending."""

    cause: Cause


@dataclass(frozen=True)
class Undeliverable:
    """It cannot reach anybody."""

    cause: Cause


@dataclass(frozen=True)
class Wait:
    """It may be sent from `until` (journey time) on."""

    cause: Cause
    until: datetime


@dataclass(frozen=True)
class Share:
    """It is for a role: one notice for each of these."""

    staff: tuple[str, ...]


Verdict: TypeAlias = Send | Drop | Undeliverable | Wait | Share


def judge(case: Situation) -> Verdict:
    """What becomes of a notice now. Worth comes first: what nobody needs is never called undeliverable."""
    if cause := _no_longer(case):
        return Drop(cause)
    if case.yields_at is not None:
        return Wait(Cause.MAY_BE_OFF, case.yields_at)
    if staff := case.invited or (case.holders if case.receiver is None else ()):
        return Share(staff)
    if case.receiver is None or not case.receiver.email:
        return Undeliverable(Cause.NO_EMAIL if case.receiver else Cause.NOBODY)
    address = email_address(case.receiver.email)
    sender = sender_address(case.programme.messages.sender)
    if address is None or sender is None:
        return Undeliverable(Cause.BAD_ADDRESS if sender else Cause.BAD_SENDER)
    return _not_yet(case) or Send(sender, address)


def _no_longer(case: Situation) -> Cause | None:
    if case.superseded:
        return Cause.SUPERSEDED
    if case.never_invited:
        return Cause.NEVER_INVITED
    if case.purpose in _ABOUT_TASKS and (cause := _task_at_rest(case)):
        return cause
    last = min((t for t in (case.valid_until, _appointment_end(case)) if t is not None), default=None)
    return Cause.TOO_LATE if last is not None and case.now > last else None


def _task_at_rest(case: Situation) -> Cause | None:
    if case.ended:
        return Cause.JOURNEY_ENDED
    if case.task_id is None:
        return None
    if case.task is None or not case.task.open:
        return Cause.TASK_DONE
    # A hold stops the clocks of our promises; what somebody else has fixed runs on, and so do its reminders.
    return Cause.ON_HOLD if case.held and case.purpose is Purpose.REMINDER and not case.task.fixed else None


def _appointment_end(case: Situation) -> datetime | None:
    return case.appointment_at if case.about_appointment else None


def _not_yet(case: Situation) -> Wait | None:
    if not case.to_participant:
        opens = next_opening(case.now, case.office)
        return Wait(Cause.OFFICE_CLOSED, opens) if opens > case.now else None
    return None if case.asked_for else _quiet(case) or _enough(case)


def _quiet(case: Situation) -> Wait | None:
    messages, here = case.programme.messages, local(case.now, case.office)
    if not _within(here.time(), messages.quiet_from, messages.quiet_to):
        return None
    day = here.date() if here.time() < messages.quiet_to else here.date() + timedelta(days=1)
    return Wait(Cause.QUIET_HOURS, instant(day, messages.quiet_to, case.office))


def _within(at: time, start: time, end: time) -> bool:
    """Whether a time of day lies in a stretch that may go past midnight. Equal ends: no stretch at all."""
    return start <= at < end if start <= end else at >= start or at < end


def _enough(case: Situation) -> Wait | None:
    messages, today = case.programme.messages, local_day(case.now, case.office)
    if sum(local_day(moment, case.office) == today for moment in case.accepted) < messages.per_day:
        return None
    morning = time(0) if messages.quiet_from < messages.quiet_to else messages.quiet_to
    return Wait(Cause.ENOUGH_TODAY, instant(today + timedelta(days=1), morning, case.office))
