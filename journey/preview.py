"""What another version of a programme would do: to one journey, and to all that were looked at. It decides nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from journey import changes
from journey.at_once import decided
from journey.errors import Refusal
from schemas.base import Both
from schemas.foresight import Counted, CountedRefusal, Effect, Moved, Outlook, Preview
from schemas.journey import JourneyState
from schemas.mending import AdoptProgramme
from schemas.programme import Programme

EXAMPLES = 3
"""How many journeys are named beside each count."""

WHOLE_EXAMPLES = 5
"""How many journeys are shown in full, each for something that those before it do not meet."""


def preview(state: JourneyState, programme: Programme, now: datetime) -> Preview:
    """What adopting `programme` at `now` would do to a journey; a refusal is part of the answer."""
    found = Preview.made(journey=state.journey, version_before=state.programme.version, version=programme.version)
    adopting = AdoptProgramme.made(id="preview", programme=programme)
    try:
        adopted = decided(state, adopting, now)
    except Refusal as refusal:
        return found.but(refused=Both(sv=refusal.sentence("sv"), en=refusal.sentence("en")), code=refusal.code)
    found = found.but(
        opened=tuple(changes.newly_open(adopted)),
        closed=tuple(changes.closed(adopted.events)),
        retimed=tuple(changes.moved(adopted.before, adopted.after)),
        assigned=tuple(changes.assigned(adopted.before, adopted.after)),
    )
    steps = (step for _, step in effects(found))
    return found.but(titles=changes.titles(steps, adopted.after.programme, state.programme))


def effects(found: Preview) -> Iterator[tuple[Effect, str]]:
    """What happens to which steps of one journey."""
    yield from ((Effect.OPENED, task.step) for task in found.opened)
    yield from ((Effect.CLOSED, closed.task.step) for closed in found.closed)
    yield from ((_shift(moved), moved.task.step) for moved in found.retimed)
    yield from ((Effect.ASSIGNED, given.task.step) for given in found.assigned)


def _shift(moved: Moved) -> Effect:
    before, after = moved.due_before, moved.due_after
    if before == after:
        return Effect.ALARMS
    return Effect.LATER if after is None or (before is not None and before < after) else Effect.EARLIER


class _Heap:
    """How many journeys, and the first few."""

    def __init__(self) -> None:
        self.journeys = 0
        self.examples: list[str] = []

    def add(self, journey: str) -> None:
        self.journeys += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(journey)

    def counted(self) -> dict[str, Any]:
        return {"journeys": self.journeys, "examples": tuple(self.examples)}


class Tally:
    """Counts previews one by one, so that a great many journeys need never be held at once."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._total = self._changed = self._refused = 0
        self._effects: defaultdict[tuple[Effect, str], _Heap] = defaultdict(_Heap)
        self._refusals: defaultdict[tuple[str, str, str], _Heap] = defaultdict(_Heap)
        self._titles: dict[str, Both] = {}
        self._examples: list[Preview] = []
        self._shown: set[tuple[Effect, str]] = set()

    def add(self, found: Preview) -> None:
        """Count one more journey."""
        self._total += 1
        if found.refused is not None:
            self._refused += 1
            self._refusals[found.code or "", found.refused.sv, found.refused.en].add(found.journey)
            return
        met = set(effects(found))
        for each in met:
            self._effects[each].add(found.journey)
        self._changed += bool(met)
        self._titles |= found.titles
        if met - self._shown and len(self._examples) < WHOLE_EXAMPLES:
            self._examples.append(found)
            self._shown |= met

    def outlook(self) -> Outlook:
        """What was counted: by effect, and the most frequent first."""
        return Outlook.made(
            programme=self._programme.programme,
            version=self._programme.version,
            journeys=self._total,
            changed=self._changed,
            unchanged=self._total - self._changed - self._refused,
            refused=self._refused,
            effects=tuple(sorted(self._counted(), key=_order)),
            refusals=tuple(sorted(self._counted_refusals(), key=lambda one: (-one.journeys, one.code))),
            examples=tuple(self._examples),
        )

    def _counted(self) -> Iterator[Counted]:
        for (effect, step), heap in self._effects.items():
            yield Counted.made(effect=effect, step=step, title=self._titles[step], **heap.counted())

    def _counted_refusals(self) -> Iterator[CountedRefusal]:
        for (code, sv, en), heap in self._refusals.items():
            yield CountedRefusal.made(code=code, sentence=Both(sv=sv, en=en), **heap.counted())


_PLACES = {effect: place for place, effect in enumerate(Effect)}


def _order(counted: Counted) -> tuple[int, int, str]:
    return _PLACES[counted.effect], -counted.journeys, counted.step
