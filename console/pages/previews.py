"""What a version would do to those under way, seen before anybody is moved; and then the order.

New journeys are an order of their own: nobody under way is moved by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.errors import NotThere
from console.live import mark, watched
from console.looking import Looking, looks_of
from console.page import Page, Staffed
from console.pages.programmes import known, one_version
from console.reasons import CONFLICT, Wrong, said, without_reason
from console.who import Act
from journey.errors import Refusal
from schemas.base import Both, Language, one_line
from schemas.programme import Programme
from services.bulk.acts import Bulks, begin
from services.bulk.rollout import Wanted, for_programme, foreseen, roll_out
from services.bulk.where import Conditions, conditions

router = APIRouter()

NAMES = ("version", "phase", "step", "role", "partner", "municipality")
"""What those under way may be chosen by on the page; the words are those of the command line."""

TITLED = ("phase", "step", "role")


@router.get("/programmes/{programme}/versions/{version}/preview")
async def ask(page: Staffed, programme: str, version: str) -> Response:
    """Whom to look at."""
    return await _ask(page, await _changing(page, programme, version))


@router.post("/programmes/{programme}/versions/{version}/preview")
async def look(page: Staffed, programme: str, version: str) -> Response:
    """Begin to look."""
    plan = await _changing(page, programme, version)
    where, wrong = await _conditions(page)
    if wrong:
        return await _ask(page, plan, wrong)
    begun = await looks_of(page).begin(page, plan, for_programme(programme, where))
    return page.go(f"/programmes/{programme}/looks/{begun.look}")


@router.get("/programmes/{programme}/looks/{look}")
async def looked(page: Staffed, programme: str, look: str) -> Response:
    """How far a look has come, and what it saw."""
    page.must(Act.CHANGE_PROGRAMME)
    return await _looked(page, programme, look)


@router.get("/programmes/{programme}/looks/{look}/live")
async def live(page: Staffed, programme: str, look: str) -> Response:
    """News of a look."""
    page.must(Act.CHANGE_PROGRAMME)
    found = looks_of(page).find(page, look, programme)
    if found is None:
        raise NotThere

    async def far() -> object:
        return found.far

    return watched(page, far)


@router.post("/programmes/{programme}/looks/{look}")
async def order(page: Staffed, programme: str, look: str) -> Response:
    """Roll the version out to those who were looked at."""
    page.must(Act.CHANGE_PROGRAMME)
    found = looks_of(page).find(page, look, programme)
    if found is None or found.seen is None or found.draft:
        return await _looked(page, programme, look)
    if wrong := without_reason(page):
        return await _looked(page, programme, look, wrong)
    where = {name: values for name, values in found.where.items() if name != "programme"}
    wanted = Wanted(programme, found.programme.version, "all", where, by=page.actor, words=page.field("reason"))
    try:
        begun = await roll_out(page.desk.db, wanted, page.desk.journey_now())
    except Refusal as refused:
        return await _looked(page, programme, look, Wrong(said(page, refused), status=CONFLICT))
    await begin(Bulks(page.desk.client), begun.bulk)
    return page.go(f"/programmes/{programme}/roll-outs/{begun.bulk}", "programmes.begun")


@router.get("/programmes/{programme}/versions/{version}/new")
async def ask_new(page: Staffed, programme: str, version: str) -> Response:
    """What new journeys would begin with."""
    return await _ask_new(page, await _changing(page, programme, version))


@router.post("/programmes/{programme}/versions/{version}/new")
async def order_new(page: Staffed, programme: str, version: str) -> Response:
    """Let new journeys begin with the version; nobody under way is moved."""
    plan = await _changing(page, programme, version)
    if wrong := without_reason(page):
        return await _ask_new(page, plan, wrong)
    wanted = Wanted(programme, plan.version, "new", by=page.actor, words=page.field("reason"))
    try:
        await roll_out(page.desk.db, wanted, page.desk.journey_now())
    except Refusal as refused:
        return await _ask_new(page, plan, Wrong(said(page, refused), status=CONFLICT))
    return page.go(f"/programmes/{programme}", "programmes.new_follow")


# ---- how they are shown


async def _changing(page: Page, programme: str, version: str) -> Programme:
    page.must(Act.CHANGE_PROGRAMME)
    return await one_version(page, programme, version)


async def _conditions(page: Page) -> tuple[Conditions, Wrong | None]:
    given = [(name, page.field(name, 200)) for name in NAMES]
    found: Conditions = {}
    for name, value in given:
        if not value:
            continue
        if not one_line(value):
            return found, Wrong(page.t("programmes.unprintable"), name)
        try:
            found |= await conditions(page.desk.db, [f"{name}={value}"], page.actor)
        except Refusal as refused:
            return found, Wrong(refused.sentence(page.language), name)
    return found, None


async def _ask(page: Page, plan: Programme, wrong: Wrong | None = None) -> Response:
    found = await known(page, plan.programme)
    return page.show(
        "preview_ask.html",
        wrong.status if wrong else 200,
        known=found,
        programme=plan,
        chosen={name: page.field(name, 200) for name in NAMES},
        wrong=wrong,
    )


async def _looked(page: Page, programme: str, look: str, wrong: Wrong | None = None) -> Response:
    found = looks_of(page).find(page, look, programme)
    if found is None:
        return page.show("preview_gone.html", programme=programme)
    return page.show(
        "preview.html",
        wrong.status if wrong else 200,
        look=found,
        seen=mark(found.far),
        programme=found.programme,
        refused=said(page, found.refusal) if found.refusal else None,
        number=_moved(found),
        conditions=in_words(found.where, found.programme, page.language),
        reason=page.field("reason"),
        wrong=wrong,
        known=await known(page, programme) if not found.draft else None,
    )


def _moved(found: Looking) -> int:
    """How many would be asked to follow: all but those that do."""
    return len(found.whom) - (found.seen.already if found.seen else 0)


async def _ask_new(page: Page, plan: Programme, wrong: Wrong | None = None) -> Response:
    found, refused = await known(page, plan.programme), None
    try:
        await foreseen(
            page.desk.db, Wanted(plan.programme, plan.version, "new", by=page.actor), page.desk.journey_now()
        )
    except Refusal as refusal:
        refused = said(page, refusal)
    return page.show(
        "roll_out_new.html",
        wrong.status if wrong else 200,
        known=found,
        programme=plan,
        refused=refused,
        wrong=wrong,
        reason=page.field("reason"),
    )


def in_words(where: Conditions, programme: Programme, language: Language) -> list[tuple[str, str]]:
    """The conditions as people say them: what is asked of, and the value's name."""
    found = []
    for name, values in where.items():
        titled = getattr(programme, f"{name}s") if name in TITLED else {}
        if name != "programme":
            found.append((name, ", ".join(_title(titled, value, language) for value in values)))
    return found


def _title(titled: Mapping[str, Any], value: str, language: Language) -> str:
    known: Both | None = getattr(titled.get(value), "title", None)
    return known[language] if known else value
