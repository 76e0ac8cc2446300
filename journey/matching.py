"""Matching a report by hand: one that fitted nowhere is applied to a journey as if it had come in time.

Unlike a report from outside, somebody waits for the answer: what cannot be applied is refused in a sentence.
"""

from __future__ import annotations

from journey import going_back, replies
from journey.mending_errors import AnsweredSo, ReportApplied, ReportWaits, TooManyReports, UnknownReport
from journey.reports import MAX_PARKED, is_matched, let_contradictions_go
from journey.turn import Turn
from schemas.commands import RecordEvent
from schemas.events import EventKind
from schemas.mending import MatchEvent


def match(turn: Turn, command: MatchEvent) -> None:
    """Answer the step that waits for this report: now, or when it opens; one that has ended is opened anew."""
    name = next((name for name, step in turn.programme.steps.items() if step.event == command.type), None)
    if name is None:
        raise UnknownReport(type=command.type)
    _refuse_what_is_here(turn, command)
    outcome = replies.outcome_of(turn.programme, name, command.outcome, name)
    replies.judge(turn.programme, command.outcome, outcome, command.facts, command.dates)
    going_back.refuse_what_is_out_of_reach(turn, name)
    if name in turn.results and name not in turn.tasks:
        _refuse_the_same_answer(turn, name, command)
        going_back.to_step(turn, name, quietly=True)
    if name in turn.tasks:
        _answer(turn, name, command)
    else:
        _park(turn, command)


def _refuse_what_is_here(turn: Turn, command: MatchEvent) -> None:
    if any(early.id == command.event for early in turn.parked):
        raise ReportWaits(event=command.event)
    # A report that came by itself and was refused has a receipt too, but has closed nothing.
    earlier = turn.receipts.get(command.event)
    if is_matched(turn, command.event) or (earlier is not None and earlier.closed):
        raise ReportApplied(event=command.event)


def _refuse_the_same_answer(turn: Turn, name: str, command: MatchEvent) -> None:
    """To open a step anew for the answer that it has would take back what followed, for nothing."""
    known = {**turn.facts, **turn.dates}
    nothing_new = all(known.get(name) == value for name, value in {**command.facts, **command.dates}.items())
    if turn.results[name].outcome == command.outcome and nothing_new:
        raise AnsweredSo(step=name, outcome=command.outcome)


def _answer(turn: Turn, name: str, command: MatchEvent) -> None:
    replies.finish(
        turn,
        turn.tasks[name],
        command.outcome,
        facts=command.facts,
        dates=command.dates,
        report=command.type,
        happened_at=command.happened_at,
    )


def _park(turn: Turn, command: MatchEvent) -> None:
    """It waits for its step; those that wait already and say otherwise are wrong, as somebody has now said."""
    told = command.model_dump(include={"by", "why", "type", "outcome"})
    report = RecordEvent.made(id=command.event, facts=command.facts, dates=command.dates, **told)
    let_contradictions_go(turn, report, matched_too=True)
    if len(turn.parked) >= MAX_PARKED:
        raise TooManyReports(most=MAX_PARKED)
    turn.parked.append(report)
    turn.emit(EventKind.EVENT_PARKED, outcome=command.outcome, report=command.type, reason="early")
