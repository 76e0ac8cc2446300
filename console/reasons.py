"""What pages about versions share: reasons that are asked for, and refusals in the words of a page."""

from __future__ import annotations

from dataclasses import dataclass

from console.page import Page
from journey.errors import Refusal
from services.mending.acts import checked_reason

UNPROCESSABLE, CONFLICT = 422, 409


@dataclass(frozen=True)
class Wrong:
    """What is refused, and at which field."""

    sentence: str
    field: str = ""

    @property
    def status(self) -> int:
        return UNPROCESSABLE if self.field else CONFLICT


def without_reason(page: Page) -> Wrong | None:
    """What is wrong with the reason that was given, if anything."""
    try:
        words = checked_reason(page.field("reason"))
    except Refusal as refused:
        return Wrong(refused.sentence(page.language), "reason")
    return None if words else Wrong(page.t("acts.needs_reason"), "reason")


def said(page: Page, refused: Refusal) -> str:
    """A refusal in words for the page: those of the command line name commands."""
    key = f"programmes.refused_{refused.code}"
    return page.t(key, **refused.params) if page.knows(key) else refused.sentence(page.language)
