"""Which versions of a programme there are, which of them new journeys begin with, and how many journeys follow each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.base import Both
from services.errors import NoSuchProgramme, NoSuchVersion


@dataclass(frozen=True)
class Version:
    """One version. `since` is when it came into force for new journeys, where it is; `journeys` are those under way.

    `by` (and their name, when they work here) and `why` are not known of every version.
    """

    programme: str
    version: int
    title: Both
    published_at: datetime
    since: datetime | None
    journeys: int
    by: str | None = None
    by_name: str | None = None
    why: str | None = None

    @property
    def in_force(self) -> bool:
        return self.since is not None

    def as_json(self) -> dict[str, Any]:
        """`programme, version, title {sv, en}, published_at, by, why, in_force, since, journeys`."""
        said = {"title": self.title.model_dump(), "published_at": self.published_at, "in_force": self.in_force}
        said |= {"by": self.by, "why": self.why}
        ends = {"since": self.since, "journeys": self.journeys}
        return {"programme": self.programme, "version": self.version, **said, **ends}


async def versions(db: Database, programme: str | None = None, by: str = SYSTEM) -> list[Version]:
    """Every version of a programme, or of all, oldest first. Raises `NoSuchProgramme`."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.versions, programme)
        names = {record["programme"] for record in records}
        force = {name: await connection.fetchval(sql.version_in_force, name) for name in names}
    if not records and programme is not None:
        raise NoSuchProgramme(programme=programme)
    return [
        Version(
            record["programme"],
            record["version"],
            Both.model_validate(record["title"]),
            record["published_at"],
            (record["said_at"] or record["published_at"]) if force[record["programme"]] == record["version"] else None,
            record["journeys"],
            record["by"],
            record["by_name"],
            record["why"],
        )
        for record in records
    ]


async def in_force(connection: Connection, programme: str) -> int:
    """The version that new journeys begin with. Raises `NoSuchProgramme`."""
    found = await connection.fetchval(sql.version_in_force, programme)
    if found is None:
        raise NoSuchProgramme(programme=programme)
    return int(found)


async def must_exist(connection: Connection, programme: str, version: int) -> None:
    """Raises `NoSuchProgramme` or `NoSuchVersion`."""
    await in_force(connection, programme)
    if await connection.fetchval(sql.programme_version, programme, version) is None:
        raise NoSuchVersion(programme=programme, version=version)
