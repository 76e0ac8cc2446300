"""The programmes: which there are, the map of a version, each of its steps in words, and what differs between two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from console.errors import NotThere
from console.page import Page, Staffed
from console.plan_picture import picture
from console.programme_view import letters, pale_steps, questions, stages, told
from console.who import Act
from journey.comparing import compare
from journey.rules import Rules
from schemas.programme import Programme
from services.bulk.acts import listed
from services.errors import NoSuchProgramme, NoSuchVersion
from services.versions import Version, versions

router = APIRouter()

DIGITS = 9
"""No version has a longer number; Postgres could not hold it."""


@dataclass(frozen=True)
class Known:
    """A programme with all its versions, the newest first, and the one that new journeys begin with."""

    name: str
    versions: tuple[Version, ...]

    @property
    def force(self) -> Version:
        return next(each for each in self.versions if each.in_force)

    @property
    def journeys(self) -> int:
        return sum(each.journeys for each in self.versions)

    def before(self, version: int) -> int | None:
        """The version before this one."""
        return next((each.version for each in self.versions if each.version < version), None)


async def known(page: Page, programme: str) -> Known:
    """The programme, for somebody who may see it. Raises `NotThere`."""
    page.must(Act.SEE_PROGRAMME)
    try:
        found = await versions(page.desk.db, programme, page.actor)
    except NoSuchProgramme:
        raise NotThere from None
    return Known(programme, tuple(reversed(found)))


async def one_version(page: Page, programme: str, version: str | int) -> Programme:
    """A published version, for somebody who may see it. Raises `NotThere`."""
    page.must(Act.SEE_PROGRAMME)
    try:
        return await page.desk.programmes.version(programme, numbered(version), page.actor)
    except (NoSuchProgramme, NoSuchVersion):
        raise NotThere from None


def numbered(version: str | int) -> int:
    """A version's number as it stands in an address. Raises `NotThere`."""
    digits = str(version)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= DIGITS and int(digits)):
        raise NotThere
    return int(digits)


@router.get("/programmes")
async def all_programmes(page: Staffed) -> Response:
    """Every programme."""
    page.must(Act.SEE_PROGRAMME)
    found: dict[str, list[Version]] = {}
    for each in await versions(page.desk.db, by=page.actor):
        found.setdefault(each.programme, []).insert(0, each)
    return page.show("programmes.html", programmes=[Known(name, tuple(each)) for name, each in found.items()])


@router.get("/programmes/{programme}")
async def one_programme(page: Staffed, programme: str) -> Response:
    """One programme: its versions, what has been rolled out, and the map of what new journeys begin with."""
    found = await known(page, programme)
    every = await listed(page.desk.db, rollouts=True, by=page.actor)
    return page.show(
        "programme.html",
        known=found,
        roll_outs=[each for each in every if each["order"]["programme"] == programme][:8],
        **_map(page, await one_version(page, programme, found.force.version)),
    )


@router.get("/programmes/{programme}/versions/{version}")
async def one_map(page: Staffed, programme: str, version: str) -> Response:
    """The map of one version."""
    found, plan = await known(page, programme), await one_version(page, programme, version)
    return page.show(
        "programme_version.html",
        known=found,
        version=next(each for each in found.versions if each.version == plan.version),
        **_map(page, plan),
    )


@router.get("/programmes/{programme}/versions/{version}/steps/{step}")
async def one_step(page: Staffed, programme: str, version: str, step: str) -> Response:
    """Everything about one step, in words."""
    found = await one_version(page, programme, version)
    if step not in found.steps:
        raise NotThere
    rules = Rules(found)
    return page.show(
        "programme_step.html",
        programme=found,
        name=step,
        step=found.steps[step],
        told=told(rules, step),
        letters=letters(found, step),
        after=[name for name in found.steps[step].needs if name in found.steps],
        leads=rules.followed_by(step),
    )


@router.get("/programmes/{programme}/compare")
async def compared(page: Staffed, programme: str, before: str = "", after: str = "") -> Response:
    """What differs between two versions; between the newest and the one before it, when nothing is said."""
    found = await known(page, programme)
    newer = await one_version(page, programme, after or found.versions[0].version)
    older = await one_version(page, programme, before or found.before(newer.version) or newer.version)
    return page.show("programme_compare.html", known=found, comparison=compare(older, newer))


def _map(page: Page, programme: Programme) -> dict[str, Any]:
    """What the map is made of: for everybody, or for somebody with the answers in the address."""
    given = page.request.query_params
    asked = questions(programme)
    facts = {fact: given[fact] for fact in asked if given.get(fact) in programme.facts[fact].values}
    pale = pale_steps(programme, facts)
    base = f"/programmes/{programme.programme}/versions/{programme.version}"
    return {
        "programme": programme,
        "picture": picture(programme, page.language, lambda name: f"{base}/steps/{name}", pale),
        "stages": stages(programme, pale),
        "asked": asked,
        "facts": facts,
        "chosen": lambda **changes: _address(page, {**facts, **changes}),
    }


def _address(page: Page, facts: dict[str, str]) -> str:
    """This page for somebody with these answers."""
    query = urlencode({name: value for name, value in facts.items() if value})
    return f"{page.request.url.path}?{query}#map" if query else f"{page.request.url.path}#map"
