"""Going back: a step that has been reached is opened anew, and what follows from it is taken back or kept, and said.

So are invitations to times that are to come, when the step that led to them is to be done anew.
"""

from __future__ import annotations

from journey import appointments, effects
from journey.errors import UnknownStep
from journey.mending_errors import NotReachedYet, OpenAlready, PersonHasLeft, StepDoesNotApply, StepIsMilestone
from journey.settling import is_ahead
from journey.turn import Turn
from schemas.events import EventKind
from schemas.mending import GoBack
from schemas.programme import Kind


def back(turn: Turn, command: GoBack) -> None:
    """Go back to a step. Raises the refusal that says why not, and what to do instead."""
    name = command.step
    step = turn.programme.steps.get(name)
    if step is None:
        raise UnknownStep(step=name, choices=", ".join(_reached(turn)))
    if step.kind is Kind.MILESTONE:
        raise StepIsMilestone(step=name)
    refuse_what_is_out_of_reach(turn, name)
    if name not in turn.results and name not in turn.tasks:
        raise NotReachedYet(step=name)
    if name in turn.tasks and not effects.following(turn, name)[0]:
        raise OpenAlready(step=name, task=turn.tasks[name].id)
    to_step(turn, name)


def refuse_what_is_out_of_reach(turn: Turn, name: str) -> None:
    """A step that does not concern this person, or lies before the exit of one who has left, is not opened."""
    if turn.exit is not None and not turn.programme.steps[name].after_exit:
        raise PersonHasLeft(exit=turn.exit, step=name)
    if name in turn.excluded:
        raise StepDoesNotApply(step=name)


def to_step(turn: Turn, name: str, *, quietly: bool = False) -> None:
    """Open a step anew and say what that takes back. One that was waived while still ahead opens in its own time."""
    if is_ahead(turn, name, turn.excluded):
        del turn.results[name]
        turn.emit(EventKind.WENT_BACK, step=name)
        return
    taken_back, kept = effects.following(turn, name)
    notices = appointments.taken_back(turn, gone={name, *taken_back})
    turn.emit(EventKind.WENT_BACK, step=name, taken_back=taken_back, kept=kept, notices=notices)
    effects.go_back(turn, name, quietly=quietly)


def _reached(turn: Turn) -> list[str]:
    """The steps that have been reached, in the programme's order."""
    steps = turn.programme.steps.items()
    return [
        name for name, step in steps if step.kind is not Kind.MILESTONE and (name in turn.results or name in turn.tasks)
    ]
