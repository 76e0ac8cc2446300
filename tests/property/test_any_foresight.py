"""Wherever the person is and whatever is asked: what is foreseen is what happens when it is done."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from journey import engine
from journey.errors import Refusal
from journey.forecast import forecast, foresee
from schemas.commands import Command
from schemas.foresight import Change, Coming
from schemas.journey import JourneyState
from tests.breadth import examples
from tests.driving import variant
from tests.lives import WEIGHTS, command, lived, lives
from tests.unit.test_engine_properties import fuller


def fuller_and_graced(plan: dict[str, Any]) -> None:
    fuller(plan)
    plan["undo_minutes"] = 30


PROGRAMME = variant(fuller_and_graced)
WEEKS = timedelta(weeks=6)


def asked(state: JourneyState, now: datetime, what: str, seed: int) -> Command | None:
    return command(state, what, "dry", now, random.Random(seed))


def counted(found: tuple[Coming, ...], until: datetime) -> Counter[str]:
    return Counter(one.but(task=None, letters=()).model_dump_json() for one in found if one.at <= until)


@given(lives, st.sampled_from([what for what in WEIGHTS if what != "wait"]), st.integers(0, 999))
@settings(max_examples=examples(300))
def test_what_is_foreseen_is_what_happens(seed: int, what: str, choice: int) -> None:
    state, now = lived(seed, PROGRAMME)
    ready, _ = engine.advance(state, now)
    wanted = asked(ready, now, what, choice)
    if wanted is None:
        return
    before = state.model_dump_json()
    refusal = refused(engine.decide, ready, wanted, now)
    assert str(refused(foresee, state, wanted, now)) == str(refusal)
    if refusal is not None:
        return
    decision, found = engine.decide(ready, wanted, now), foresee(state, wanted, now)
    assert state.model_dump_json() == before
    assert Change.model_validate_json(found.model_dump_json()) == found
    tasks_add_up(ready, decision.state, found)
    what_comes_adds_up(ready, decision.state, now, found)


def refused(does: Callable[..., Any], state: JourneyState, wanted: Command, now: datetime) -> Refusal | None:
    try:
        does(state, wanted, now)
    except Refusal as refusal:
        return refusal
    return None


def tasks_add_up(before: JourneyState, after: JourneyState, found: Change) -> None:
    still = {task.id for task in before.tasks} | {task.id for task in (*found.opened, *found.restored)}
    assert still - {closed.task.id for closed in found.closed} == {task.id for task in after.tasks}
    were, are = ({task.id: task for task in state.tasks} for state in (before, after))
    for task in were.keys() & are.keys() - {moved.task.id for moved in found.moved}:
        assert were[task].due_at == are[task].due_at
    for task in were.keys() & are.keys() - {one.task.id for one in found.assigned}:
        assert were[task].owner == are[task].owner
    assert sum(len(event.notices) for event in found.events) == len(found.sent)


def what_comes_adds_up(before: JourneyState, after: JourneyState, now: datetime, found: Change) -> None:
    """What came before, without what comes no more and with what comes instead, is what comes after."""
    until = now + WEEKS
    came, comes = (counted(forecast(state, now, until), until) for state in (before, after))
    shifted = found.coming.shifted
    came -= counted((*found.coming.gone, *(pair.before for pair in shifted)), until)
    came += counted((*found.coming.added, *(pair.after for pair in shifted)), until)
    assert came == comes
