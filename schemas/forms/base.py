"""What every form has: a note, the facts and dates in it, and rules declared beside its fields.

A form is personal data: it is stored in Postgres and travels nowhere else. It knows no programme; which outcomes ask
for what besides `requires` is the programme's to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BeforeValidator, Field, ValidationInfo

from schemas.base import Name
from schemas.forms.answers import Answers, HoursADay, Line, Note, PastDay, Several, read_day, read_moment
from schemas.forms.problems import FormProblem, Words
from schemas.forms.vocabulary import DATES, FACTS, WakeAt

T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """What a form's rules may look at besides its answers.

    `parameters` are the programme's, as of today; `known` are the facts and dates the journey has already.
    """

    outcome: str
    today: date
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    known: Mapping[str, str | date | datetime] = field(default_factory=dict)


def read_date_or_time(value: object, info: ValidationInfo) -> date | datetime:
    """A date stays a date; anything with a clock time is an instant in UTC."""
    if isinstance(value, datetime) or (isinstance(value, str) and ":" in value):
        return read_moment(value, info)
    return read_day(value, info)


Requires = Mapping[str, tuple[str, ...]]
"""For each outcome that needs them, the fields that may not be empty."""

DateOrTimeAnswer = Annotated[date | datetime, BeforeValidator(read_date_or_time)]


class Form(Answers):
    """Answers given when a task ends. Every field may be empty; what an outcome needs stands in `requires`.

    `more_facts` and `more_dates` are what the programme asks for besides the form's own fields.
    """

    requires: ClassVar[Requires] = {}

    note: Annotated[Note | None, Words("Anteckning", "Note")] = None
    wake_at: WakeAt = None
    more_facts: dict[Name, Name] = Field(default_factory=dict)
    more_dates: dict[Name, DateOrTimeAnswer] = Field(default_factory=dict)

    @classmethod
    def fields(cls) -> tuple[str, ...]:
        """The names that may be answered, in the order they are shown: the form's own first, the note last."""
        names = [name for name in cls.model_fields if name not in Form.model_fields]
        return (*names, "wake_at", "note")

    @classmethod
    def words(cls, name: str) -> Words:
        """What a field is called."""
        return next(mark for mark in cls.model_fields[name].metadata if isinstance(mark, Words))

    def facts(self) -> dict[str, str]:
        """The facts that were given. A programme need not know all of them."""
        own = {name: getattr(self, name) for name in self.fields() if name in FACTS}
        return _given(own) | self.more_facts

    def dates(self) -> dict[str, date | datetime]:
        """The dates and times (in UTC) that clocks depend on and that were given. A programme may not know all."""
        own = {name: getattr(self, name) for name in self.fields() if name in DATES}
        return _given(own) | self.more_dates

    def answers(self) -> dict[str, Any]:
        """What was answered, as JSON holds it; `model_validate` reads it back."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def rules(self, case: Case) -> Iterator[FormProblem]:
        """What does not fit together in answers that are each well formed."""
        if self.wake_at is not None and self.wake_at <= case.today:
            yield FormProblem(
                field="wake_at",
                sv="Välj en senare dag än i dag att ta upp saken igen.",
                en="Choose a day after today to take this up again.",
            )


def _given(values: dict[str, T | None]) -> dict[str, T]:
    return {name: value for name, value in values.items() if value is not None}


class Attendance(Answers):
    """One day of a counted activity."""

    day: Annotated[PastDay, Words("Dag", "Day")]
    hours: Annotated[HoursADay, Words("Timmar", "Hours")]
    place: Annotated[Line | None, Words("Plats", "Place")] = None


class CountedForm(Form):
    """A form of an activity whose hours are counted in the reports to the funder."""

    attended: Annotated[
        Several[Attendance],
        Words(
            "Deltagande, dag för dag",
            "Attendance, day by day",
            "Ange dag och timmar för varje dag som personen deltog.",
            "Give day and hours for each day the person took part.",
        ),
    ] = ()

    def rules(self, case: Case) -> Iterator[FormProblem]:
        """A day has 24 hours, however many times it is written."""
        yield from super().rules(case)
        for day in sorted({row.day for row in self.attended}):
            if sum(row.hours for row in self.attended if row.day == day) > 24:  # noqa: PLR2004 (hours of a day)
                yield FormProblem(
                    field="attended",
                    sv=f"Timmarna den {day} blir fler än 24; rätta dem.",
                    en=f"The hours on {day} come to more than 24; correct them.",
                )


def in_order(form: Form, first: str, then: str, case: Case, *, strictly: bool = False) -> Iterator[FormProblem]:
    """Refuse `first` later than `then` (or the same day, when `strictly`).

    A named date that the form does not have is taken from the journey.
    """
    earlier, later = _date(form, first, case), _date(form, then, case)
    if earlier is None or later is None or earlier < later or (earlier == later and not strictly):
        return
    a, b = _words(form, first), _words(form, then)
    yield FormProblem(
        field=first,
        sv=f"”{a.sv}” ({earlier}) {'måste vara före' if strictly else 'får inte vara efter'} ”{b.sv}” ({later}); "
        "rätta datumen.",
        en=f"“{a.en}” ({earlier}) must {'be before' if strictly else 'not be after'} “{b.en}” ({later}); "
        "correct the dates.",
    )


def _date(form: Form, name: str, case: Case) -> date | None:
    value = getattr(form, name, None) or case.known.get(name)
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _words(form: Form, name: str) -> Words:
    """What a field of the form or a named date of the journey is called."""
    if name in form.fields():
        return form.words(name)
    marks: tuple[object, ...] = getattr(DATES[name], "__metadata__", ())
    return next(mark for mark in marks if isinstance(mark, Words))
