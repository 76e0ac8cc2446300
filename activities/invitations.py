"""Calendar entries (iCalendar, RFC 5545) that an invitation carries and a cancellation takes back (iTIP, RFC 5546).

They say when, and nothing of what it is about: calendars are seen by more people than letters are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.headerregistry import Address

from icalendar import Calendar, Event, vCalAddress

from activities.situation import Situation
from journey.letters import appointment_uid
from schemas.base import Both, Language
from schemas.events import Purpose

_SUMMARY = Both(sv="Bokad tid", en="Appointment")
_USUAL_MINUTES = 30


@dataclass(frozen=True)
class Invitation:
    """A calendar part of a letter: its iTIP method and its text."""

    method: str
    text: str


def invitation(
    case: Situation, sender: Address, recipient: str, language: Language, written_at: datetime
) -> Invitation | None:
    """The calendar entry of an invitation or cancellation; None when there is no time to write down.

    The same appointment of the same journey has the same UID for ever, and a later word about it a higher SEQUENCE.
    """
    if not case.about_appointment or case.appointment is None or case.appointment_at is None:
        return None
    cancelled = case.purpose is Purpose.CANCELLATION
    entry = Event()
    entry.add("uid", appointment_uid(case.journey, case.appointment, sender.domain))
    entry.add("sequence", case.seq)
    entry.add("dtstamp", written_at)
    entry.add("dtstart", case.appointment_at)
    entry.add("dtend", case.appointment_at + _length(case))
    entry.add("summary", _summary(case, language))
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    entry.add("organizer", vCalAddress(f"mailto:{sender.addr_spec}"))
    entry.add("attendee", vCalAddress(f"mailto:{recipient}"))
    method = "CANCEL" if cancelled else "REQUEST"
    return Invitation(method, _calendar(method, entry))


def _calendar(method: str, entry: Event) -> str:
    calendar = Calendar()
    calendar.add("prodid", "-//Resan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(entry)
    return str(calendar.to_ical(), "utf-8")


def _length(case: Situation) -> timedelta:
    named = case.programme.dates.get(case.appointment or "")
    return timedelta(minutes=(named.minutes if named else None) or _USUAL_MINUTES)


def _summary(case: Situation, language: Language) -> str:
    return _SUMMARY[language] if case.to_participant else f"{_SUMMARY[language]} {case.journey}"
