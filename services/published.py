"""Published versions, each read once in the life of a process: they never change."""

from __future__ import annotations

from collections.abc import Iterable

from db.pool import SYSTEM, Database
from db.queries import sql
from schemas.programme import Programme
from services.publish import load

MOST_KEPT = 64
_kept: dict[tuple[str, int, str], Programme] = {}
"""By name, number and hash: another database may have another version of the same name and number."""


async def published(
    db: Database, wanted: Iterable[tuple[str, int]], by: str = SYSTEM
) -> dict[tuple[str, int], Programme]:
    """These versions, by name and number. Those that do not exist are left out."""
    names = sorted(set(wanted))
    if not names:
        return {}
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.hashes_of_versions, *map(list, zip(*names, strict=True)))
    found = {}
    for name, number, digest in records:
        key = (name, number, digest)
        if key not in _kept:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[key] = await load(db, name, number, by=by)
        found[name, number] = _kept[key]
    return found
