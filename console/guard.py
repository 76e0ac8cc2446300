"""What goes for every answer, in one piece of ASGI: headers that keep strangers out, a bound on what may be sent.

Plain ASGI and no base class of a framework's, so that streams stay streams.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}
LARGEST = 512 * 1024
"""Bytes of one request: a long form, a file of interests; never more."""


class TooLarge(Exception):  # noqa: N818 (named after what is wrong)
    """More was sent than anybody types."""


class Guard:
    """Puts the headers on, stops a body that never ends, and answers where something broke.

    What broke is logged by its kind and place; its message may quote what a person typed.
    """

    def __init__(self, app: ASGIApp, *, secure: bool, sorry: Callable[[Request, int], Response]) -> None:
        self._app = app
        self._sorry = sorry
        self._headers = dict(HEADERS)
        if secure:
            self._headers["Strict-Transport-Security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(send, self._headers)
        try:
            await self._app(scope, _bounded(receive), answer)
        except TooLarge:
            status = 413
        except Exception as error:  # noqa: BLE001 (the last one that can answer)
            status = 500
            structlog.get_logger().error("page_broke", kind=type(error).__name__, place=_place(error))
        else:
            return
        if not answer.begun:
            await self._sorry(Request(scope), status)(scope, receive, answer)


class _Answer:
    """An answer on its way, with our headers."""

    def __init__(self, send: Send, headers: Mapping[str, str]) -> None:
        self._send = send
        self._headers = headers
        self.begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            headers = MutableHeaders(scope=message)
            for name, value in self._headers.items():
                headers.setdefault(name, value)
        await self._send(message)


def _place(error: BaseException) -> str:
    """Where it broke, innermost first: files and lines, and nothing of what was in them."""
    frames = traceback.extract_tb(error.__traceback__)[:-7:-1]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


def _bounded(receive: Receive) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > LARGEST:
            raise TooLarge
        return message

    return counted
