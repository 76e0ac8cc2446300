"""Sessions: who is behind a request. Kept in Postgres under a digest; the browser holds a random token in one cookie.

The token is new after each signing in and out. The token of a form is worked out from it, so that a page of somebody
else's, which cannot read the cookie, cannot send our forms.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import Response

from console.who import Person, Role
from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.base import Language

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=10)
"""A working day: whoever stays longer signs in again."""

PARTICIPANT_IDLE = PARTICIPANT_LONGEST = timedelta(days=30)
_TOUCH = timedelta(minutes=1)
_LENGTH = 43


@dataclass(frozen=True)
class Visitor:
    """Whoever sent a request: the token in their cookie (a new one when they had none) and who they are, if known."""

    token: str
    fresh: bool
    person: Person | None = None


class Sessions:
    """The sessions of one database. All times are wall time."""

    def __init__(self, db: Database, *, secure: bool) -> None:
        self._db = db
        self._secure = secure

    @property
    def cookie(self) -> str:
        """The cookie's name; with the prefix browsers let nobody but this very host set it."""
        return "__Host-resan" if self._secure else "resan"

    async def visitor(self, token: str | None, now: datetime, *, active: bool = True) -> Visitor:
        """Who holds this token. What a page asks by itself is not `active`: it keeps nobody signed in."""
        if token is None or len(token) != _LENGTH:
            return Visitor(new_token(), fresh=True)
        return Visitor(token, fresh=False, person=await self._person(token, now, active=active))

    async def begin(self, now: datetime, *, staff: str | None = None, journey: str | None = None) -> str:
        """Sign somebody in; gives the new token."""
        token = new_token()
        kind, longest = ("staff", LONGEST) if staff else ("participant", PARTICIPANT_LONGEST)
        async with self._db.acting_as(SYSTEM) as connection:
            await connection.execute(sql.end_old_sessions, now, now - PARTICIPANT_IDLE)
            await connection.execute(sql.add_session, _digest(token), kind, staff, journey, None, now, now + longest)
        return token

    async def end(self, token: str) -> None:
        """Sign out."""
        async with self._db.acting_as(SYSTEM) as connection:
            await connection.execute(sql.end_session, _digest(token))

    async def speak(self, token: str, language: Language) -> None:
        """Keep the language that somebody chose."""
        async with self._db.acting_as(SYSTEM) as connection:
            await connection.execute(sql.speak_in_session, _digest(token), language)

    def remember(self, response: Response, token: str) -> None:
        """Give the browser its token."""
        response.set_cookie(self.cookie, token, httponly=True, secure=self._secure, samesite="lax", path="/")

    async def _person(self, token: str, now: datetime, *, active: bool) -> Person | None:
        async with self._db.acting_as(SYSTEM) as connection:
            found = await connection.fetchrow(sql.live_session, _digest(token), now, now - PARTICIPANT_IDLE)
            if found is None or (found["kind"] == "staff" and found["seen_at"] <= now - IDLE):
                return None
            if active and now - found["seen_at"] > _TOUCH:
                await connection.execute(sql.touch_session, _digest(token), now)
        language: Language = "en" if found["language"] == "en" else "sv"
        if found["kind"] == "participant":
            roles = frozenset({Role.PARTICIPANT.value})
            return Person(f"participant:{found['journey']}", found["name"], roles, language, found["journey"])
        # Nobody becomes a participant by the name of a role.
        roles = frozenset(found["roles"]) - {Role.PARTICIPANT.value}
        return Person(found["staff"], found["name"], roles, language)


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(32)


def form_token(token: str) -> str:
    """What every form carries, worked out from the visitor's token."""
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def form_token_fits(token: str, given: str) -> bool:
    """Whether a form was made for whoever sends it."""
    return hmac.compare_digest(form_token(token).encode(), given.encode("utf-8", "replace"))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
