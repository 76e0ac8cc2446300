"""What an act would do to one journey, shown without doing it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.dry_run import change_json, change_view
from cli.run import Answer, Desk
from schemas.base import Language
from schemas.commands import Command
from services.journeys import Journeys
from services.mending.foreseeing import Foreseen, dry_run


async def show(desk: Desk, journey: str, command: Command, *, key: str | None, by: str) -> Answer:
    """What the command would do to one journey."""
    found = await foreseen(desk, journey, command, key=key, by=by)
    return Answer(as_json(found), view(found, desk.language))


async def foreseen(desk: Desk, journey: str, command: Command, *, key: str | None, by: str) -> Foreseen:
    """What the command would do. Raises the `Refusal` that it would get."""
    journeys = Journeys(desk.client, desk.stack.pace)
    return await dry_run(desk.db, journeys, journey, command, key=key, by=by, now=datetime.now(UTC))


def view(found: Foreseen, language: Language) -> RenderableType:
    """The change, and what should be known besides."""
    notes = [Text(note[language]) for note in found.notes]
    return Group(*notes, change_view(found.change, found.programme, language))


def as_json(found: Foreseen) -> dict[str, Any]:
    """The change, with `notes [{sv, en}]` and `begun: false`."""
    return {**change_json(found.change), "notes": [note.model_dump() for note in found.notes], "begun": False}
