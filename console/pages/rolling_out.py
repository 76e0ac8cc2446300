"""A roll-out that has been ordered: followed, stopped, resumed and taken back. Whoever ordered it may go away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.errors import NotThere
from console.live import mark, watched
from console.page import Page, Staffed
from console.reasons import CONFLICT, Wrong, said, without_reason
from console.who import Act
from journey.errors import Refusal
from schemas.bulk import BulkStatus
from services.bulk.acts import Bulks, begin, resume, standing, stop
from services.bulk.answers import answers, lines
from services.bulk.errors import NoSuchBulk
from services.bulk.rollout import roll_back, way_back

router = APIRouter()

PER_PAGE = 50
PATIENCE = 2.0
"""Seconds that a page waits for what is in flight when it is stopped."""

STILL = timedelta(minutes=2)
"""After so long without a turn it is said that nothing happens."""


@router.get("/programmes/{programme}/roll-outs/{bulk}")
async def show_roll_out(page: Staffed, programme: str, bulk: str) -> Response:
    """How far it has come, and what became of it in each journey."""
    return await _show(page, programme, bulk)


@router.get("/programmes/{programme}/roll-outs/{bulk}/live")
async def live(page: Staffed, programme: str, bulk: str) -> Response:
    """News of it."""
    await _standing(page, programme, bulk, Act.SEE_PROGRAMME)

    async def look() -> object:
        return _far(await standing(page.desk.db, bulk, page.actor))

    return watched(page, look)


@router.post("/programmes/{programme}/roll-outs/{bulk}/stop")
async def stop_it(page: Staffed, programme: str, bulk: str) -> Response:
    """Let it rest; what is in flight is finished."""
    await _standing(page, programme, bulk, Act.CHANGE_PROGRAMME)
    try:
        await stop(page.desk.db, Bulks(page.desk.client), bulk, page.actor, PATIENCE)
    except Refusal as refused:
        return await _show(page, programme, bulk, Wrong(said(page, refused), status=CONFLICT))
    return page.go(f"/programmes/{programme}/roll-outs/{bulk}", "programmes.stopped")


@router.post("/programmes/{programme}/roll-outs/{bulk}/resume")
async def resume_it(page: Staffed, programme: str, bulk: str) -> Response:
    """Let it go on, and ask those again that did not answer."""
    await _standing(page, programme, bulk, Act.CHANGE_PROGRAMME)
    try:
        await resume(page.desk.db, Bulks(page.desk.client), bulk, by=page.actor)
    except Refusal as refused:
        return await _show(page, programme, bulk, Wrong(said(page, refused), status=CONFLICT))
    return page.go(f"/programmes/{programme}/roll-outs/{bulk}", "programmes.goes_on")


@router.get("/programmes/{programme}/roll-outs/{bulk}/back")
async def ask_back(page: Staffed, programme: str, bulk: str) -> Response:
    """What the way back would do."""
    return await _ask_back(page, programme, bulk)


@router.post("/programmes/{programme}/roll-outs/{bulk}/back")
async def take_back(page: Staffed, programme: str, bulk: str) -> Response:
    """Take it back: whoever it moved and still follows its version follows the one before."""
    await _standing(page, programme, bulk, Act.CHANGE_PROGRAMME)
    if wrong := without_reason(page):
        return await _ask_back(page, programme, bulk, wrong)
    try:
        begun = await roll_back(page.desk.db, bulk, by=page.actor, words=page.field("reason"))
    except Refusal as refused:
        return await _ask_back(page, programme, bulk, Wrong(said(page, refused), status=CONFLICT))
    await begin(Bulks(page.desk.client), begun.bulk)
    return page.go(f"/programmes/{programme}/roll-outs/{begun.bulk}", "programmes.begun_back")


# ---- how they are shown


async def _standing(page: Page, programme: str, bulk: str, act: Act) -> dict[str, Any]:
    """The roll-out, for somebody who may. Raises `NotThere`, also for an act of another kind."""
    page.must(act)
    try:
        found = await standing(page.desk.db, bulk, page.actor)
    except NoSuchBulk:
        raise NotThere from None
    if found["what"] not in ("roll_out", "roll_back") or found["order"]["programme"] != programme:
        raise NotThere
    return found


async def _show(page: Page, programme: str, bulk: str, wrong: Wrong | None = None) -> Response:
    found = await _standing(page, programme, bulk, Act.SEE_PROGRAMME)
    number = page.request.query_params.get("page", "1")
    first = int(number) if number.isascii() and number.isdigit() and 0 < len(number) < 6 and int(number) else 1  # noqa: PLR2004 (five digits)
    total = sum(found["counts"].values())
    return page.show(
        "roll_out.html",
        wrong.status if wrong else 200,
        programme=programme,
        roll_out=found,
        seen=mark(_far(found)),
        total=total,
        asked=total - found["counts"]["waiting"],
        under_way=(under_way := found["status"] == BulkStatus.UNDER_WAY),
        still=under_way and page.now - (found["latest_at"] or found["at"]) > STILL,
        answers=await answers(page.desk.db, bulk, page.actor),
        lines=await lines(page.desk.db, bulk, (first - 1) * PER_PAGE, PER_PAGE, page.actor),
        number=first,
        pages=-(-total // PER_PAGE),
        wrong=wrong,
    )


def _far(found: dict[str, Any]) -> object:
    """How far it has come, for somebody who follows it."""
    return found["status"], sorted(found["counts"].items())


async def _ask_back(page: Page, programme: str, bulk: str, wrong: Wrong | None = None) -> Response:
    found = await _standing(page, programme, bulk, Act.CHANGE_PROGRAMME)
    back, refused = None, None
    try:
        back = await way_back(page.desk.db, bulk, page.actor)
    except Refusal as refusal:
        refused = said(page, refusal)
    return page.show(
        "roll_back.html",
        wrong.status if wrong else 200,
        programme=programme,
        roll_out=found,
        back=back,
        refused=refused,
        wrong=wrong,
        reason=page.field("reason"),
    )
