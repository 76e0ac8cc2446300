"""Appointments that people are invited to: invited anew when the time moves, taken back when nothing is left of it.

An appointment rests on the step that invites to it, and is kept in the steps whose clocks count from it. Whoever has a
time that is to come in their calendar is told when it is off; one that has passed is nobody's business.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime

from journey.letters import notices_for, places_taken
from journey.turn import Turn, dates_of
from schemas.events import Notice
from schemas.journey import Before
from schemas.programme import NoticeRule, Programme, Step

INVITATION = "invitation"


def invite(turn: Turn, names: Collection[str], after: int = 0) -> tuple[Notice, ...]:
    """Invite anew whoever is invited to these named times, where they are to come. `after` so many other notices."""
    rules = [
        NoticeRule.made(notice=_template(turn.programme, name), to=turn.invited[name], invite=name)
        for name in turn.programme.dates
        if name in names and is_ahead(turn, turn, name)
    ]
    return notices_for(rules, turn.addressing(None), after)


def moved(turn: Turn, before: Mapping[str, date | datetime], changed: Collection[str]) -> tuple[Notice, ...]:
    """After dates have changed: who is invited to a time hears when it is now, or that it is not to come after all."""
    notices = invite(turn, changed)
    gone = {
        name: turn.invited[name]
        for name in turn.programme.dates
        if turn.rules and name in changed and name in turn.invited and not is_ahead(turn, turn, name)
    }
    return (*notices, *turn.addressing(None)._replace(dates=before).cancellations(gone, after=places_taken(notices)))


def taken_back(
    turn: Turn, *, gone: Collection[str] = (), without: Collection[str] = (), after: int = 0
) -> tuple[Notice, ...]:
    """Take back the invitations of which nothing is left once these steps are `gone`, or those are done `without`.

    A step that is gone invites to nothing any more; in one that is done without, nobody meets.
    """
    if not turn.rules:
        return ()
    void = {name for name in turn.invited if _rested_on(turn, name, gone) or _kept_in(turn, name, without)}
    cancelled = turn.addressing(None).cancellations(
        {name: receivers for name, receivers in turn.invited.items() if name in void}, after=after
    )
    # What has passed is remembered: it may be moved to a time that is to come.
    void = {notice.appointment for notice in cancelled if notice.appointment is not None}
    turn.invited = {name: receivers for name, receivers in turn.invited.items() if name not in void}
    return cancelled


def is_ahead(turn: Turn, known: Turn | Before, name: str) -> bool:
    """Whether people are invited to a time that is to come, as it was known."""
    time = known.dates.get(name)
    return name in known.invited and isinstance(time, datetime) and time > turn.at


def _rested_on(turn: Turn, name: str, gone: Collection[str]) -> bool:
    """Whether the invitation came of one of these steps, and of nothing that stands."""
    inviting = {step for step, found in turn.programme.steps.items() if name in _invites(turn, step, found)}
    return not inviting.isdisjoint(gone) and inviting <= set(gone)


def _invites(turn: Turn, name: str, step: Step) -> Iterable[str | None]:
    """The times to which a step has invited, as it stands: when it opened, and by how it ended."""
    result = turn.results.get(name)
    rules = list(step.opens_with) if name in turn.tasks or result is not None else []
    if result is not None and result.outcome in step.outcomes and not result.waived:
        rules += step.outcomes[result.outcome].notices
    return {rule.invite for rule in rules}


def _kept_in(turn: Turn, name: str, without: Collection[str]) -> bool:
    """Whether it is for one of these steps that the time is kept, and for none that is open besides."""
    steps = turn.programme.steps
    here = {step for step in without if step in steps and name in dates_of(steps[step])}
    elsewhere = [task for task in turn.tasks.values() if task.step not in here and name in dates_of(turn.step_of(task))]
    return bool(here) and not elsewhere


def _template(programme: Programme, name: str) -> str:
    """The words with which the programme invites to this time."""
    return next((rule.notice for rule in _rules(programme) if rule.invite == name), INVITATION)


def _rules(programme: Programme) -> Iterator[NoticeRule]:
    steps = programme.steps.values()
    yield from (rule for step in steps for outcome in step.outcomes.values() for rule in outcome.notices)
    yield from (rule for step in steps for rule in step.opens_with)
    yield from (rule for found in programme.exits.values() for rule in found.notices)
