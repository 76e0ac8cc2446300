"""What pages share: reasons that are asked for, and refusals in the words of a page."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from console.page import Page
from journey.errors import Refusal
from journey.wording import spoken, spoken_day
from schemas.base import Language
from schemas.programme import Programme
from services.mending.acts import checked_reason

UNPROCESSABLE, CONFLICT, UNAVAILABLE = 422, 409, 503
_WRITTEN_TIME = re.compile(r"\b\d{4}-\d\d-\d\d( \d\d:\d\d)?\b")
_TASK = re.compile(r"\b\w+\.(?P<step>[A-Za-z]\w*)\.\d+\b")


@dataclass(frozen=True)
class Wrong:
    """What is wrong with what was sent: at a field, or as a whole."""

    sentence: str
    field: str = ""
    status: int = UNPROCESSABLE


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


def plainly(refused: Refusal, programme: Programme, language: Language) -> str:
    """A refusal as people say it: a task is called by its step, how it ended by its title, and a date is said aloud."""
    said = refused.sentence(language)
    found = _TASK.search(said)
    step = programme.steps.get(found["step"]) if found else None
    if found and step:
        title = f"”{step.title.sv}”" if language == "sv" else f"“{step.title.en}”"
        said = _TASK.sub(lambda each: title if each["step"] == found["step"] else each[0], said)
        for name, outcome in step.outcomes.items():
            said = said.replace(f"({name})", f"({outcome.title[language]})")
    return _WRITTEN_TIME.sub(lambda written: _aloud(written, language), said)


def _aloud(written: re.Match[str], language: Language) -> str:
    with suppress(ValueError):
        at = datetime.fromisoformat(written[0])  # as it is on the wall already
        return spoken(at, language) if written[1] else spoken_day(at, language)
    return written[0]
