"""A programme and situations for the tests of notices. All people are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from activities.situation import AboutTask, Person, Situation
from schemas.events import Purpose
from schemas.journey import Pace
from schemas.programme import Programme

# A Tuesday; office and waking hours in Stockholm, where it is 10:00.
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def both(text: str) -> dict[str, str]:
    return {"sv": f"{text} (sv)", "en": text}


def task_step(title: str) -> dict[str, Any]:
    outcomes = {name: {"title": both(name), "go_on": True} for name in ("reached", "not_reached")}
    return {"kind": "task", "title": both(title), "phase": "a", "role": "coordinator", "outcomes": outcomes}


CONTENT: dict[str, Any] = {
    "programme": "relocate",
    "title": both("Relocate"),
    "fallback": "coordinator",
    "roles": {name: {"title": both(name), "party": "us"} for name in ("coordinator", "leader")},
    "parties": {"us": {"title": both("Us")}},
    "phases": {"a": {"title": both("Identify")}},
    "calendars": {"office": {"holidays": ["2026-12-25"]}},
    "dates": {"interview_at": {"title": both("Interview"), "minutes": 45}},
    "exits": {},
    "steps": {"welcome_call": task_step("Welcome call"), "trip_booking": task_step("Trip booking")},
    "messages": {"sender": "Resan på väg <resan@example.org>"},
}


def programme(**changes: Any) -> Programme:
    return Programme.model_validate({**CONTENT, **changes})


def about_task(**changes: Any) -> AboutTask:
    usual = {
        "task": "j1.welcome_call.1",
        "step": "welcome_call",
        "open": True,
        "fixed": False,
        "opened_at": TUESDAY - timedelta(days=3),
        "due_at": DUE,
        "owner": "s1",
        "role": "coordinator",
    }
    return AboutTask(**{**usual, **changes})


def case(**changes: Any) -> Situation:
    """A reminder to a coordinator about a welcome call, at a good time to send it."""
    usual = {
        "notice": "j1.4.1",
        "journey": "j1",
        "seq": 4,
        "template": "reminder",
        "purpose": Purpose.REMINDER,
        "recipient": "coordinator",
        "staff": "s1",
        "task": about_task(),
        "task_id": "j1.welcome_call.1",
        "send_after": TUESDAY - timedelta(hours=1),
        "valid_until": None,
        "appointment": None,
        "appointment_at": None,
        "attempts": 0,
        "now": TUESDAY,
        "pace": Pace(),
        "programme": programme(),
        "ended": False,
        "held": False,
        "owners": {"coordinator": "s1"},
        "person": "p1",
        "receiver": Person("Karin Lund", "karin@example.org", "+46910000000", "sv"),
        "holders": ("s1",),
        "accepted": (),
        "superseded": False,
        "never_invited": False,
    }
    return Situation(**{**usual, **changes})


def participant_case(**changes: Any) -> Situation:
    """A piece of information to a participant."""
    usual = {
        "recipient": "participant",
        "staff": None,
        "purpose": Purpose.INFORMATION,
        "template": "goodbye",
        "task": None,
        "task_id": None,
        "receiver": Person("Åsa Öberg Ek", "asa@example.org", None, "sv"),
        "holders": (),
    }
    return case(**{**usual, **changes})


def invitation_case(**changes: Any) -> Situation:
    """An invitation of a participant to an interview."""
    usual = {
        "purpose": Purpose.INVITATION,
        "template": "invitation",
        "appointment": "interview_at",
        "appointment_at": datetime(2026, 11, 26, 13, 0, tzinfo=UTC),
    }
    return participant_case(**{**usual, **changes})


STAFF = {
    "s1": Person("Karin Lund", "karin@example.org", "0910-00 00 00", "sv"),
    "s2": Person("Erik Berg", "e@example.org"),
}
