"""The base class and the base types of every schema.

Stored shapes are read back for years, so models are tolerant: unknown fields are ignored and new fields have
defaults. What a programme owner writes is judged strictly elsewhere, once, at publication.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Language = Literal["sv", "en"]

_new = object.__new__
_SLOTS = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
_set_fields, _set_names, _set_extra, _set_private = (BaseModel.__dict__[slot].__set__ for slot in _SLOTS)
"""What `object.__setattr__` would look up anew each time."""
_UNSEEN = frozenset("\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{LEFT-TO-RIGHT MARK}\N{RIGHT-TO-LEFT MARK}")
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Model(BaseModel):
    """A frozen value. Its validation errors never repeat the value they are about."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True)

    @classmethod
    def made(cls, **fields: Any) -> Self:
        """Make one from values of our own making. Nothing is validated: that is for what comes from outside."""
        values, names = _defaults(cls)
        return _filled(_new(cls), {**values, **fields}, names)

    def but(self, **changes: Any) -> Self:
        """The same with some fields changed. Values are trusted, as in pydantic's `model_copy`, which is far slower."""
        return _filled(_new(type(self)), {**self.__dict__, **changes}, self.__pydantic_fields_set__)


class Remembering(Model):
    """A value that keeps what it has worked out about itself; a changed copy works it out anew."""

    def but(self, **changes: Any) -> Self:
        return self._forgetting(super().but(**changes))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        return self._forgetting(super().model_copy(update=update, deep=deep))

    def _forgetting(self, copy: Self) -> Self:
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy


M = TypeVar("M", bound=Model)


def _filled(new: M, inside: dict[str, Any], names: set[str]) -> M:
    # What pydantic itself does in `model_construct`, without looking at each field on the way.
    _set_fields(new, inside)
    _set_names(new, names)
    _set_extra(new, None)
    _set_private(new, None)
    return new


@cache
def _defaults(model: type[Model]) -> tuple[dict[str, Any], set[str]]:
    """The defaults and the names of all fields. Empty collections are shared, for nobody changes a frozen value's."""
    fields = model.model_fields
    given = {name: field for name, field in fields.items() if not field.is_required()}
    return {name: field.get_default(call_default_factory=True) for name, field in given.items()}, set(fields)


def _storable(text: str) -> str:
    # asyncpg raises inside the driver on these two, after the point where a sentence could still be given.
    if _NOT_STORABLE.search(text):
        raise ValueError("contains characters that cannot be stored")
    return text


def one_line(text: str) -> bool:
    """Whether it is one line in characters that people write.

    Some that cannot be seen belong to it: spaces that do not break (10 000 kr), what joins letters in Persian names and
    in emoji, and marks of direction. What turns the direction of everything after it does not.
    """
    return all(char.isprintable() or char in _UNSEEN or unicodedata.category(char) == "Zs" for char in text)


def _utc(moment: datetime) -> datetime:
    try:
        return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except OverflowError:  # the first or the last day that there is, on another continent
        raise ValueError("is out of reach") from None


Text = Annotated[str, AfterValidator(_storable)]
"""Any text that both JSON and Postgres can hold."""

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_storable)]
"""One short line typed by a person."""

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,47}$")]
"""An identifier inside a programme: a step, a fact, a role, a party, an outcome, a date."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$")]
"""An opaque identifier made by a program: a journey, a task, a command, a staff member. Never personal data."""

Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A point in time, in UTC. A datetime without a zone is refused."""


class Both(Model):
    """The same words in Swedish and in English."""

    sv: Text
    en: Text

    def __getitem__(self, language: Language) -> str:
        return self.sv if language == "sv" else self.en


DateOrTime = Annotated[Instant | date, Field(union_mode="left_to_right")]
"""A date without a time stays a date; a time, midnight too, is an instant in UTC."""


def without_turns(text: str) -> str:
    """The text without marks that turn the direction of what is written after it; letters know their own."""
    return _TURNS.sub("", text)
