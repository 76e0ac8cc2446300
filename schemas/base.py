"""The base class and the base types of every schema.

Stored shapes are read back for years, so models are tolerant: unknown fields are ignored and new fields have
defaults. What a programme owner writes is judged strictly elsewhere, once, at publication.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Language = Literal["sv", "en"]

_set = object.__setattr__


class Model(BaseModel):
    """A frozen value. Its validation errors never repeat the value they are about."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True)

    @classmethod
    def made(cls, **fields: Any) -> Self:
        """Make one from values of our own making. Nothing is validated: that is for what comes from outside."""
        new = cls.__new__(cls)
        _set(new, "__dict__", {**_defaults(cls), **fields})
        _set(new, "__pydantic_fields_set__", set(fields))
        _set(new, "__pydantic_extra__", None)
        _set(new, "__pydantic_private__", None)
        return new

    def but(self, **changes: Any) -> Self:
        """The same with some fields changed. Values are trusted, as in pydantic's `model_copy`, which is far slower."""
        other = self.__class__.__new__(self.__class__)
        _set(other, "__dict__", {**self.__dict__, **changes})
        _set(other, "__pydantic_fields_set__", self.__pydantic_fields_set__ | changes.keys())
        _set(other, "__pydantic_extra__", None)
        _set(other, "__pydantic_private__", None)
        return other


@cache
def _fixed_defaults(model: type[Model]) -> tuple[dict[str, Any], tuple[tuple[str, Any], ...]]:
    fields = model.model_fields.items()
    made = tuple((name, field.default_factory) for name, field in fields if field.default_factory is not None)
    return {
        name: field.default for name, field in fields if not field.is_required() and field.default_factory is None
    }, made


def _defaults(model: type[Model]) -> dict[str, Any]:
    fixed, made = _fixed_defaults(model)
    return {**fixed, **{name: factory() for name, factory in made}} if made else fixed


def _storable(text: str) -> str:
    # asyncpg raises inside the driver on these two, after the point where a sentence could still be given.
    if "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("contains characters that cannot be stored")
    return text


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


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
