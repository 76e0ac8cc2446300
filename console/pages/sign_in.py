"""Signing in and out. With OpenID Connect where the settings name a provider.

Without one, and only while nobody but this machine can reach the console, anybody may choose whom of the staff to be.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from console.errors import NotThere
from console.limits import SIGNING_IN
from console.oidc import COOKIE, MINUTES_AWAY, NotVouchedFor, Provider
from console.page import Anybody, Page, Staffed, hold_back, local_path
from console.session import Sessions
from services.colleagues import colleagues, staff_behind
from settings import LOOPBACK_HOSTS

router = APIRouter()


def may_choose(page: Page) -> bool:
    """Whether the staff may be chosen from a list: no provider, and only this machine reaches us."""
    settings = page.desk.settings
    named = urlsplit(settings.console_url).hostname if settings.console_url else None
    return (
        settings.oidc_issuer is None
        and settings.console_host in LOOPBACK_HOSTS
        and (named is None or named in LOOPBACK_HOSTS)
        and (page.request.url.hostname or "") in LOOPBACK_HOSTS
    )


@router.get("/sign-in")
async def sign_in(page: Anybody, back: str = "/") -> Response:
    """Where to sign in."""
    hold_back(page, SIGNING_IN)
    found = await colleagues(page.desk.db) if may_choose(page) else []
    provider: Provider | None = page.request.app.state.provider
    return page.show(
        "sign_in.html",
        found=found,
        back=local_path(back),
        provider=provider is not None,
        interest=page.desk.settings.office_phone is not None,
    )


@router.post("/sign-in")
async def sign_in_as(page: Anybody) -> Response:
    """Be one of the staff (on this machine only)."""
    hold_back(page, SIGNING_IN)
    if not may_choose(page):
        raise NotThere
    found = {each.staff: each for each in await colleagues(page.desk.db)}
    chosen = found.get(page.field("staff"))
    if chosen is None:
        raise NotThere
    return await page.sign_in(local_path(page.field("back")), staff=chosen.staff)


@router.post("/sign-out")
async def sign_out(page: Anybody) -> Response:
    """Sign out, and forget the token."""
    sessions: Sessions = page.request.app.state.sessions
    await sessions.end(page.visitor.token)
    response = page.go("/sign-in", "sign_in.signed_out")
    response.delete_cookie(sessions.cookie, path="/", secure=page.secure, httponly=True, samesite="lax")
    return response


@router.post("/stay")
async def stay(page: Staffed) -> Response:
    """Stay signed in: somebody is there."""
    assert page.person is not None
    return Response(status_code=204)


@router.get("/sign-in/go")
async def go(page: Anybody, back: str = "/") -> Response:
    """Go to the provider. A link and no form: our forms lead nowhere but here."""
    hold_back(page, SIGNING_IN)
    url, kept = await _provider(page).go(_come_back(page), local_path(back))
    response = RedirectResponse(url, 303)
    response.set_cookie(
        COOKIE, kept, max_age=MINUTES_AWAY * 60, httponly=True, samesite="lax", secure=page.secure, path="/sign-in"
    )
    return response


@router.get("/sign-in/welcome")
async def welcome(page: Anybody) -> Response:
    """Come back from the provider."""
    hold_back(page, SIGNING_IN)
    vouched, back = await _provider(page).welcome(page.request.query_params, page.request.cookies.get(COOKIE, ""))
    colleague = await staff_behind(page.desk.db, vouched)
    if colleague is None:
        raise NotVouchedFor
    response = await page.sign_in(local_path(back), staff=colleague.staff)
    response.delete_cookie(COOKIE, path="/sign-in")
    return response


def _provider(page: Page) -> Provider:
    provider: Provider | None = page.request.app.state.provider
    if provider is None:
        raise NotThere
    return provider


def _come_back(page: Page) -> str:
    base = page.desk.settings.console_url or str(page.request.base_url)
    return f"{base.rstrip('/')}/sign-in/welcome"
