"""Answers to tasks: what somebody says of how a task ended, judged against the programme."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from journey import effects
from journey.errors import (
    MissingAnswers,
    OtherJourney,
    TaskEnded,
    TaskReplaced,
    UnknownDate,
    UnknownFact,
    UnknownFactValue,
    UnknownOutcome,
    UnknownTask,
    WrongKindOfDate,
)
from journey.turn import Turn
from schemas.commands import CompleteTask, RecordEvent
from schemas.programme import Outcome, Programme
from schemas.tasks import Task, journey_of_task


def complete(turn: Turn, command: CompleteTask) -> None:
    """End a task as a person says it ended. Raises `Refusal` when it cannot end so."""
    task = open_task(turn, command.task)
    outcome = outcome_of(turn.programme, task.step, command.outcome, task.id)
    judge(turn.programme, command.outcome, outcome, command.facts, command.dates)
    finish(
        turn,
        task,
        command.outcome,
        facts=command.facts,
        dates=command.dates,
        owners=command.owners,
        submission=command.submission,
    )


def answer(turn: Turn, command: RecordEvent) -> bool:
    """Let an outside report end the open task that waits for it; False when none does yet."""
    task = next((t for t in turn.tasks.values() if turn.step_of(t).event == command.type), None)
    if task is None:
        return False
    outcome = outcome_of(turn.programme, task.step, command.outcome, task.id)
    judge(turn.programme, command.outcome, outcome, command.facts, command.dates)
    finish(turn, task, command.outcome, facts=command.facts, dates=command.dates)
    return True


def finish(
    turn: Turn,
    task: Task,
    name: str,
    *,
    facts: Mapping[str, str] | None = None,
    dates: Mapping[str, date | datetime] | None = None,
    owners: Mapping[str, str] | None = None,
    submission: str | None = None,
    report: str | None = None,
    happened_at: datetime | None = None,
) -> None:
    """End a task with an outcome that has been judged. Its figures count to `happened_at`, if it was open then."""
    outcome = turn.step_of(task).outcomes[name]
    learnt, dates, owners = {**outcome.sets, **(facts or {})}, dict(dates or {}), dict(owners or {})
    changed = turn.note_dates(dates) if dates else set()
    turn.end_task(
        task, name, outcome, happened_at=happened_at,
        submission=submission, report=report, facts=learnt, dates=dates, owners=owners,
    )  # fmt: skip
    if learnt or owners or changed:
        turn.learn(learnt, owners, changed)
    effects.apply(turn, task, name, outcome)


def open_task(turn: Turn, wanted: str) -> Task:
    """The open task with this id. Raises the refusal that says why there is none."""
    for task in turn.tasks.values():
        if task.id == wanted:
            return task
    journey, step, generation = _parts(wanted)
    if journey is None or not (step in turn.programme.steps or step in turn.openings):
        raise UnknownTask(task=wanted)
    if journey != turn.journey:
        raise OtherJourney(task=wanted)
    if not 1 <= generation <= turn.openings.get(step, 0):
        raise UnknownTask(task=wanted)
    if step in turn.tasks:
        raise TaskReplaced(task=wanted, current=turn.tasks[step].id)
    result = turn.results.get(step)
    how = f" ({result.outcome})" if result is not None and result.generation == generation else ""
    raise TaskEnded(task=wanted, how=how)


def _parts(wanted: str) -> tuple[str | None, str, int]:
    journey = journey_of_task(wanted)
    if journey is None:
        return None, "", 0
    _, step, generation = wanted.rsplit(".", 2)
    return journey, step, int(generation)


def outcome_of(programme: Programme, step: str, name: str, task: str) -> Outcome:
    """A step's outcome by name. Raises the refusal that lists those there are."""
    outcomes = programme.steps[step].outcomes
    if name not in outcomes:
        raise UnknownOutcome(task=task, outcome=name, choices=", ".join(outcomes))
    return outcomes[name]


def judge_report(programme: Programme, report: RecordEvent) -> None:
    """Whether the step that waits for this report can be answered so. Raises the refusal that says why not."""
    name = next((name for name, step in programme.steps.items() if step.event == report.type), None)
    if name is not None:
        outcome = outcome_of(programme, name, report.outcome, name)
        judge(programme, report.outcome, outcome, report.facts, report.dates)


def judge(
    programme: Programme, name: str, outcome: Outcome, facts: Mapping[str, str], dates: Mapping[str, date | datetime]
) -> None:
    """Whether everything that the outcome asks for is given, and can be. Raises the refusal that says what is not."""
    missing = [fact for fact in outcome.asks if fact not in facts]
    missing += [wanted for wanted in outcome.asks_dates if wanted not in dates]
    if missing:
        raise MissingAnswers(outcome=name, names=", ".join(missing))
    judge_answers(programme, facts, dates)


def judge_answers(programme: Programme, facts: Mapping[str, str], dates: Mapping[str, date | datetime]) -> None:
    """Whether these can be answers at all. Raises the refusal that says which cannot."""
    for fact, value in facts.items():
        if fact not in programme.facts:
            raise UnknownFact(fact=fact)
        if value not in programme.facts[fact].values:
            raise UnknownFactValue(fact=fact, value=value, choices=", ".join(programme.facts[fact].values))
    for wanted, moment in dates.items():
        _judge_date(programme, wanted, moment)


def _judge_date(programme: Programme, wanted: str, moment: date | datetime) -> None:
    if wanted not in programme.dates:
        raise UnknownDate(date=wanted)
    needs_time = programme.dates[wanted].minutes is not None
    if needs_time and not isinstance(moment, datetime):
        raise WrongKindOfDate(date=wanted, wanted="a time", wanted_sv="ett klockslag", example="2026-11-24T10:00+01:00")
    if not needs_time and isinstance(moment, datetime):
        raise WrongKindOfDate(date=wanted, wanted="a date only", wanted_sv="bara ett datum", example="2026-11-24")
