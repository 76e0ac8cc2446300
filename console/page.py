"""One request and its answer: who asks, in which language, what they may, and how a page is shown.

Every page takes a `Page` by one of these doors: `Anybody` (public), `Staffed` (signed in as staff; others are sent to
sign in) and `Participating` (a participant's own session). Whatever is sent passes the form's token here: a page cannot
forget to ask for it. A fourth door, `Passing`, is for forms that act for nobody in particular: without a cookie, and
instead of the token with a stamp of ours that says when the form was shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.desk import Desk
from console.errors import NotSignedIn, NotThere, OldPage, TooMany
from console.language import COOKIE, all_words, chosen, counted, say
from console.limits import LOOKING, PUBLIC, SENDING, Limit, Limits
from console.rendering import render
from console.session import IDLE, Sessions, Visitor, form_token, form_token_fits, new_token
from console.stamps import Stamps
from console.who import VISITOR, Act, Person, Subject, may
from schemas.base import Language, without_turns

SAID = "said"
STAMP = "stamp"
"""The field of a form that anybody may send: when it was shown, under our seal."""
TOKEN = "form_token"  # noqa: S105 (a field's name)
OWN_DOOR = "/my/link"
"""Where participants ask for a link to their own page."""
PART = "x-part"
"""The header by which a script asks for a part of a page."""
ITSELF = "list"
"""What it says when nobody has done anything: the page follows what happens."""
STREAM = "/live"
"""How the addresses of streams end."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 365 * 24 * 3600
_ODD = re.compile("[\x00\ud800-\udfff]")


@dataclass
class Page:
    """One request of one visitor."""

    request: Request
    desk: Desk
    visitor: Visitor
    language: Language
    said: str | None = None
    sent: FormData | None = None
    shown_at: datetime | None = None

    @property
    def person(self) -> Person | None:
        return self.visitor.person

    @property
    def who(self) -> Person:
        """Whoever has signed in. Raises `NotSignedIn`."""
        if self.visitor.person is None:
            raise NotSignedIn(self.request.url.path)
        return self.visitor.person

    @property
    def actor(self) -> str:
        """Under which name the database sees the visitor act."""
        return self.visitor.person.actor if self.visitor.person else VISITOR

    @property
    def now(self) -> datetime:
        """Wall time."""
        return self.desk.now()

    def t(self, key: str, /, **params: object) -> str:
        """Words of the pages."""
        return say(key, self.language, **params)

    def n(self, key: str, count: int) -> str:
        """Words that depend on a number."""
        return counted(key, count, self.language)

    def knows(self, key: str) -> bool:
        """Whether there are words under this key."""
        return key in all_words()

    def role(self, name: str) -> str:
        """What a role is called, where no programme is at hand."""
        key = f"roles.{name}"
        return self.t(key) if self.knows(key) else name.replace("_", " ")

    def may(self, act: Act | str, subject: Subject | None = None) -> bool:
        """Whether the visitor may do this."""
        return may(self.person, Act(act), subject)

    def must(self, act: Act, subject: Subject | None = None) -> None:
        """Go on only if the visitor may do this. Raises `NotThere`, which looks like any page that is not there."""
        if not self.may(act, subject):
            raise NotThere

    def field(self, name: str, longest: int = 4000) -> str:
        """One line or text that was sent, without blanks around it; empty when it was not sent."""
        value = self.sent.get(name) if self.sent is not None else None
        return without_odd(value).strip()[:longest] if isinstance(value, str) else ""

    def fields(self) -> dict[str, list[str]]:
        """Everything that was sent as text, by name."""
        found: dict[str, list[str]] = {}
        for name, value in self.sent.multi_items() if self.sent is not None else ():
            if isinstance(value, str) and name != TOKEN:
                found.setdefault(name, []).append(without_odd(value))
        return found

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page."""
        response = HTMLResponse(render(template, self, **values), status)
        if self.visitor.fresh:
            _sessions(self.request).remember(response, self.visitor.token)
        if self.said:
            response.delete_cookie(SAID)
        if self.request.query_params.get("lang") == self.language:
            response.set_cookie(COOKIE, self.language, max_age=YEAR, httponly=True, samesite="lax", secure=self.secure)
        response.headers["Vary"] = "Cookie, Accept-Language, X-Part"
        response.headers["Content-Language"] = self.language
        return response

    def go(self, path: str, said: str | None = None) -> Response:
        """Send the visitor on, after something has been done; `said` is the key of what is told there, once."""
        response = RedirectResponse(path, 303)
        if said:
            response.set_cookie(SAID, said, max_age=60, httponly=True, samesite="lax", secure=self.secure)
        return response

    async def sign_in(self, path: str, *, staff: str | None = None, journey: str | None = None) -> Response:
        """Whoever has been vouched for goes on as this colleague or this journey's participant, under a new token."""
        sessions = _sessions(self.request)
        await sessions.end(self.visitor.token)
        response = self.go(path)
        sessions.remember(response, await sessions.begin(self.now, staff=staff, journey=journey))
        return response

    @property
    def secure(self) -> bool:
        return self.request.url.scheme == "https"

    @property
    def idle_seconds(self) -> int:
        """After how long without a sign of life somebody is signed out."""
        return int(IDLE.total_seconds())

    @property
    def form_token(self) -> str:
        return form_token(self.visitor.token)

    @property
    def path_now(self) -> str:
        """This address, for a form that comes back here; only what is in the address bar."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def in_language(self, language: Language) -> str:
        """This address in another language."""
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != "lang"]
        query = "&".join(f"{quote(name)}={quote(value)}" for name, value in [*kept, ("lang", language)])
        return f"{self.request.url.path}?{query}"


def without_odd(text: str) -> str:
    """What was sent without the characters that nobody types, or no database keeps."""
    return without_turns(_ODD.sub("", text))


def is_stream(request: Request) -> bool:
    """Whether a page that follows what happens asks, and nobody has done anything."""
    return request.url.path.endswith(STREAM)


def local_path(path: str) -> str:
    """An address of ours to go back to; the first page when it leads anywhere else."""
    parts = urlsplit(path)
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and not parts.scheme and not parts.netloc
    return path if ours and path.isprintable() else "/"


async def visiting(request: Request) -> Page:
    """Whoever asks. What is sent must come from a form of ours, and not too often."""
    desk: Desk = request.app.state.desk
    sessions = _sessions(request)
    now = desk.now()
    by_itself = request.headers.get(PART) == ITSELF or is_stream(request)
    visitor = await _whoever(request, now, active=not by_itself)
    _hold_back(request, LOOKING if request.method in SAFE else SENDING, visitor)
    language = _language(request, visitor)
    said = request.cookies.get(SAID)
    page = Page(request, desk, visitor, language, said if said in all_words() else None)
    request.state.page = page
    if not all(str(part).isprintable() for part in request.path_params.values()):
        raise NotThere  # Postgres could not even be asked for it
    if request.method not in SAFE:
        page.sent = await request.form(max_files=1, max_fields=500)
        given = page.sent.get(TOKEN)
        if from_elsewhere(request) or not isinstance(given, str) or not form_token_fits(visitor.token, given):
            raise OldPage
    if request.query_params.get("lang") == language and visitor.person:
        await sessions.speak(visitor.token, language)
    return page


async def passing(request: Request) -> Page:
    """Whoever asks, without a cookie. What is sent acts for nobody; `shown_at` says when its form was shown."""
    desk: Desk = request.app.state.desk
    found = await _whoever(request, desk.now(), active=False)
    visitor = Visitor(found.token, fresh=False, person=found.person)
    _hold_back(request, LOOKING if request.method in SAFE else SENDING, visitor)
    page = Page(request, desk, visitor, _language(request, visitor))
    request.state.page = page
    if request.method not in SAFE:
        if from_elsewhere(request):
            raise OldPage
        page.sent = await request.form(max_files=0, max_fields=100)
        stamps: Stamps = request.app.state.stamps
        page.shown_at = await stamps.read(page.field(STAMP, 200), desk.now())
    return page


async def staffed(page: Annotated[Page, Depends(visiting)]) -> Page:
    """Somebody who has signed in as staff."""
    if page.person is None:
        raise NotSignedIn(page.path_now)
    if page.person.journey is not None:
        raise NotThere
    return page


async def participating(page: Annotated[Page, Depends(visiting)]) -> Page:
    """A participant, by a session of their own."""
    if page.person is None:
        raise NotSignedIn(page.path_now, OWN_DOOR)
    if page.person.journey is None:
        raise NotThere
    return page


Anybody = Annotated[Page, Depends(visiting)]
Passing = Annotated[Page, Depends(passing)]
Staffed = Annotated[Page, Depends(staffed)]
Participating = Annotated[Page, Depends(participating)]


async def _whoever(request: Request, now: datetime, *, active: bool) -> Visitor:
    """Who asks. Where that cannot be looked up just now, what was sent is kept for the page that says so."""
    sessions = _sessions(request)
    token = request.cookies.get(sessions.cookie)
    try:
        return await sessions.visitor(token, now, active=active)
    except Exception:
        if request.method not in SAFE:
            stranger = Visitor(token or new_token(), fresh=False)
            page = Page(request, request.app.state.desk, stranger, _language(request, stranger))
            page.sent = await request.form(max_files=1, max_fields=500)
            request.state.page = page
        raise


def page_of(request: Request) -> Page:
    """The page of a request that was stopped on its way, as far as it had come; nothing more is looked up."""
    page: Page | None = getattr(request.state, "page", None)
    if page is not None:
        return page
    visitor = Visitor(new_token(), fresh=False)
    return Page(request, request.app.state.desk, visitor, _language(request, visitor))


def hold_back(page: Page, limit: Limit = PUBLIC) -> None:
    """Go on only if this address has not asked for this too often. Raises `TooMany`."""
    _hold_back(page.request, limit, None)


def _hold_back(request: Request, limit: Limit, visitor: Visitor | None) -> None:
    limits: Limits = request.app.state.limits
    address = request.client.host if request.client else "?"
    who = visitor.person.staff if visitor and visitor.person else address
    if (seconds := limits.wait(limit, who)) > 0:
        raise TooMany(seconds)


def _sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


def _language(request: Request, visitor: Visitor) -> Language:
    return chosen(
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        visitor.person.language if visitor.person else None,
        request.headers.get("accept-language", ""),
    )


def from_elsewhere(request: Request) -> bool:
    """Whether the browser says that the form stands on somebody else's page."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    desk: Desk = request.app.state.desk
    ours = {request.headers.get("host", ""), urlsplit(desk.settings.console_url or "").netloc} - {""}
    return site not in (None, "same-origin", "none") or (origin is not None and urlsplit(origin).netloc not in ours)
