"""Published versions kept in memory: they never change, and to read one anew takes longer than to show a page."""

from __future__ import annotations

from db.pool import SYSTEM, Database
from schemas.programme import Programme
from services.publish import load

MOST = 64


class KnownProgrammes:
    """Versions that have been read once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[tuple[str, int], Programme] = {}

    async def version(self, programme: str, version: int, by: str = SYSTEM) -> Programme:
        """A published version, with its words. Raises `NoSuchProgramme` or `NoSuchVersion`."""
        key = (programme, version)
        if key not in self._known:
            found = await load(self._db, programme, version, by=by)
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[key] = found
        return self._known[key]
