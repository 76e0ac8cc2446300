"""Doing without a step: it counts as ended with an outcome that leads on, for good or until a day.

Nothing of the outcome is sent or counted; whoever is invited to a time at which the step was to be done hears that it
is not to be. What follows from a step that is still ahead opens when the step itself
would have opened, never earlier. A waiver that expires takes its result away and asks for the step after all; what has
followed meanwhile stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from journey import appointments, calendars, deadlines, replies
from journey.mending_errors import (
    NothingLeadsOn,
    NotWaivable,
    StepDoesNotApply,
    StepEnded,
    WaivedAsWhat,
    WaiverExpiresTooSoon,
)
from journey.turn import Turn
from schemas.events import CloseReason, EventKind
from schemas.journey import JourneyState, Result, Status
from schemas.mending import WaiveStep
from schemas.programme import Kind, Step

AHEAD = 0
"""The generation of a result of a step that was not open when it was waived."""


def waive(turn: Turn, command: WaiveStep) -> None:
    """Let a step that is open or still ahead count as ended. Raises `Refusal` when it cannot be done without."""
    step = _waivable(turn, command.step)
    name = _leads_on(command, step)
    outcome = step.outcomes[name]
    expires_at = _expires_at(turn, command.expires_on, step)
    replies.judge(turn.programme, name, outcome.but(asks_dates=()), command.facts, command.dates)
    task = turn.tasks.get(command.step)
    if task is not None:
        turn.close_task(task, CloseReason.WAIVED)
    generation = task.generation if task is not None else AHEAD
    result = Result.made(generation=generation, outcome=name, at=turn.at, waived=True, expires_at=expires_at)
    turn.keep_result(command.step, result)
    if command.step not in turn.waivers:
        turn.waivers = (*turn.waivers, command.step)
    notices = appointments.taken_back(turn, without={command.step})
    learnt = {**outcome.sets, **command.facts}
    changed = turn.note_dates(command.dates) if command.dates else set()
    turn.emit(
        EventKind.STEP_WAIVED,
        step=command.step,
        outcome=name,
        facts=learnt,
        dates=command.dates,
        until=command.expires_on,
        notices=notices,
    )
    turn.learn(learnt, {}, changed)


def _waivable(turn: Turn, name: str) -> Step:
    left = turn.exit is not None
    found = {
        step: rule
        for step, rule in turn.programme.steps.items()
        if rule.kind is not Kind.MILESTONE and step != turn.programme.fallback and bool(rule.after_exit) == left
    }
    if name not in found:
        raise NotWaivable(step=name, choices=", ".join(_offered(turn, found)) or "-")
    if name in turn.results:
        raise StepEnded(step=name, outcome=turn.results[name].outcome)
    if name in turn.excluded:
        raise StepDoesNotApply(step=name)
    return found[name]


def _offered(turn: Turn, found: Mapping[str, Step]) -> list[str]:
    """Those that really can be done without as it stands."""
    ahead = {step: rule for step, rule in found.items() if step not in turn.results and step not in turn.excluded}
    return [step for step, rule in ahead.items() if any(outcome.go_on for outcome in rule.outcomes.values())]


def _leads_on(command: WaiveStep, step: Step) -> str:
    """The outcome that the step counts as ended with."""
    choices = [name for name, outcome in step.outcomes.items() if outcome.go_on]
    if not choices:
        raise NothingLeadsOn(step=command.step)
    chosen = command.outcome or (choices[0] if len(choices) == 1 else None)
    if chosen not in choices:
        raise WaivedAsWhat(step=command.step, choices=", ".join(choices))
    return chosen


def _expires_at(turn: Turn, day: date | None, step: Step) -> datetime | None:
    if day is None:
        return None
    calendar = deadlines.calendar_of(turn.programme, step)
    if day <= calendars.local_day(turn.at, calendar):
        raise WaiverExpiresTooSoon(expires=day)
    return calendars.opening(day, calendar)


def expiring(state: JourneyState) -> tuple[datetime, str] | None:
    """The waiver that expires next, and when. One of a stay that is over expires no more."""
    if state.status is Status.ENDED:
        return None
    steps, left = state.programme.steps, state.exit is not None
    waived = ((state.results[step].expires_at, step) for step in state.waivers if step in state.results)
    return min(((at, step) for at, step in waived if at and bool(steps[step].after_exit) == left), default=None)


def expire(turn: Turn, name: str) -> None:
    """Ask for a waived step after all, unless it does not concern the participant any more."""
    result = turn.results.pop(name)
    if name in turn.excluded:
        return
    turn.emit(EventKind.WAIVER_EXPIRED, step=name, outcome=result.outcome)
    turn.reopenable.add(name)
