"""A mail server of our own: takes every message by SMTP on a loopback port and keeps it as a file. Sends nothing on.

    python -m stack.postbox --dir DIRECTORY --port PORT

A file's name tells when the message came and which it is (a hash of its Message-ID), never whom it is to.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import os
import signal
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from stack.ports import LOOPBACK


class Postbox:
    """Keeps messages. A message is accepted only once it is on the disk under its final name."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802 (aiosmtpd calls it so)
        """Store one message."""
        content = envelope.original_content or b""
        draft = self._directory / f".{os.getpid()}.{id(envelope)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._directory / name_of(content, datetime.now(UTC)))
        return "250 Message accepted for delivery"


def name_of(content: bytes, at: datetime) -> str:
    """The name of a message's file."""
    identity = message_from_bytes(content).get("Message-ID") or content
    digest = hashlib.sha256(identity.encode("utf-8", "replace") if isinstance(identity, str) else identity)
    return f"{at:%Y%m%dT%H%M%S.%fZ}-{digest.hexdigest()[:12]}.eml"


async def serve(directory: Path, port: int) -> None:
    """Take messages until asked to stop."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    postbox = Postbox(directory)
    server = await loop.create_server(
        lambda: SMTP(postbox, hostname="localhost", enable_SMTPUTF8=True, loop=loop), LOOPBACK, port
    )
    async with server:
        await stopped.wait()


def main() -> None:
    """Serve with the directory and port of the command line."""
    parser = argparse.ArgumentParser(prog="python -m stack.postbox", description="A mail server that keeps everything.")
    parser.add_argument("--dir", type=Path, required=True, help="where to keep the messages")
    parser.add_argument("--port", type=int, required=True, help="loopback port to listen on")
    given = parser.parse_args()
    given.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(serve(given.dir, given.port))


if __name__ == "__main__":
    main()
