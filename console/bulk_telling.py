"""What acts for many journeys are, in words: what was ordered, for whom, and how it stands in each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.conditions import in_words
from console.language import all_words
from console.page import Page
from console.who import Act, Subject
from schemas.bulk import BulkStatus, ItemStatus
from schemas.tasks import step_of_task
from services.colleagues import colleagues
from services.people import contacts
from services.stuck.choices import Choices, choices
from services.stuck.course import Ailment
from services.stuck.process import ailing_bulks
from services.stuck.words import of_bulk

NO_CONDITIONS = frozenset({"roll_back", "cover"})


@dataclass(frozen=True)
class When:
    """A day or a time, as it is stored."""

    at: str


@dataclass(frozen=True)
class Bulk:
    """An act for many on a page. `percent` is how much of it is done with."""

    id: str
    what: str
    status: BulkStatus
    said: list[tuple[str, str]]
    asked: list[tuple[str, str | When]]
    counts: Mapping[str, int]
    by: str
    at: datetime
    ended_at: datetime | None
    reason: str
    ails: str

    @property
    def number(self) -> int:
        return sum(self.counts.values())

    @property
    def done_with(self) -> int:
        return self.number - self.counts[ItemStatus.WAITING]

    @property
    def percent(self) -> int:
        return 100 if not self.number else 100 * self.done_with // self.number


@dataclass(frozen=True)
class Item:
    """What became of it in one journey."""

    journey: str
    name: str
    step: str
    status: ItemStatus
    sentence: str


async def teller_for(page: Page) -> Teller:
    """Whoever tells of them on this page."""
    desk = page.desk
    known = await choices(desk.db, desk.programmes, page.actor)
    staff = {each.staff: each.name for each in await colleagues(desk.db, page.actor)}
    return Teller(page, known, staff, await ailing_bulks(desk.db, desk.client, page.now, page.actor))


@dataclass(frozen=True)
class Teller:
    """Says what acts for many are. `ails` is what those fail at that fail."""

    page: Page
    known: Choices
    staff: Mapping[str, str]
    ails: Mapping[str, Ailment]

    def bulk(self, found: Mapping[str, Any]) -> Bulk:
        """One of them."""
        page, what = self.page, found["what"]
        ails = self.ails.get(found["bulk"])
        conditions = {} if what in NO_CONDITIONS else found["conditions"]
        return Bulk(
            id=found["bulk"],
            what=page.t(key) if (key := f"bulks.what_{what}") in all_words() else what.replace("_", " "),
            status=BulkStatus(found["status"]),
            said=in_words(page, conditions, self.known, self.staff),
            asked=[(page.t(f"bulks.asked_{name}"), self._value(what, name, value)) for name, value in _asked(found)],
            counts=found["counts"],
            by=self.staff.get(found["by"], "") or page.t("bulks.by_command"),
            at=found["at"],
            ended_at=found["ended_at"],
            reason=found.get("why") or "",
            ails=of_bulk(ails.trouble)[page.language] if ails else "",
        )

    def _value(self, what: str, name: str, value: object) -> str | When:
        """What was asked for, in words."""
        if name in MOMENTS or (name == "to" and what == "move_date"):
            return When(str(value))
        if name == "to" and what == "roll_out":
            return self.page.t(f"bulks.to_{value}")
        text = str(value)
        named = self.known.named(text) if name in NAMED else self.known.titles.get(text)
        return named[self.page.language] if named else self.staff.get(text, text)

    async def items(self, found: list[dict[str, Any]]) -> list[Item]:
        """A line for each journey."""
        page = self.page
        seen = [each["journey"] for each in found if page.may(Act.SEE_CONTACT, Subject(each["journey"]))]
        people = await contacts(page.desk.db, page.actor, seen)
        return [
            Item(
                each["journey"],
                people[each["journey"]].name
                if each["journey"] in people
                else page.t("operations.journey", id=each["journey"]),
                self._step(each["task"]),
                ItemStatus(each["status"]),
                each["sentence"] or "",
            )
            for each in found
        ]

    def _step(self, task: str | None) -> str:
        step = step_of_task(task) if task else None
        named = self.known.named(step) if step else None
        return named[self.page.language] if named else ""


SHOWN = ("cause", "on", "review_at", "due_at", "to", "step", "outcome", "expires_on", "date", "exit", "programme",
         "version", "absent", "stand_in", "since", "until")  # fmt: skip
"""Of what was ordered, what people are told."""

MOMENTS = frozenset({"review_at", "due_at", "expires_on", "since", "until"})
NAMED = frozenset({"cause", "on", "step", "date", "exit"})


def _asked(found: Mapping[str, Any]) -> list[tuple[str, object]]:
    order = found["order"]
    return [(name, order[name]) for name in SHOWN if order.get(name) is not None and not isinstance(order[name], dict)]
