"""How an outlook on another version reads: what it does to how many, who is refused and why, and some examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from cli import tables
from schemas.base import Both, Language
from schemas.foresight import Counted, CountedRefusal, Effect, Moved, Preview
from schemas.tasks import Task
from services.previewing import Seen

SHOWN_SILENT = 10
HEAD = Both(
    sv="{programme} version {version} i {journeys} resor: ändras {changed}, oförändrade {unchanged}, nekas {refused}.",
    en="{programme} version {version} in {journeys} journeys: changes {changed}, same {unchanged}, refused {refused}.",
)
ALREADY = Both(sv="Följer den redan: {}.", en="Follow it already: {}.")
SILENT = Both(sv="Har inte svarat och är inte med: {} ({}).", en="Have not answered and are not counted: {} ({}).")
EFFECTS = {
    Effect.OPENED: Both(sv="öppnas", en="opens"),
    Effect.CLOSED: Both(sv="stängs", en="closes"),
    Effect.EARLIER: Both(sv="får kortare tid", en="is due earlier"),
    Effect.LATER: Both(sv="får längre tid", en="is due later"),
    Effect.ALARMS: Both(sv="påminns om vid andra tider", en="is reminded of at other times"),
    Effect.ASSIGNED: Both(sv="går till någon annan", en="goes to somebody else"),
}
COUNTED = Both(sv="{title}: {effect} i {count} ({examples})", en="{title}: {effect} in {count} ({examples})")
REFUSED = Both(sv="Nekas i {count} ({examples}): {sentence}", en="Refused in {count} ({examples}): {sentence}")
EXAMPLES = Both(sv="Till exempel:", en="For example:")


def text(seen: Seen, language: Language) -> Group:
    """The whole of it."""
    counts = seen.outlook.model_dump(include={"programme", "version", "journeys", "changed", "unchanged", "refused"})
    lines = [HEAD[language].format(**counts)]
    if seen.already:
        lines.append(ALREADY[language].format(seen.already))
    if seen.silent:
        lines.append(SILENT[language].format(len(seen.silent), _some(seen.silent, len(seen.silent))))
    lines += [_counted(one, language) for one in seen.outlook.effects]
    lines += [_refused(one, language) for one in seen.outlook.refusals]
    examples = [_example(one, language) for one in seen.outlook.examples]
    return Group(Text("\n".join(lines)), *([Text("\n".join([EXAMPLES[language], *examples]))] if examples else []))


def _counted(one: Counted, language: Language) -> str:
    return "  " + COUNTED[language].format(
        title=one.title[language],
        effect=EFFECTS[one.effect][language],
        count=one.journeys,
        examples=_some(one.examples, one.journeys),
    )


def _refused(one: CountedRefusal, language: Language) -> str:
    examples = _some(one.examples, one.journeys)
    return "  " + REFUSED[language].format(count=one.journeys, examples=examples, sentence=one.sentence[language])


def _some(journeys: Sequence[str], number: int) -> str:
    shown = journeys[:SHOWN_SILENT]
    return ", ".join(shown) + (" …" if number > len(shown) else "")


def _example(found: Preview, language: Language) -> str:
    return f"  {found.journey}: " + "; ".join(_parts(found, language))


def _parts(found: Preview, language: Language) -> Iterator[str]:
    def title(task: Task) -> str:
        return found.titles[task.step][language]

    yield from (_moved(title(moved.task), moved, language) for moved in found.retimed)
    yield from (f"{title(task)} {EFFECTS[Effect.OPENED][language]}" for task in found.opened)
    yield from (f"{title(closed.task)} {EFFECTS[Effect.CLOSED][language]}" for closed in found.closed)
    yield from (f"{title(given.task)} {EFFECTS[Effect.ASSIGNED][language]}" for given in found.assigned)


def _moved(title: str, moved: Moved, language: Language) -> str:
    if moved.due_before == moved.due_after:
        return f"{title} {EFFECTS[Effect.ALARMS][language]}"
    before, after = (tables.moment(at.isoformat() if at else None) for at in (moved.due_before, moved.due_after))
    return f"{title} {before} -> {after}"
