"""Dates said aloud in Swedish and English, without the system's locale."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from schemas.base import Language

_WEEKDAYS: Mapping[Language, tuple[str, ...]] = {
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS: Mapping[Language, tuple[str, ...]] = {
    "sv": tuple("januari februari mars april maj juni juli augusti september oktober november december".split()),  # noqa: SIM905 (reads as a row)
    "en": tuple(
        "January February March April May June July August September October November December".split()  # noqa: SIM905 (reads as a row)
    ),
}


def spoken_day(local_time: datetime, language: Language) -> str:
    """`tisdag 24 november 2026` or `Tuesday 24 November 2026`, of a local time."""
    weekday, month = _WEEKDAYS[language][local_time.weekday()], _MONTHS[language][local_time.month - 1]
    return f"{weekday} {local_time.day} {month} {local_time.year}"


def spoken(local_time: datetime, language: Language) -> str:
    """`tisdag 24 november 2026 kl. 17.00` or `Tuesday 24 November 2026 at 17:00`, of a local time."""
    day = spoken_day(local_time, language)
    return f"{day} kl. {local_time:%H.%M}" if language == "sv" else f"{day} at {local_time:%H:%M}"
