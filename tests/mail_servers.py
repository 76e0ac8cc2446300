"""Real mail servers on loopback for tests, well behaved and otherwise."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from activities.mailer import SmtpMailer
from stack.ports import LOOPBACK, free_port

ACCEPTED = "250 OK"


async def no_hook() -> None:
    """Happens at no particular moment."""


@dataclass
class Postbox:
    """A mail server's mind: what it answers, and what it was given.

    `answers` are for receivers, by address; an empty one never comes. `sender_answers` and `content_answers` are used
    up one by one, then everything is accepted; of the latter None hangs up without an answer, and an empty one never
    comes. `letters` holds what was given completely, accepted or not.
    """

    answers: dict[str, str] = field(default_factory=dict)
    content_answers: list[str | None] = field(default_factory=list)
    sender_answers: list[str] = field(default_factory=list)
    at_receiver: Callable[[], Awaitable[None]] = no_hook
    at_content: Callable[[], Awaitable[None]] = no_hook
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = field(default_factory=free_port)

    @property
    def receivers(self) -> list[str]:
        return [receiver for receiver, _ in self.letters]

    async def handle_MAIL(  # noqa: N802 (aiosmtpd calls it so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender_answers.pop(0) if self.sender_answers else ACCEPTED

    async def handle_RCPT(  # noqa: N802 (aiosmtpd calls it so)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self.at_receiver()
        answer = self.answers.get(address, ACCEPTED)
        if not answer:
            await asyncio.Event().wait()
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd calls it so)
        letter = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters += [(receiver, letter) for receiver in envelope.rcpt_tos]
        self.arrived.set()
        await self.at_content()
        answer = self.content_answers.pop(0) if self.content_answers else ACCEPTED
        if answer is None:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
            return ACCEPTED
        if not answer:
            await asyncio.Event().wait()
        return answer

    def mailer(self, **rest: Any) -> SmtpMailer:
        """A way to this server that does not wait long."""
        usual = {"host": LOOPBACK, "port": self.port, "seconds": 2.0, "content_seconds": 2.0}
        return SmtpMailer(**{**usual, **rest})

    @asynccontextmanager
    async def open(self, **rest: Any) -> AsyncIterator[Postbox]:
        """Up inside the block. `rest` goes to aiosmtpd."""
        loop, spoken_to = asyncio.get_running_loop(), set[SMTP]()

        def protocol() -> SMTP:
            self.connections += 1
            made = SMTP(self, hostname="localhost", loop=loop, **rest)
            spoken_to.add(made)
            return made

        server = await loop.create_server(protocol, LOOPBACK, self.port)
        try:
            yield self
        finally:
            server.close()
            for one in spoken_to:
                await _hang_up(one)


async def _hang_up(protocol: SMTP) -> None:
    if isinstance(protocol.transport, asyncio.Transport):
        with contextlib.suppress(AttributeError):  # a TLS transport that has gone already has forgotten its protocol
            protocol.transport.abort()
    task = protocol._handler_coroutine
    if task is not None and not task.done():
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def silent_server(port: int) -> AsyncIterator[None]:
    """Takes connections and says nothing, not even good day."""
    writers: list[asyncio.StreamWriter] = []

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.read()

    server = await asyncio.start_server(met, LOOPBACK, port)
    try:
        yield
    finally:
        server.close()
        for writer in writers:
            writer.transport.abort()


def login(user: str, password: str) -> Callable[..., AuthResult]:
    """An authenticator that knows one user."""

    def judged(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword) -> AuthResult:
        known = (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    return judged
