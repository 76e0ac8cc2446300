"""What somebody wrote with their interest, as lines of a page: what it is called, and what they said."""

from __future__ import annotations

from collections.abc import Iterator

from console.language import say
from console.rendering import any_time
from schemas.base import Language
from services.interests import Registered


def lines(found: Registered, language: Language) -> list[tuple[str, str]]:
    """Each thing that was said, the time to call first."""
    return [(say(f"interest.said_{name}", language), value) for name, value in _said(found, language) if value]


def _said(found: Registered, language: Language) -> Iterator[tuple[str, str]]:
    said = found.details
    yield "contact_time", said.contact_time or ""
    yield "wish", say(f"interest.wish_{found.wish}", language) if found.wish else ""
    yield "job_wish", said.job_wish or ""
    yield "earliest_move", any_time(said.earliest_move, language) if said.earliest_move else ""
    yield "adults", _count(found.adults)
    yield "children", ", ".join(map(str, said.children_ages)) or _count(found.children)
    yield "municipality", found.municipality or ""
    yield "trip_wanted", say(f"interest.{said.trip_wanted}", language) if said.trip_wanted else ""
    yield "heard_of", say(f"interest.heard_{said.heard_of}", language) if said.heard_of else ""
    yield "partner", found.partner or ""


def _count(heads: int | None) -> str:
    return "" if heads is None else str(heads)
