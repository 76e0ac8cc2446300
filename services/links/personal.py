"""Personal links: used once, sent anew on request, and taken back. Whoever asks gets the same answer, known or not.

A link is made when its letter is written and never shown here: what is done on request is that a letter is put out.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from db import links
from db.pool import SYSTEM, Connection, Database
from db.queries import sql
from schemas.forms.problems import shown
from schemas.journey import Pace
from schemas.people import Refused, email_key
from services.errors import NoSuchJourney

MOST_AN_HOUR = 3
"""So many letters with a link are sent to one participant in an hour, whoever asks for them."""

HOUR = timedelta(hours=1)
WORTH = timedelta(hours=2)
"""A letter that was asked for is not worth sending any more after this long."""


@dataclass(frozen=True)
class OwnPageUse:
    """What staff know of a participant's own page: never the links themselves. Wall time."""

    working: int
    made_at: datetime | None
    used_at: datetime | None
    sessions: int
    seen_at: datetime | None


async def can_be_used(db: Database, token: str, *, now: datetime) -> bool:
    """Whether a link opens a page now. Looking does not use it up: what scans mail looks too."""
    async with db.acting_as(SYSTEM) as connection:
        found = await connection.fetchrow(sql.link_as_it_is, links.digest(token), now)
    return found is not None and bool(found["usable"])


async def use(db: Database, token: str, *, now: datetime) -> str | None:
    """Use a link up; whose page it opens, or None when it opens none (any more)."""
    async with db.acting_as(SYSTEM) as connection:
        journey: str | None = await connection.fetchval(sql.use_link, links.digest(token), now)
    return journey


async def send_for_link(db: Database, token: str, *, now: datetime) -> None:
    """Send a new link to whom a former one was for, unless staff have taken that back."""
    async with db.acting_as(SYSTEM) as connection:
        found = await connection.fetchrow(sql.link_as_it_is, links.digest(token), now)
        if found is not None and not found["revoked"]:
            await _send(connection, found["journey"], now)


async def send_for_address(db: Database, email: str, *, now: datetime) -> None:
    """Send a new link to whoever has this address, for the journey that is theirs."""
    try:
        key = email_key(email)
    except Refused:
        return
    async with db.acting_as(SYSTEM) as connection:
        for record in await connection.fetch(sql.journeys_of_address, key):
            await _send(connection, record["journey"], now)


async def invite(db: Database, journey: str, *, by: str, now: datetime) -> bool:
    """Send the participant a new link; False when they have no address or were sent enough. Raises `NoSuchJourney`."""
    async with db.acting_as(by) as connection:
        return await _send(connection, journey, now)


async def revoke(db: Database, journey: str, *, by: str, now: datetime) -> None:
    """Take back every link of a participant, and sign them out wherever they are. Raises `NoSuchJourney`."""
    async with db.acting_as(by) as connection:
        if await connection.fetchval(sql.pace_of_journey, journey) is None:
            raise NoSuchJourney(journey=shown(journey))
        await connection.execute(sql.revoke_links, journey, now)
        await connection.execute(sql.end_sessions_of_journey, journey)


async def use_of(db: Database, journey: str, *, by: str, now: datetime) -> OwnPageUse:
    """How a participant's own page is used."""
    async with db.acting_as(by) as connection:
        found = await connection.fetchrow(sql.page_of_journey, journey, now)
    assert found is not None
    return OwnPageUse(**dict(found))


async def _send(connection: Connection, journey: str, now: datetime) -> bool:
    pace = await connection.fetchval(sql.pace_of_journey, journey)
    if pace is None:
        raise NoSuchJourney(journey=shown(journey))
    here = Pace.model_validate(pace)
    at, until, since = (here.to_journey(moment) for moment in (now, now + WORTH, now - HOUR))
    notice = f"link-{uuid.uuid4().hex}"
    return await connection.fetchval(sql.send_link, notice, journey, at, until, MOST_AN_HOUR, since) is not None
