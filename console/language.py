"""Which language a visitor reads, and the words of the pages: `words/<family>.yaml`, both languages beside each other.

A key is `<family>.<name>`. A page that asks for a key that is not there fails, and a test that reads every template has
said so before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.base import Both, Language

FOLDER = Path(__file__).parent / "words"
LANGUAGES: tuple[Language, ...] = ("sv", "en")
COOKIE = "lang"


class BadWords(ValueError):  # noqa: N818 (named after what is wrong)
    """A file of words does not give each name in both languages."""


@cache
def all_words() -> Mapping[str, Both]:
    """Every sentence of the pages. Raises `BadWords`."""
    found: dict[str, Both] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        # Only text: `yes`, `no` and `on` are words like any other.
        content: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (makes no objects)
        found |= {f"{path.stem}.{name}": _both(path.stem, name, said) for name, said in content.items()}
    return found


def _both(family: str, name: str, said: Any) -> Both:
    if not isinstance(said, dict) or set(said) != set(LANGUAGES) or not all(said.values()):
        raise BadWords(f"{family}.{name} needs sv and en")
    return Both(**said)


def say(key: str, language: Language, /, **params: object) -> str:
    """The words of a key, with `{placeholders}` filled in."""
    words = all_words()[key][language]
    return words.format_map(params) if params else words


def counted(key: str, count: int, language: Language) -> str:
    """`key.one` or `key.many`, with `{count}`."""
    return say(f"{key}.one" if count == 1 else f"{key}.many", language, count=count)


def chosen(asked: str | None, cookie: str | None, own: Language | None, accepted: str) -> Language:
    """The visitor's language: what they just asked for, chose before, said about themselves, or their browser's."""
    for choice in (asked, cookie, own):
        if choice in LANGUAGES:
            return choice
    return _accepted(accepted)


def _accepted(header: str) -> Language:
    """The better liked of our languages in an Accept-Language header; Swedish when it likes neither."""
    liked: list[tuple[float, int, Language]] = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, rest = part.strip().partition(";")
        match = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", rest) if rest else None
        weight = float(match[1]) if match else 1.0
        language = _tagged(tag)
        if language is not None and weight > 0:
            liked.append((-weight, place, language))
    return min(liked)[2] if liked else "sv"


def _tagged(tag: str) -> Language | None:
    first = tag.lower().split("-")[0]
    return next((language for language in LANGUAGES if language == first), None)
