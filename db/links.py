"""Personal links: made, and kept as digests. The token itself is in the letter and nowhere else."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from db.pool import Connection
from db.queries import sql

LENGTH = 43
"""Characters of a token."""


async def make(connection: Connection, journey: str, *, by: str, now: datetime, until: datetime) -> str:
    """A new link to somebody's own page; gives its token. All times are wall time."""
    token = secrets.token_urlsafe(32)
    await connection.execute(sql.forget_old_links, now)
    await connection.execute(sql.add_link, digest(token), journey, now, until, by)
    return token


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def address(console: str, token: str) -> str:
    """Where a link leads."""
    return f"{console.rstrip('/')}/my/in/{token}"
