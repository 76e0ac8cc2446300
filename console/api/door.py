"""The door for other systems: who asks, in which language, how often, and that what they send can be read.

A key comes with each request; no cookie counts here, so that no form on somebody's page can act for anybody.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar

from fastapi import Depends, Request, Response
from pydantic import ValidationError

from console.api.errors import (
    KeyNotGood,
    NoIdempotencyKey,
    NoKey,
    NotForThisKey,
    NotJson,
    OtherContent,
    TooMuch,
    TooOften,
)
from console.api.problems import language_of, wrong_fields
from console.desk import Desk
from console.limits import API, STRANGERS, Limit, Limits
from console.who import CLIENT, Act, Person, Subject, may
from schemas.base import Language
from schemas.http import LONGEST_KEY, Sent
from services.clients.book import Client, client_of_key

S = TypeVar("S", bound=Sent)

LARGEST = 64 * 1024
"""Bytes of one request."""

_BEARER = re.compile(r"bearer +(?P<key>[!-~]{1,200})", re.IGNORECASE)
_KEY = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")


@dataclass(frozen=True)
class Caller:
    """One request of another system."""

    request: Request
    desk: Desk
    client: Client
    language: Language

    @property
    def person(self) -> Person:
        """The system as `who.may` knows those who act."""
        return Person(f"{CLIENT}{self.client.id}", self.client.name, self.client.roles, self.language)

    @property
    def actor(self) -> str:
        """Who acts, for the database and the journal."""
        return self.person.actor

    @property
    def now(self) -> datetime:
        """Wall time."""
        return self.desk.now()

    def may(self, act: Act, subject: Subject | None = None) -> bool:
        """Whether the system may do this."""
        return may(self.person, act, subject)

    def must(self, act: Act) -> None:
        """Go on only if the system may do this to anything at all. Raises `NotForThisKey`."""
        if not self.may(act):
            raise NotForThisKey

    def key(self) -> str:
        """What the client calls this wish. Raises `NoIdempotencyKey`."""
        given = self.request.headers.get("idempotency-key", "")
        if not _KEY.fullmatch(given):
            raise NoIdempotencyKey(most=LONGEST_KEY)
        return given

    async def sent(self, shape: type[S]) -> S:
        """What was sent. Raises `OtherContent`, `NotJson`, `WrongFields` or `TooMuch`."""
        if self.request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise OtherContent(choices="application/json")
        body = await body_of(self.request)
        try:
            return shape.model_validate_json(body)
        except ValidationError as error:
            details = error.errors(include_input=False, include_url=False)
            if any(each["type"] == "json_invalid" for each in details):
                raise NotJson from None
            raise wrong_fields(details) from None


async def calling(request: Request, response: Response) -> Caller:
    """Whoever asks, by their key. Raises `NoKey`, `KeyNotGood` or `TooOften`."""
    desk: Desk = request.app.state.desk
    speak(response, language_of(request))
    given = request.headers.get("authorization", "")
    found = _BEARER.fullmatch(given)
    if found is None:
        hold_back(request, STRANGERS)
        raise KeyNotGood if given else NoKey
    client = await client_of_key(desk.db, found["key"], desk.now())
    if client is None:
        hold_back(request, STRANGERS)
        raise KeyNotGood
    hold_back(request, API, client.id)
    return Caller(request, desk, client, language_of(request))


Calling = Annotated[Caller, Depends(calling)]


def speak(response: Response, language: Language) -> None:
    """Say in which language an answer's sentences are."""
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"


async def body_of(request: Request) -> bytes:
    """The bytes that were sent. Raises `TooMuch`."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise TooMuch(most=LARGEST)
    return bytes(body)


def hold_back(request: Request, limit: Limit, who: str | None = None) -> None:
    """Go on only if this client, or else this address, has not asked too often. Raises `TooOften`."""
    limits: Limits = request.app.state.limits
    address = request.client.host if request.client else "?"
    if (seconds := limits.wait(limit, who or address)) > 0:
        raise TooOften(seconds=max(1, round(seconds + 0.5)))
