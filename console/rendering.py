"""Templates: found once, escaped always, and strict: a name that is not there is an error.

Besides a page's own values every template has `page`, `t` and `n` (words), `person`, `may`, `places` (the menu),
`asset` (the address of a file of ours) and the filters below.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request

from console.forms import choice_words
from console.menu import places
from console.who import Person
from journey import calendars
from journey.wording import spoken, spoken_day
from schemas.base import Both, Language
from schemas.clocks import Calendar

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"
_OFFICE = Calendar()
_MONTHS = {
    "sv": ("jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_DAYS = {
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


class Shown(Protocol):
    """What must be known of a page to show it."""

    @property
    def language(self) -> Language: ...
    @property
    def person(self) -> Person | None: ...
    @property
    def request(self) -> Request: ...
    @property
    def t(self) -> Any: ...
    @property
    def n(self) -> Any: ...
    @property
    def may(self) -> Any: ...


def render(template: str, page: Shown, /, **values: Any) -> str:
    """A template with a page's values, in the visitor's language."""
    language = page.language
    return (
        environment(language)
        .get_template(template)
        .render(
            page=page,
            language=language,
            person=page.person,
            t=page.t,
            n=page.n,
            may=page.may,
            places=places(page.person, page.request.url.path),
            **values,
        )
    )


@cache
def environment(language: Language) -> Environment:
    """The templates as seen in one language."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.filters |= {
        "day": lambda at: spoken_day(_local(at), language),
        "moment": lambda at: spoken(_local(at), language),
        "short_day": lambda at: short_day(at, language),
        "short": lambda at: f"{short_day(at, language)} {_local(at):%H.%M}" if language == "sv" else short_en(at),
        "clock": lambda at: f"{_local(at):%H.%M}" if language == "sv" else f"{_local(at):%H:%M}",
        "month": lambda day: f"{_long_month(day, language)} {day.year}".capitalize(),
        "weekday": lambda day: spoken_day(_local(day), language).split(" ", maxsplit=1)[0],
        "capitalize_first": lambda text: text[:1].upper() + text[1:],
        "any_time": lambda at: any_time(at, language),
        "dialled": lambda number: "".join(c for c in number if c.isdigit() or c == "+"),
        "iso": lambda at: at.isoformat(),
        "field_time": lambda at: f"{_local(at):%Y-%m-%dT%H:%M}",
        "both": lambda words: _both(words, language),
        "choice": lambda value, name: choice_words(name, value)[language],
        "plain": lambda number: plain_number(number, language),
    }
    found.tests["spoken"] = lambda text: " " in text.strip()
    found.globals["asset"] = asset
    return found


def _long_month(day: date, language: Language) -> str:
    return spoken_day(_local(day), language).split(" ")[2]


def short_day(at: datetime | date, language: Language) -> str:
    """`tis 24 nov`, `Tue 24 Nov`."""
    day = _local(at) if isinstance(at, datetime) else at
    return f"{_DAYS[language][day.weekday()]} {day.day} {_MONTHS[language][day.month - 1]}"


def plain_number(number: Decimal, language: Language) -> str:
    """`2,5` or `2.5`, without noughts that say nothing."""
    text = f"{number.normalize():f}"
    return text.replace(".", ",") if language == "sv" else text


def any_time(at: datetime | date | str, language: Language) -> str:
    """A date as a date, a time as a time; also as they are stored, and as they are typed: on the wall already."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at) if ":" in at else date.fromisoformat(at)
    if isinstance(at, datetime) and at.tzinfo is None:
        return spoken(at, language)
    return spoken(_local(at), language) if isinstance(at, datetime) else spoken_day(_local(at), language)


def short_en(at: datetime) -> str:
    """`Tue 24 Nov 17:00`."""
    return f"{short_day(at, 'en')} {_local(at):%H:%M}"


@cache
def asset(name: str) -> str:
    """The address of a file in `static`; it changes with what is in it, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def _local(at: datetime | date) -> datetime:
    if isinstance(at, datetime):
        return calendars.local(at, _OFFICE)
    return calendars.local(calendars.opening(at, _OFFICE), _OFFICE)


def _both(words: Both | dict[str, str], language: Language) -> str:
    return words[language]
