"""The console as one application: pages, static files, and what is said when something cannot be had.

`create_app(desk)` is all there is to make; tests call it with real servers behind the desk.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from console.api.app import ABOVE, PREFIX, create_api, sorry
from console.api.errors import NothingThere
from console.api.problems import refused
from console.desk import Desk
from console.errors import NotSignedIn, NotThere, OldPage, TooMany
from console.guard import Guard
from console.limits import Limits, Pauses
from console.looking import Looks
from console.oidc import Provider
from console.page import PART, Anybody, from_elsewhere, is_stream, page_of
from console.pages import ROUTERS
from console.rendering import STATIC
from console.session import Sessions
from console.stamps import Stamps
from journey.errors import Refusal
from services.errors import NoSuchJourney, NotSavedYet
from services.health.looking import Places, Watch

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def create_app(desk: Desk, *, hosts: tuple[str, ...] = ()) -> FastAPI:
    """The application. It answers under loopback names, the address in the settings, and `hosts`."""
    url = urlsplit(desk.settings.console_url or "")
    app = FastAPI(
        title="Resan", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan, redirect_slashes=False
    )
    app.state.desk = desk
    app.state.limits = Limits()
    app.state.looks = Looks()
    app.state.pauses = Pauses()
    app.state.stamps = Stamps(desk.db)
    app.state.sessions = Sessions(desk.db, secure=url.scheme == "https")
    app.state.provider = Provider.of(desk.settings)
    app.state.watch = Watch(desk.db, desk.client, desk.pace, _places(desk), desk.clock)
    for router in ROUTERS:
        app.include_router(router)
    app.mount(PREFIX, create_api(app.state))
    app.mount("/static", KeptFiles(directory=STATIC), name="static")
    app.add_api_route("/{path:path}", nothing_here, methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    for error, answer in _ANSWERS.items():
        app.add_exception_handler(error, answer)
    app.add_middleware(Guard, secure=url.scheme == "https", sorry=_sorry)
    named = [url.hostname] if url.hostname else []
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOOPBACK, *named, *hosts], www_redirect=False)
    return app


def _places(desk: Desk) -> Places:
    """Where the parts are that only the settings know of."""
    settings = desk.settings
    return Places((settings.smtp_host, settings.smtp_port) if settings.smtp_host else None, settings.data_dir)


async def nothing_here(_: Anybody) -> Response:
    """Any other address: looks like a page that somebody may not see."""
    raise NotThere


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    settle()
    yield


def settle() -> None:
    """Let the collector of garbage pass by all that is there when pages begin to be shown: it will not become any.

    To look through it takes forty milliseconds and more, in which nobody is answered.
    """
    gc.collect()
    gc.freeze()


class KeptFiles(StaticFiles):
    """Our own files. Their addresses change with their contents, so that a browser may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200 and b"v=" in scope.get("query_string", b""):  # noqa: PLR2004 (found)
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


# ---- what is said instead of a page


def said(request: Request, status: int, words: str, sentence: str | None = None, **values: object) -> Response:
    """A page with a heading and one sentence: what is wrong, and what to do."""
    return page_of(request).show("said.html", status, words=words, values=values, sentence=sentence)


async def _not_there(request: Request, _: Exception) -> Response:
    if _of_systems(request):
        return refused(request, NothingThere())
    return said(request, 404, "said.not_there")


def _again(request: Request, status: int, words: str, nothing_sent: str | None = None) -> Response:
    """What was sent is not lost: it stands on the page, to be sent again with one click."""
    page = page_of(request)
    kept = page.fields()
    if not kept or from_elsewhere(request) or PART in request.headers:
        return said(request, status, nothing_sent or words)
    return page.show("again.html", status, words=words, kept=kept)


async def _sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotSignedIn)
    if request.method != "GET":
        return _again(request, 401, "said.signed_out")
    if PART in request.headers or is_stream(request):
        return said(request, 401, "said.signed_out")
    back = f"?back={quote(error.back)}" if error.door == "/sign-in" else ""
    return RedirectResponse(f"{error.door}{back}", 303)


async def _old_page(request: Request, _: Exception) -> Response:
    return _again(request, 403, "said.old_page")


async def _too_many(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooMany)
    response = said(request, 429, "said.too_many", seconds=error.seconds)
    response.headers["Retry-After"] = str(error.seconds)
    return response


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    status = 503 if isinstance(error, NotSavedYet) else 409
    return said(request, status, "said.refused", error.sentence(page_of(request).language))


async def _by_status(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 422
    if _of_systems(request):
        return refused(request, NothingThere())
    return said(request, status, "said.not_there" if status in (404, 405, 422) else "said.broke")


def _of_systems(request: Request) -> bool:
    """Whether another system asks, which is never answered with a page."""
    return request.url.path.startswith(f"{ABOVE}/")


def _sorry(request: Request, status: int) -> Response:
    if _of_systems(request):
        return sorry(request, status)
    if status == 413:  # noqa: PLR2004 (content too large)
        return said(request, status, "said.too_large")
    return _again(request, status, "said.broke_kept", "said.broke")


_ANSWERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    NotThere: _not_there,
    NoSuchJourney: _not_there,
    NotSignedIn: _sign_in,
    OldPage: _old_page,
    TooMany: _too_many,
    Refusal: _refused,
    RequestValidationError: _by_status,
    HTTPException: _by_status,
}
