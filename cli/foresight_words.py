"""The words for what comes and for what would change, in both languages, and how a moment and a person are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from cli.tables import EVENTS
from journey import calendars
from schemas.base import Both, Language
from schemas.clocks import Calendar
from schemas.events import CloseReason, EventKind
from schemas.foresight import Coming, Letter, StayReason
from schemas.programme import Programme

WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "sv": ("mån", "tis", "ons", "tor", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS: Mapping[Language, tuple[str, ...]] = {
    "sv": ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


class Mark(NamedTuple):
    """A letter on the calendar, and what it stands for."""

    letter: Both
    meaning: Both


REMINDER = Mark(Both(sv="p", en="r"), Both(sv="påminnelse", en="reminder"))
DUE = Mark(Both(sv="s", en="d"), Both(sv="senast", en="due"))
ESCALATION = Mark(Both(sv="v", en="e"), Both(sv="går vidare", en="escalation"))
TAKEN_OVER = Mark(Both(sv="t", en="t"), Both(sv="tas över", en="taken over"))
ENDS = Mark(Both(sv="a", en="x"), Both(sv="avslutas av sig självt", en="ends by itself"))
OPENS = Mark(Both(sv="ö", en="o"), Both(sv="öppnas", en="opens"))
REST = Mark(Both(sv="l", en="w"), Both(sv="vila", en="rest"))
OTHER = Mark(Both(sv="*", en="*"), Both(sv="annat", en="other"))

MARKS = {
    EventKind.TASK_REMINDED: REMINDER,
    EventKind.TASK_OVERDUE: DUE,
    EventKind.TASK_ESCALATED: ESCALATION,
    EventKind.TASK_HANDED_OVER: TAKEN_OVER,
    EventKind.TASK_COMPLETED: ENDS,
    EventKind.TASK_OPENED: OPENS,
    EventKind.HOLD_REVIEW_DUE: REST,
    EventKind.JOURNEY_HELD: REST,
    EventKind.JOURNEY_RELEASED: REST,
}
"""What is marked on the calendar by which letter; everything else is `OTHER`."""

COMING = {
    **EVENTS,
    EventKind.TASK_OVERDUE: Both(sv="ska vara klart", en="is due"),
    EventKind.TASK_REMINDED: Both(sv="påminnelse", en="reminder"),
    EventKind.TASK_ESCALATED: Both(sv="går vidare", en="is escalated"),
    EventKind.TASK_HANDED_OVER: Both(sv="tas över", en="is taken over"),
    EventKind.TASK_COMPLETED: Both(sv="avslutas av sig självt", en="ends by itself"),
    EventKind.TASK_OPENED: Both(sv="öppnas", en="opens"),
    EventKind.TASK_CLOSED: Both(sv="stängs", en="is closed"),
    EventKind.TASK_ASSIGNED: Both(sv="byter ägare", en="changes hands"),
    EventKind.TASK_RETIMED: Both(sv="får ny tid", en="is timed anew"),
    EventKind.JOURNEY_RELEASED: Both(sv="vilan slutar", en="the rest ends"),
    EventKind.JOURNEY_HELD: Both(sv="resan vilar", en="the journey rests"),
    EventKind.HOLD_REVIEW_DUE: Both(sv="vilan ska ses över", en="rest to be reviewed"),
    EventKind.MILESTONE_REACHED: Both(sv="nås", en="is reached"),
    EventKind.WAIVER_EXPIRED: Both(sv="undantaget går ut", en="the waiver expires"),
    EventKind.JOURNEY_EXITED: Both(sv="lämnar programmet", en="leaves the programme"),
    EventKind.JOURNEY_ENDED: Both(sv="resan avslutas", en="the journey ends"),
}
"""The words for each kind of event while it is still to come."""

REASONS = {
    CloseReason.EXIT: Both(sv="resan lämnar programmet", en="the journey leaves"),
    CloseReason.STEP_REOPENED: Both(sv="ett tidigare steg öppnas på nytt", en="an earlier step opens anew"),
    CloseReason.NOT_APPLICABLE: Both(sv="gäller inte längre", en="does not apply any more"),
    CloseReason.WAIVED: Both(sv="undantas", en="is done without"),
    CloseReason.UNDONE: Both(sv="ångras", en="is taken back"),
    CloseReason.STEP_REMOVED: Both(sv="steget finns inte längre", en="the step is gone"),
}
STAYS = {
    StayReason.FIXED: Both(sv="någon annans datum", en="somebody else's date"),
    StayReason.EXTENDED: Both(sv="tid given för hand", en="time given by hand"),
    StayReason.KEPT: Both(sv="ska stanna", en="kept as asked"),
    StayReason.SAME: Both(sv="blir samma tid", en="comes to the same time"),
}


def mark_of(one: Coming) -> Mark:
    """The letter for what comes, as it stands on the calendar."""
    return MARKS.get(one.kind, OTHER)


def clock(at: datetime | None, calendar: Calendar) -> str:
    """A moment on the programme's clocks: `2026-11-24 17:00`."""
    return "-" if at is None else f"{calendars.local(at, calendar):%Y-%m-%d %H:%M}"


def said(value: date | datetime | str | None, calendar: Calendar) -> str:
    """An answer: a fact's value, a date, or an appointment on the programme's clocks."""
    if isinstance(value, datetime):
        return clock(value, calendar)
    return "-" if value is None else str(value)


def whom(letter: Letter) -> str:
    """To whom a message goes: the role, and the person in it where one is known."""
    return f"{letter.to} {letter.staff}" if letter.staff else letter.to


def who(role: str | None, owner: str | None) -> str:
    """Who has a task."""
    return " ".join(part for part in (role, owner) if part) or "-"


def first_calendar(programme: Programme) -> Calendar:
    """The calendar whose days off and clocks are shown."""
    return programme.office
