"""Sentences about a number of something, for one and for any other number."""

from __future__ import annotations

from typing import NamedTuple

from schemas.base import Both, Language


class Counted(NamedTuple):
    """What is said of `{count}` things: of one, and of many or none."""

    one: Both
    many: Both

    def said(self, count: int, language: Language, **rest: object) -> str:
        """The sentence for this number."""
        return (self.one if count == 1 else self.many)[language].format(count=count, **rest)
