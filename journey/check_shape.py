"""Holding a draft's tree against the shapes of `schemas.programme`, strictly: unknown keys, missing keys, wrong kinds.

The stored shapes stay tolerant; this is the one place where a draft is judged by them. What can be used is kept, so
that the other rules are heard in the same round. Nothing here knows what a programme means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from decimal import Decimal
from enum import Enum, StrEnum
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from journey.check_problem import around, nearest, problem
from journey.source import Listing, Node, Path, Scalar, Source, Table
from schemas.base import Both, Model, Name
from schemas.clocks import Calendar
from schemas.draft import Code, Problem
from schemas.programme import Programme

GIVEN = {(Programme, "version"), (Programme, "hash"), (Calendar, "holidays")}
"""Keys that publication writes."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{2}:\d{2}")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,6})?")
_KINDS: dict[type, tuple[str, str]] = {
    Scalar: ("ett enkelt värde", "a plain value"),
    Listing: ("en lista", "a list"),
    Table: ("nycklar och värden", "keys and values"),
}
_WANTED: dict[Any, tuple[str, str]] = {
    bool: ("true eller false", "true or false"),
    int: ("ett heltal", "a whole number"),
    date: ("ett datum som finns, som 2026-11-23", "a date that exists, such as 2026-11-23"),
    time: ("ett klockslag, som 17:00", "a time of day, such as 17:00"),
    Decimal: ("ett tal, som 3600 eller 2500.50", "a number, such as 3600 or 2500.50"),
    str: ("en text som är lagom lång", "a text of a reasonable length"),
}


class _Nothing(Enum):
    NOTHING = "nothing"


_NOTHING = _Nothing.NOTHING


class Shape:
    """Walks the tree once. `data` is what could be used; `dropped` says whether anything had to be left out."""

    def __init__(self, source: Source) -> None:
        assert source.top is not None
        self._source = source
        self.problems: list[Problem] = []
        self.dropped = False
        found = self._model(Programme, source.top, ())
        self.programme = None if found is _NOTHING else _built(found)

    def _say(self, code: Code, path: Path, **words: object) -> _Nothing:
        self.problems.append(problem(code, self._source.place(path), **words))
        return _NOTHING

    def _drop(self, code: Code, path: Path, **words: object) -> _Nothing:
        self.dropped = True
        return self._say(code, path, **words)

    def _value(self, wanted: Any, node: Node, path: Path) -> Any:
        base, optional = _bare(wanted)
        if isinstance(node, Scalar) and node.value is None:
            return self._drop(Code.EMPTY_VALUE, path, key=path[-1])
        if get_origin(base) is dict:
            return self._mapping(get_args(base), node, path)
        if get_origin(base) is tuple:
            return self._listing(base, wanted if not optional else base, node, path)
        if isinstance(base, type) and issubclass(base, Model):
            return self._model(base, node, path)
        return self._leaf(base, wanted, node, path)

    def _model(self, model: type[Model], node: Node, path: Path) -> Any:
        if not isinstance(node, Table):
            return self._wrong_kind(Table, node, path)
        fields = _fields(model)
        found = {}
        for key, child in node.entries.items():
            if key not in fields:
                self._say(Code.UNKNOWN_KEY, (*path, key), key=key, **nearest(key, fields))
            elif (model, key) in GIVEN:
                self._say(Code.GIVEN_AT_PUBLICATION, (*path, key), key=key)
            else:
                found[key] = self._value(fields[key], child, (*path, key))
        return self._complete(model, {k: v for k, v in found.items() if v is not _NOTHING}, set(node.entries), path)

    def _complete(self, model: type[Model], found: dict[str, Any], written: set[str], path: Path) -> Any:
        required = [key for key, info in model.model_fields.items() if info.is_required()]
        for key in required:
            if key not in written:
                self._say(Code.MISSING_KEY, path, key=key, **around(*path[-1:]))
        if model is Both:
            self._empty_texts(found, path)
            found = {"sv": found.get("sv", "-"), "en": found.get("en", "-")}
        if any(key not in found for key in required):
            self.dropped = True
            return _NOTHING
        return found

    def _empty_texts(self, found: Mapping[str, str], path: Path) -> None:
        for key, sv, en in (("sv", "svenska", "Swedish"), ("en", "engelska", "English")):
            if key in found and not found[key].strip():
                self._say(Code.EMPTY_TEXT, (*path, key), language_sv=sv, language_en=en)

    def _mapping(self, types: tuple[Any, ...], node: Node, path: Path) -> Any:
        if not isinstance(node, Table):
            return self._wrong_kind(Table, node, path)
        found = {}
        for key, child in node.entries.items():
            if not _fits(types[0], key):
                self._drop(Code.BAD_NAME, (*path, key), name=key)
                continue
            value = self._value(types[1], child, (*path, key))
            if value is not _NOTHING:
                found[key] = value
        return found

    def _listing(self, base: Any, wanted: Any, node: Node, path: Path) -> Any:
        if not isinstance(node, Listing):
            return self._wrong_kind(Listing, node, path)
        of = get_args(base)[0]
        items = [self._value(of, child, (*path, index)) for index, child in enumerate(node.items)]
        found = [item for item in items if item is not _NOTHING]
        if len(found) == len(items) and isinstance(_bare(of)[0], type) and not _fits(wanted, found, lax=True):
            return self._drop(Code.EMPTY_VALUE, path, key=path[-1])
        return found

    def _leaf(self, base: Any, wanted: Any, node: Node, path: Path) -> Any:
        if not isinstance(node, Scalar):
            return self._wrong_kind(Scalar, node, path)
        value = _read(base, node)
        if value is _NOTHING or not _fits(wanted, value, lax=True):
            return self._bad_leaf(base, wanted, node, path)
        return value

    def _bad_leaf(self, base: Any, wanted: Any, node: Scalar, path: Path) -> _Nothing:
        shown = node.text if len(node.text) <= 60 else node.text[:59] + "…"  # noqa: PLR2004 (what fits a line)
        if isinstance(base, type) and issubclass(base, StrEnum):
            listed = ", ".join(member.value for member in base)
            return self._drop(
                Code.BAD_VALUE, path, value=shown, wanted_sv=f"något av: {listed}", wanted_en=f"one of: {listed}"
            )
        if base is str and wanted in {Name, Name | None}:
            return self._drop(Code.BAD_NAME, path, name=shown)
        sv, en = _WANTED[base]
        return self._drop(Code.BAD_VALUE, path, value=shown, wanted_sv=sv, wanted_en=en)

    def _wrong_kind(self, wanted: type, node: Node, path: Path) -> _Nothing:
        sv, en = _KINDS[wanted]
        found_sv, found_en = _KINDS[type(node)]
        words = {"wanted_sv": sv, "wanted_en": en, "found_sv": found_sv, "found_en": found_en}
        return self._drop(Code.WRONG_TYPE, path, **words)


def _read(base: Any, node: Scalar) -> Any:
    """A plain value as this type, or nothing: each type has one way of writing, so that no guess is made."""
    text = node.text.strip()
    if base is bool:
        return node.value if isinstance(node.value, bool) else _NOTHING
    if base is int:
        return node.value if isinstance(node.value, int) and not isinstance(node.value, bool) else _NOTHING
    pattern = {date: _DATE, time: _TIME, Decimal: _NUMBER}.get(base)
    if pattern is not None:
        return text if pattern.fullmatch(text) else _NOTHING
    return node.text


def _built(data: dict[str, Any]) -> Programme | None:
    try:
        return Programme.model_validate(data)
    except ValidationError:  # every leaf has been judged; what is left has been reported
        return None


@lru_cache(maxsize=64)
def _fields(model: type[Model]) -> dict[str, Any]:
    hints = get_type_hints(model, include_extras=True)
    return {key: _annotated(hints[key], model.model_fields[key].metadata) for key in model.model_fields}


def _annotated(hint: Any, metadata: list[Any]) -> Any:
    if get_origin(hint) is Annotated or not metadata:
        return hint
    return Annotated[(hint, *metadata)]


@lru_cache(maxsize=128)
def _bare(wanted: Any) -> tuple[Any, bool]:
    """The type without its constraints and without `| None`; whether None was allowed."""
    optional = False
    while True:
        if get_origin(wanted) is Annotated:
            wanted = get_args(wanted)[0]
        elif get_origin(wanted) in {Union, UnionType}:
            wanted = next(part for part in get_args(wanted) if part is not type(None))
            optional = True
        else:
            return wanted, optional


@lru_cache(maxsize=128)
def _adapter(wanted: Any) -> TypeAdapter[Any]:
    return TypeAdapter(wanted)


def _fits(wanted: Any, value: Any, *, lax: bool = False) -> bool:
    try:
        _adapter(wanted).validate_python(value, strict=None if lax else True)
    except ValidationError:
        return False
    return True


def declared(source: Source, *path: str) -> Iterator[str]:
    """The names written under a key, whether or not what they stand for could be used."""
    node = source.node(path)
    if isinstance(node, Table):
        yield from node.entries
