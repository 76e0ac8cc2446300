"""What an outcome leads to: going on, going back, resting, leaving, coming back. Each works on one turn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from journey import calendars, deadlines
from journey.letters import RELEASED, notices_for, places_taken
from journey.turn import ALL, Turn
from schemas.clocks import OWNER
from schemas.events import CloseReason, EventKind, Notice, Purpose
from schemas.journey import Result, Status
from schemas.programme import HoldRule, Outcome, Step, Then
from schemas.tasks import Hold, Task


def apply(turn: Turn, task: Task, name: str, outcome: Outcome) -> None:
    """What this outcome leads to. Exactly one effect is set; `go_on` needs no act of its own."""
    key = f"{task.step}.{name}"
    if outcome.exit is not None:
        leave(turn, outcome.exit)
    elif outcome.again is not None:
        if _may_take(turn, key, outcome.again.at_most):
            go_back(turn, outcome.again.step)
        else:
            _instead(turn, outcome.again.then)
    elif outcome.hold is not None:
        if _may_take(turn, key, outcome.hold.at_most):
            rule = outcome.hold
            rest(turn, Hold(cause=rule.cause, on=rule.on, since=turn.at, review_at=_wakes_at(turn, rule),
                            resume=rule.resume or task.step, wakes=True))  # fmt: skip
        else:
            _instead(turn, outcome.hold.then)


def _may_take(turn: Turn, key: str, at_most: int) -> bool:
    turn.taken = {**turn.taken, key: turn.taken.get(key, 0) + 1}
    return turn.taken[key] <= at_most


def _instead(turn: Turn, then: Then) -> None:
    if then.exit is not None:
        leave(turn, then.exit)


def _wakes_at(turn: Turn, rule: HoldRule) -> datetime:
    """When a hold ends by itself: at the named time if that is to come, else after the rule's days."""
    calendar = turn.programme.office

    def morning(day: date) -> datetime:
        return calendars.instant(calendars.working_day_from(day, calendar), calendar.morning, calendar)

    until = turn.dates.get(rule.until) if rule.until else None
    if until is not None:
        named = until if isinstance(until, datetime) else morning(until)
        if named > turn.at:  # one of an earlier hold may have passed
            return named
    return max(turn.at, morning(calendars.local_day(turn.at, calendar) + rule.days * calendars.ONE_DAY))


def go_back(turn: Turn, name: str, *, quietly: bool = False) -> None:
    """Open a step anew. What follows from it is closed and will open again, except what is marked `keep`.

    `quietly`, nobody is written to that the step is open.
    """
    taken_back, _ = following(turn, name)
    for step in taken_back:
        if step in turn.tasks:
            turn.close_task(turn.tasks[step], CloseReason.STEP_REOPENED)
        turn.results.pop(step, None)
    turn.results.pop(name, None)
    if name not in turn.tasks:
        turn.open_task(name, quietly=quietly)
    turn.reopenable.update(taken_back)


def following(turn: Turn, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What has come of a step so far, in the programme's order: what going back to it takes back, and what it keeps."""
    programme = turn.programme
    after = [step for step in programme.descendants[name] if step in turn.tasks or step in turn.results]
    after.sort(key=programme.places.__getitem__)
    kept = tuple(step for step in after if programme.steps[step].keep)
    return tuple(step for step in after if not programme.steps[step].keep), kept


def rest(turn: Turn, hold: Hold) -> None:
    """Let the journey rest. One rest at a time: an earlier one ends, and gives its clocks back what they had left."""
    if turn.hold is not None:
        release(turn)
    turn.hold = hold
    turn.emit(EventKind.JOURNEY_HELD, hold=hold)


def release(turn: Turn, *, catch_up: bool = False) -> None:
    """End the hold. Promises of ours keep the working time they had left; fixed dates have not moved.

    With `catch_up`, whoever has what is most urgent now hears of it: one message, however much is open.
    """
    hold = turn.hold
    assert hold is not None
    turn.hold = None
    resumed = {name: task if task.fixed else _resumed(turn, task, hold.since) for name, task in turn.tasks.items()}
    notices = _caught_up(turn, list(resumed.values()), hold) if catch_up else ()
    turn.emit(EventKind.JOURNEY_RELEASED, reason=hold.cause, notices=notices)
    for name, task in resumed.items():
        if task != turn.tasks[name]:
            turn.tasks[name] = task
            turn.emit(EventKind.TASK_RETIMED, task=task)
    if hold.resume is not None and hold.resume not in turn.tasks:
        go_back(turn, hold.resume)


def _caught_up(turn: Turn, tasks: list[Task], hold: Hold) -> tuple[Notice, ...]:
    """The one message after a rest: to whoever has the task that is due first, or is about to have one."""
    if tasks:
        task = min(tasks, key=lambda task: (task.due_at is None, task.due_at or task.opened_at))
        return turn.addressing(task).about_task(RELEASED, [OWNER], Purpose.INFORMATION)
    role = turn.programme.steps[hold.resume or turn.programme.fallback].role
    return turn.addressing(None).about_task(RELEASED, [role] if role else [], Purpose.INFORMATION)


def _resumed(turn: Turn, task: Task, since: datetime) -> Task:
    """The task with the working time that it had left when the rest began."""
    calendar = turn.calendar_of(task)
    paused = max(since, task.opened_at)

    def moved(moment: datetime) -> datetime:
        left = calendars.office_time_between(paused, moment, calendar)
        resumed = calendars.add_office_time(turn.at, left, calendar)
        # A time that somebody has given may lie outside office hours; it does not come nearer.
        return max(resumed, moment) if task.extended else resumed

    due_at = moved(task.due_at) if task.due_at is not None and task.due_at > paused else task.due_at
    alarms = tuple(alarm.but(at=moved(alarm.at)) for alarm in task.alarms)
    return task.but(due_at=due_at, alarms=alarms)


def leave(turn: Turn, code: str) -> None:
    """Leave the programme: everything open is closed, and what follows after this exit may open."""
    for task in tuple(turn.tasks.values()):
        turn.close_task(task, CloseReason.EXIT)
    _let_reports_go(turn, code)
    turn.hold = None
    turn.exit, turn.exited_at, turn.status = code, turn.at, Status.FOLLOWING_UP
    turn.changed.add(ALL)
    addressing = turn.addressing(None)
    notices = notices_for(turn.programme.exits[code].notices, addressing)
    cancelled = addressing.cancellations(turn.invited, after=places_taken(notices))
    turn.invited = {}
    turn.emit(EventKind.JOURNEY_EXITED, exit=code, notices=(*notices, *cancelled))


def _let_reports_go(turn: Turn, code: str | None) -> None:
    """Reports that came too early may not answer anything in a later stay; those for after this exit are kept."""
    wanted = {step.event for step in turn.programme.steps.values() if code in step.after_exit}
    asked = turn.by, turn.command
    for early in [early for early in turn.parked if early.type not in wanted]:
        turn.parked.remove(early)
        turn.by, turn.command = early.by, early.id
        turn.emit(EventKind.EVENT_REFUSED, outcome=early.outcome, report=early.type, reason="late")
    turn.by, turn.command = asked


def come_back(turn: Turn, name: str | None) -> None:
    """Take a person who had left back in; results that the programme keeps stay."""
    turn.exit = turn.exited_at = turn.ended_at = turn.hold = None
    turn.covers = tuple(cover for cover in turn.covers if cover.until > turn.at)
    turn.status = Status.OPEN
    _let_reports_go(turn, None)
    for task in tuple(turn.tasks.values()):
        turn.close_task(task, CloseReason.STEP_REOPENED)
    stays = {step: result for step, result in turn.results.items() if _stays(turn, step, result, name)}
    turn.results = {step: result for step, result in stays.items() if not _too_old(turn, step, result)}
    turn.taken, turn.laid_aside = {}, {}
    turn.openings_before = dict(turn.openings)
    turn.changed.add(ALL)
    said = _kept_and_expired(turn, stays.keys() - {name})
    turn.emit(EventKind.JOURNEY_REOPENED, step=name, received_at=turn.received_at, **said)
    if name is not None:
        go_back(turn, name)


def _stays(turn: Turn, step: str, result: Result, name: str | None) -> bool:
    found = turn.programme.steps.get(step)
    if found is None or found.after_exit or not _went_on(found, result.outcome):
        return False
    return found.keep or (name is not None and step != name and step not in turn.programme.descendants[name])


def _too_old(turn: Turn, step: str, result: Result) -> bool:
    """Whether a result says nothing any more about somebody who comes back now."""
    if result.expires_at is not None and result.expires_at <= turn.at:
        return True
    found = turn.programme.steps[step]
    calendar = deadlines.calendar_of(turn.programme, found)
    return found.valid is not None and deadlines.outlived(result.at, found.valid, calendar, turn.at)


def _kept_and_expired(turn: Turn, stays: Collection[str]) -> dict[str, Any]:
    """Which results stand and which have grown old, in the programme's order."""
    ordered = sorted(stays, key=turn.programme.places.__getitem__)
    expired = tuple(step for step in ordered if step not in turn.results)
    if not expired and not any(step.valid for step in turn.programme.steps.values()):
        return {}  # as journeys of programmes in which nothing grows old have always said it
    return {"kept": tuple(step for step in ordered if step in turn.results), "expired": expired}


def _went_on(step: Step, name: str) -> bool:
    """Whether this result leads on; one that led out, or back until it led out, would stand in the way for ever."""
    outcome = step.outcomes.get(name)
    if outcome is None or outcome.go_on:
        return True
    rule = outcome.again or outcome.hold
    return rule is not None and rule.then.go_on
