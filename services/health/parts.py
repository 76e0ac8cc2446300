"""What is known of each part: how it stands, what is said of it, and since when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Name(StrEnum):
    """The parts, in the order in which they are shown: what others need comes first."""

    DATABASE = "database"
    TEMPORAL = "temporal"
    WORKER = "worker"
    LISTS = "lists"
    JOURNEYS = "journeys"
    COURIER = "courier"
    MAIL = "mail"
    DISK = "disk"
    CONSOLE = "console"


class Standing(StrEnum):
    """How a part stands: a closed set. `look`: it works, and somebody should look; `unknown`: nobody can say."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Part:
    """One part. `says` is the name of its sentence, `values` what the sentence needs; `since` is wall time."""

    name: Name
    standing: Standing
    says: str
    values: Mapping[str, object] = field(default_factory=dict)
    since: datetime | None = None


ANSWERS = (Name.DATABASE, Name.TEMPORAL)
"""Without these the console can show nobody anything."""


def can_serve(parts: Iterable[Part]) -> bool:
    """Whether this console can do its work."""
    return all(part.standing is not Standing.BAD for part in parts if part.name in ANSWERS)


def all_well(parts: Iterable[Part]) -> bool:
    """Whether nothing is broken anywhere."""
    return all(part.standing is not Standing.BAD for part in parts)
