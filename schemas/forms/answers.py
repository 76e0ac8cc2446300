"""The kinds of answer that a form's field can have, and how what people type is read into them.

Strict at the door: there the validation carries a `Door`, and dates must be plausible seen from today. Tolerant in
history: a stored answer is read back without one, and only its kind matters. Local time is not known here; the door
brings the one function that knows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Protocol, TypeVar, runtime_checkable

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, ValidationInfo, model_validator

from schemas.base import Language, Model
from schemas.people import IdNumber, Refused

T = TypeVar("T")

ToUtc = Callable[[datetime], datetime]
"""Reads a wall time in Stockholm into UTC; raises a refusal for a time that does not exist or comes twice."""


@dataclass(frozen=True)
class Door:
    """What is needed to judge an answer when it is given: the local date, and the reader of local times."""

    today: date
    to_utc: ToUtc


@runtime_checkable
class _Spoken(Protocol):
    """An error that can say its sentence in both languages; the journey's refusals can."""

    def sentence(self, language: Language) -> str: ...


def blank(answer: object) -> bool:
    """Whether a field was left empty."""
    return answer is None or (isinstance(answer, str) and not answer.strip()) or answer in ([], (), {})


def filled(answers: object) -> Any:
    """The answers that were given; what is not a table of answers is left for the validation to refuse."""
    if not isinstance(answers, dict):
        return answers
    return {key: answer for key, answer in answers.items() if not blank(answer)}


class Answers(Model):
    """A table of answers: a form, or one row in it. Empty fields count as not answered. Prints without its contents."""

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, given: object) -> Any:
        return filled(given)

    def __repr_args__(self) -> list[tuple[str | None, str]]:
        """Answers are personal data: what was answered is shown, never how."""
        return [(None, name) for name in sorted(self.model_fields_set)]

    def __str__(self) -> str:
        return repr(self)


# --- text

_LINE_LENGTH, _NOTE_LENGTH = 200, 4000


def _reader_of_text(limit: int, *, one_line: bool) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str):
            raise Refused("Skriv svaret som text.", "Write the answer as text.")
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise Refused(
                "Texten innehåller tecken som inte kan sparas; skriv om den.",
                "The text contains characters that cannot be stored; write it anew.",
            )
        text = " ".join(value.split()) if one_line else value.strip()
        if len(text) > limit:
            raise Refused(
                f"Korta texten till högst {limit} tecken.", f"Shorten the text to at most {limit} characters."
            )
        return text

    return read


Line = Annotated[str, BeforeValidator(_reader_of_text(_LINE_LENGTH, one_line=True))]
"""A short answer in words."""

Note = Annotated[
    str,
    BeforeValidator(_reader_of_text(_NOTE_LENGTH, one_line=False)),
    Field(json_schema_extra={"long": True}),
]
"""An answer of several lines; a form's schema says so, for screens."""


# --- choices

_YES = {True: "yes", False: "no", "ja": "yes", "nej": "no"}


def _yes_or_no(value: object) -> object:
    if isinstance(value, str):
        value = value.strip().casefold()
    return _YES.get(value, value) if isinstance(value, bool | str) else value


YesNo = Annotated[Literal["yes", "no"], BeforeValidator(_yes_or_no)]
"""Yes or no; true, false, `ja` and `nej` are understood."""


def _listed(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


Several = Annotated[tuple[T, ...], BeforeValidator(_listed), Field(max_length=50)]
"""Any number of answers; a single one need not be in a list."""


# --- numbers

_NUMBER = re.compile(r"-?[0-9]{1,15}([.,][0-9]{1,10})?")


def _decimal(value: object) -> Decimal | None:
    """The number that was given, also as people write it: `1 250,50 kr`."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        value = format(value, "f") if isinstance(value, float | Decimal) else _digits(value)
    if not isinstance(value, str):
        return None
    text = re.sub(r"\s|kr$", "", value.strip().casefold()).replace("\u2212", "-")
    return Decimal(text.replace(",", ".")) if _NUMBER.fullmatch(text) and text.isascii() else None


def _digits(value: int) -> str:
    return str(value) if abs(value) < 10**15 else ""


def _reader_of_numbers(low: int, high: int, places: int) -> Callable[[object], Decimal]:
    def read(value: object) -> Decimal:
        number = _decimal(value)
        if number is None:
            raise Refused("Skriv ett tal med siffror.", "Write a number in digits.")
        if not low <= number <= high:
            raise Refused(f"Ange ett tal från {low} till {high}.", f"Give a number from {low} to {high}.")
        if number != round(number, places):
            raise _too_fine(places)
        return number

    return read


def _too_fine(places: int) -> Refused:
    if places == 0:
        return Refused("Ange ett helt tal.", "Give a whole number.")
    return Refused(f"Ange högst {places} decimaler.", f"Give at most {places} decimals.")


Kronor = Annotated[Decimal, BeforeValidator(_reader_of_numbers(0, 10_000_000, 2))]
"""An amount in Swedish kronor."""

HoursADay = Annotated[Decimal, BeforeValidator(_reader_of_numbers(0, 24, 2))]
"""Hours of one day."""

Percent = Annotated[int, BeforeValidator(_reader_of_numbers(0, 100, 0))]
People = Annotated[int, BeforeValidator(_reader_of_numbers(0, 30, 0))]
Age = Annotated[int, BeforeValidator(_reader_of_numbers(0, 120, 0))]
Weeks = Annotated[int, BeforeValidator(_reader_of_numbers(0, 200, 0))]
Points = Annotated[int, BeforeValidator(_reader_of_numbers(0, 100_000, 0))]


# --- dates and times

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_YEARS_BACK, _YEARS_AHEAD = 100, 20
_ANY_YEAR = range(1800, 2300)


def _door(info: ValidationInfo) -> Door | None:
    return info.context if isinstance(info.context, Door) else None


def _plausible(year: int, info: ValidationInfo) -> None:
    door = _door(info)
    years = range(door.today.year - _YEARS_BACK, door.today.year + _YEARS_AHEAD + 1) if door else _ANY_YEAR
    if year not in years:
        raise Refused(
            f"Kontrollera årtalet: det ska ligga mellan {years[0]} och {years[-1]}.",
            f"Check the year: it must lie between {years[0]} and {years[-1]}.",
        )


def read_day(value: object, info: ValidationInfo) -> date:
    """A date as people write it, 2026-11-23. A time is not a date."""
    day = value if isinstance(value, date) and not isinstance(value, datetime) else None
    if isinstance(value, str) and _DAY.fullmatch(value.strip()):
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            raise Refused(
                "Det datumet finns inte; kontrollera månad och dag.", "That date does not exist; check month and day."
            ) from None
    if day is None:
        raise Refused("Skriv ett datum som 2026-11-23.", "Write a date like 2026-11-23.")
    _plausible(day.year, info)
    return day


def read_moment(value: object, info: ValidationInfo) -> datetime:
    """A time as people write it, 2026-11-23 14:30, in Stockholm unless it has an offset; in UTC."""
    moment = value if isinstance(value, datetime) else _parsed(value)
    if moment is None:
        raise Refused(
            "Skriv datum och klockslag som 2026-11-23 14:30.", "Write a date and a time like 2026-11-23 14:30."
        )
    _plausible(moment.year, info)
    return moment.astimezone(UTC) if moment.utcoffset() is not None else _local(moment, info)


def _parsed(value: object) -> datetime | None:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value.strip()):
        return None
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        raise Refused(
            "Den tiden finns inte; kontrollera datum och klockslag.", "That time does not exist; check date and time."
        ) from None


def _local(moment: datetime, info: ValidationInfo) -> datetime:
    door = _door(info)
    if door is None:
        raise Refused(
            "Tiden saknar tidszon; lägg till +01:00 eller +02:00.", "The time has no offset; add +01:00 or +02:00."
        )
    try:
        return door.to_utc(moment).astimezone(UTC)
    except Exception as error:
        if isinstance(error, _Spoken):
            raise Refused(error.sentence("sv"), error.sentence("en")) from None
        raise


def _happened(value: date, info: ValidationInfo) -> date:
    """A UTC date is never later than the local one, so this never refuses what has happened."""
    door = _door(info)
    day = value.date() if isinstance(value, datetime) else value
    if door is not None and day > door.today:
        raise Refused(
            "Ange när det hände: det kan inte ligga i framtiden.", "Say when it happened: it cannot lie ahead."
        )
    return value


Day = Annotated[date, BeforeValidator(read_day)]
"""A date, past or to come."""

Moment = Annotated[datetime, BeforeValidator(read_moment)]
"""A point in time, past or to come, in UTC."""

PastDay = Annotated[date, BeforeValidator(read_day), AfterValidator(_happened)]
"""The date of something that has happened."""

PastMoment = Annotated[datetime, BeforeValidator(read_moment), AfterValidator(_happened)]
"""The time of something that has happened."""


# --- identity numbers


def _id_number(value: object, info: ValidationInfo) -> object:
    if isinstance(value, IdNumber):
        return value
    door = _door(info)
    return IdNumber.parse(str(value), today=door.today if door else date.max)


IdNumberAnswer = Annotated[IdNumber, BeforeValidator(_id_number), PlainSerializer(lambda number: number.digits)]
"""A personal or coordination number as typed; stored as twelve digits."""
