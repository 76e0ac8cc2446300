"""A small programme with every kind of step, for tests of the engine and of the workflow."""

from __future__ import annotations

from datetime import date
from typing import Any

from journey.calendars import swedish_days_off
from schemas.programme import Programme


def both(text: str) -> dict[str, str]:
    return {"sv": f"{text} (sv)", "en": text}


def outcome(title: str, **rest: Any) -> dict[str, Any]:
    return {"title": both(title), **rest}


def holidays(first: int = 2020, last: int = 2036) -> list[date]:
    return [day for year in range(first, last) for day in swedish_days_off(year)]


LADDER = [{"after_due": {"days": 0}, "to": ["owner", "leader"], "notice": "overdue"}]

PLAN: dict[str, Any] = {
    "programme": "sample",
    "title": both("Sample"),
    "fallback": "plan_review",
    "roles": {
        "coordinator": {"title": both("Coordinator"), "party": "us"},
        "leader": {"title": both("Leader"), "party": "us"},
        "participant": {"title": both("Participant"), "party": "participant"},
    },
    "parties": {
        "us": {"title": both("Us")},
        "participant": {"title": both("The participant")},
        "csn": {"title": both("CSN")},
        "employer": {"title": both("The employer")},
    },
    "phases": {"a": {"title": both("Identify")}, "b": {"title": both("Study")}, "e": {"title": both("Settle")}},
    "calendars": {"office": {"holidays": holidays()}},
    "facts": {
        "route": {"title": both("Route"), "values": {"job": both("Job"), "study": both("Study")}},
        "foreign_citizen": {"title": both("Foreign citizen"), "values": {"yes": both("Yes"), "no": both("No")}},
    },
    "dates": {
        "interview_at": {"title": both("Interview"), "minutes": 45},
        "course_start": {"title": both("Course start")},
        "wake_at": {"title": both("Wake at")},
    },
    "exits": {
        "X1": {"title": both("Declined"), "notices": [{"notice": "goodbye"}]},
        "X2": {"title": both("Not willing"), "notices": [{"notice": "goodbye"}]},
        "X4": {"title": both("Not reached")},
        "X5": {"title": both("Withdrew"), "anytime": True},
        "X8": {"title": both("Refused")},
        "OK1": {"title": both("Work after the move"), "good": True},
    },
    "defaults": {
        "remind": [{"before": {"working_days": 1}, "to": ["owner"]}],
        "escalate": [*LADDER, {"after_due": {"working_days": 5}, "to": ["leader"], "every": {"working_days": 5}}],
    },
    "steps": {
        "intake": {"kind": "milestone", "title": both("Interest"), "phase": "a"},
        "assignment": {
            "kind": "automatic",
            "title": both("Assignment"),
            "phase": "a",
            "role": "leader",
            "needs": {"intake": ["reached"]},
            "action": "assign_owners",
            "due": {"office_hours": 4},
            "end": {"after_due": {"working_days": 1}, "hand_to": "leader"},
            "outcomes": {"assigned": outcome("Assigned", go_on=True)},
        },
        "welcome_call": {
            "kind": "task",
            "title": both("Welcome call"),
            "phase": "a",
            "role": "coordinator",
            "needs": {"intake": ["reached"]},
            "due": {"days": 3, "after": "received"},
            "due_again": {"working_days": 3},
            "remind": [{"mornings": True, "to": ["owner"]}],
            "escalate": LADDER,
            "form": "generic",
            "outcomes": {
                "willing": outcome("Willing", go_on=True, asks=["route"]),
                "maybe": outcome(
                    "Maybe",
                    hold={
                        "cause": "thinking",
                        "on": "participant",
                        "days": 30,
                        "until": "wake_at",
                        "resume": "welcome_call",
                        "at_most": 1,
                        "then": {"exit": "X2"},
                    },
                ),
                "not_willing": outcome("Not willing", exit="X2"),
                "not_reached": outcome(
                    "Not reached", again={"step": "welcome_call", "at_most": 3, "then": {"exit": "X4"}}
                ),
            },
        },
        "interview": {
            "kind": "task",
            "title": both("Interview"),
            "phase": "a",
            "role": "coordinator",
            "needs": {"welcome_call": ["willing"]},
            "due": {"working_days": 10},
            "outcomes": {
                "booked": outcome(
                    "Booked",
                    go_on=True,
                    asks_dates=["interview_at"],
                    notices=[{"notice": "invitation", "to": ["participant"], "invite": "interview_at"}],
                ),
            },
        },
        "offer": {
            "kind": "wait",
            "title": both("Offer"),
            "phase": "a",
            "role": "coordinator",
            "waiting_on": "employer",
            "needs": {"interview": ["booked"]},
            "event": "offer.made",
            "due": {"working_days": 5},
            "end": {"after_due": {"working_days": 10}, "outcome": "no_answer"},
            "outcomes": {
                "offered": outcome("Offered", go_on=True),
                "no_answer": outcome("No answer", again={"step": "interview", "at_most": 1, "then": {"exit": "X8"}}),
            },
        },
        "enrolled": {
            "kind": "milestone",
            "title": both("Enrolled"),
            "phase": "a",
            "needs": {"welcome_call": ["willing"]},
            "keep": True,
        },
        "csn_right": {
            "kind": "wait",
            "title": both("Right to support"),
            "phase": "b",
            "role": "coordinator",
            "waiting_on": "csn",
            "needs": {"offer": ["offered"]},
            "when": {"route": ["study"], "foreign_citizen": ["yes"]},
            "due": {"days": 10},
            "end": {"after_due": {"days": 30}, "hand_to": "leader"},
            "outcomes": {"granted": outcome("Granted", go_on=True), "refused": outcome("Refused", exit="X8")},
        },
        "csn": {
            "kind": "wait",
            "title": both("Study support"),
            "phase": "b",
            "role": "coordinator",
            "waiting_on": "csn",
            "needs": {"offer": ["offered"], "csn_right": ["granted"]},
            "when": {"route": ["study"]},
            "due": {
                "days": 5,
                "before": "course_start",
                "without_date": {"days": 20},
                "day_off": "previous",
                "fixed": True,
            },
            "end": {"after_due": {"days": 30}, "hand_to": "leader"},
            "outcomes": {"granted": outcome("Granted", go_on=True), "refused": outcome("Refused", exit="X8")},
        },
        "move": {
            "kind": "task",
            "title": both("Move"),
            "phase": "e",
            "role": "coordinator",
            "needs": {"offer": ["offered"], "csn": ["granted"]},
            "due": {"working_days": 10},
            "outcomes": {"arrived": outcome("Arrived", exit="OK1"), "declined": outcome("Declined", exit="X1")},
        },
        "plan_review": {
            "kind": "task",
            "title": both("Plan review"),
            "phase": "a",
            "role": "coordinator",
            "due": {"working_days": 2},
            "outcomes": {
                "again": outcome("Again", again={"step": "welcome_call", "at_most": 3, "then": {"exit": "X5"}}),
            },
        },
        "follow_up": {
            "kind": "task",
            "title": both("Follow-up"),
            "phase": "e",
            "role": "coordinator",
            "after_exit": ["OK1"],
            "due": {"days": 28, "after": "exited"},
            "outcomes": {"answered": outcome("Answered", go_on=True)},
        },
    },
}


def sample() -> Programme:
    return Programme.model_validate(PLAN)
