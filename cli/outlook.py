"""What another version would do to all journeys under way: counts and examples. It formats what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from cli.foresight_words import EFFECTS, REASONS, clock, first_calendar, table, who
from schemas.base import Both, Language
from schemas.clocks import Calendar
from schemas.events import CloseReason
from schemas.foresight import Effect, Outlook, Preview
from schemas.programme import Programme
from schemas.tasks import Task

TITLE = Both(sv="{programme} v{version}: {journeys} resor", en="{programme} v{version}: {journeys} journeys")
COUNTS = Both(
    sv="{changed} ändras, {unchanged} går vidare som förut, {refused} kan inte byta.",
    en="{changed} would change, {unchanged} would go on as before, {refused} cannot adopt it.",
)
NOBODY = Both(sv="Ingen resa pågår som versionen gäller.", en="No journey is under way that the version concerns.")
HEADS = {
    "what": Both(sv="Vad", en="What"),
    "step": Both(sv="Steg", en="Step"),
    "journeys": Both(sv="Resor", en="Journeys"),
    "for_example": Both(sv="Till exempel", en="For example"),
    "why": Both(sv="Kan inte byta", en="Cannot adopt it"),
}
DUE = Both(sv="senast", en="due")
EXAMPLE = Both(sv="Till exempel {journey} (v{version}):", en="For example {journey} (v{version}):")


def outlook_view(outlook: Outlook, programme: Programme, language: Language) -> RenderableType:
    """How many journeys would meet what, why some cannot go on by the version, and a few journeys in full."""
    title = TITLE[language].format(programme=outlook.programme, version=outlook.version, journeys=outlook.journeys)
    if not outlook.journeys:
        return Group(Text(title, style="bold"), Text(NOBODY[language]))
    counts = COUNTS[language].format(changed=outlook.changed, unchanged=outlook.unchanged, refused=outlook.refused)
    return Group(Text(title, style="bold"), Text(counts), *_parts(outlook, first_calendar(programme), language))


def outlook_json(outlook: Outlook) -> dict[str, Any]:
    """The same for programs. Times are in UTC, titles and sentences in both languages."""
    return outlook.model_dump(mode="json")


def _parts(outlook: Outlook, calendar: Calendar, language: Language) -> Iterator[RenderableType]:
    if outlook.effects:
        made = table(*(HEADS[head][language] for head in ("what", "step", "journeys", "for_example")))
        for one in outlook.effects:
            what, title = EFFECTS[one.effect][language], one.title[language]
            made.add_row(*map(Text, (what, title, str(one.journeys), ", ".join(one.examples))))
        yield Group(Text(), made)
    if outlook.refusals:
        made = table(*(HEADS[head][language] for head in ("why", "journeys", "for_example")))
        for refusal in outlook.refusals:
            examples = ", ".join(refusal.examples)
            made.add_row(*map(Text, (refusal.sentence[language], str(refusal.journeys), examples)))
        yield Group(Text(), made)
    for example in outlook.examples:
        title = EXAMPLE[language].format(journey=example.journey, version=example.version_before)
        yield Group(Text(), Text(title), *(Text(f"  {line}") for line in _lines(example, calendar, language)))


def _lines(found: Preview, calendar: Calendar, language: Language) -> Iterator[str]:
    """What happens to one journey, a line each."""

    def title(task: Task) -> str:
        return found.titles[task.step][language] if task.step in found.titles else task.step

    for closed in found.closed:
        how = REASONS[CloseReason(closed.reason)][language] if closed.reason else closed.outcome
        yield f"{title(closed.task)}: {EFFECTS[Effect.CLOSED][language]}, {how}"
    for moved in found.retimed:
        before, after = clock(moved.due_before, calendar), clock(moved.due_after, calendar)
        yield f"{title(moved.task)}: {before} → {after if before != after else EFFECTS[Effect.ALARMS][language]}"
    for given in found.assigned:
        task = given.task
        yield f"{title(task)}: {who(given.role_before, given.owner_before)} → {who(task.role, task.owner)}"
    for task in found.opened:
        due = clock(task.due_at, calendar)
        yield f"{title(task)}: {EFFECTS[Effect.OPENED][language]}, {who(task.role, task.owner)}, {DUE[language]} {due}"
