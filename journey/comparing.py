"""What differs between two versions of a programme, told in words and not line by line. Pure.

Both are told by `journey.rules`; what is told otherwise has changed. A rule that differs in a way that the words do
not tell is listed all the same, so that nothing changes unseen.
"""

from __future__ import annotations

from collections.abc import Iterator

from journey import rule_words as w
from journey.rules import Said, in_order, listed, say
from journey.rules_besides import aspects, things, title_of
from schemas.base import Both
from schemas.comparison import Aspect, Chapter, Comparison, Section, Shift, What
from schemas.programme import Programme

OF_A_NEW_STEP = (
    Aspect.KIND,
    Aspect.PHASE,
    Aspect.ROLE,
    Aspect.WAITING_ON,
    Aspect.NEEDS,
    Aspect.WHEN,
    Aspect.AFTER_EXIT,
    Aspect.DUE,
    Aspect.OUTCOME,
)
"""What is told of a step that is new; the rest stands on its own page."""


def compare(before: Programme, after: Programme) -> Comparison:
    """Everything that differs, section by section."""
    chapters = tuple(chapter for section in Section for chapter in _section(section, before, after))
    return Comparison.made(programme=after.programme, before=before.version, after=after.version, chapters=chapters)


def _section(section: Section, before: Programme, after: Programme) -> Iterator[Chapter]:
    old, new = things(before, section), things(after, section)
    for name in new:
        if name not in old:
            yield _added(section, name, after)
        elif shifts := tuple(_shifts(aspects(before, section, name), aspects(after, section, name))):
            yield _chapter(section, name, title_of(after, section, name), What.CHANGED, shifts)
    for name in old:
        if name not in new:
            yield _chapter(section, name, title_of(before, section, name), What.REMOVED)
    if not in_order(list(old), list(new)):
        yield _chapter(section, "", w.LABELS[Aspect.ORDER], What.CHANGED, (_order(section, before, after),))


def _added(section: Section, name: str, after: Programme) -> Chapter:
    told = [
        each
        for each in aspects(after, section, name)
        if each.aspect is not Aspect.TITLE and (section is not Section.STEPS or each.aspect in OF_A_NEW_STEP)
    ]
    shifts = tuple(Shift.made(aspect=each.aspect, label=each.label, after=each.lines) for each in told)
    return _chapter(section, name, title_of(after, section, name), What.ADDED, shifts)


def _chapter(section: Section, name: str, title: Both, what: What, shifts: tuple[Shift, ...] = ()) -> Chapter:
    return Chapter.made(section=section, name=name, title=title, what=what, shifts=shifts)


def _order(section: Section, before: Programme, after: Programme) -> Shift:
    common = [name for name in things(after, section) if name in things(before, section)]
    was = [name for name in things(before, section) if name in common]
    moved = [name for place, name in enumerate(common) if was[place] != name]
    titles = [say(w.QUOTED, name=title_of(after, section, name)) for name in moved]
    return Shift.made(aspect=Aspect.ORDER, label=w.LABELS[Aspect.ORDER], after=(listed(titles),))


def _shifts(before: tuple[Said, ...], after: tuple[Said, ...]) -> Iterator[Shift]:
    old, new = {each.key: each for each in before}, {each.key: each for each in after}
    for key, now in new.items():
        was = old.get(key)
        if was is None:
            yield Shift.made(aspect=now.aspect, label=now.label, after=now.lines)
        elif was.value != now.value:
            yield _shift(was, now)
    for key, was in old.items():
        if key not in new:
            yield Shift.made(aspect=was.aspect, label=was.label, before=was.lines)
    outcomes = [[key[1] for key in each if key[0] is Aspect.OUTCOME] for each in (old, new)]
    if not in_order(*outcomes):
        told = listed([say(w.QUOTED, name=_outcome_title(new, name)) for name in outcomes[1]])
        yield Shift.made(aspect=Aspect.OUTCOMES, label=w.LABELS[Aspect.OUTCOMES], after=(told,))


def _outcome_title(found: dict[tuple[Aspect, str], Said], name: str) -> Both:
    return found[Aspect.OUTCOME, name].title


def _shift(was: Said, now: Said) -> Shift:
    """What is said no longer and what is said instead; what is said either way is left out."""
    before, after = _titled(was, now), _titled(now, was)
    return Shift.made(
        aspect=now.aspect,
        label=was.label,
        before=tuple(line for line in before if line not in after),
        after=tuple(line for line in after if line not in before),
    )


def _titled(told: Said, other: Said) -> tuple[Both, ...]:
    """The lines; with what it is called where that is what differs."""
    return told.lines if told.title == other.title else (say(w.QUOTED, name=told.title), *told.lines)
