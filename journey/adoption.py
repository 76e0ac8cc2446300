"""Adoption: a journey under way goes on by another version of its programme.

Finished work is never opened again. Open tasks are timed again from when they opened, never into the past without
grace. A task whose step is gone is closed and says why. What cannot go on by the new version is refused whole.
"""

from __future__ import annotations

from journey import appointments
from journey.adoption_errors import (
    AdoptedAlready,
    AdoptionOfAnother,
    AdoptionWithoutAnswer,
    AdoptionWithoutExit,
    AdoptionWithoutOutcome,
    AdoptionWithoutRest,
)
from journey.reports import let_go, settle_with_reports
from journey.retiming import lend, retime, rules_of
from journey.settling import REACHED
from journey.steps import not_applicable
from journey.turn import ALL, Turn
from schemas.events import CloseReason, EventKind
from schemas.journey import LaidAside, Result
from schemas.mending import AdoptProgramme
from schemas.programme import PARTICIPANT, Kind, Programme, Step
from schemas.tasks import Task


def adopt(turn: Turn, command: AdoptProgramme) -> None:
    """Go on by another version. Raises `Refusal` when this journey cannot."""
    former, version = turn.programme, command.programme.riding().shared()
    _judge(turn, version)
    removed = turn.programme.steps.keys() - version.steps.keys()
    notices = appointments.taken_back(turn, without=removed)
    turn.emit(EventKind.PROGRAMME_ADOPTED, version=version.version, rollout=command.rollout, notices=notices)
    _let_go(turn, version)
    rules = {task.step: rules_of(turn, task) for task in turn.tasks.values()}
    turn.programme = version
    _carry_results_over(turn)
    for task in tuple(turn.tasks.values()):
        _hand_on(turn, former.steps[task.step], retime(turn, task, rules[task.step]))
    turn.changed.add(ALL)
    _settle(turn)


def _settle(turn: Turn) -> None:
    """Open what the version has for this journey now; what would be late already when it opens is given grace."""
    were = {task.id for task in turn.tasks.values()}
    settle_with_reports(turn)
    for task in [task for task in turn.tasks.values() if task.id not in were]:
        lend(turn, task)


# ---- what cannot go on


def _judge(turn: Turn, version: Programme) -> None:
    current = turn.programme
    if version.programme != current.programme:
        raise AdoptionOfAnother(programme=version.programme, current=current.programme)
    if (version.version, version.hash) == (current.version, current.hash):
        raise AdoptedAlready(version=version.version)
    if turn.exit is not None and turn.exit not in version.exits:
        raise AdoptionWithoutExit(version=version.version, exit=turn.exit)
    for fact, value in turn.facts.items():
        if fact in version.facts and value not in version.facts[fact].values:
            raise AdoptionWithoutAnswer(version=version.version, fact=fact, value=value)
    resume = turn.hold.resume if turn.hold is not None else None
    if resume is not None and not _can_open(version, resume):
        raise AdoptionWithoutRest(version=version.version, step=resume)
    for step, result in turn.results.items():
        if _builds_on(turn, version, step, result):
            raise AdoptionWithoutOutcome(version=version.version, step=step, outcome=result.outcome)


def _can_open(version: Programme, step: str) -> bool:
    return step in version.steps and version.steps[step].kind is not Kind.MILESTONE


def _builds_on(turn: Turn, version: Programme, name: str, result: Result) -> bool:
    """Whether something still ahead asks how a step ended that ended in a way the version does not know."""
    step = version.steps.get(name)
    if step is None or _knows(step, result.outcome):
        return False
    excluded = not_applicable(version, turn.facts, turn.exit)
    done = excluded | turn.results.keys() | turn.tasks.keys()
    ahead = [version.steps[after] for after in version.dependents[name] if after not in done]
    return any(bool(after.after_exit) == (turn.exit is not None) for after in ahead)


def _knows(step: Step, outcome: str) -> bool:
    return outcome in step.outcomes or (step.kind is Kind.MILESTONE and outcome == REACHED)


# ---- what is carried over


def _let_go(turn: Turn, version: Programme) -> None:
    """Close what the version has no place for, and the reports that nothing in it waits for."""
    for task in tuple(turn.tasks.values()):
        step = version.steps.get(task.step)
        if step is None or step.kind is Kind.MILESTONE or bool(step.after_exit) != bool(turn.step_of(task).after_exit):
            turn.close_task(task, CloseReason.STEP_REMOVED)
    wanted = {step.event for step in version.steps.values()}
    for early in [early for early in turn.parked if early.type not in wanted]:
        let_go(turn, early, "unknown_type")


def _carry_results_over(turn: Turn) -> None:
    """Results of steps that are gone are laid aside; those laid aside before stand again where their step is back."""
    steps, aside, results = turn.programme.steps, turn.laid_aside, turn.results
    back = {name: found.result for name, found in aside.items() if name in steps and _stands(turn, name, found)}
    gone = {name: LaidAside(result=result, since=turn.at) for name, result in results.items() if name not in steps}
    turn.laid_aside = {**{name: found for name, found in aside.items() if name not in steps}, **gone}
    turn.results = {**back, **{name: result for name, result in results.items() if name in steps}}


def _stands(turn: Turn, name: str, aside: LaidAside) -> bool:
    """Whether a result that was laid aside is still worth something: nothing before it was done anew since."""
    step, result = turn.programme.steps[name], aside.result
    if name in turn.tasks or name in turn.results or not _knows(step, result.outcome):
        return False
    if result.expires_at is not None and result.expires_at <= turn.at:
        return False
    before = [other for other, after in turn.programme.descendants.items() if name in after]
    ended = [turn.results[other].at for other in before if other in turn.results]
    opened = [turn.tasks[other].opened_at for other in before if other in turn.tasks]
    return step.keep or all(moment <= aside.since for moment in (*ended, *opened))


def _hand_on(turn: Turn, former: Step, task: Task) -> None:
    """A task whose step belongs to another role now goes there, unless it had gone elsewhere before.

    Whom somebody gave it to by hand keeps it. Standing in for whoever has the former role does not count as that.
    """
    role = turn.step_of(task).role
    elsewhere = task.role != former.role and task.role in {*turn.programme.roles, PARTICIPANT}
    if role is None or role == task.role or elsewhere:
        return
    whose = task.stands_in_for or task.owner
    if whose is None or whose == turn.owners.get(task.role or "") or role == PARTICIPANT:
        task = turn.hand(task, role)
    else:
        task = turn.replace_task(task, role=role)
    turn.emit(EventKind.TASK_ASSIGNED, task=task)
