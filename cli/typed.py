"""Reading what is typed as `name=value`, as a date or as a time. It only reads: what it means is judged elsewhere.

Times without an offset are on the clocks of Sweden. No sentence repeats a value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

from journey.calendars import local_to_utc, must_be_within_reach
from journey.errors import Refusal
from schemas.forms.problems import shown

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,47}")


class NotAPair(Refusal):
    """{option} is written name=value; write for example {option} {example}."""

    sv = "{option} skrivs namn=värde; skriv till exempel {option} {example}."


class PairTwice(Refusal):
    """{option} gives {name} twice; remove one of the two."""

    sv = "{option} anger {name} två gånger; ta bort det ena."


class NotATime(Refusal):
    """{option} is written as 2026-11-24 or 2026-11-24T10:00; correct it."""

    sv = "{option} skrivs som 2026-11-24 eller 2026-11-24T10:00; rätta det."


def pairs(option: str, given: Sequence[str] | None, example: str) -> dict[str, str]:
    """What was typed as `name=value`, in order. Raises `NotAPair` or `PairTwice`."""
    found: dict[str, str] = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not equals or not _NAME.fullmatch(name.strip()) or not value.strip():
            raise NotAPair(option=option, example=example)
        if name.strip() in found:
            raise PairTwice(option=option, name=shown(name.strip()))
        found[name.strip()] = value.strip()
    return found


def dates(option: str, given: Sequence[str] | None, example: str) -> dict[str, date | datetime]:
    """What was typed as `name=date` or `name=time`."""
    return {name: day_or_moment(option, value) for name, value in pairs(option, given, example).items()}


def day_or_moment(option: str, text: str) -> date | datetime:
    """A date stays one; a time is read on the clocks of Sweden unless it has an offset. Raises a `Refusal`."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else datetime.fromisoformat(text)
    except ValueError:
        raise NotATime(option=option) from None
    must_be_within_reach(found)
    return local_to_utc(found) if isinstance(found, datetime) and found.tzinfo is None else found


def moment(option: str, text: str) -> datetime:
    """A time; a date alone is its first moment. Raises a `Refusal`."""
    found = day_or_moment(option, text)
    if isinstance(found, datetime):
        return found
    return local_to_utc(datetime.fromisoformat(f"{found}T00:00"))
