"""What a command would do to a journey at once, without what would come of it later: cheap enough for a great many."""

from __future__ import annotations

from datetime import datetime

from journey import changes, engine
from schemas.commands import Command
from schemas.foresight import Change, Difference
from schemas.journey import JourneyState


def at_once(state: JourneyState, command: Command, now: datetime) -> Change:
    """What the command would do at `now`; nothing of it says what comes after that. Raises `Refusal`."""
    journal = {event.seq: event for event in state.outbox}
    return changes.change(decided(state, command, now), Difference.made(until=now), journal)


def decided(state: JourneyState, command: Command, now: datetime) -> changes.Decided:
    """The journey before and after the command; what had fallen due before it is no part of that. Raises `Refusal`."""
    ready, _ = engine.advance(state, now)
    decision = engine.decide(ready, command, now)
    return changes.Decided(ready, decision.state, command, decision.events, decision.receipt)
