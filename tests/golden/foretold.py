"""What is foreseen, as a person reads it in 80 columns: first in Swedish, then in English."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta

from rich.console import Console, RenderableType

from cli.dry_run import change_view
from cli.foresight import forecast_view
from journey.forecast import forecast, foresee
from schemas.base import Language
from schemas.commands import Command
from schemas.journey import JourneyState

LANGUAGES: tuple[Language, ...] = ("sv", "en")
WIDTH = 80


def forecast_of(state: JourneyState, now: datetime, days: int) -> Iterator[str]:
    """The forecast of a journey for so many days."""
    until = now + timedelta(days=days)
    found = forecast(state, now, until)
    for language in LANGUAGES:
        yield from _lines(language, forecast_view(found, state.programme, now, until, language))


def change_by(state: JourneyState, command: Command, now: datetime) -> Iterator[str]:
    """What a command would do. Raises `Refusal`."""
    change = foresee(state, command, now, journal=state.outbox)
    for language in LANGUAGES:
        yield from _lines(language, change_view(change, state.programme, language))


def _lines(language: Language, shown: RenderableType) -> Iterator[str]:
    out = io.StringIO()
    Console(file=out, width=WIDTH, color_system=None).print(shown)
    yield from (f"{language}| {line}".rstrip() for line in out.getvalue().splitlines())
