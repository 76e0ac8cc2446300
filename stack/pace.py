"""How fast journeys live in one data directory: fixed by the first `up --day`, kept from then on.

Journeys carry their pace with them, so it cannot change once there are any.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from schemas.journey import DAY, Pace
from stack.errors import OtherPace
from stack.info import write_json

PACE_FILE = "pace.json"


def agree(data: Path, dsn: str, day: timedelta | None, now: datetime) -> Pace:
    """The pace to run at: the stored one, or a new one with `day` from `now` on when nobody is under way yet.

    Raises OtherPace when journeys live at another.
    """
    file = data / PACE_FILE
    stored = Pace.model_validate_json(file.read_bytes()) if file.exists() else Pace()
    if day is None or day == stored.day:
        return stored
    if has_journeys(dsn):
        raise OtherPace(data, in_words(stored))
    chosen = Pace() if day == DAY else Pace(wall=now, journey=now, day=day)
    write_json(file, chosen.model_dump_json())
    return chosen


def has_journeys(dsn: str) -> bool:
    """Whether anybody is or has been under way in this database, whose tables exist."""
    with psycopg.connect(dsn, connect_timeout=10) as connection:
        return connection.execute("SELECT 1 FROM journeys LIMIT 1").fetchone() is not None


def in_words(pace: Pace) -> str:
    """How long a day lasts, as people write it: `2s`, or `real`."""
    return "real" if pace.real else f"{pace.day.total_seconds():g}s"
