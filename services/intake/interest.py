"""One interest, from the person or from another system: judged field by field, so that they hear what is wrong where.

Pure. It judges by the rules of a row in a file (`services.intake.row`), and says nothing of who is known already. A
person with a protected identity is refused before anything else is looked at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar, get_args

from journey.calendars import local_day, local_to_utc
from journey.errors import Refusal
from schemas.base import Both, without_turns
from schemas.clocks import Calendar
from schemas.forms.problems import FormProblem
from schemas.people import IdNumber, Refused
from services.errors import both
from services.intake import errors
from services.intake.row import (
    LONGEST,
    MOST_PER_HOUSEHOLD,
    Details,
    Heard,
    IntakeRow,
    is_protected,
    judged,
    without_personal_numbers,
)

T = TypeVar("T")

HEARD = get_args(Heard)
OLDEST_CHILD = 19
YEARS_AHEAD = 5
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffd\ud800-\udfff]")
_NOT_A_DIGIT = re.compile(r"[\s.,+\-\u2010-\u2015\u2212]")
_NUMBER_LENGTHS = (10, 12)


@dataclass(frozen=True)
class Judged:
    """The interest as a row, or else what is wrong with it. `kept` may be shown again: no personal number is in it."""

    row: IntakeRow | None
    problems: tuple[FormProblem, ...]
    kept: Mapping[str, str]


def judge(
    given: Mapping[str, str], now: datetime, *, notice: str | None = None, shown_at: datetime | None = None
) -> Judged:
    """Judge what was typed; `now` is journey time. `notice` is the information that was read, `shown_at` when.

    Raises `ProtectedPerson`: nothing may be kept, nor shown again.
    """
    cells = {name: _tidy(text) for name, text in given.items()}
    if is_protected(cells, "\n".join(cells.values())):
        raise errors.ProtectedPerson
    kept = {name: _without_number(text, name, now) for name, text in cells.items()}
    judge = _Judge(local_day(now, Calendar()))
    judge.refuse_what_nobody_may_keep(cells, kept)
    cells = {name: _UNREADABLE.sub("", text) for name, text in cells.items()}
    details = judge.details(cells)
    found = judged({**cells, "children": _children(cells, details)}, 1, now, local_to_utc)
    if not isinstance(found, IntakeRow):
        judge.add(found)
    if judge.problems or not isinstance(found, IntakeRow):
        return Judged(None, judge.in_order(tuple(given)), kept)
    said = details.model_copy(update={"notice": notice, "notice_at": shown_at})
    return Judged(found if said == Details() else found.but(details=said), (), kept)


class _Judge:
    """Collects what is wrong: for each field the first thing."""

    def __init__(self, today: date) -> None:
        self._today = today
        self.problems: dict[str, FormProblem] = {}

    def add(self, found: Iterable[tuple[str, Both]]) -> None:
        for field, said in found:
            self.problems.setdefault(field, FormProblem(field=field, sv=said.sv, en=said.en))

    def refuse_what_nobody_may_keep(self, cells: Mapping[str, str], kept: Mapping[str, str]) -> None:
        for name, text in cells.items():
            if kept[name] != text:
                self.add([(name, both(errors.NumberTyped()))])
            elif _UNREADABLE.search(text):
                self.add([(name, both(errors.AnswerUnreadable()))])

    def details(self, cells: Mapping[str, str]) -> Details:
        found = {
            "contact_time": self._checked(_line, "contact_time", cells),
            "job_wish": self._checked(_line, "job_wish", cells),
            "earliest_move": self._checked(self._day, "earliest_move", cells),
            "children_ages": self._checked(_ages, "children_ages", cells) or (),
            "trip_wanted": self._checked(_one_of(("yes", "no")), "trip_wanted", cells),
            "heard_of": self._checked(_one_of(HEARD), "heard_of", cells),
        }
        return Details.made(**found)

    def in_order(self, names: tuple[str, ...]) -> tuple[FormProblem, ...]:
        place = {name: number for number, name in enumerate(names)}
        return tuple(sorted(self.problems.values(), key=lambda each: place.get(each.field, len(place))))

    def _checked(self, parse: Callable[[str], T], name: str, cells: Mapping[str, str]) -> T | None:
        text = cells.get(name, "")
        try:
            return parse(text) if text else None
        except Refusal as refusal:
            self.add([(name, both(refusal))])
        return None

    def _day(self, text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise errors.DayUnreadable from None
        if not self._today <= day <= self._today + timedelta(days=366 * YEARS_AHEAD):
            raise errors.DayPassed(years=YEARS_AHEAD)
        return day


def _tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", without_turns(text)).strip("\ufeff\u200b").split())


def _without_number(text: str, name: str, now: datetime) -> str:
    """The text without personal numbers, also one that is typed with blanks or dots between its digits."""
    closed = _NOT_A_DIGIT.sub("", unicodedata.normalize("NFKC", text))
    if name != "phone" and closed.isdecimal() and len(closed) in _NUMBER_LENGTHS:
        try:
            IdNumber.parse(closed, today=now.date())
        except Refused:
            pass
        else:
            return ""
    return without_personal_numbers(text, name, now)


def _children(cells: Mapping[str, str], details: Details) -> str:
    return cells.get("children") or (str(len(details.children_ages)) if details.children_ages else "")


def _line(text: str) -> str:
    if len(text) > LONGEST:
        raise errors.AnswerTooLong(most=LONGEST)
    return text


def _ages(text: str) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[\s,;]+", text.replace(" och ", ",").replace(" and ", ",")) if part]
    if len(parts) > MOST_PER_HOUSEHOLD or not all(re.fullmatch(r"[0-9]{1,2}", part) for part in parts):
        raise errors.AgesUnreadable(oldest=OLDEST_CHILD)
    ages = tuple(int(part) for part in parts)
    if any(age > OLDEST_CHILD for age in ages):
        raise errors.AgesUnreadable(oldest=OLDEST_CHILD)
    return ages


def _one_of(choices: tuple[str, ...]) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise errors.AnswerUnknown
        return text

    return parse
