"""What an act would do to each of many journeys, and to all of them together. Nothing is done.

Each journey decides on a copy of its state, as it would in life; those that do not answer are told apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from db.pool import SYSTEM, Database
from journey.at_once import at_once
from journey.errors import Refusal
from journey.preview import effects
from schemas.base import Both
from schemas.bulk import NO_TASK, OF_A_TASK
from schemas.commands import Command
from schemas.foresight import Change, Effect, Preview
from services.bulk.where import Match
from services.errors import both
from services.journeys import Journeys
from services.mending.acts import act_of, check
from services.whom import Standings, ask_each

EXAMPLES = 3
"""How many journeys are named beside each count."""

Heap: TypeAlias = list[str]
"""The journeys that something is true of."""


@dataclass(frozen=True)
class Foreseen:
    """What the act would do in one journey: a change, or a refusal; neither where it does not answer."""

    journey: str
    task: str | None
    change: Change | None = None
    refused: Both | None = None
    code: str | None = None

    def as_json(self) -> dict[str, Any]:
        """`journey, task, refused {sv, en}, code, change`: the change without what would come of it later."""
        left_out = {"coming", "events", "receipt"}
        change = self.change.model_dump(mode="json", exclude=left_out) if self.change else None
        refused = self.refused.model_dump() if self.refused else None
        return {"journey": self.journey, "task": self.task, "refused": refused, "code": self.code, "change": change}

    @property
    def effects(self) -> set[tuple[Effect, str]]:
        """What happens to which steps."""
        if self.change is None:
            return set()
        found = self.change
        same = {"opened": found.opened, "closed": found.closed, "retimed": found.moved, "assigned": found.assigned}
        return set(effects(Preview.made(journey=self.journey, version_before=0, version=0, **same)))


@dataclass
class Foresight:
    """What the act would do to all of them. Each is counted once: it would do it, refuse it, or has not answered."""

    done: int = 0
    refused: int = 0
    silent: Heap = field(default_factory=list)
    effects: defaultdict[tuple[Effect, str], Heap] = field(default_factory=lambda: defaultdict(list))
    sent: defaultdict[tuple[str, str], Heap] = field(default_factory=lambda: defaultdict(list))
    refusals: defaultdict[tuple[str, str, str], Heap] = field(default_factory=lambda: defaultdict(list))
    titles: dict[str, Both] = field(default_factory=dict)
    examples: list[Foreseen] = field(default_factory=list)

    @property
    def journeys(self) -> int:
        return self.done + self.refused + len(self.silent)

    def add(self, found: Foreseen) -> None:
        """Count one more."""
        if found.refused is not None:
            self.refused += 1
            self.refusals[found.code or "", found.refused.sv, found.refused.en].append(found.journey)
        elif found.change is None:
            self.silent.append(found.journey)
        else:
            self.done += 1
            self._add_change(found, found.change)

    def _add_change(self, found: Foreseen, change: Change) -> None:
        self.titles |= change.titles
        for effect in found.effects:
            self.effects[effect].append(found.journey)
        for letter in {(letter.template, letter.to) for letter in change.sent}:
            self.sent[letter].append(found.journey)
        if len(self.examples) < EXAMPLES:
            self.examples.append(found)

    def as_json(self) -> dict[str, Any]:
        """Counts and examples.

        `journeys, done, refused, silent [id], effects [{effect, step, title, journeys, examples}],
        sent [{template, to, journeys, examples}], refusals [{code, sv, en, journeys, examples}], examples`.
        """
        effects = [
            {"effect": effect, "step": step, "title": self.titles[step].model_dump(), **_counted(heap)}
            for (effect, step), heap in self.effects.items()
        ]
        sent = [{"template": template, "to": to, **_counted(heap)} for (template, to), heap in self.sent.items()]
        refusals = [
            {"code": code, "sv": sv, "en": en, **_counted(heap)} for (code, sv, en), heap in self.refusals.items()
        ]
        counts = {"journeys": self.journeys, "done": self.done, "refused": self.refused, "silent": self.silent}
        examples = [found.as_json() for found in self.examples]
        return {**counts, "effects": effects, "sent": sent, "refusals": refusals, "examples": examples}


def _counted(heap: Heap) -> dict[str, Any]:
    return {"journeys": len(heap), "examples": heap[:EXAMPLES]}


class DryRun:
    """One act, tried on copies. `now` is journey time. The id of the command, and the task it is about, are to come."""

    def __init__(self, db: Database, journeys: Journeys, command: Command, now: datetime, by: str = SYSTEM) -> None:
        self._db, self._command, self._now, self._by = db, command, now, by
        self._standings = Standings(db, journeys, by)

    async def of(self, match: Match) -> Foreseen:
        """What it would do in one journey."""
        command, task = self._command, None
        if act_of(command) in OF_A_TASK:
            if match.task is None:
                return Foreseen(match.journey, None, refused=NO_TASK.sentence, code=NO_TASK.code)
            command, task = command.but(task=match.task), match.task
        state = await self._standings.of(match.journey)
        if state is None:
            return Foreseen(match.journey, task)
        try:
            await check(self._db, match.journey, command, self._by)
            change = at_once(state, command, self._now)
        except Refusal as refusal:
            return Foreseen(match.journey, task, refused=both(refusal), code=refusal.code)
        return Foreseen(match.journey, task, change)

    async def over(self, matches: Sequence[Match], progress: Callable[[int], None] | None = None) -> Foresight:
        """What it would do to all of them. `progress` is told how many have been asked."""
        found = Foresight()

        async def one(match: Match) -> None:
            found.add(await self.of(match))

        await ask_each(matches, one, progress)
        return found
