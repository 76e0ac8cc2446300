"""Which periods can be chosen: everything, whole years, whole quarters. Pure.

No other: one could subtract a period from another that is a few days longer, and have the few people in between.
Quarters add up to years and years to everything, and what is hidden is hidden for all of them together (`hiding`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from schemas.base import Both
from schemas.forms.problems import shown
from services.numbers.errors import NoSuchPeriod
from services.numbers.hiding import Scale

ALL = "all"
QUARTERS = range(1, 5)
_PERIOD = re.compile(r"(?P<year>(?:19|20|21)[0-9]{2})(?:-?[QqKk](?P<quarter>[1-4]))?")
_DEAR = {"all": 200, "year": 60}


def quarter_of(day: date) -> str:
    """The quarter that a day lies in: `2026-Q4`."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def year_of(quarter: str) -> str:
    return quarter[:4]


def checked(period: str) -> str:
    """A period as somebody typed it, in the one way in which it is written here. Raises `NoSuchPeriod`."""
    given = period.strip()
    if given.lower() in ("", ALL):
        return ALL
    found = _PERIOD.fullmatch(given)
    if found is None:
        raise NoSuchPeriod(period=shown(period))
    return f"{found['year']}-Q{found['quarter']}" if found["quarter"] else found["year"]


def span(period: str) -> tuple[date, date]:
    """The first and the last day of a period."""
    if period == ALL:
        return date(1900, 1, 1), date(2199, 12, 31)
    year, _, quarter = period.partition("-Q")
    if not quarter:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    last = 3 * int(quarter)
    after = date(int(year) + last // 12, last % 12 + 1, 1)
    return date(int(year), last - 2, 1), after - timedelta(days=1)


def said(period: str) -> Both:
    """What a period is called."""
    if period == ALL:
        return Both(sv="Hela tiden", en="The whole time")
    year, _, quarter = period.partition("-Q")
    return Both(sv=f"{year} kvartal {quarter}", en=f"{year} quarter {quarter}") if quarter else Both(sv=year, en=year)


def scale(quarters: Iterable[str]) -> Scale:
    """Time as a scale: these quarters, in their years, in the whole time."""
    leaves = tuple(sorted(set(quarters)))
    years = sorted({year_of(quarter) for quarter in leaves})
    groups = {ALL: leaves} | {year: tuple(each for each in leaves if year_of(each) == year) for year in years}
    return Scale(ALL, groups, {ALL: _DEAR["all"], **dict.fromkeys(years, _DEAR["year"])})


def choices(quarters: Sequence[str], today: date) -> list[str]:
    """What can be chosen, newest first: from the first quarter in which anybody came up to the present one."""
    first, last = min(quarters, default=quarter_of(today)), max([quarter_of(today), *quarters])
    found = [ALL]
    for year in range(int(last[:4]), int(first[:4]) - 1, -1):
        found.append(str(year))
        found += [each for each in (f"{year}-Q{quarter}" for quarter in reversed(QUARTERS)) if first <= each <= last]
    return found
