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
from schemas.tasks import journey_of_task, step_of_task
from services.mending.acts import checked_reason

UNPROCESSABLE, CONFLICT = 422, 409
_WRITTEN_TIME = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d)?")


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


def plainly(refused: Refusal, programme: Programme, language: Language) -> str:
    """A refusal as people say it: a task is called by its step, and a date is said aloud."""
    plain = type(refused).__new__(type(refused))
    plain.__dict__.update(refused.__dict__)
    plain.params = {name: _called(value, programme, language) for name, value in refused.params.items()}
    return plain.sentence(language)


def _called(value: str, programme: Programme, language: Language) -> str:
    if journey_of_task(value) is not None and (step := programme.steps.get(step_of_task(value))) is not None:
        return f"”{step.title.sv}”" if language == "sv" else f"“{step.title.en}”"
    if written := _WRITTEN_TIME.fullmatch(value):
        with suppress(ValueError):
            at = datetime.fromisoformat(value)  # as it is on the wall already
            return spoken(at, language) if written[1] else spoken_day(at, language)
    return value
