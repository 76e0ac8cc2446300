"""What comes if nobody acts, and what a command would change. Nothing is decided here: the engine runs on a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from journey import changes, engine
from journey.at_once import decided
from journey.coming import coming, difference
from schemas.commands import RULES, Command, CompleteTask
from schemas.events import Event
from schemas.foresight import Change, Coming
from schemas.journey import JourneyState
from schemas.programme import Kind
from schemas.tasks import Task

FARTHEST = timedelta(days=800)
MOST = 2_000
"""A forecast ends after so many days and so many events, whatever it is asked for."""

WEEKS_AHEAD = timedelta(weeks=6)
FURTHER = timedelta(weeks=26)
"""How far beyond the compared weeks both forecasts look, so that what is put off is not taken for gone."""


def forecast(state: JourneyState, now: datetime, until: datetime) -> tuple[Coming, ...]:
    """Everything that happens up to `until` if nobody acts and no report comes in, in order."""
    found = (coming(event) for event in _happening(state, now, min(until, now + FARTHEST)))
    return tuple(islice(found, MOST))


def foresee(
    state: JourneyState,
    command: Command,
    now: datetime,
    *,
    until: datetime | None = None,
    journal: Iterable[Event] = (),
) -> Change:
    """What a command would do at `now`, and how what comes up to `until` (six weeks) would differ. Raises `Refusal`.

    Only for `UndoLast` are the latest events of the `journal` wanted: their messages are those that would not be sent.
    """
    until = until or now + WEEKS_AHEAD
    found = decided(state, command.but(rules=RULES), now)
    before, after = (forecast(each, now, until + FURTHER) for each in (found.before, found.after))
    told = {event.seq: event for event in (*journal, *state.outbox)}
    return changes.change(found, difference(before, after, until), told)


def _happening(state: JourneyState, now: datetime, until: datetime) -> Iterator[Event]:
    """The events of the time to come, each alarm at its own moment. The state is a copy: nobody else sees it."""
    moment = now
    while moment <= until:
        state, events = engine.advance(state.written(state.seq), moment)
        yield from events
        while (command := _automatic(state, now, moment)) is not None:
            decision = engine.decide(state.written(state.seq), command, moment)
            state = decision.state
            yield from decision.events
        upcoming = [at for task in state.tasks if (at := _acts_at(state, task, now)) is not None]
        alarm = engine.next_alarm(state)
        moment = min((*upcoming, alarm) if alarm is not None else upcoming, default=until + FARTHEST)


def _automatic(state: JourneyState, began: datetime, moment: datetime) -> Command | None:
    """What the worker will have said by `moment` of an automatic step that opened since `began`."""
    for task in state.tasks:
        acts_at = _acts_at(state, task, began)
        if acts_at is not None and acts_at <= moment:
            (outcome,) = state.programme.steps[task.step].outcomes
            return CompleteTask(id=f"forecast:{task.id}", task=task.id, outcome=outcome)
    return None


def _acts_at(state: JourneyState, task: Task, began: datetime) -> datetime | None:
    """When an automatic step ends by its action; None when nobody can know whether and how it does."""
    step = state.programme.steps[task.step]
    if step.kind is not Kind.AUTOMATIC or task.opened_at < began or len(step.outcomes) != 1:
        return None
    (outcome,) = step.outcomes.values()
    return None if outcome.asks or outcome.asks_dates else max(task.acts_after or task.opened_at, task.opened_at)
