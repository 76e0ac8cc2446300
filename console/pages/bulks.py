"""Acts for many journeys that have been ordered: which there are, how far they have come, stop and resume."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from console.bulk_telling import teller_for
from console.errors import NotThere
from console.live import mark, watched
from console.page import Page, Staffed, without_odd
from console.who import Act
from schemas.bulk import ItemStatus
from services.bulk.acts import Bulks, listed, resume, some_items, standing, stop
from services.bulk.errors import NoSuchBulk, NothingLeft, NotUnderWay

router = APIRouter()

PER_PAGE = 50
MOST_LISTED = 30
MOST_PAGES = 10_000
EVERY = 1.0
PATIENCE = 2.0
"""Seconds that a page waits for what is in flight when it is stopped."""


@router.get("/operations/bulks")
async def show_bulks(page: Staffed) -> Response:
    """The latest of them."""
    page.must(Act.BULK)
    desk = page.desk
    found = await listed(desk.db, most=MOST_LISTED, by=page.actor)
    teller = await teller_for(page)
    return page.show("bulks.html", bulks=[teller.bulk(each) for each in found])


@router.get("/operations/bulks/{bulk}")
async def show_bulk(page: Staffed, bulk: str) -> Response:
    """One of them, one line a journey."""
    page.must(Act.BULK)
    given = page.request.query_params
    status = next((each for each in ItemStatus if each == given.get("status")), None)
    wanted = given.get("page", "1")
    number = int(wanted) if wanted.isascii() and wanted.isdigit() and 0 < len(wanted) < 6 else 1  # noqa: PLR2004 (a bound on pages)
    number = max(1, min(number, MOST_PAGES))
    return await _show(page, bulk, status, number)


@router.get("/operations/bulks/{bulk}/live")
async def live(page: Staffed, bulk: str) -> Response:
    """News of one of them."""
    page.must(Act.BULK)
    await _standing(page, bulk)

    async def look() -> object:
        return _far(await standing(page.desk.db, bulk, page.actor))

    return watched(page, look, EVERY)


@router.post("/operations/bulks/{bulk}/stop")
async def stop_it(page: Staffed, bulk: str) -> Response:
    """Let it rest; what is in flight is finished first."""
    page.must(Act.BULK)
    await _standing(page, bulk)
    desk = page.desk
    try:
        await stop(desk.db, Bulks(desk.client), bulk, page.actor, PATIENCE)
    except NotUnderWay:
        return page.go(f"/operations/bulks/{bulk}", "bulks.not_under_way")
    return page.go(f"/operations/bulks/{bulk}", "bulks.stopped_now")


@router.post("/operations/bulks/{bulk}/resume")
async def resume_it(page: Staffed, bulk: str) -> Response:
    """Let it go on where it was, and ask those again that did not answer."""
    page.must(Act.BULK)
    await _standing(page, bulk)
    desk = page.desk
    try:
        await resume(desk.db, Bulks(desk.client), bulk, by=page.actor)
    except NothingLeft:
        return page.go(f"/operations/bulks/{bulk}", "bulks.nothing_left")
    return page.go(f"/operations/bulks/{bulk}", "bulks.resumed")


def _far(found: dict[str, Any]) -> object:
    """How far it has come, for somebody who follows it."""
    return found["status"], sorted(found["counts"].items())


async def _standing(page: Page, bulk: str) -> dict[str, Any]:
    """How it stands. Raises `NotThere`."""
    if bulk != without_odd(bulk):
        raise NotThere
    try:
        return await standing(page.desk.db, bulk, page.actor)
    except NoSuchBulk:
        raise NotThere from None


async def _show(page: Page, bulk: str, status: ItemStatus | None, number: int) -> Response:
    found = await _standing(page, bulk)
    first = (number - 1) * PER_PAGE
    items = await some_items(
        page.desk.db, bulk, page.language, status=status, first=first, most=PER_PAGE + 1, by=page.actor
    )
    teller = await teller_for(page)
    shown = teller.bulk(found)
    return page.show(
        "bulk.html",
        bulk=shown,
        items=await teller.items(items[:PER_PAGE]),
        more=len(items) > PER_PAGE,
        only=status,
        statuses=tuple(ItemStatus),
        number=number,
        seen=mark(_far(found)),
    )
