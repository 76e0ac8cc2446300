"""Handing letters to a mail server, so that it is always known what became of each.

A letter is first offered (sender and receiver), and only when the server wants it, its content is handed over. What
goes wrong before the content is definite and may be tried again; a line that is cut while the content is on its way
is `CutOff`, and nobody may guess. This module knows no database and decides nothing about whom to write to.

    MailTrouble (cause: a code, never an address)
    ├── ServerAway       the server cannot be used now, for any letter
    ├── TryLater         this letter is not taken now
    ├── RefusedForGood   this letter will never be taken
    └── CutOff           nobody knows whether this letter was taken
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Protocol

import aiosmtplib

_TEMPORARY = range(400, 500)
_PERMANENT = range(500, 600)
_CLOSING = 421
_GOODBYE_SECONDS = 2.0


class MailTrouble(Exception):  # noqa: N818 (each kind is an answer that the courier acts on)
    """A letter was not certainly accepted. `cause` is a code for people and logs."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class ServerAway(MailTrouble):
    """The mail server cannot be used now; nothing was handed over."""


class TryLater(MailTrouble):
    """The mail server does not take this letter now; it was not handed over."""


class RefusedForGood(MailTrouble):
    """The mail server will never take this letter."""


class CutOff(MailTrouble):
    """The line was cut while the letter was being handed over; it may have been accepted."""


class MailSession(Protocol):
    """One visit to the mail server."""

    async def offer(self, sender: str, recipient: str) -> None:
        """Ask whether a letter is wanted. Raises `ServerAway`, `TryLater` or `RefusedForGood`."""

    async def withdraw(self) -> None:
        """Take the latest offer back. Never raises."""

    async def hand_over(self, message: bytes) -> None:
        """Give the content of the letter offered last. Raises `CutOff`, or one of the others when it was not taken."""


class Mailer(Protocol):
    """A way to a mail server."""

    def visit(self) -> AbstractAsyncContextManager[MailSession]:
        """A session over one connection, made at the first offer."""


@dataclass(frozen=True)
class SmtpMailer:
    """A mail server by SMTP.

    `tls` speaks TLS from the first byte; `starttls` upgrades (None: when the server offers it). Each answer is waited
    for at most `seconds`, the two answers around the content at most `content_seconds` each.
    """

    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    starttls: bool | None = None
    tls: bool = False
    tls_context: ssl.SSLContext | None = field(default=None, repr=False)
    local_hostname: str = "localhost"
    seconds: float = 15.0
    content_seconds: float = 60.0

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[SmtpSession]:
        """A session over one connection, made at the first offer and again when it was lost."""
        session = SmtpSession(self)
        try:
            yield session
        finally:
            await session.leave()


class SmtpSession:
    """One connection, used for letter after letter."""

    def __init__(self, mailer: SmtpMailer) -> None:
        self._mailer = mailer
        self._client: aiosmtplib.SMTP | None = None

    async def offer(self, sender: str, recipient: str) -> None:
        """MAIL and RCPT. A connection that the server closed while it lay idle is made anew, once."""
        if self._client is not None and self._client.is_connected:
            # Raised only by a connection that was good a moment ago: the next one starts from nothing.
            with contextlib.suppress(ServerAway):
                return await self._ask(self._client, sender, recipient)
        self._client = await self._connected()
        return await self._ask(self._client, sender, recipient)

    async def withdraw(self) -> None:
        if self._client is not None:
            with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await self._client.rset(timeout=self._mailer.seconds)

    async def hand_over(self, message: bytes) -> None:
        if self._client is None:
            raise TryLater("not_offered")
        try:
            await self._client.data(message, timeout=self._mailer.content_seconds)
        except aiosmtplib.SMTPDataError as answer:
            refusal = _refusal(answer.code)
            if not isinstance(refusal, TryLater | RefusedForGood):
                self._client.close()
            raise refusal or CutOff("answer_unreadable") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            self._client.close()
            raise CutOff(_cause(error)) from None

    async def leave(self) -> None:
        """Say goodbye, without waiting long for it."""
        client, self._client = self._client, None
        if client is None:
            return
        with contextlib.suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
            if client.is_connected:
                await client.quit(timeout=_GOODBYE_SECONDS)
        client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        mailer = self._mailer
        client = aiosmtplib.SMTP(
            hostname=mailer.host,
            port=mailer.port,
            username=mailer.username,
            password=mailer.password,
            use_tls=mailer.tls,
            start_tls=False if mailer.tls else mailer.starttls,
            tls_context=mailer.tls_context,
            local_hostname=mailer.local_hostname,
            timeout=mailer.seconds,
        )
        try:
            # Greeting, TLS and login are several answers; together they may not take much longer than one.
            await asyncio.wait_for(client.connect(), 2 * mailer.seconds)
        except (aiosmtplib.SMTPException, OSError, TimeoutError, ValueError) as error:
            client.close()
            raise ServerAway(_cause(error)) from None
        return client

    async def _ask(self, client: aiosmtplib.SMTP, sender: str, recipient: str) -> None:
        try:
            await client.mail(sender)
            await client.rcpt(recipient)
        except aiosmtplib.SMTPRecipientRefused as answer:
            await self._after_no(answer.code)
            raise _refusal(answer.code) or ServerAway("answer_unreadable") from None
        except aiosmtplib.SMTPSenderRefused as answer:
            await self._after_no(answer.code)
            # Our own address is not wanted: a mistake of ours, for every letter. None may be lost for it.
            kind = "smtp" if answer.code in _TEMPORARY else "sender_refused"
            raise ServerAway(f"{kind}_{answer.code}") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            client.close()
            raise ServerAway(_cause(error)) from None

    async def _after_no(self, code: int) -> None:
        if code == _CLOSING and self._client is not None:
            self._client.close()
        else:
            await self.withdraw()


def _refusal(code: int) -> MailTrouble | None:
    """What a definite no means; None when the answer is not one."""
    if code == _CLOSING:
        return ServerAway(f"smtp_{code}")
    if code in _TEMPORARY:
        return TryLater(f"smtp_{code}")
    if code in _PERMANENT:
        return RefusedForGood(f"smtp_{code}")
    return None


def _cause(error: Exception) -> str:
    """A code for a failure. The error's own words are not used: a server may put anything into them."""
    match error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error:
        case aiosmtplib.SMTPAuthenticationError():
            return "mail_login_refused"
        case aiosmtplib.SMTPResponseException(code=code):
            return f"smtp_{code}" if code > 0 else "answer_unreadable"
        case ssl.SSLError():
            return "mail_tls_failed"
        case aiosmtplib.SMTPTimeoutError() | TimeoutError():
            return "mail_timeout"
        case aiosmtplib.SMTPServerDisconnected() | ConnectionResetError() | BrokenPipeError():
            return "mail_disconnected"
        case _:
            return "mail_away"
