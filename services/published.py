"""Published versions, each read once in the life of a process: they never change."""

from __future__ import annotations

from collections.abc import Iterable

from db.pool import Connection
from db.queries import sql
from schemas.programme import Programme

MOST_KEPT = 64
_kept: dict[tuple[str, int, str], Programme] = {}
"""By name, number and hash: another database may have another version of the same name and number."""


async def published(connection: Connection, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Programme]:
    """These versions, by name and number. Those that do not exist are left out."""
    names = sorted(set(wanted))
    if not names:
        return {}
    found = {}
    for name, number, digest in await connection.fetch(sql.hashes_of_versions, *map(list, zip(*names, strict=True))):
        key = (name, number, digest)
        if key not in _kept:
            if len(_kept) >= MOST_KEPT:
                _kept.clear()
            _kept[key] = Programme.model_validate(await connection.fetchval(sql.programme_version, name, number))
        found[name, number] = _kept[key]
    return found
