"""How an outlook on another version reads: what it does to how many, who is refused and why, and some examples."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from cli import foreseen
from cli.counting import Counted
from schemas.base import Both, Language
from schemas.foresight import Preview
from services.bulk.previewing import Seen

HEAD = Counted(
    Both(
        sv="{programme} version {version} i {count} resa: ändras {changed}, oförändrade {unchanged}, nekas {refused}.",
        en="{programme} version {version} in {count} journey: changes {changed}, same {unchanged}, refused {refused}.",
    ),
    Both(
        sv="{programme} version {version} i {count} resor: ändras {changed}, oförändrade {unchanged}, nekas {refused}.",
        en="{programme} version {version} in {count} journeys: changes {changed}, same {unchanged}, refused {refused}.",
    ),
)
ALREADY = Both(sv="Följer den redan: {}.", en="Follow it already: {}.")
SILENT = Both(sv="Har inte svarat och är inte med: {} ({}).", en="Have not answered and are not counted: {} ({}).")
EXAMPLES = Both(sv="Till exempel:", en="For example:")


def text(seen: Seen, language: Language) -> Text:
    """The whole of it."""
    outlook = seen.outlook
    counts = outlook.model_dump(include={"programme", "version", "changed", "unchanged", "refused"})
    lines = [HEAD.said(outlook.journeys, language, **counts)]
    if seen.already:
        lines.append(ALREADY[language].format(seen.already))
    if seen.silent:
        lines.append(foreseen.silent(SILENT, seen.silent, language))
    lines += [foreseen.counted(one.title, one.effect, one.journeys, one.examples, language) for one in outlook.effects]
    lines += [foreseen.refused(one.sentence, one.journeys, one.examples, language) for one in outlook.refusals]
    if outlook.examples:
        lines += [EXAMPLES[language], *(_example(one, language) for one in outlook.examples)]
    return Text("\n".join(lines))


def _example(found: Preview, language: Language) -> str:
    what: dict[str, Any] = {"opened": found.opened, "closed": found.closed}
    what |= {"moved": found.retimed, "assigned": found.assigned}
    return f"  {found.journey}: " + "; ".join(foreseen.tasks(found.titles, language, **what))
