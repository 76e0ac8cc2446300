"""Who has what is somebody's while they are away: worked out from the absences that a journey knows of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from schemas.tasks import Cover


def holder(owner: str, covers: Iterable[Cover], at: datetime) -> str:
    """Whoever has what is `owner`'s at this moment: the stand-in, and theirs where they are away as well."""
    away = {cover.absent: cover.stand_in for cover in covers if cover.since <= at < cover.until}
    seen = [owner]
    while (stand_in := away.get(seen[-1])) is not None and stand_in not in seen:
        seen.append(stand_in)
    return seen[-1]


def replaced(covers: Iterable[Cover], new: Cover) -> tuple[Cover, ...]:
    """The absences when one more is agreed: of each person only the newest counts."""
    return (*(cover for cover in covers if cover.absent != new.absent), new)


def who_is_away_too(covers: Iterable[Cover], new: Cover) -> Cover | None:
    """The absence because of which this one would leave nobody there: what is one's would come back to them."""
    meanwhile = [cover for cover in covers if cover.since < new.until and new.since < cover.until]
    away = {cover.absent: cover for cover in meanwhile if cover.absent != new.absent}
    person, seen = new.stand_in, set[str]()
    while person in away and person not in seen:
        seen.add(person)
        person = away[person].stand_in
    return away[new.stand_in] if person == new.absent else None
