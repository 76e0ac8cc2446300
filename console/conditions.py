"""For whom an act for many is meant, as the address bar says it and as people read it.

The words are those of `operator … --where`. Nothing is left out: a condition that nobody understands would be an act
for more people than were meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from console.page import Page
from schemas.base import Both
from services.bulk.where import Conditions, by_programme, conditions
from services.stuck.choices import Choices, choices
from services.stuck.words import CAUSES

NOT_CONDITIONS = frozenset({"lang", "page", "age"})
"""What else may stand in the address bar."""

OFFERED = ("cause", "programme", "phase", "step", "owner", "waiting_on", "partner")
"""Conditions that the form has fields for; others may be written into the address."""


@dataclass(frozen=True)
class Whom:
    """Conditions, each value known; how many fit of each programme; and what is needed to say so."""

    where: Conditions
    fitting: Mapping[str, int]
    known: Choices
    staff: Mapping[str, str]

    @property
    def number(self) -> int:
        """How many journeys fit."""
        return sum(self.fitting.values())

    @property
    def programme(self) -> str:
        """The programme that all those who fit follow; empty where they follow several."""
        return next(iter(self.fitting)) if len(self.fitting) == 1 else ""

    @property
    def query(self) -> str:
        """As it stands in the address bar."""
        return urlencode([(name, value) for name, values in self.where.items() for value in values])


def given(page: Page) -> list[tuple[str, str]]:
    """The conditions as they were given."""
    return [
        (name, value)
        for name, value in page.request.query_params.multi_items()
        if value.strip() and name not in NOT_CONDITIONS
    ]


async def whom(page: Page, staff: Mapping[str, str]) -> Whom:
    """Whom the address bar means. Raises a `Refusal` where it says something that nobody knows."""
    desk = page.desk
    known = await choices(desk.db, desk.programmes, page.actor)
    found = await conditions(desk.db, [f"{name}={value}" for name, value in given(page)], page.actor)
    fitting = await by_programme(desk.db, found, desk.journey_now(), by=page.actor) if found else {}
    return Whom(found, fitting, known, staff)


def in_words(page: Page, where: Conditions, known: Choices, staff: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each condition by what people call it, and which values."""
    return [
        (page.t(f"many.where_{name}"), ", ".join(_value(page, name, value, known, staff) for value in values))
        for name, values in where.items()
    ]


def _value(page: Page, name: str, value: str, known: Choices, staff: Mapping[str, str]) -> str:
    named: dict[str, Both | None] = {
        "cause": next((words for cause, words in CAUSES.items() if cause == value), None),
        "programme": known.titles.get(value),
        **dict.fromkeys(("step", "phase", "exit", "waiting_on"), known.named(value)),
    }
    if (both := named.get(name)) is not None:
        return both[page.language]
    if name == "status":
        return page.t(f"journey.status_{value}")
    return page.role(value) if name == "role" else staff.get(value, value) if name == "owner" else value
