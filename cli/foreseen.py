"""How it reads what an act would do: to one journey in a line, to many in counts with examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from cli import tables
from cli.counting import Counted
from schemas.base import Both, Language
from schemas.foresight import Change, Closed, Effect, Given, Moved
from schemas.tasks import Task
from services.mending.dry_run import Foreseen, Foresight

SHOWN = 10
EFFECTS = {
    Effect.OPENED: Both(sv="öppnas", en="opens"),
    Effect.CLOSED: Both(sv="stängs", en="closes"),
    Effect.EARLIER: Both(sv="får kortare tid", en="is due earlier"),
    Effect.LATER: Both(sv="får längre tid", en="is due later"),
    Effect.ALARMS: Both(sv="påminns om vid andra tider", en="is reminded of at other times"),
    Effect.ASSIGNED: Both(sv="går till någon annan", en="goes to somebody else"),
}
COUNTED = Both(sv="{title}: {effect} i {count} ({examples})", en="{title}: {effect} in {count} ({examples})")
SENT = Both(
    sv="Brev {template} till {to} i {count} ({examples})", en="Letter {template} to {to} in {count} ({examples})"
)
REFUSED = Both(sv="Nekas i {count} ({examples}): {sentence}", en="Refused in {count} ({examples}): {sentence}")
HEAD = Counted(
    Both(
        sv="Inget är gjort. I {count} resa skulle det göras i {done} och nekas i {refused}.",
        en="Nothing has been done. Of {count} journey {done} would do it and {refused} refuse it.",
    ),
    Both(
        sv="Inget är gjort. I {count} resor skulle det göras i {done} och nekas i {refused}.",
        en="Nothing has been done. Of {count} journeys {done} would do it and {refused} refuse it.",
    ),
)
SILENT = Both(sv="Har inte svarat: {} ({}).", en="Have not answered: {} ({}).")
NO_ANSWER = Both(sv="svarar inte", en="does not answer")
LETTER = Both(sv="brev {template} till {to}", en="letter {template} to {to}")
LEAVES = Both(sv="lämnar programmet ({exit})", en="leaves the programme ({exit})")
COMES_BACK = Both(sv="är med igen", en="is back")
RESTS = Both(sv="vilar till {until}", en="rests until {until}")
GOES_ON = Both(sv="vilar inte längre", en="rests no longer")
NOTHING = Both(sv="inget ändras", en="nothing changes")


def line(found: Foreseen, language: Language) -> str:
    """What would happen in one journey: `j2346789b.move.1: Move 2026-11-24 17:00 -> 2026-11-26 17:00`."""
    return f"{found.task or found.journey}: {_said(found, language)}"


def _said(found: Foreseen, language: Language) -> str:
    if found.refused is not None:
        return found.refused[language]
    if found.change is None:
        return NO_ANSWER[language]
    return "; ".join(_parts(found.change, language)) or NOTHING[language]


def _parts(change: Change, language: Language) -> Iterator[str]:
    yield from _standing(change, language)
    what: dict[str, Any] = {"opened": change.opened, "closed": change.closed}
    what |= {"moved": change.moved, "assigned": change.assigned}
    yield from tasks(change.titles, language, **what)
    for letter in change.sent:
        yield LETTER[language].format(template=letter.template, to=letter.staff or letter.to)


def _standing(change: Change, language: Language) -> Iterator[str]:
    if change.exit_after != change.exit_before:
        words = LEAVES if change.exit_after else COMES_BACK
        yield words[language].format(exit=change.exit_after)
    if change.hold_after is not None and change.hold_after != change.hold_before:
        yield RESTS[language].format(until=tables.moment(change.hold_after.review_at.isoformat()))
    elif change.hold_before is not None and change.hold_after is None:
        yield GOES_ON[language]


def tasks(
    titles: Mapping[str, Both],
    language: Language,
    *,
    opened: Iterable[Task],
    closed: Iterable[Closed],
    moved: Iterable[Moved],
    assigned: Iterable[Given],
) -> Iterator[str]:
    """What would happen to tasks, a phrase for each."""

    def title(task: Task) -> str:
        return titles[task.step][language]

    yield from (_moved(title(one.task), one, language) for one in moved)
    yield from (f"{title(task)} {EFFECTS[Effect.OPENED][language]}" for task in opened)
    yield from (f"{title(one.task)} {EFFECTS[Effect.CLOSED][language]}" for one in closed)
    yield from (f"{title(one.task)}: {one.owner_before or '-'} -> {one.task.owner or '-'}" for one in assigned)


def _moved(title: str, moved: Moved, language: Language) -> str:
    if moved.due_before == moved.due_after:
        return f"{title} {EFFECTS[Effect.ALARMS][language]}"
    before, after = (tables.moment(at.isoformat() if at else None) for at in (moved.due_before, moved.due_after))
    return f"{title} {before} -> {after}"


def text(found: Foresight, language: Language) -> Text:
    """What would happen to many: counts, who refuses and why, and examples."""
    lines = [HEAD.said(found.journeys, language, done=found.done, refused=found.refused)]
    if found.silent:
        lines.append(silent(SILENT, found.silent, language))
    for (effect, step), heap in found.effects.items():
        lines.append(counted(found.titles[step], effect, len(heap), heap, language))
    for (template, to), heap in found.sent.items():
        words = {"template": template, "to": to, "count": len(heap), "examples": some(heap, len(heap))}
        lines.append("  " + SENT[language].format(**words))
    for (_, sv, en), heap in found.refusals.items():
        lines.append(refused(Both(sv=sv, en=en), len(heap), heap, language))
    lines += [f"  {line(example, language)}" for example in found.examples]
    return Text("\n".join(lines))


def counted(title: Both, effect: Effect, count: int, examples: Sequence[str], language: Language) -> str:
    """In how many journeys something happens to a step."""
    words = {"title": title[language], "effect": EFFECTS[effect][language]}
    return "  " + COUNTED[language].format(**words, count=count, examples=some(examples, count))


def refused(sentence: Both, count: int, examples: Sequence[str], language: Language) -> str:
    """How many refuse it, and why."""
    words = {"count": count, "examples": some(examples, count), "sentence": sentence[language]}
    return "  " + REFUSED[language].format(**words)


def silent(words: Both, journeys: Sequence[str], language: Language) -> str:
    """How many have not answered."""
    return words[language].format(len(journeys), some(journeys[:SHOWN], len(journeys)))


def some(journeys: Sequence[str], count: int) -> str:
    """A few of them."""
    shown = journeys[:3] if len(journeys) > SHOWN else journeys
    return ", ".join(shown) + (" …" if count > len(shown) else "")
