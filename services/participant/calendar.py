"""An appointment as a calendar file (iCalendar, RFC 5545) that a participant takes from their own page.

It says when, and nothing of what it is about. It has the UID of the invitation that was sent by letter, so that a
calendar which has that one already is not given another.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Calendar, Event

from journey.letters import appointment_uid
from schemas.base import Both, Language
from services.participant.own_journey import OwnJourney

SUMMARY = Both(sv="Bokad tid", en="Appointment")
USUAL_MINUTES = 30


def calendar_file(own: OwnJourney, name: str, language: Language, *, written_at: datetime) -> bytes | None:
    """The file for a named time that is set and to come; None when there is no such time."""
    known, at = own.programme.dates.get(name), own.dates.get(name)
    if known is None or not isinstance(at, datetime) or at <= own.now:
        return None
    entry = Event()
    entry.add("uid", appointment_uid(own.journey, name, own.programme.messages.sender.rpartition("@")[2]))
    entry.add("dtstamp", written_at)
    entry.add("dtstart", at)
    entry.add("dtend", at + timedelta(minutes=known.minutes or USUAL_MINUTES))
    entry.add("summary", SUMMARY[language])
    entry.add("status", "CONFIRMED")
    calendar = Calendar()
    calendar.add("prodid", "-//Resan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
