"""Publishing a programme and reading it back. A published version never changes.

It does not judge the draft and does not look holidays up: both have been done before.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.programme import Programme
from services.errors import NoSuchProgramme, NoSuchVersion


async def publish(
    db: Database, programme: Programme, now: datetime, by: str = SYSTEM, reason: str | None = None
) -> Programme:
    """Store the programme as its next version, or find the version that already says the same.

    Who published it and why (words of theirs) are kept with a new version.

    Returns it as stored, with version and hash. Public holidays do not make a version: they follow from the rules.
    The read table of its steps is written with it, and completed where a known version lacks some. So are the words of
    one that was taken from a journey (`found_version`).
    """
    digest = content_hash(programme)
    async with db.acting_as(by) as connection:
        await connection.execute(sql.lock_publishing, programme.programme)
        known = await connection.fetchrow(sql.version_with_hash, programme.programme, digest)
        if known is None:
            why = await _keep_reason(connection, programme.programme, digest, reason, by)
            return await _store(connection, programme.model_copy(update={"hash": digest}), now, by=by, why=why)
        stored = Programme.model_validate(known["content"])
        if content_hash(stored) != digest:
            stored = programme.model_copy(update={"version": known["version"], "hash": digest})
            await connection.execute(sql.complete_version, *_place(stored), stored.model_dump(mode="json"))
        await _list_steps(connection, stored)
    return stored


async def found_version(connection: Connection, programme: Programme, now: datetime) -> int:
    """The number under which a version that a journey follows is known here, which it is after this.

    One that is not known (it was published after a backup that was restored) is taken from the journey, which carries
    its rules and no words. The words are those of another version: where they are the same, as the hash tells, it is
    whole again; else they stand in until its file is published again, by which it is recognised. Where its number was
    given to something else meanwhile, it gets the next.
    """
    await connection.execute(sql.lock_publishing, programme.programme)
    known = await connection.fetchrow(sql.version_with_hash, programme.programme, programme.hash)
    if known is not None:
        return int(known["version"])
    taken = await connection.fetchval(sql.programme_version, *_place(programme)) is not None
    worded = await _with_words(connection, programme)
    return (await _store(connection, worded, now, None if taken else programme.version)).version


async def _with_words(connection: Connection, programme: Programme) -> Programme:
    """The version, with what does not ride in journeys as another has it: one by which it is whole, or the newest."""
    records = await connection.fetch(sql.versions_of_programme, programme.programme)
    others = [Programme.model_validate(record["content"]) for record in records]
    names = ("notices", "parameters", "organisations")
    worded = [programme.model_copy(update={name: getattr(other, name) for name in names}) for other in others]
    whole = (each for each in worded if content_hash(each) == programme.hash)
    return next(whole, next(iter(worded), programme))


async def without_words(db: Database, by: str = SYSTEM) -> list[tuple[str, int]]:
    """Versions of which only the part is surely known that rides in journeys, until their files are published again."""
    async with db.acting_as(by) as connection:
        records = await connection.fetch(sql.all_versions)
    return [
        (record["programme"], record["version"])
        for record in records
        if content_hash(Programme.model_validate(record["content"])) != record["hash"]
    ]


async def _keep_reason(connection: Connection, programme: str, digest: str, words: str | None, by: str) -> str | None:
    if words is None:
        return None
    reason = f"reason-{programme}-{digest[:16]}"
    await connection.execute(sql.keep_reason, reason, words, by, datetime.now(UTC))
    return reason


async def _store(
    connection: Connection,
    programme: Programme,
    now: datetime,
    version: int | None = None,
    *,
    by: str | None = None,
    why: str | None = None,
) -> Programme:
    """Write a programme that has its hash down as a version: the next, when no number is given."""
    number = version or await connection.fetchval(sql.next_version, programme.programme)
    stored = programme.model_copy(update={"version": number})
    content = stored.model_dump(mode="json")
    await connection.execute(sql.add_version, *_place(stored), stored.hash, content, now, by, why)
    await _list_steps(connection, stored)
    return stored


def _place(programme: Programme) -> tuple[str, int]:
    return programme.programme, programme.version


async def _list_steps(connection: Connection, version: Programme) -> None:
    steps = [(name, step.kind.value, step.waiting_on) for name, step in version.steps.items()]
    columns = map(list, zip(*steps, strict=True))
    await connection.execute(sql.add_steps, version.programme, version.version, *columns)


async def as_next(db: Database, programme: Programme, by: str = SYSTEM) -> Programme:
    """The programme as publishing it would number it: the next version, or the one that says the same already.

    Raises `NoSuchProgramme` when no version has been published.
    """
    digest = content_hash(programme)
    async with db.acting_as(by) as connection:
        if known := await connection.fetchrow(sql.version_with_hash, programme.programme, digest):
            return Programme.model_validate(known["content"])
        version = await connection.fetchval(sql.next_version, programme.programme)
    if version == 1:
        raise NoSuchProgramme(programme=programme.programme)
    return programme.model_copy(update={"version": version, "hash": digest})


async def load(db: Database, programme: str, version: int | None = None, by: str = SYSTEM) -> Programme:
    """A published version, the one in force when no number is given. Raises `NoSuchProgramme` or `NoSuchVersion`."""
    async with db.acting_as(by) as connection:
        content = await connection.fetchval(sql.programme_version, programme, version)
    if content is None:
        raise (
            NoSuchProgramme(programme=programme)
            if version is None
            else NoSuchVersion(programme=programme, version=version)
        )
    return Programme.model_validate(content)


def content_hash(programme: Programme) -> str:
    """SHA-256 (hex) of what the owner decided, in the owner's order, since the order of steps and outcomes is shown.

    Left out: what publication adds, and whatever has its default value, so that a new release of the software with
    new optional fields does not make new versions of old programmes.
    """
    said: dict[str, Any] = programme.model_dump(mode="json", exclude={"version", "hash"}, exclude_defaults=True)
    for calendar in said.get("calendars", {}).values():
        calendar.pop("holidays", None)
    canonical = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
