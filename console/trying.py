"""What an act for many would do: tried on copies of those that fit, the most urgent, and said in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from console.foreseeing import Lines, Seer
from console.page import Page
from console.who import Act, Subject
from db.queries import sql
from schemas.commands import Command
from services.bulk.where import Conditions, matching
from services.journeys import Journeys
from services.mending.dry_run import DryRun, Foreseen, Foresight
from services.people import contacts

MOST = 60
"""On how many it is tried; what it would do to the others it would most likely do to them too."""

PATIENCE = timedelta(seconds=3)


@dataclass(frozen=True)
class Example:
    """What it would do to one of them."""

    journey: str
    name: str
    would: tuple[Lines, ...]


@dataclass(frozen=True)
class Tried:
    """On how many it was tried, what came of it, and some examples. `silent` have not answered."""

    number: int
    done: int
    silent: int
    lines: tuple[str, ...]
    refusals: tuple[str, ...]
    examples: tuple[Example, ...]

    @property
    def possible(self) -> bool:
        """Whether it would do anything to any of them, or nobody can say."""
        return bool(self.done or self.silent)


async def tried(page: Page, command: Command, where: Conditions, staff: Mapping[str, str]) -> Tried:
    """What the act would do. Raises a `Refusal`."""
    desk = page.desk
    now = desk.journey_now()
    matches = await matching(desk.db, where, now, most=MOST, by=page.actor)
    journeys = Journeys(desk.client, desk.pace, PATIENCE)
    found = await DryRun(desk.db, journeys, command, now, page.actor).over(matches)
    return Tried(
        number=found.journeys,
        done=found.done,
        silent=len(found.silent),
        lines=tuple(_lines(page, found)),
        refusals=tuple(_refusals(page, found)),
        examples=tuple([await _example(page, each, staff) for each in found.examples]),
    )


def _lines(page: Page, found: Foresight) -> Iterator[str]:
    """What it would do to how many."""
    for (effect, step), heap in found.effects.items():
        title = found.titles[step][page.language]
        yield page.t(f"many.effect_{effect}", step=title, count=len(heap))
    letters = sum(len(heap) for heap in found.sent.values())
    if letters:
        yield page.n("many.letters", letters)


def _refusals(page: Page, found: Foresight) -> Iterator[str]:
    for (_, sv, en), heap in found.refusals.items():
        yield page.t("many.refusal", count=len(heap), sentence=sv if page.language == "sv" else en)


async def _example(page: Page, found: Foreseen, staff: Mapping[str, str]) -> Example:
    desk = page.desk
    async with desk.db.acting_as(page.actor) as connection:
        (record,) = await connection.fetch(sql.reached_of_journeys, [found.journey])
    programme = await desk.programmes.version(record["programme"], record["version"], page.actor)
    name = page.t("operations.journey", id=found.journey)
    if page.may(Act.SEE_CONTACT, Subject(found.journey)):
        name = (await contacts(desk.db, page.actor, [found.journey]))[found.journey].name
    change = found.change
    lines = Seer(programme, staff, page.language).change(change) if change else []
    return Example(found.journey, name, tuple(lines))
