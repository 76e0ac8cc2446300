"""How a participant comes to their own page: by a link that works once, and a new one when it does not any more.

Looking at a link does not use it up, for what scans mail looks too. Whoever asks for a link gets the same answer.
"""

from __future__ import annotations

import secrets

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.responses import Response

from console.limits import PUBLIC
from console.page import Anybody, Page, hold_back
from console.pages.sign_in import may_choose
from console.session import Sessions
from schemas.people import Refused, email_key
from services.links.personal import can_be_used, send_for_address, send_for_link, use

router = APIRouter()

UNPROCESSABLE, GONE = 422, 410


@router.get("/my/in/{token}")
async def look_in(page: Anybody, token: str) -> Response:
    """One button, which uses the link; where it works no more, another that sends a new one."""
    hold_back(page, PUBLIC)
    if not await can_be_used(page.desk.db, token, now=page.now):
        if page.person is not None and page.person.journey is not None:
            return page.go("/my")
        return page.show("mine_used.html", GONE, link=token)
    return page.show("mine_in.html", link=token)


@router.post("/my/in/{token}")
async def come_in(page: Anybody, token: str) -> Response:
    """Use the link: whoever has it is signed in to their own page on this device."""
    hold_back(page, PUBLIC)
    journey = await use(page.desk.db, token, now=page.now)
    if journey is None:
        return page.show("mine_used.html", GONE, link=token)
    return await page.sign_in("/my", journey=journey)


@router.post("/my/new/{token}")
async def send_again(page: Anybody, token: str) -> Response:
    """Send a new link to whom the former one was for."""
    hold_back(page, PUBLIC)
    return _answered(page, BackgroundTask(send_for_link, page.desk.db, token, now=page.now))


@router.get("/my/link")
async def ask(page: Anybody) -> Response:
    """Where to ask for a link."""
    return page.show("mine_link.html", email="", error=None, tries=may_choose(page))


@router.post("/my/link")
async def send(page: Anybody) -> Response:
    """Send a link to this address, if it is somebody's."""
    hold_back(page, PUBLIC)
    email = page.field("email", 400)
    try:
        email_key(email)
    except Refused:
        return page.show("mine_link.html", UNPROCESSABLE, email=email, error=page.t("mine.email_wrong"), tries=False)
    return _answered(page, BackgroundTask(send_for_address, page.desk.db, email, now=page.now))


@router.post("/my/out")
async def leave(page: Anybody) -> Response:
    """Close the page on this device."""
    sessions: Sessions = page.request.app.state.sessions
    await sessions.end(page.visitor.token)
    response = page.go("/my/link", "mine.left")
    sessions.remember(response, secrets.token_urlsafe(32))
    return response


def _answered(page: Page, then: BackgroundTask) -> Response:
    """The same answer to everybody, before anything is looked up: not even how long it takes tells one from another."""
    response = page.show("mine_sent.html")
    response.background = then
    return response
