"""When a form was shown, under our seal: so that nobody needs a cookie to send it, and no robot can send it at once."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta

from db.pool import Database
from services.seals import seal

GOOD_FOR = timedelta(hours=24)
_SHAPE = re.compile(r"(?P<at>[0-9]{1,13})\.(?P<salt>[0-9a-f]{16})\.(?P<mark>[0-9a-f]{64})", re.ASCII)


class Stamps:
    """Stamps and reads them. The key is the same in every process that has this database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._key: bytes | None = None

    async def new(self, now: datetime) -> str:
        """A stamp of this moment, unlike any other."""
        body = f"{int(now.timestamp() * 1000)}.{secrets.token_hex(8)}"
        return f"{body}.{await self._mark(body)}"

    async def read(self, stamp: str, now: datetime) -> datetime | None:
        """When it was made; None for one that is not ours, or too old."""
        found = _SHAPE.fullmatch(stamp)
        if found is None or not hmac.compare_digest(found["mark"], await self._mark(f"{found['at']}.{found['salt']}")):
            return None
        at = datetime.fromtimestamp(int(found["at"]) / 1000, UTC)
        return at if timedelta(0) <= now - at <= GOOD_FOR else None

    async def _mark(self, body: str) -> str:
        if self._key is None:
            self._key = await seal(self._db, "forms")
        return hmac.new(self._key, body.encode(), hashlib.sha256).hexdigest()
